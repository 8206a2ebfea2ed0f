"""Every character is a token."""

from collections import Counter
from collections.abc import Iterable, Sequence

import tokenizers
from tokenizers import Regex, decoders, models, pre_tokenizers

from clearhead.tokenizers.base import UNKNOWN, Tokenizer, check_vocab_size


def train(texts: Iterable[str], *, vocab_size: int | None = None, special_tokens: Sequence[str] = ()) -> Tokenizer:
    """Collect the characters; the most frequent ones where the vocabulary is limited. Others become `<unk>`."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(text)
    names = [*special_tokens, UNKNOWN]
    if vocab_size is not None:
        check_vocab_size("character", vocab_size, len(names) + 1)
        counts = Counter(dict(counts.most_common(vocab_size - len(names))))
    vocabulary = {name: index for index, name in enumerate([*names, *sorted(counts)])}
    backend = tokenizers.Tokenizer(models.WordLevel(vocabulary, unk_token=UNKNOWN))
    backend.pre_tokenizer = pre_tokenizers.Split(Regex(r"(?m)."), "isolated")  # Oniguruma's m: "." takes line ends too
    backend.decoder = decoders.Fuse()
    backend.add_special_tokens(names)
    return Tokenizer(backend, kind="character")
