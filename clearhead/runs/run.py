"""A saved run: a folder that is a Hugging Face model folder, with clearhead.json and a model card beside the weights.

Every function also takes a plain Hugging Face folder of a supported class; what only a run knows is then empty.
"""

import dataclasses
import os
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import torch

from clearhead.core import catalog, config
from clearhead.interop import base as interop
from clearhead.models.base import LanguageModel, Model, count_parameters
from clearhead.runs import info as run_info
from clearhead.runs.info import RunInfo, TokenizerInfo
from clearhead.runs.model_card import CURVES_FILE, model_card
from clearhead.tokenizers import base as tokenizers
from clearhead.tokenizers.base import Tokenizer

PAIRS_FILE = "source.spm"
"""What a folder holds whose tokenizer is one of pairs (a source and a target side)."""


class Run:
    """An opened run. Opening checks the description; weights are read by `model`, the vocabulary at first use."""

    def __init__(self, path: Path, *, model_config: dict[str, Any], about: RunInfo | None) -> None:
        self.path = path
        self.config = model_config
        """config.json, in the words of transformers."""
        self.about = about
        """clearhead.json, or None for a folder that another program wrote."""

    @property
    def name(self) -> str:
        """Name of the folder."""
        return self.path.resolve().name

    @property
    def info(self) -> dict[str, Any]:
        """clearhead.json as plain values; empty for a folder that another program wrote."""
        return {} if self.about is None else config.to_json(self.about)

    @property
    def vocab_size(self) -> int:
        """Rows of the model's embedding, as config.json says."""
        value = self.config.get("config", self.config).get("vocab_size")  # our own form keeps its sizes inside
        return value if isinstance(value, int) else 0

    def model(self, device: str | torch.device = "cpu") -> Any:
        """Read the weights into a float32 model, ready to predict (dropout off)."""
        try:
            place = torch.device(device)
        except RuntimeError:
            raise ValueError(f"Run.model.device must be cpu, cuda or mps, got {device!r}. Use device='cpu'.") from None
        return interop.read_model(self.path).to(place).eval()

    @cached_property
    def tokenizer(self) -> Any:
        """The tokenizer, checked to be the one whose ids the weights mean."""
        if (self.path / PAIRS_FILE).is_file() or self.config.get("model_type") == "marian":
            from clearhead.tokenizers._pairs import load_pairs

            return load_pairs(self.path)
        tokenizer = tokenizers.load(self.path)
        interop.check_vocabulary(tokenizer, self.vocab_size, where=str(self.path))
        trained_with = self.about.tokenizer if self.about else TokenizerInfo()
        if trained_with.fingerprint and trained_with.fingerprint != tokenizer.fingerprint:
            raise ValueError(
                f"{self.path}/tokenizer.json must be the one the run was trained with ({trained_with.kind}, "
                f"{trained_with.vocab_size} tokens, fingerprint {trained_with.fingerprint[:12]}), "
                f"got a {tokenizer.kind} tokenizer of {tokenizer.vocab_size} tokens, "
                f"fingerprint {tokenizer.fingerprint[:12]}. Put the run's own tokenizer.json back."
            )
        return tokenizer

    def __repr__(self) -> str:
        return f"Run({str(self.path)!r})"


def open_run(path: Path | str) -> Run:
    """Open a run, or a plain Hugging Face folder of a supported class.

    Raises:
        FileNotFoundError: nothing there (the nearest name beside it is offered), or no finished model in the folder.
        ValueError: a description that is broken or of a model nobody here computes.
    """
    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(f"No run at {path}.{_nearest_run(path)}")
    if not path.is_dir():
        raise ValueError(f"A run must be a folder, got the file {path}. Name the folder that holds it: {path.parent}.")
    if not (path / interop.CONFIG_FILE).is_file():
        raise FileNotFoundError(_why_no_model(path))
    if not any((path / name).is_file() for name in interop.WEIGHT_FILES):
        interop.num_stored_parameters(path)  # says what lies there instead: a pickle, or nothing
    model_config = interop.read_config(path)
    interop.find_format(model_config, where=path.resolve().name)
    about = None
    if (path / run_info.FILE).is_file():
        about = run_info.read_info(interop.read_json(path / run_info.FILE))
    return Run(path, model_config=model_config, about=about)


