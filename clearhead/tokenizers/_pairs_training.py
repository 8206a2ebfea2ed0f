"""Texts → SentencePiece models, the same bytes for the same texts and settings."""

import io
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain

import sentencepiece

from clearhead.core import catalog
from clearhead.tokenizers._pairs_files import END, PADDING, UNKNOWN
from clearhead.tokenizers._sample import documents, sample
from clearhead.tokenizers._training import MOST_TOKENS, check_is_number

KINDS = {"unigram": "unigram", "bpe": "bpe", "character": "char"}
"""The names SentencePiece has for them."""
SAMPLE_BYTES = 10_000_000
"""Most text a model is trained on; more would change the time, not the pieces."""
SMALL_ALPHABET = 256
COVERAGE = 0.9995
"""Share of a text's characters that get a piece where all of them would take more than half of the vocabulary."""
SKIPPED = "▅"
"""The library leaves out every text that holds this sign, which it uses itself."""


def train_models(
    sides: tuple[Iterable[str], Iterable[str]],
    vocab_size: int | None,
    *,
    is_joint: bool,
    kind: str,
    seed: int,
    lower_case: bool,
) -> tuple[list[bytes], list[str]]:
    """Train one model for both sides, or one for each.

    Returns:
        The models, one or two, and what there is to tell of them.
    """
    catalog.choose(kind, KINDS, where="the kinds of pair tokenizers")
    if kind != "character" or vocab_size is not None:
        check_is_number("train_pairs", vocab_size)
    given = [("both sides", chain(*sides))] if is_joint else list(zip(("source", "target"), sides, strict=True))
    models, notes = [], []
    for name, texts in given:
        kept = sample(documents(texts), limit_bytes=SAMPLE_BYTES, seed=seed)
        if kept.num_bytes < kept.total_bytes:
            share = f"{kept.num_bytes / 1e6:,.1f} of {kept.total_bytes / 1e6:,.1f} MB of text"
            notes.append(f"Pieces of {name}: trained on a random sample, {share}.")
        # With one vocabulary <pad> comes after the model's own pieces, so the model has one fewer.
        size = None if vocab_size is None else vocab_size - is_joint
        model = _train(kept.texts, size, has_padding=not is_joint, kind=kind, lower_case=lower_case)
        notes += _tell(model, kept.texts, size, name, kind=kind, lower_case=lower_case)
        models.append(model)
    return models, notes


def _train(texts: Sequence[str], vocab_size: int | None, *, has_padding: bool, kind: str, lower_case: bool) -> bytes:
    alphabet = Counter(chain.from_iterable(texts))
    is_small = kind == "character" or len(alphabet) <= max(SMALL_ALPHABET, (vocab_size or MOST_TOKENS) // 2)
    written = io.BytesIO()
    try:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=(text.replace(SKIPPED, " ") for text in texts),
            model_writer=written,
            model_type=KINDS[kind],
            vocab_size=vocab_size or MOST_TOKENS,
            hard_vocab_limit=False,
            character_coverage=1.0 if is_small else COVERAGE,
            normalizer=_normalizer(lower_case=lower_case),
            eos_id=0,
            unk_id=1,
            pad_id=2 if has_padding else -1,
            bos_id=-1,
            eos_piece=END,
            unk_piece=UNKNOWN,
            pad_piece=PADDING,
            max_sentence_length=1 << 20,
            num_threads=1,  # with more, sums are added in any order
            minloglevel=3,
        )
    except RuntimeError as error:
        raise _refusal(str(error), vocab_size, has_padding) from None
    return written.getvalue()


def _normalizer(*, lower_case: bool) -> sentencepiece.SentencePieceNormalizer:
    """Return the rule that leaves text as it is, or makes capitals small: it is kept in the model, for every tool."""
    letters = (chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000)
    small = [(letter, letter.lower()) for letter in letters if letter.lower() != letter] if lower_case else None
    return sentencepiece.SentencePieceNormalizer(
        norm_map=small,
        rule_name=None if small else "identity",
        add_dummy_prefix=True,
        escape_whitespaces=True,
        remove_extra_whitespaces=False,
    )


def _refusal(reason: str, vocab_size: int | None, has_padding: bool) -> ValueError:
    sizes = re.search(r"smaller than required_chars\. (\d+) vs (\d+)", reason)
    if sizes is None:
        return ValueError(f"train_pairs.source_texts must be text SentencePiece can use, got: {reason[:200]}.")
    room = 0 if has_padding else 1  # for <pad>, outside the model
    at_least = int(sizes[2]) + room
    return ValueError(
        f"train_pairs.vocab_size must be at least {at_least} to say each character of this text, "
        f"got {int(sizes[1]) + room}. Use vocab_size={1 << (at_least * 5 // 4).bit_length()}."
    )


def _tell(
    model: bytes, texts: Sequence[str], vocab_size: int | None, name: str, *, kind: str, lower_case: bool
) -> list[str]:
    processor = sentencepiece.SentencePieceProcessor(model_proto=model)
    pieces = {processor.id_to_piece(index) for index in range(processor.get_piece_size())}
    alphabet = Counter(chain.from_iterable(map(str.lower, texts) if lower_case else texts))
    del alphabet[" "]
    rare = {character: count for character, count in alphabet.items() if character not in pieces}
    told = []
    if kind != "character" and len(pieces) < (vocab_size or 0):
        told.append(f"Pieces of {name}: the text supports {len(pieces):,} only, {vocab_size:,} were asked for.")
    if rare:
        told.append(
            f"Pieces of {name}: {len(rare):,} of {len(alphabet):,} characters are rare and become <unk> "
            f"({sum(rare.values()) / alphabet.total():.3%} of the text)."
        )
    return told
