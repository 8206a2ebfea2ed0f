"""What is known about a saved run besides its weights: `clearhead.json`.

Everything a reader of the numbers needs to repeat them: the data and its fingerprint, settings and decisions, seed,
scores and versions.
"""

import platform
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import metadata
from typing import Any

from clearhead.core import catalog, config

FILE = "clearhead.json"
FORMAT_VERSION = 1
TASK_OF_TYPE = {"marian": "translation"}
"""What a folder of another program does, by the class of its model; the others continue text."""


@dataclass(frozen=True, kw_only=True)
class DataInfo:
    """The text (or other data) a model was trained on."""

    name: str = ""
    fingerprint: str = ""
    """sha256 over the content; equal fingerprints are equal data."""
    splits: dict[str, Any] = field(default_factory=dict)
    """For each part (train, valid, …) its counts: documents, tokens, bytes."""
    languages: list[str] = field(default_factory=list)
    """ISO codes, where known."""
    report: list[str] = field(default_factory=list)
    """What was skipped or repaired, in words."""


@dataclass(frozen=True, kw_only=True)
class TokenizerInfo:
    """The tokenizer whose ids the weights mean."""

    kind: str = ""
    vocab_size: int = 0
    fingerprint: str = ""


@dataclass(frozen=True, kw_only=True)
class RunInfo:
    """Everything about a run that is not a weight."""

    format_version: int = FORMAT_VERSION
    task: str = "language_modeling"
    model: str = ""
    """Entry of models/: "gpt", "gpt2"."""
    model_type: str = ""
    """The same architecture in the words of transformers: "qwen3", "llama", "gpt2"."""
    model_config: dict[str, Any] = field(default_factory=dict)
    """The model's configuration in our words."""
    num_parameters: int = 0
    tokenizer: TokenizerInfo = field(default_factory=TokenizerInfo)
    data: DataInfo = field(default_factory=DataInfo)
    training: dict[str, Any] = field(default_factory=dict)
    """Settings of the training, as given or chosen."""
    decisions: dict[str, Any] = field(default_factory=dict)
    """What the machine was measured to be and what was chosen for it (precision, size, batch, steps)."""
    scores: dict[str, Any] = field(default_factory=dict)
    """Metrics on the validation part, by name."""
    baselines: dict[str, Any] = field(default_factory=dict)
    """The same metrics of simple methods, by their name."""
    notes: list[str] = field(default_factory=list)
    """What stood beside the scores: samples, the worst errors, signatures."""
    seed: int = 0
    created: str = ""
    """UTC, ISO 8601."""
    versions: dict[str, str] = field(default_factory=dict)
    """Of Python, PyTorch, this package and others that the numbers depend on."""
    imported_from: str | None = None
    """Format of the folder that the weights came from, if they were not trained here."""


def read_info(values: Any) -> RunInfo:
    """Build the description of a run from the JSON of clearhead.json.

    Raises:
        ValueError: a newer format, an unknown key or a value of another type.
    """
    version = values.get("format_version", FORMAT_VERSION) if isinstance(values, dict) else FORMAT_VERSION
    if isinstance(version, int) and version > FORMAT_VERSION:
        raise ValueError(
            f"{FILE}.format_version must be at most {FORMAT_VERSION}, got {version}. Update clearhead to open this run."
        )
    return config.from_json(RunInfo, values, where=FILE)


def now() -> str:
    """Return the time in UTC to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def versions() -> dict[str, str]:
    """Return the versions that the numbers of a run depend on."""
    found = {"python": platform.python_version()}
    for package in ("clearhead", "torch", "numpy", "tokenizers", "safetensors"):
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:  # run from a clone, without installation
            continue
    return found


def model_name(model: object) -> str:
    """Return the entry of models/ that a model is made by."""
    name = type(model).__module__.rpartition(".")[2]
    return name if name in catalog.entries("models") else ""
