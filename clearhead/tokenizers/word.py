"""Whole words, each with the space before it; a word the vocabulary lacks is `<unk>`.

Nothing is lost between words: punctuation, digits, line ends and further spaces are tokens of their own, so the
tokens joined are the text. Chinese is cut into characters: its words would need a dictionary (jieba), which
cannot be kept in tokenizer.json.
"""

from collections.abc import Iterable, Sequence

import tokenizers
from tokenizers import Regex, decoders, models, pre_tokenizers, trainers

from clearhead.tokenizers._sample import documents
from clearhead.tokenizers._training import UNKNOWN, finish, room_for_pieces
from clearhead.tokenizers.base import Tokenizer

WORDS = r" ?[\p{L}\p{M}&&[^\p{Han}]]+(?:['’][\p{L}\p{M}&&[^\p{Han}]]+)*|[\s\S]"
"""Letters of any script but the Chinese one, with apostrophes inside; or any single character."""


def train(texts: Iterable[str], *, vocab_size: int | None, special_tokens: Sequence[str]) -> Tokenizer:
    """Count the words and keep the most frequent ones; all of them when the size is not limited."""
    room = room_for_pieces("word", vocab_size, special_tokens=special_tokens, at_least=2)
    backend = tokenizers.Tokenizer(models.WordLevel({UNKNOWN: 0}, unk_token=UNKNOWN))
    backend.pre_tokenizer = pre_tokenizers.Split(Regex(WORDS), "isolated")
    backend.decoder = decoders.Fuse()
    trainer = trainers.WordLevelTrainer(vocab_size=room, special_tokens=[UNKNOWN], show_progress=False)
    backend.train_from_iterator(documents(texts), trainer)
    return finish(backend, kind="word", special_tokens=special_tokens, vocab_size=vocab_size)
