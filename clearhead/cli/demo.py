"""The main job on built-in data, end to end, in about two minutes."""

import time
from pathlib import Path

from clearhead.cli._app import INTERRUPTED


def main(*, minutes: float = 2.0, out: Path | None = None) -> int:
    """Train a model on built-in stories, score it, let it tell stories, and look inside.

    Args:
        minutes: how long to train; the rest takes some seconds.
        out: a new folder for the model; otherwise one below runs/.
    """
    started = time.perf_counter()
    from rich.console import Console

    from clearhead.experiments.demo import demo

    result = demo(Console(highlight=False), minutes=minutes, out=out, started=started)
    return 0 if result.is_finished else INTERRUPTED
