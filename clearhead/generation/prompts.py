"""From what the user wrote to the ids a model can continue: encoded, checked, cut where allowed."""

from collections.abc import Sequence
from dataclasses import dataclass

from clearhead.generation.text import Generation
from clearhead.tokenizers.base import Tokenizer


@dataclass(frozen=True)
class Prompt:
    """A prompt ready to be continued."""

    text: str
    tokens: tuple[int, ...]
    notices: tuple[str, ...] = ()
    """What was done to it, in words."""

    def begin(self) -> Generation:
        """Return its continuation, of which nothing is written yet."""
        return Generation(self.text, self.tokens, self.notices)


def read_prompt(
    prompt: str | Sequence[int], tokenizer: Tokenizer, context_length: int | None, *, cut_prompt: bool = False
) -> Prompt:
    """Encode a prompt and check that the model can read it; an empty one becomes end-of-text, where documents start.

    Args:
        context_length: how many tokens the model can read; None: any number.
    Raises:
        ValueError: too long (unless `cut_prompt`), ids that do not exist, or characters the vocabulary does not know.
    """
    notices = []
    if isinstance(prompt, str):
        text, tokens = prompt, [*tokenizer.beginning, *tokenizer.encode(prompt)]
        if tokenizer.num_unknown(prompt):
            notices.append(_unknown_notice(prompt, tokenizer))
    else:
        tokens = list(prompt)
        wrong = [token for token in tokens if not 0 <= token < tokenizer.vocab_size]
        if wrong:
            raise ValueError(
                f"Generator.prompt must hold ids from 0 to {tokenizer.vocab_size - 1}, got {wrong[0]}. "
                f"Encode the text with the model's own tokenizer."
            )
        text = tokenizer.decode(tokens)
    if context_length is not None and len(tokens) > context_length:
        if not cut_prompt:
            raise ValueError(
                f"Generator.prompt must be at most {context_length} tokens (the model's context), got {len(tokens)}. "
                f"Shorten it, or keep only its end with cut_prompt (--cut-prompt)."
            )
        notices.append(
            f"The prompt has {len(tokens)} tokens, the model reads at most {context_length}: "
            f"its first {len(tokens) - context_length} were left out."
        )
        tokens = tokens[-context_length:]
    return Prompt(text, tuple(tokens) or (tokenizer.end_of_text_id,), tuple(notices))


def _unknown_notice(text: str, tokenizer: Tokenizer) -> str:
    """Name what the vocabulary cannot say; an error unless the model was trained to read unknown words."""
    unknown = _unknown_parts(text, tokenizer)
    shown = ", ".join(repr(part) for part in unknown[:8]) + (", …" if len(unknown) > 8 else "")
    if tokenizer.kind not in ("word", "whitespace"):
        raise ValueError(
            f"Generator.prompt must use characters of the model's vocabulary, got {shown}. "
            f"Leave them out, or train on text that has them."
        )
    return f"Words the vocabulary does not know were read as unknown: {shown}."


def _unknown_parts(text: str, tokenizer: Tokenizer) -> list[str]:
    """Return what became the unknown token, each once, in order."""
    parts = [text[piece.start : piece.end] for piece in tokenizer.pieces(text) if piece.id == tokenizer.unknown_id]
    return list(dict.fromkeys(parts)) or [
        character for character in dict.fromkeys(text) if tokenizer.num_unknown(character)
    ]
