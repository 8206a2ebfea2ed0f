"""A training that takes half a second: a small text, a small model, every decision pinned."""

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from safetensors.torch import load_file
from torch import Tensor, equal

from clearhead.training.assemble import train
from clearhead.training.finish import Result

WORDS = "the cat sat on a mat and saw one red dog run far away over green hills".split()
MODEL: dict[str, Any] = {"num_layers": 2, "d_model": 32, "num_heads": 2, "context_length": 16}
TRAINING: dict[str, Any] = {"precision": "fp32", "compile": "never", "batch_size": 4}
REPOSITORY = Path(__file__).resolve().parent.parent


def write_sample_text(folder: Path) -> Path:
    """Write a text of some thousand characters: 60 documents of 20 words."""
    chance = random.Random(0)
    path = folder / "words.txt"
    lines = (" ".join(chance.choice(WORDS) for _ in range(20)) for _ in range(60))
    path.write_text("".join(f"{line}.\n\n" for line in lines), encoding="utf-8")
    return path


def tiny_train(text: Path, out: Path, *, listener: Any = None, **options: Any) -> Result:
    """Train on the text; `model` and `training` add to the pinned options, the rest goes to the request."""
    model_options = {**MODEL, **options.pop("model_options", {})}
    training_options = {**TRAINING, **options.pop("training", {})}
    defaults = {"data": str(text), "out": str(out), "tokenizer": "character", "device": "cpu"}
    if not {"steps", "epochs", "minutes", "resume"} & set(options):
        defaults["steps"] = 30
    given = {**defaults, **options, "model_options": model_options, "training_options": training_options}
    return train(listener=listener, **given)


def resume(out: Path, *, listener: Any = None, **options: Any) -> Result:
    """Go on with a run."""
    return train(out=str(out), resume=True, device="cpu", listener=listener, **options)


def weights_of(run: Path) -> dict[str, Tensor]:
    """Return the saved weights of a run."""
    return load_file(run / "model.safetensors")


def are_equal(left: Path, right: Path) -> bool:
    """Whether two runs ended in the same weights, bit for bit."""
    ours, theirs = weights_of(left), weights_of(right)
    return set(ours) == set(theirs) and all(equal(ours[name], theirs[name]) for name in ours)


def command_of(text: Path, out: Path, *, steps: int, training: dict[str, Any]) -> list[str]:
    """Return the command line that does what `tiny_train` does."""
    words = ["language_modeling", "--data", text, "--out", out, "--tokenizer", "character", "--device", "cpu", "--json"]
    words += ["--steps", steps]
    for prefix, options in (("model", MODEL), ("training", {**TRAINING, **training})):
        for name, value in options.items():
            words += [f"--{prefix}.{name.replace('_', '-')}", value]
    return [sys.executable, "-m", "clearhead", "train", *map(str, words)]


def resume_command(out: Path) -> list[str]:
    """Return the command line that goes on with a run."""
    words = ["language_modeling", "--out", out, "--resume", "--device", "cpu", "--json"]
    return [sys.executable, "-m", "clearhead", "train", *map(str, words)]


def start(command: list[str]) -> subprocess.Popen[str]:
    """Start a command whose lines can be read while it runs."""
    return subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def events_of(process: subprocess.Popen[str]) -> Iterator[dict[str, Any]]:
    """Yield the events that a command with --json prints, as they come."""
    assert process.stdout is not None
    for line in process.stdout:
        yield json.loads(line)
