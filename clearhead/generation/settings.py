"""How the next token is chosen and when to stop: settings alone, without torch, so that a command's help is quick."""

import math
from dataclasses import dataclass, replace


@dataclass(frozen=True, kw_only=True)
class SamplingConfig:
    """Settings of one generation. They act in this order: repetition penalty, temperature, top-k, top-p, min-p."""

    max_tokens: int = 200
    """Write at most this many new tokens."""
    temperature: float = 0.8
    """0 always takes the most probable token; below 1 is safer, above 1 wilder."""
    top_k: int | None = None
    """Keep only the K most probable tokens (and those as probable as the last of them)."""
    top_p: float | None = None
    """Keep the smallest set of most probable tokens whose probabilities sum to at least P."""
    min_p: float | None = None
    """Keep the tokens at least P times as probable as the most probable one."""
    repetition_penalty: float = 1.0
    """Above 1, tokens already in the prompt or the text become less probable: a positive score is divided by it."""
    stop: tuple[str, ...] = ()
    """End before the first of these strings; it is not part of the text."""
    seed: int | None = None
    """The same seed gives the same text, whatever else is generated beside it; none given means a new one each time."""
    only_valid_text: bool = True
    """Before all else, leave out the tokens that would break a character (of a model that writes bytes)."""

    def __post_init__(self) -> None:
        _check_integer("max_tokens", self.max_tokens, lowest=1, remedy="Use 1 or more.")
        if not (_is_number(self.temperature) and self.temperature >= 0):
            raise _wrong("temperature", "be a number of at least 0", self.temperature, "Use 0 for the safest text.")
        if self.top_k is not None:
            _check_integer("top_k", self.top_k, lowest=1, remedy="Leave it out to keep every token, or use 1 or more.")
        if self.top_p is not None and not (_is_number(self.top_p) and 0 < self.top_p <= 1):
            raise _wrong("top_p", "be above 0 and at most 1", self.top_p, "Use 1 to keep every token, or 0.95.")
        if self.min_p is not None and not (_is_number(self.min_p) and 0 <= self.min_p <= 1):
            raise _wrong("min_p", "be at least 0 and at most 1", self.min_p, "Use 0 to keep every token, or 0.05.")
        if not (_is_number(self.repetition_penalty) and self.repetition_penalty > 0):
            remedy = "Use 1.0 for no penalty, or 1.1."
            raise _wrong("repetition_penalty", "be a number above 0", self.repetition_penalty, remedy)
        if isinstance(self.stop, str):
            raise TypeError(f"SamplingConfig.stop must be a tuple of strings, got {self.stop!r}. Use ({self.stop!r},).")
        if not isinstance(self.stop, list | tuple) or not all(isinstance(text, str) for text in self.stop):
            raise TypeError(f"SamplingConfig.stop must be a tuple of strings, got {self.stop!r}. Use strings only.")
        if "" in self.stop:
            raise ValueError(f"SamplingConfig.stop must not hold an empty string, got {self.stop!r}. Leave it out.")
        object.__setattr__(self, "stop", tuple(self.stop))
        if self.seed is not None:
            _check_integer("seed", self.seed, lowest=0, remedy="Use 0 or more, or leave it out for a new one.")
        if not isinstance(self.only_valid_text, bool):
            remedy = "Use False only to see a model's own bytes."
            raise _wrong("only_valid_text", "be True or False", self.only_valid_text, remedy)

    @property
    def filters(self) -> tuple[float, int | None, float | None, float | None, float]:
        """What changes probabilities; rows of a batch that agree in these are sampled together."""
        return (self.temperature, self.top_k, self.top_p, self.min_p, self.repetition_penalty)


def several(config: SamplingConfig, count: int) -> list[SamplingConfig]:
    """Return the settings of `count` different texts for one prompt: the given seed, the next one, and so on."""
    if count < 1:
        raise ValueError(f"generate.num must be at least 1, got {count}. Use 1 for one text.")
    if config.seed is None:
        return [config] * count
    return [replace(config, seed=config.seed + index) for index in range(count)]


def _is_number(value: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _check_integer(name: str, value: int, *, lowest: int, remedy: str) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value < lowest:
        raise _wrong(name, f"be a whole number of at least {lowest}", value, remedy)


def _wrong(name: str, constraint: str, value: object, remedy: str) -> ValueError:
    return ValueError(f"SamplingConfig.{name} must {constraint}, got {value}. {remedy}")
