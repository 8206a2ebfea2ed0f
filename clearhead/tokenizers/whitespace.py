"""Words as they stand between spaces, each with the space before it; the end of a line is one token.

This is how WikiText and the Penn Treebank are read in publications, where marks already stand apart: every word of a
line, then one token for its end. A word the vocabulary lacks is `<unk>`; nothing else is lost.
"""

from collections.abc import Iterable, Sequence

import tokenizers
from tokenizers import Regex, decoders, models, pre_tokenizers, trainers

from clearhead.tokenizers._files import BETWEEN_SPACES
from clearhead.tokenizers._sample import documents
from clearhead.tokenizers._training import UNKNOWN, finish, room_for_pieces
from clearhead.tokenizers.base import Tokenizer


def train(texts: Iterable[str], *, vocab_size: int | None, special_tokens: Sequence[str]) -> Tokenizer:
    """Count the words and keep the most frequent ones; all of them when the size is not limited."""
    room = room_for_pieces("whitespace", vocab_size, special_tokens=special_tokens, at_least=2)
    backend = tokenizers.Tokenizer(models.WordLevel({UNKNOWN: 0}, unk_token=UNKNOWN))
    backend.pre_tokenizer = pre_tokenizers.Split(Regex(BETWEEN_SPACES), "isolated")
    backend.decoder = decoders.Fuse()
    trainer = trainers.WordLevelTrainer(vocab_size=room, special_tokens=[UNKNOWN], show_progress=False)
    backend.train_from_iterator(documents(texts), trainer)
    return finish(backend, kind="whitespace", special_tokens=special_tokens, vocab_size=vocab_size)
