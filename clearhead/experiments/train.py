"""Train, and where it is wanted show the training on a page while it runs."""

import os
import time
from typing import Any

from clearhead.training.assemble import train_request
from clearhead.training.finish import Result
from clearhead.training.prepare import Listener
from clearhead.training.request import Request


def train(
    task: str = "language_modeling",
    *,
    watch: bool = False,
    port: int | None = None,
    opens_browser: bool = True,
    listener: Listener | None = None,
    started: float | None = None,
    **options: Any,
) -> Result:
    """Train a model and save it as a run.

    Args:
        task: what to learn; an entry of `clearhead show tasks`.
        watch: open a page in the browser on which the training is seen while it runs.
        port: of that page; None takes the usual one or, where that is in use, any; 0 takes any.
        opens_browser: open the page; otherwise only its address is told.
        listener: called with (kind, facts) for each event, to show progress.
        started: `time.perf_counter()` when the user's command began, so that minutes count from there.
        options: the fields of `Request`: data, model, out, minutes, steps, seed, model_options, training_options, …
    Returns:
        Where the run is, its scores beside the baselines, and a verdict.
    Raises:
        ValueError, FileNotFoundError: something the user can correct; a folder with nothing in it is not left behind.
    """
    request = Request(task=task, **options)
    if not watch:
        return train_request(request, listener=listener, started=started)
    return train_watched(request, port=port, opens_browser=opens_browser, listener=listener, started=started)


def train_watched(
    request: Request,
    *,
    port: int | None = None,
    opens_browser: bool = True,
    listener: Listener | None = None,
    started: float | None = None,
) -> Result:
    """Do what a request asks for, and show it on a page; of several processes the first one does."""
    started = started or time.perf_counter()
    if os.environ.get("RANK", "0") != "0":
        return train_request(request, listener=listener, started=started)

    from clearhead.inspector.watch import Watch  # loads the web server, which no other training needs

    tell = listener or (lambda kind, facts: None)
    with Watch(port=port, opens_browser=opens_browser) as watch:

        def both(kind: str, facts: dict[str, Any]) -> None:
            watch.watched(kind, facts)
            tell(kind, facts)

        tell("note", {"text": f"Watch it at {watch.address}"})
        return train_request(request, listener=both, started=started, observer=watch.watched)
