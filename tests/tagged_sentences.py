"""A few tagged sentences, opened as a task, and an untrained model of them."""

from pathlib import Path
from typing import Any

import torch

from clearhead.core import config
from clearhead.models.base import load_config, load_model
from clearhead.tasks.base import Asked
from clearhead.tasks.tagging import Tagging, learn, open_task

SPANS = [
    "John/B-PER Smith/I-PER lives/O in/O New/B-LOC York/I-LOC ./O",
    "Mary/B-PER met/O Paul/B-PER in/O Rome/B-LOC ./O",
    "nobody/O lives/O here/O",
    "Acme/B-ORG hired/O Mary/B-PER ./O",
]
CHINESE = ["王/B-NAME 伟/E-NAME ，/O 男/O", "李/B-NAME 小/M-NAME 明/E-NAME 在/O 京/S-LOC"]


def write_sentences(path: Path, sentences: list[str]) -> Path:
    """Write sentences of word/TAG as a file of columns."""
    rows = (word.rpartition("/") for sentence in sentences for word in [*sentence.split(), "//"])
    path.write_text("".join(f"{word}\t{tag}\n" if tag else "\n" for word, _, tag in rows), encoding="utf-8")
    return path


def open_sentences(folder: Path, train: list[str], valid: list[str], **options: Any) -> Tagging:
    """Open sentences of word/TAG as a task whose vocabulary lies in a folder."""
    data, other = write_sentences(folder / "train.conll", train), write_sentences(folder / "other.conll", valid)
    asked = Asked(data=str(data), valid=str(other), options=options)
    learn(asked, folder, parent=None, tell=lambda text: None)
    return open_task(asked, folder)


def model_of(task: Tagging, **options: Any) -> Any:
    """Return an untrained model of the task, its transitions drawn so that they matter."""
    torch.manual_seed(0)
    small = {"embedding_dim": 8, "hidden_size": 8, "dropout": 0.0}
    made = load_model("recurrent")(
        config.from_json(load_config("recurrent"), {**small, **options, **task.model_facts("recurrent")})
    )
    task.equip(made)
    if made.crf is not None:
        torch.nn.init.normal_(made.crf.transitions)
        torch.nn.init.normal_(made.crf.start)
    return made.eval()