def save_run(
    directory: Path | str,
    model: Model,
    tokenizer: Any,
    info: RunInfo | Mapping[str, Any],
    *,
    dtype: str | None = None,
) -> RunInfo:
    """Save a model with its tokenizer and description, so that a crash never leaves half a model behind.

    Args:
        tokenizer: what turns text into ids and is saved with the model; None where nothing does.
        info: what is known about the training; model, tokenizer, parameters, versions and time are filled in.
        dtype: "float32", "bfloat16" or "float16"; None keeps the model's own.
    Returns:
        The description as saved.
    """
    given = run_info.read_info(config.to_json(info) if isinstance(info, RunInfo) else info)
    if isinstance(model, LanguageModel) and isinstance(tokenizer, Tokenizer):
        interop.check_vocabulary(tokenizer, model.config.vocab_size, where=str(directory))
    entry = interop.choose_writer(model)
    about = dataclasses.replace(
        given,
        model=run_info.model_name(model),
        model_type=entry.MODEL_TYPE,
        model_config=config.to_json(model.config),
        num_parameters=count_parameters(model),
        tokenizer=_about(tokenizer),
        created=given.created or run_info.now(),
        versions={**run_info.versions(), **given.versions},
    )

    def fill(folder: Path) -> None:
        entry.write(model, folder, tokenizer=tokenizer, dtype=dtype)
        interop.write_json(folder / run_info.FILE, config.to_json(about))
        card = model_card(about, has_curves=(Path(directory) / CURVES_FILE).is_file())
        (folder / "README.md").write_text(card, encoding="utf-8", newline="\n")

    interop.publish(Path(directory), fill)
    return about


def _about(tokenizer: Any) -> TokenizerInfo:
    if tokenizer is None:
        return TokenizerInfo()
    size = tokenizer.vocab_size if isinstance(tokenizer, Tokenizer) else tokenizer.target_vocab_size
    return TokenizerInfo(kind=tokenizer.kind, vocab_size=size, fingerprint=tokenizer.fingerprint)


def _why_no_model(path: Path) -> str:
    """Say what a folder without config.json is, and what to do."""
    if any(path.glob("checkpoints/step-*")) or (path / "plan.json").is_file():
        return (
            f"{path} must hold a finished run, got an unfinished one. "
            f"Go on with: clearhead train … --out {path} --resume"
        )
    if (
        (path / "model.safetensors").is_file()
        or (path / run_info.FILE).is_file()
        or any(path.glob(f"{interop.STAGING}*"))
    ):
        return f"{path} must hold config.json, got a run that was only half written. Save or train it again."
    inside = sorted(child.name for child in path.iterdir() if (child / interop.CONFIG_FILE).is_file())
    if inside:
        return (
            f"{path} must be the folder of one run, got a folder of {len(inside)}: {', '.join(inside[:5])}. "
            f"Name one: {path / inside[0]}"
        )
    return f"{path} must hold config.json, got a folder that is not a run. {NAME_A_RUN}"


NAME_A_RUN = "Name a folder that `clearhead train --out` made."


def _nearest_run(path: Path) -> str:
    """Offer the run beside a missing path whose name is most like it."""
    parent = path.parent
    if not parent.is_dir():
        return f" {NAME_A_RUN}"
    runs = sorted(name for name in os.listdir(parent) if (parent / name / interop.CONFIG_FILE).is_file())
    near = catalog.nearest(path.name, runs)
    if near:
        return f" Did you mean {parent / near}?"
    if runs:
        return f" There are: {', '.join(runs[:5])}."
    return f" {NAME_A_RUN}"
