"""Word vectors from runs and files, and how they enter a model."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from tiny_tasks import train_tiny

from clearhead.interop._word2vec_format import write_binary_vectors, write_text_vectors
from clearhead.models.text_cnn import TextCNN, TextCNNConfig
from clearhead.runs.run import open_run
from clearhead.tasks._vectors_in import KnownVectors, load_vectors, put_vectors, vectors_for

WORDS = ["the", "cat", "sat"]
VECTORS = np.array([[1, 2, 3, 4], [0.5, 0, -0.5, 1], [3, 1, 2, 0]], np.float32)


def write_glove(path: Path) -> Path:
    lines = (f"{word} {' '.join(map(str, row))}\n" for word, row in zip(WORDS, VECTORS, strict=True))
    path.write_text("".join(lines), encoding="utf-8")
    return path


def test_every_form_of_file_gives_the_same(tmp_path: Path) -> None:
    write_text_vectors(tmp_path / "a.vec", WORDS, VECTORS)
    write_binary_vectors(tmp_path / "a.bin", WORDS, VECTORS)
    for path in (tmp_path / "a.vec", tmp_path / "a.bin", write_glove(tmp_path / "glove.txt")):
        words, vectors = load_vectors(path)
        assert words == WORDS
        np.testing.assert_array_equal(vectors, VECTORS)


def test_a_run_of_word_vectors_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLEARHEAD_CACHE", str(tmp_path / "cache"))
    trained = train_tiny("word_vectors", tmp_path)
    words, vectors = load_vectors(trained.result.path)
    np.testing.assert_array_equal(vectors, open_run(trained.result.path).model().input_vectors.detach().numpy())
    assert len(words) == len(vectors)


def test_a_word_is_also_found_in_other_letters(tmp_path: Path) -> None:
    write_text_vectors(tmp_path / "a.vec", ["Paris", "rome", "Rome"], VECTORS)
    found = vectors_for(tmp_path / "a.vec", ["<pad>", "<unk>", "paris", "Rome", "oslo"], num_control=2)
    assert found.is_known.tolist() == [False, False, True, True, False]
    np.testing.assert_array_equal(found.values[2:4], VECTORS[[0, 2]])
    assert (found.width, found.source) == (4, str(tmp_path / "a.vec"))


def test_vectors_keep_their_scale_and_the_others_are_drawn_like_them() -> None:
    chance = np.random.default_rng(0)
    values = (3 * chance.normal(size=(2000, 16))).astype(np.float32)
    is_known = np.arange(2000) % 2 == 1
    model = TextCNN(TextCNNConfig(vocab_size=2000, num_outputs=2, embedding_dim=16, vectors="both"))
    told = put_vectors(model, KnownVectors("a.vec", values, is_known), num_control=3)
    assert told == ["1,000 of 1,997 words begin with a vector of a.vec; the others are drawn at the same scale."]
    assert model.static_embedding is not None
    for table in (model.embedding, model.static_embedding):
        weight = table.weight.detach()
        assert torch.equal(weight[is_known], torch.from_numpy(values[is_known]))
        assert float(weight[~is_known][1:].std()) == pytest.approx(3, rel=0.05)
        assert not weight[0].any()


def test_vectors_of_another_width_are_refused_with_the_right_one() -> None:
    model = SimpleNamespace(config=SimpleNamespace(embedding_dim=16, padding_id=0))
    found = KnownVectors("a.vec", VECTORS, np.array([False, True, True]))
    with pytest.raises(ValueError, match=r"--model.embedding-dim must be .* 4, got 16. Use --model.embedding-dim 4"):
        put_vectors(model, found)


def test_what_is_no_file_of_vectors_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        FileNotFoundError, match=r"No word vectors at .*none.vec. Name a run of clearhead train word_ve"
    ):
        load_vectors(tmp_path / "none.vec")
    (tmp_path / "text.txt").write_text("It was a day.\nAnd then\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"text.txt line 1 must hold a word and 3 numbers, got b'It was a day"):
        load_vectors(tmp_path / "text.txt")
    with write_glove(tmp_path / "cut.txt").open("a", encoding="utf-8") as file:
        file.write("on 1 2\n")
    with pytest.raises(ValueError, match=r"cut.txt line 4 must hold a word and 4 numbers, got b'on 1 2"):
        load_vectors(tmp_path / "cut.txt")
    (tmp_path / "empty.txt").write_text("\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"empty.txt must hold word vectors, got an empty file"):
        load_vectors(tmp_path / "empty.txt")


def test_vectors_of_other_words_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"--task.vectors must hold words of the texts, got none of 2 in"):
        vectors_for(write_glove(tmp_path / "glove.txt"), ["<pad>", "猫", "狗"], num_control=1)
