"""Pieces of words as BERT has them: `play ##ing`. Spaces and line ends are not kept; Chinese characters stand alone.

Source: Devlin et al. 2019, arXiv 1810.04805. Differs: upper and lower case and accents are kept.
"""

from collections.abc import Iterable, Sequence

import tokenizers
from tokenizers import decoders, models, normalizers, pre_tokenizers, trainers

from clearhead.tokenizers.base import UNKNOWN, Tokenizer, check_vocab_size


def train(texts: Iterable[str], *, vocab_size: int | None = None, special_tokens: Sequence[str] = ()) -> Tokenizer:
    """Merge the pairs of pieces that occur most often until the vocabulary is full."""
    names = [*special_tokens, UNKNOWN]
    size = check_vocab_size("wordpiece", vocab_size, len(names) + 2)
    backend = tokenizers.Tokenizer(models.WordPiece(unk_token=UNKNOWN, max_input_chars_per_word=100))
    backend.normalizer = normalizers.BertNormalizer(
        clean_text=True, handle_chinese_chars=True, strip_accents=False, lowercase=False
    )
    backend.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    backend.decoder = decoders.WordPiece(prefix="##", cleanup=False)
    trainer = trainers.WordPieceTrainer(vocab_size=size, special_tokens=names, show_progress=False)
    backend.train_from_iterator(texts, trainer)
    return Tokenizer(backend, kind="wordpiece")
