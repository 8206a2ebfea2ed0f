"""The experiment on subword vocabulary: what it measures, and the rule of its verdict."""

import numpy as np
import pytest

from clearhead.experiments.claims._vocabularies import Reading, cut, read_with_subwords, read_with_words, subwords
from clearhead.experiments.claims.base import Several
from clearhead.experiments.claims.subword_vocabulary import NAMES, agreement, conclude

LINES = [["low", "lower", "lowest", "new", "newer"]] * 30


def test_words_leave_new_ones_unknown_and_pieces_bring_them_back() -> None:
    new = [["low", "newest"]]
    known = {word for line in LINES for word in line}
    tokenizer = subwords("bpe", LINES, 280)
    words, pieces = read_with_words(known, known, new), read_with_subwords(tokenizer, known, new)
    assert (words.unknown, words.restored, words.tokens_per_word) == (50.0, 0.0, 1.0)
    assert (pieces.unknown, pieces.restored) == (0.0, 100.0)
    assert pieces.tokens_per_word == (len(cut(tokenizer, "low")) + len(cut(tokenizer, "newest"))) / 2


def test_vectors_agree_with_themselves_and_disagree_when_turned_round() -> None:
    vectors = np.random.default_rng(0).normal(size=(20, 5)).astype(np.float32)
    pairs = np.array([(i, (i + k) % 20) for i in range(20) for k in (1, 2)])
    assert agreement(vectors, vectors, pairs) == pytest.approx(1.0)
    assert abs(agreement(vectors, np.random.default_rng(1).normal(size=(20, 5)).astype(np.float32), pairs)) < 0.5


@pytest.mark.parametrize(
    ("restored", "whole", "split", "verdict"),
    [(100.0, 90, 90, "holds"), (100.0, 90, 40, "only_when"), (100.0, 50, 45, "holds"), (99.0, 90, 90, "false")],
)
def test_the_verdict_follows_the_rule(restored: float, whole: float, split: float, verdict: str) -> None:
    all_words = Reading(vocab_size=20_000, tokens_per_word=1.0, unknown=5.0, restored=0.0)
    pieces = Reading(vocab_size=4000, tokens_per_word=1.3, unknown=0.0, restored=restored)
    readings = {name: all_words if name in ("words", "frequent") else pieces for name in NAMES}
    kept = {"whole": Several.of([whole, whole]), "split": Several.of([split, split])}
    text = {"en": "a text", "zh": "一段文本"}
    assert conclude(readings, {"whole": 0.9, "split": 0.9}, kept, text).verdict == verdict
