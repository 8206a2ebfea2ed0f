"""Every byte of UTF-8 is a token: 256 of them say any text, a Chinese character with three."""

from collections.abc import Iterable, Sequence

import tokenizers
from tokenizers import decoders, models, pre_tokenizers

from clearhead.tokenizers._bytes import byte_level_table
from clearhead.tokenizers.base import Tokenizer, check_vocab_size


def train(texts: Iterable[str], *, vocab_size: int | None = None, special_tokens: Sequence[str] = ()) -> Tokenizer:
    """Make the vocabulary of bytes; there is nothing to learn from the texts."""
    check_vocab_size("byte", vocab_size, 256 + len(special_tokens), default=256 + len(special_tokens))
    names = sorted(byte_level_table(), key=byte_level_table().__getitem__)
    vocabulary = {name: index for index, name in enumerate([*special_tokens, *names])}
    backend = tokenizers.Tokenizer(models.BPE(vocabulary, []))
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    backend.decoder = decoders.ByteLevel()
    backend.add_special_tokens(list(special_tokens))
    return Tokenizer(backend, kind="byte")
