"""A tiny training that is looked at from within, as often as can be."""

from pathlib import Path
from typing import Any

from tiny import MODEL, TRAINING

from clearhead.inspector.watched import Watched
from clearhead.training.assemble import train_request
from clearhead.training.request import Request


def options(folder: Path, name: str, **changes: Any) -> dict[str, Any]:
    """Return the options of a tiny training on the text in a folder."""
    given = {"data": str(folder / "words.txt"), "out": str(folder / name), "tokenizer": "character", "device": "cpu"}
    pinned = {"model_options": MODEL, "training_options": {**TRAINING, "eval_interval": 8}, "steps": 30}
    return {**given, **pinned, **changes}


def watched_run(folder: Path, name: str, watched: Watched, **changes: Any) -> Any:
    """Train with an observer and no server."""
    return train_request(Request(**options(folder, name, **changes)), listener=watched, observer=watched)


class Impatient(Watched):
    """An observer that looks at every step and asks at every evaluation, whatever it costs."""

    def __init__(self) -> None:
        super().__init__()
        self._probe_time.share = self._look_time.share = float("inf")
        self._look_time.gap = 0.0
