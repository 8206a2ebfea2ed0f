"""Word vectors beside gensim: files in both directions, neighbours, analogies, the Huffman code's length."""

from pathlib import Path

import numpy as np
import pytest

from clearhead.interop._word2vec_format import (
    read_binary_vectors,
    read_text_vectors,
    write_binary_vectors,
    write_text_vectors,
)
from clearhead.kernels.word_tables import alias_table, huffman_tree, keep_chances
from clearhead.metrics.word_vectors import analogy, nearest, normalised, parse_analogies, score_analogies

gensim = pytest.importorskip("gensim.models", reason="gensim is not installed")

CHANCE = np.random.default_rng(0)
WORDS = [f"w{i}" for i in range(60)] + ["北京", "naïve"]
VECTORS = CHANCE.normal(size=(62, 10)).astype(np.float32)


@pytest.mark.parametrize("is_binary", [True, False])
def test_gensim_reads_ours_and_finds_the_same_neighbours(is_binary: bool, tmp_path: Path) -> None:
    (write_binary_vectors if is_binary else write_text_vectors)(tmp_path / "v", WORDS, VECTORS)
    theirs = gensim.KeyedVectors.load_word2vec_format(str(tmp_path / "v"), binary=is_binary)
    assert theirs.index_to_key == WORDS and (theirs.vectors == VECTORS).all()
    unit = normalised(VECTORS)
    found, cosines = nearest(unit, unit[60], count=8, excluded=[60])
    expected = theirs.most_similar("北京", topn=8)
    assert [WORDS[i] for i in found] == [word for word, _ in expected]
    assert cosines == pytest.approx([cosine for _, cosine in expected], abs=1e-5)
    found, cosines = analogy(unit, 0, 1, 2, count=5)
    expected = theirs.most_similar(positive=["w1", "w2"], negative=["w0"], topn=5)
    assert [WORDS[i] for i in found] == [word for word, _ in expected]


@pytest.mark.parametrize("is_binary", [True, False])
def test_we_read_what_gensim_writes(is_binary: bool, tmp_path: Path) -> None:
    theirs = gensim.KeyedVectors(10)
    theirs.add_vectors(WORDS, VECTORS)
    theirs.save_word2vec_format(str(tmp_path / "v"), binary=is_binary)
    words, vectors = (read_binary_vectors if is_binary else read_text_vectors)(tmp_path / "v")
    assert sorted(words) == sorted(WORDS)
    assert (vectors[[words.index(word) for word in WORDS]] == VECTORS).all()


def test_analogies_are_counted_as_gensim_counts_them(tmp_path: Path) -> None:
    base, shift = CHANCE.normal(size=(10, 30)), CHANCE.normal(size=30)
    vectors = np.concatenate([base, base + shift + CHANCE.normal(scale=1.2, size=(10, 30))]).astype(np.float32)
    words = [f"a{i}" for i in range(10)] + [f"B{i}" for i in range(10)]
    lines = [f"a{i} b{i} A{j} b{j}" for i in range(10) for j in range(10) if i != j] + ["a0 b0 a1 zzz"]
    (tmp_path / "q.txt").write_text("\n".join([": one", *lines]) + "\n", encoding="utf-8")
    theirs = gensim.KeyedVectors(30)
    theirs.add_vectors(words, vectors)
    accuracy, _ = theirs.evaluate_word_analogies(str(tmp_path / "q.txt"), restrict_vocab=30000, case_insensitive=True)
    total, _ = score_analogies(words, vectors, parse_analogies((tmp_path / "q.txt").read_text(encoding="utf-8")))
    assert total.accuracy == pytest.approx(accuracy) and 0 < accuracy < 1
    assert (total.num_asked, total.num_left_out) == (90, 1)


def test_tables_are_those_gensim_trains_with() -> None:
    counts = np.array([900, 400, 300, 90, 40, 30, 9, 5, 5, 5])
    sentences = [[f"w{i}"] * count for i, count in enumerate(counts)]
    theirs = gensim.Word2Vec(vector_size=4, min_count=1, hs=1, negative=5, sample=0.01, workers=1)
    theirs.build_vocab(sentences)
    place = [theirs.wv.key_to_index[f"w{i}"] for i in range(10)]
    keep = np.array([theirs.wv.get_vecattr(f"w{i}", "sample_int") for i in range(10)], np.float64)
    assert keep_chances(counts, 0.01) / 2.0**32 == pytest.approx(keep / 2**32, abs=1e-8)
    entries = alias_table(counts, 0.75)
    own, share = (entries >> np.uint64(32)) / 2.0**32, np.zeros(10)
    share += own
    np.add.at(share, (entries & np.uint64(2**32 - 1)).astype(np.int64), 1 - own)
    theirs_share = np.diff(theirs.cum_table, prepend=0) / theirs.cum_table[-1]
    assert share / 10 == pytest.approx(theirs_share[place], abs=1e-6)
    lengths = np.array([len(theirs.wv.get_vecattr(f"w{i}", "code")) for i in range(10)])
    assert (np.diff(huffman_tree(counts).starts) * counts).sum() == (lengths * counts).sum()
