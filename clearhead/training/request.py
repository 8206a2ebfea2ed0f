"""What a user asks of a training; the same words on the command line and in Python."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from clearhead.core import catalog

if TYPE_CHECKING:
    from clearhead.tasks.base import Asked


@dataclass(frozen=True, kw_only=True)
class Request:
    """One wish for a trained model. What is left open is decided by measuring."""

    task: str = "language_modeling"
    data: str | None = None
    """A known name (stories, tinyshakespeare, multi30k, …), a file, a folder or a glob; otherwise the task's own."""
    model: str | None = None
    """Which model: an entry of `clearhead show models`; otherwise the task's usual one."""
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
    source: str | None = None
    """Of pairs: the column, or the ending of the file, of the side that is read."""
    target: str | None = None
    """Of pairs: the column, or the ending of the file, of the side to write; of a table: the column to predict."""
    train_share: float = 1.0
    """Learn from this share of the training part only."""
    task_options: dict[str, Any] = field(default_factory=dict)
    """Fields of the task's own options to set."""
    model_options: dict[str, Any] = field(default_factory=dict)
    """Fields of the model's configuration to set."""
    training_options: dict[str, Any] = field(default_factory=dict)
    """Fields of TrainingConfig to set."""

    def __post_init__(self) -> None:
        catalog.find("tasks", self.task)
        if self.model is not None:
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
        if not 0 < self.train_share <= 1:
            raise ValueError(f"--train-share must be above 0 and at most 1, got {self.train_share}. Use 0.5 for half.")
        if self.vocab_size is not None and self.vocab_size < 2:
            raise ValueError(f"--vocab-size must be at least 2, got {self.vocab_size}.")
        if self.start_from is not None and (self.tokenizer or self.vocab_size):
            raise ValueError(
                "--from must not come with --tokenizer or --vocab-size: the run brings its own. Leave them out."
            )

    def asked(self) -> "Asked":
        """Return what was said about the data, for the task."""
        from clearhead.tasks.base import Asked  # loads PyTorch, which the help of a command shall not

        assert self.data is not None, "filled in when a training starts"
        return Asked(
            data=self.data,
            valid=self.valid,
            text_column=self.text_column,
            source=self.source,
            target=self.target,
            tokenizer=self.tokenizer,
            vocab_size=self.vocab_size,
            seed=self.seed,
            train_share=self.train_share,
            options=self.task_options,
        )
