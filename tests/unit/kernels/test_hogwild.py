"""Training on a text: windows, determinism, threads, loss, and what is refused."""

import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clearhead.kernels import hogwild
from clearhead.kernels.hogwild import Learned, Tables, WordTraining, train_words
from clearhead.kernels.word2vec import SENTENCE_END

VOCAB, WIDTH = 40, 16


def text(num_sentences: int = 2000, seed: int = 0) -> np.ndarray:
    """Write sentences of ten words, either all from the first half of the vocabulary or all from the second."""
    chance = np.random.default_rng(seed)
    sentences = chance.integers(0, VOCAB // 2, (num_sentences, 10)) + VOCAB // 2 * chance.integers(
        0, 2, (num_sentences, 1)
    )
    return np.pad(sentences, ((0, 0), (0, 1)), constant_values=SENTENCE_END).ravel().astype(np.int32)


TEXT = text()
COUNTS = np.bincount(TEXT[TEXT >= 0], minlength=VOCAB)


def start(training: WordTraining) -> tuple[np.ndarray, np.ndarray]:
    inputs = (np.random.default_rng(1).random((VOCAB, WIDTH), np.float32) - 0.5) / WIDTH
    return inputs, np.zeros((VOCAB - (training.objective == "hierarchical_softmax"), WIDTH), np.float32)


def learn(
    ids: np.ndarray = TEXT, *, seed: int = 3, epochs: int = 1, num_threads: int = 1, **options: Any
) -> tuple[np.ndarray, list[Learned]]:
    """Train and return the input vectors and what each epoch did."""
    training = WordTraining(**{"sample": 0.0, **options})
    tables, (inputs, output) = Tables.of(COUNTS, training), start(training)
    learned = [
        train_words(
            inputs,
            output,
            ids,
            training=training,
            tables=tables,
            start=0,
            stop=len(ids),
            first_rate=0.05,
            last_rate=0.04,
            seed=seed,
            epoch=epoch,
            num_threads=num_threads,
        )
        for epoch in range(epochs)
    ]
    return inputs, learned


EVERY_WAY = [
    {"mode": mode, "objective": objective}
    for mode in ("skip_gram", "cbow")
    for objective in ("negative_sampling", "hierarchical_softmax", "full_softmax")
]


