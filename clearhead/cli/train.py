"""Train a model on a text, or go on with a training."""

import time
from collections.abc import Sequence
from typing import Any

from clearhead.cli._app import INTERRUPTED
from clearhead.cli._options import parse
from clearhead.core import catalog
from clearhead.training.options import model_named, options_class, read_options


def run(argv: Sequence[str]) -> int:
    """Read the options (the model named by --model decides which --model.KEY there are) and train.

    Returns:
        The exit code: 0, or that of an interruption where the training was stopped before its end, so that what a
        script does next is not done with half a model.
    """
    started = time.perf_counter()
    if not argv:
        tasks = ", ".join(catalog.entries("tasks"))
        raise ValueError(
            f"clearhead train needs a task: {tasks}. For example: clearhead train {catalog.entries('tasks')[0]}"
        )
    is_bare_help = argv[0] in ("-h", "--help")
    options = parse(
        options_class(*((None, None) if is_bare_help else (argv[0], model_named(argv)))), argv, prog="clearhead train"
    )
    request, telling = read_options(options)

    from clearhead.experiments.progress import Progress
    from clearhead.experiments.train import train_watched
    from clearhead.training.assemble import train_request

    progress = Progress(as_json=telling.as_json)
    if telling.watch:
        page: dict[str, Any] = {"port": telling.port, "opens_browser": not telling.no_browser}
        result = train_watched(request, listener=progress, started=started, **page)
    else:
        result = train_request(request, listener=progress, started=started)
    progress.conclude(result)
    return 0 if result.is_finished else INTERRUPTED
