"""Whole words, with the space before them; a Chinese character, a mark and a line end each stand alone.

Nothing is lost between words: the tokens joined are the text. Words outside the vocabulary become `<unk>`.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

import tokenizers
from tokenizers import Regex, decoders, models, pre_tokenizers

from clearhead.tokenizers.base import UNKNOWN, Tokenizer, check_vocab_size

WORDS = Regex(r"\p{Han}| ?(?:(?!\p{Han})[\p{L}\p{M}\p{N}])+(?:['’](?!\p{Han})\p{L}+)?| ?[^\s\p{L}\p{M}\p{N}]|\s")


def train(texts: Iterable[str], *, vocab_size: int | None = None, special_tokens: Sequence[str] = ()) -> Tokenizer:
    """Count the words and keep the most frequent ones."""
    names = [*special_tokens, UNKNOWN]
    size = check_vocab_size("word", vocab_size, len(names) + 1, default=8192)
    cutter = pre_tokenizers.Split(WORDS, "isolated")
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(word for word, _ in cutter.pre_tokenize_str(text))
    words = sorted(counts, key=lambda word: (-counts[word], word))[: size - len(names)]
    vocabulary = {name: index for index, name in enumerate([*names, *words])}
    backend = tokenizers.Tokenizer(models.WordLevel(vocabulary, unk_token=UNKNOWN))
    backend.pre_tokenizer = cutter
    backend.decoder = decoders.Fuse()
    backend.add_special_tokens(names)
    return Tokenizer(backend, kind="word")
