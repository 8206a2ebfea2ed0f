"""What a generation returns: the text, and each token with what the model thought of it."""

from dataclasses import dataclass, field
from typing import Any, Literal

FinishReason = Literal["stop", "length", "stop_string"]
"""The model wrote end-of-text; max_tokens were written; a stop string was complete."""


@dataclass(slots=True)
class TokenStep:
    """One written token."""

    id: int
    text: str
    """What became readable with this token: "" while a character or a possible stop string is incomplete."""
    bytes: bytes
    """The exact bytes of this token; none for a control token."""
    finish_reason: FinishReason | None = None
    """Set on the last token."""
    probability: float | None = None
    """With `report=True`: how probable the token was where it was drawn, after all sampling settings."""
    model_probability: float | None = None
    """With `report=True`: the same before any setting, over the whole vocabulary."""
    rank: int | None = None
    """With `report=True`: 1 for the model's most probable token."""
    entropy: float | None = None
    """With `report=True`: how undecided the model was, in bits."""
    alternatives: list[tuple[int, str, float]] | None = None
    """With `report=True`: the model's most probable tokens as (id, text, probability), best first."""

    def to_json(self) -> dict[str, Any]:
        """Return plain values; bytes as hexadecimal digits, what was not computed left out."""
        values: dict[str, Any] = {"id": self.id, "text": self.text, "bytes": self.bytes.hex()}
        if self.probability is not None:
            values |= {name: getattr(self, name) for name in ("probability", "model_probability", "rank", "entropy")}
            values["alternatives"] = [
                {"id": token, "text": text, "probability": probability}
                for token, text, probability in self.alternatives or []
            ]
        return values


@dataclass
class Generation:
    """One written text. Printing it prints the text."""

    prompt: str
    prompt_tokens: tuple[int, ...]
    notices: tuple[str, ...] = ()
    """What was done to the prompt, in words; usually nothing."""
    text: str = ""
    """The continuation, without the prompt."""
    tokens: list[TokenStep] = field(default_factory=list)
    finish_reason: FinishReason | None = None
    """None while it is being written, or when the writing was interrupted."""

    def add(self, step: TokenStep) -> None:
        """Append the next token."""
        self.tokens.append(step)
        self.text += step.text
        self.finish_reason = step.finish_reason

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "prompt": self.prompt,
            "text": self.text,
            "finish_reason": self.finish_reason,
            "notices": list(self.notices),
            "num_prompt_tokens": len(self.prompt_tokens),
            "tokens": [step.to_json() for step in self.tokens],
        }

    def __str__(self) -> str:
        return self.text
