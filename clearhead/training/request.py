"""What a user asks of a training; the same words on the command line and in Python."""

from dataclasses import dataclass, field
from typing import Any

from clearhead.core import catalog


@dataclass(frozen=True, kw_only=True)
class Request:
    """One wish for a trained model. What is left open is decided by measuring."""

    task: str = "language_modeling"
    data: str = "stories"
    """A known name (stories, tinyshakespeare, …), a file, a folder or a glob."""
    model: str = "gpt"
    """Which model: an entry of `clearhead show models`."""
    start_from: str | None = None
    """A run whose weights and tokenizer to go on from."""
    valid: str | None = None
    """Other data to validate on; otherwise a part of the data is set aside."""
    out: str | None = None
    """Folder of the run; otherwise a new one below runs/."""
    minutes: float | None = None
    """The dial: size, batch and steps are chosen so that the whole command ends in about this time."""
    steps: int | None = None
    """Optimizer updates, instead of minutes."""
    epochs: float | None = None
    """Passes over the training part, instead of minutes."""
    resume: bool = False
    """Go on with the run in --out where its newest whole checkpoint left it."""
    seed: int = 0
    """Drives every random choice: the same seed and settings give the same run."""
    device: str = "auto"
    """auto, cpu, cuda or mps."""
    tokenizer: str | None = None
    """Kind of tokenizer to train: bpe (the default), character, byte, word, wordpiece, unigram."""
    vocab_size: int | None = None
    """Tokens of the vocabulary; otherwise it grows with the text."""
    text_column: str = "text"
    """Column of a .jsonl file that holds the text."""
    model_options: dict[str, Any] = field(default_factory=dict)
    """Fields of the model's configuration to set."""
    training_options: dict[str, Any] = field(default_factory=dict)
    """Fields of TrainingConfig to set."""

    def __post_init__(self) -> None:
        catalog.find("tasks", self.task)
        catalog.find("models", self.model)
        if self.tokenizer is not None:
            catalog.find("tokenizers", self.tokenizer)
        for name in ("minutes", "steps", "epochs"):
            value = getattr(self, name)
            if value is not None and not 0 < value < 1e9:
                raise ValueError(f"--{name} must be above 0, got {value}.")
        lengths = [name for name in ("minutes", "steps", "epochs") if getattr(self, name) is not None]
        if len(lengths) > 1:
            both = " and ".join(f"--{name}" for name in lengths)
            raise ValueError(f"The length of a training must be said once, got {both}. Leave one of them.")
        if self.resume and self.out is None:
            raise ValueError(
                "--resume must come with --out, the folder of the interrupted run, got none. Add --out DIR."
            )
        if not 0 <= self.seed < 2**31:
            raise ValueError(f"--seed must be from 0 to {2**31 - 1}, got {self.seed}.")
        if self.vocab_size is not None and self.vocab_size < 2:
            raise ValueError(f"--vocab-size must be at least 2, got {self.vocab_size}.")
        if self.start_from is not None and (self.tokenizer or self.vocab_size):
            raise ValueError(
                "--from must not come with --tokenizer or --vocab-size: the run brings its own. Leave them out."
            )
