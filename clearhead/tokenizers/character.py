"""Every character is a token; a character the training text did not have is `<unk>`.

The smallest vocabulary that reads as text, and the longest sequences. Chinese needs thousands of characters.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

import tokenizers
from tokenizers import Regex, decoders, models, pre_tokenizers

from clearhead.tokenizers._files import EVERY_CHARACTER
from clearhead.tokenizers._sample import documents
from clearhead.tokenizers._training import UNKNOWN, finish, room_for_pieces
from clearhead.tokenizers.base import Tokenizer

SAMPLE_BYTES = None
"""All the text is counted: a character that is left out could never be read."""


def train(texts: Iterable[str], *, vocab_size: int | None, special_tokens: Sequence[str]) -> Tokenizer:
    """Collect the characters, in the order of their code points; the most frequent ones where the size is limited."""
    room = room_for_pieces("character", vocab_size, special_tokens=special_tokens, at_least=2)
    counts: Counter[str] = Counter()
    for text in documents(texts):
        counts.update(text)
    by_frequency = sorted(counts, key=lambda character: (-counts[character], character))
    kept = sorted(by_frequency[: room - 1])
    vocab = {name: index for index, name in enumerate([UNKNOWN, *kept])}
    backend = tokenizers.Tokenizer(models.WordLevel(vocab, unk_token=UNKNOWN))
    backend.pre_tokenizer = pre_tokenizers.Split(Regex(EVERY_CHARACTER), "isolated")
    backend.decoder = decoders.Fuse()
    tokenizer = finish(backend, kind="character", special_tokens=special_tokens, vocab_size=vocab_size)
    left_out = by_frequency[room - 1 :]
    if left_out:
        share = sum(counts[character] for character in left_out) / counts.total()
        tokenizer.notes += (f"{len(left_out):,} rare characters, {share:.2%} of the text, are read as unknown.",)
    return tokenizer
