"""The pieces that make a text most probable when each is drawn alone (SentencePiece's model); unseen characters as bytes.

Source: Kudo 2018, "Subword regularization", arXiv 1804.10959. Differs: no space is put before the text, so that
the pieces joined are the text.
"""

import json
from collections.abc import Iterable, Sequence

import tokenizers
from tokenizers import decoders, models, pre_tokenizers, trainers

from clearhead.tokenizers._bytes import SPACE_MARK
from clearhead.tokenizers.base import UNKNOWN, Tokenizer, check_vocab_size

BYTES = [f"<0x{byte:02X}>" for byte in range(256)]
BYTE_SCORE_BELOW_WORST = 10.0
NEVER = 1e6


def train(texts: Iterable[str], *, vocab_size: int | None = None, special_tokens: Sequence[str] = ()) -> Tokenizer:
    """Begin with many pieces and drop those that are missed least, until the vocabulary is full; then add the bytes."""
    names = [*special_tokens, UNKNOWN]
    size = check_vocab_size("unigram", vocab_size, len(names) + len(BYTES) + 8)
    backend = tokenizers.Tokenizer(models.Unigram())
    backend.pre_tokenizer = pre_tokenizers.Metaspace(replacement=SPACE_MARK, prepend_scheme="never")
    trainer = trainers.UnigramTrainer(
        vocab_size=size - len(BYTES), special_tokens=names, unk_token=UNKNOWN, show_progress=False
    )
    backend.train_from_iterator(texts, trainer)
    description = json.loads(backend.to_str())
    pieces = description["model"]["vocab"]
    worst = min(score for name, score in pieces if name not in names)
    known = {name for name, _ in pieces}
    # Bytes are a last resort: worse than any piece, so that they never win where a piece fits.
    pieces += [[name, worst - BYTE_SCORE_BELOW_WORST] for name in BYTES if name not in known]
    for piece in pieces:
        if piece[0] in names:  # the name of a control token in a text must never be the best way to say it
            piece[1] = worst - NEVER
    description["model"]["byte_fallback"] = True
    backend = tokenizers.Tokenizer.from_str(json.dumps(description))
    backend.decoder = decoders.Sequence([decoders.Replace(SPACE_MARK, " "), decoders.ByteFallback(), decoders.Fuse()])
    return Tokenizer(backend, kind="unigram")