@pytest.mark.parametrize("options", [*EVERY_WAY, {"shares_negatives": False}])
def test_words_that_stand_together_become_neighbours(options: dict[str, Any]) -> None:
    inputs, _ = learn(epochs=4, **options)
    unit = inputs / np.linalg.norm(inputs, axis=1, keepdims=True)
    cosines = unit @ unit.T
    same = np.kron(np.eye(2), np.ones((VOCAB // 2, VOCAB // 2))).astype(bool)
    assert cosines[same].mean() > cosines[~same].mean() + 0.5


@pytest.mark.parametrize("mode", ["skip_gram", "cbow"])
def test_the_first_loss_is_that_of_knowing_nothing_and_the_last_that_of_knowing_the_half(mode: str) -> None:
    _, (first, *_) = learn(TEXT[:11], mode=mode, objective="full_softmax")
    assert first.loss / first.num_predictions == pytest.approx(np.log(VOCAB), abs=0.05)
    _, learned = learn(epochs=4, mode=mode, objective="full_softmax")
    assert learned[-1].loss / learned[-1].num_predictions == pytest.approx(np.log(VOCAB // 2), abs=0.05)


def test_words_and_predictions_are_counted() -> None:
    _, (learned,) = learn(TEXT[: 11 * 20], window=1)
    assert learned.num_words == 200
    assert learned.num_predictions == 20 * 18  # 9 pairs of neighbours, each read both ways
    _, (learned,) = learn(TEXT[: 11 * 20], window=1, mode="cbow")
    assert learned.num_predictions == 20 * 10


def test_a_window_is_as_wide_as_drawn_and_each_width_is_equally_likely() -> None:
    one = TEXT[TEXT >= 0][:10_000]  # one sentence: its ends hardly count
    _, (learned,) = learn(one, window=5)
    assert learned.num_predictions / len(one) == pytest.approx(2 * 3, abs=0.1)


def test_a_sentence_of_one_word_teaches_nothing() -> None:
    inputs, (learned,) = learn(np.array([3, -1, 4, -1, -1], np.int32))
    assert learned == Learned(0.0, 0, 2)
    assert (inputs == start(WordTraining())[0]).all()


def test_thinning_out_leaves_words_out_of_the_windows_but_counts_them() -> None:
    _, (all_kept,) = learn()
    _, (thinned,) = learn(sample=0.002)
    assert thinned.num_words == all_kept.num_words == 20_000
    assert thinned.num_predictions < 0.5 * all_kept.num_predictions


@pytest.mark.parametrize("options", EVERY_WAY)
def test_one_thread_and_one_seed_give_the_same_bits(options: dict[str, Any]) -> None:
    small = TEXT[:2200]
    first, learned = learn(small, **options)
    again, learned_again = learn(small, **options)
    other, _ = learn(small, seed=4, **options)
    assert (first == again).all() and learned == learned_again
    assert (first != other).any()


def test_pieces_of_whole_blocks_learn_what_the_whole_text_teaches() -> None:
    training = WordTraining(sample=0.0)
    tables, (inputs, output) = Tables.of(COUNTS, training), start(training)
    cut = hogwild.BLOCK_WORDS
    for first, last in ((0, cut), (cut, len(TEXT))):
        rates = [0.05 - 0.01 * place / len(TEXT) for place in (first, last)]
        train_words(
            inputs,
            output,
            TEXT,
            training=training,
            tables=tables,
            start=first,
            stop=last,
            first_rate=rates[0],
            last_rate=rates[1],
            seed=3,
        )
    assert inputs == pytest.approx(learn()[0], abs=1e-6)


def test_two_threads_learn_as_well_as_one() -> None:
    long = np.tile(TEXT, 3)
    _, (alone,) = learn(long)
    inputs, (together,) = learn(long, num_threads=2)
    assert (together.num_words, together.num_predictions) == (alone.num_words, alone.num_predictions)
    assert together.loss == pytest.approx(alone.loss, rel=0.02)
    assert np.isfinite(inputs).all()


def test_a_text_on_disk_is_read_where_it_lies(tmp_path: Path) -> None:
    TEXT.astype("<i4").tofile(tmp_path / "ids.bin")
    ids = np.memmap(tmp_path / "ids.bin", "<i4", mode="r")
    assert (learn(ids)[0] == learn()[0]).all()


def test_an_error_in_one_thread_stops_the_others_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    blocks = []

    def slow_block(*arguments: Any) -> Any:
        blocks.append(1)
        if len(blocks) == 1:
            raise KeyboardInterrupt
        time.sleep(0.01)
        return 0.0, 0, 0

    monkeypatch.setattr(hogwild.word2vec, "train_block", slow_block)
    with pytest.raises(KeyboardInterrupt):
        learn(np.tile(TEXT, 100), num_threads=2)
    assert len(blocks) <= 3  # of 220


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"window": 0}, r"WordTraining.window must be at least 1, got 0"),
        ({"num_negatives": -1}, r"WordTraining.num_negatives must be at least 1, got -1"),
        ({"sample": 1.5}, r"WordTraining.sample must be in \[0, 1\), got 1.5"),
        ({"mode": "skipgram"}, r"No 'skipgram' in WordTraining.mode.*Did you mean 'skip_gram'"),
    ],
)
def test_settings_without_sense_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        WordTraining(**options)


def test_matrices_of_another_form_are_refused_before_a_kernel_touches_them() -> None:
    training = WordTraining()
    tables, (inputs, output) = Tables.of(COUNTS, training), start(training)
    options: dict[str, Any] = {
        "training": training, "tables": tables, "start": 0, "stop": 10, "first_rate": 0.1, "last_rate": 0.1, "seed": 0,
    }  # fmt: skip
    for wrong in (inputs.astype(np.float64), inputs[:-1], inputs[:, ::2]):
        with pytest.raises(ValueError, match=r"train_words.inputs must be writable contiguous float32 of shape \(40, "):
            train_words(wrong, output[:, : wrong.shape[1]].copy(), TEXT, **options)
    with pytest.raises(ValueError, match=r"train_words.ids must be words from 0 to 39 .*got 40"):
        train_words(inputs, output, np.array([3, 40, -1], np.int32), **{**options, "stop": 3})


def test_a_vocabulary_without_a_choice_is_refused() -> None:
    with pytest.raises(ValueError, match=r"Tables.counts must hold two words or more.* got 1 words"):
        Tables.of(np.array([5]), WordTraining())
