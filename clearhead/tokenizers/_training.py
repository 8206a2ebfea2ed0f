"""What the training of every kind of tokenizer begins and ends with."""

import re
from collections.abc import Sequence

import tokenizers

from clearhead.tokenizers.base import Tokenizer

UNKNOWN = "<unk>"
MOST_TOKENS = 1_000_000
_CONTROL_NAME = re.compile(r"<\S*[A-Za-z]\S*>|\[\S*[A-Za-z]\S*\]")


def room_for_pieces(kind: str, vocab_size: int | None, *, special_tokens: Sequence[str], at_least: int) -> int:
    """Return how many tokens of a vocabulary are left for pieces of text, after the control tokens.

    Args:
        vocab_size: all tokens; None for as many as the text has.
        at_least: how few pieces can say the text.
    Raises:
        ValueError: too few or too many; no control token; or one whose name could be a piece of text.
    """
    if not special_tokens:
        raise ValueError(
            f"{kind}.special_tokens must name the token that ends a text, got none. Use ('<|endoftext|>',)."
        )
    for name in special_tokens:
        if not _CONTROL_NAME.fullmatch(name):
            raise ValueError(
                f"{kind}.special_tokens must look like <name> or [NAME], so that no text is one, got {name!r}. "
                f"Use {'<|' + (''.join(filter(str.isalpha, name)) or 'name') + '|>'!r}."
            )
    if vocab_size is None:
        return MOST_TOKENS
    check_is_number(kind, vocab_size)
    minimum = at_least + len(special_tokens)
    if vocab_size < minimum:
        raise ValueError(
            f"{kind}.vocab_size must be at least {minimum} to say this text ({at_least} single pieces and "
            f"{len(special_tokens)} for control), got {vocab_size}. Use vocab_size={_rounded_up(minimum)}"
            f"{'' if kind == 'bpe' else ', or kind bpe, which needs 257'}."
        )
    return vocab_size - len(special_tokens)


def check_is_number(kind: str, vocab_size: int | None) -> None:
    """Refuse a size that is missing or absurd before anything is allocated for it."""
    if vocab_size is None:
        raise ValueError(
            f"{kind}.vocab_size must be a number of tokens, got None. "
            f"Choose it (--vocab-size): 1024 for a small text, 8192 for a few megabytes."
        )
    if isinstance(vocab_size, bool) or not isinstance(vocab_size, int) or not 1 <= vocab_size <= MOST_TOKENS:
        raise ValueError(
            f"{kind}.vocab_size must be a whole number from 1 to {MOST_TOKENS}, got {vocab_size!r}. Use 8192."
        )


def finish(
    backend: tokenizers.Tokenizer, *, kind: str, special_tokens: Sequence[str], vocab_size: int | None
) -> Tokenizer:
    """Add the control tokens after the vocabulary and note when the text did not fill it.

    They are not in the model's own vocabulary, so no text can spell them.
    """
    unknown = [UNKNOWN] if backend.token_to_id(UNKNOWN) is not None else []
    backend.add_special_tokens([*unknown, *special_tokens])
    tokenizer = Tokenizer(backend, kind=kind, settings={"eos_token": special_tokens[0]})
    if vocab_size is not None and tokenizer.vocab_size < vocab_size:
        tokenizer.notes = (
            f"The text has pieces for {tokenizer.vocab_size:,} tokens only; {vocab_size:,} were asked for.",
        )
    return tokenizer


def _rounded_up(number: int) -> int:
    """Return the next power of two with some room to learn, at least a quarter more."""
    return 1 << (number * 5 // 4 - 1).bit_length()
