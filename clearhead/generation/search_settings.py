"""How the best target sequence is searched for: settings alone, without torch, so that a command's help is quick."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class SearchConfig:
    """Settings of a beam search; they mean what they mean in `generate` of Hugging Face `transformers`."""

    num_beams: int = 4
    """Keep this many hypotheses of each sentence side by side; 1 takes the most probable token each time."""
    length_penalty: float = 1.0
    """Rank by log-probability / length ** penalty: 0 ranks by probability alone, above 0 favours longer texts."""
    coverage_penalty: float = 0.0
    """Above 0, texts that looked at every source token rank higher (needs a model with attention)."""
    max_tokens: int | None = None
    """Write at most this many tokens, end token included; none given means twice the source and 20, or the context."""
    min_tokens: int = 0
    """Write at least this many tokens before the end token."""
    no_repeat_ngram: int = 0
    """Never write the same run of this many tokens twice; 0 allows it."""
    num_best: int = 1
    """Return this many hypotheses of each sentence, best first; at most num_beams."""
    max_batch_tokens: int = 2048
    """Search sentences side by side up to this many source tokens, padding included; more need more memory."""

    def __post_init__(self) -> None:
        for name, lowest in _LOWEST.items():
            _check_integer(name, getattr(self, name), lowest)
        if self.max_tokens is not None:
            _check_integer("max_tokens", self.max_tokens, 1)
        if not _is_number(self.length_penalty):
            raise _wrong("length_penalty", "be a finite number", self.length_penalty, "Use 1.0, or 0 for none.")
        if not (_is_number(self.coverage_penalty) and self.coverage_penalty >= 0):
            raise _wrong("coverage_penalty", "be a number of at least 0", self.coverage_penalty, "Use 0 for none.")
        if self.num_best > self.num_beams:
            remedy = f"Use num_beams={self.num_best}."
            raise _wrong("num_best", f"be at most num_beams={self.num_beams}", self.num_best, remedy)


_LOWEST = {"num_beams": 1, "min_tokens": 0, "no_repeat_ngram": 0, "num_best": 1, "max_batch_tokens": 1}


def _is_number(value: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _check_integer(name: str, value: int, lowest: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value < lowest:
        raise _wrong(name, f"be a whole number of at least {lowest}", value, f"Use {lowest} or more.")


def _wrong(name: str, constraint: str, value: object, remedy: str) -> ValueError:
    return ValueError(f"SearchConfig.{name} must {constraint}, got {value}. {remedy}")
