"""What can be set about a training; what is left open is decided by the budget and written into the run."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class TrainingConfig:
    """Every decision of one training. Two trainings with equal settings, seed and data are equal."""

    steps: int = 1000
    """Optimizer updates in all."""
    batch_size: int = 64
    """Rows per step, over all processes; pairs of sequences are counted in tokens."""
    micro_batch_size: int | None = None
    """Of them, computed at once in one process: fewer need less memory and give the same step. None: all."""
    optimizer: Literal["muon", "adamw", "adam", "momentum", "gradient_descent"] = "muon"
    """How parameters are updated. muon is for the hidden matrices, all others then use AdamW. The last three move every
    parameter by learning_rate alone, as textbooks do."""
    learning_rate: float = 0.04
    """Rate of the hidden matrices (for adamw and adam: try 0.001), or of all parameters."""
    embedding_learning_rate: float = 0.3
    """Rate of the token vectors (muon, adamw)."""
    head_learning_rate: float = 0.02
    """Rate of the output head (muon, adamw)."""
    vector_learning_rate: float = 0.01
    """Rate of norms and biases (muon, adamw)."""
    weight_decay: float = 0.0
    """Shrinking of the hidden matrices per unit of rate."""
    momentum: float = 0.95
    """Share of the old direction that muon and momentum keep."""
    adam_beta2: float = 0.95
    """Share of the old mean of squared gradients that AdamW and Adam keep (0.98 or 0.999 in papers)."""
    schedule: Literal["trapezoid", "cosine", "inverse_sqrt", "constant"] = "trapezoid"
    """How the rate runs after its rise: level, then down to zero; half a cosine; 1 / √step; or level to the end."""
    warmup_steps: int = 0
    """Steps over which the rate rises from zero."""
    decay_fraction: float = 0.5
    """Share of the steps over which a trapezoid falls to zero."""
    clip_norm: float | None = None
    """Longest gradient allowed, as one vector over all parameters; None: no limit."""
    average_fraction: float = 0.0
    """Share of the last steps whose weights are averaged into the result; 0: take the last weights."""
    precision: Literal["auto", "bf16", "fp32"] = "auto"
    """Numbers of the forward and backward pass; auto measures both on this machine and takes the faster."""
    compile: Literal["auto", "always", "never"] = "auto"
    """Compile the model's blocks; auto does so for long runs where it is measured to be faster."""
    eval_interval: int | None = None
    """Steps between evaluations on the whole validation set; None: up to 20 of them, for a twentieth of the time."""
    patience: int | None = None
    """Stop after this many evaluations without improvement; None: never."""
    checkpoint_interval: int | None = None
    """Steps between checkpoints; None: about every two minutes."""
    keep_checkpoints: int = 2
    """Newest checkpoints kept."""

    def __post_init__(self) -> None:
        for name in ("steps", "batch_size", "micro_batch_size", "eval_interval", "patience", "checkpoint_interval"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise ValueError(f"TrainingConfig.{name} must be at least 1, got {value}.")
        if self.warmup_steps >= self.steps:
            raise ValueError(
                f"TrainingConfig.warmup_steps must be less than steps, got {self.warmup_steps} of {self.steps}. "
                f"Use warmup_steps={self.steps // 10}."
            )
        if self.keep_checkpoints < 2:
            raise ValueError(
                f"TrainingConfig.keep_checkpoints must be at least 2, got {self.keep_checkpoints}: "
                f"while one is written another must exist."
            )
        for name in ("learning_rate", "embedding_learning_rate", "head_learning_rate", "vector_learning_rate"):
            if not 0 < getattr(self, name) <= 100:
                raise ValueError(f"TrainingConfig.{name} must be above 0 and at most 100, got {getattr(self, name)}.")
        for name in ("decay_fraction", "average_fraction", "momentum"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"TrainingConfig.{name} must be in [0, 1], got {getattr(self, name)}.")
        if not 0 <= self.adam_beta2 < 1:
            raise ValueError(f"TrainingConfig.adam_beta2 must be in [0, 1), got {self.adam_beta2}. Use 0.98.")
        if self.optimizer == "adam" and self.weight_decay:
            raise ValueError(
                f"TrainingConfig.weight_decay must be 0 for adam, got {self.weight_decay}. "
                f"Use optimizer adamw, which is Adam with weight decay."
            )
        if self.clip_norm is not None and self.clip_norm <= 0:
            raise ValueError(
                f"TrainingConfig.clip_norm must be above 0, got {self.clip_norm}. Use 1.0, or leave it out."
            )
        if self.weight_decay < 0 or self.warmup_steps < 0:
            raise ValueError(
                f"TrainingConfig.weight_decay and warmup_steps must not be negative, "
                f"got {self.weight_decay} and {self.warmup_steps}."
            )
