"""Every byte of UTF-8 is a token: 256 of them say any text, a Chinese character with three.

The id of a byte is its value.
"""

from collections.abc import Iterable, Sequence

import tokenizers
from tokenizers import decoders, models, pre_tokenizers

from clearhead.tokenizers._training import check_is_number, finish, room_for_pieces
from clearhead.tokenizers._vocabulary import LETTER_OF_BYTE
from clearhead.tokenizers.base import Tokenizer

SAMPLE_BYTES = None
"""No sample is drawn: there is nothing to learn from a text."""


def train(texts: Iterable[str], *, vocab_size: int | None, special_tokens: Sequence[str]) -> Tokenizer:
    """Make the vocabulary of the 256 bytes; the texts are not read.

    Raises:
        ValueError: another size than 256 and the control tokens.
    """
    size = 256 + len(special_tokens)
    if vocab_size is not None:
        check_is_number("byte", vocab_size)
        if vocab_size != size:
            raise ValueError(
                f"byte.vocab_size must be {size} (256 bytes and {len(special_tokens)} for control), got {vocab_size}. "
                f"Leave it out, or use kind bpe, which merges bytes into longer tokens."
            )
    room_for_pieces("byte", size, special_tokens=special_tokens, at_least=256)
    backend = tokenizers.Tokenizer(models.BPE({LETTER_OF_BYTE[byte]: byte for byte in range(256)}, []))
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    backend.decoder = decoders.ByteLevel()
    return finish(backend, kind="byte", special_tokens=special_tokens, vocab_size=vocab_size)
