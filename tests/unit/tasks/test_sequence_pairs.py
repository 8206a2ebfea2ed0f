"""What the decoder reads and should say; what is counted, cut and left out."""

import dataclasses

import numpy as np
import pytest
import torch
from tiny_tasks import Trained
from torch.nn.functional import cross_entropy

from clearhead.layers.linear_cross_entropy import IGNORE_INDEX
from clearhead.tasks.translation import Translation
from clearhead.training.stopping import StopRequested


@pytest.fixture
def task(translator: Trained) -> Translation:
    assert isinstance(translator.task, Translation)
    return translator.task


def shorter(task: Translation, length: int) -> Translation:
    return Translation(task.source, task.tokenizer, task.options, encoded=task.encoded, context_length=length)


def with_options(task: Translation, **options: float) -> Translation:
    changed = dataclasses.replace(task.options, **options)
    return Translation(task.source, task.tokenizer, changed, context_length=task.context_length)


def test_the_decoder_reads_what_it_should_have_said_one_place_before(task: Translation) -> None:
    source, read, said = task.batch(0, seed=0, batch_size=128)
    tokenizer = task.tokenizer
    assert bool((read[:, 0] == tokenizer.start_id).all())
    for row in range(len(said)):
        words = said[row][said[row] != IGNORE_INDEX].tolist()
        assert words[-1] == tokenizer.end_id and tokenizer.end_id not in words[:-1]
        assert read[row, 1 : len(words)].tolist() == words[:-1]
        assert bool((said[row, len(words) :] == IGNORE_INDEX).all())
        filled = source[row].tolist()
        text = tokenizer.decode_source(filled)
        assert (text, tokenizer.decode_target(words)) in task.texts["train"]
        assert set(filled[filled.index(tokenizer.end_id) + 1 :]) <= {tokenizer.padding_id}


def test_every_training_pair_is_in_one_batch_of_a_pass(task: Translation) -> None:
    steps = task.steps_per_epoch(128)
    for epoch in range(2):
        batches = [task.batch(epoch * steps + step, seed=0, batch_size=128) for step in range(steps)]
        assert all(max(part.shape[1] for part in batch) * len(batch[0]) <= 128 for batch in batches)
        texts = [task.tokenizer.decode_source(row.tolist()) for batch in batches for row in batch[0]]
        assert sorted(texts) == sorted(source for source, _ in task.texts["train"])


def test_more_processes_than_rows_get_a_row_that_counts_for_nothing(translator: Trained, task: Translation) -> None:
    parts = [task.batch(0, seed=0, batch_size=64, rank=rank, world_size=16) for rank in range(16)]
    assert (parts[-1][2] == IGNORE_INDEX).all() and len(parts[-1][0]) == 1
    loss, count = task.loss(translator.model, parts[-1])
    assert (float(loss.detach()), count) == (0.0, 0)


def test_targets_are_counted_with_their_ends(task: Translation) -> None:
    for split, count in (("train", task.num_train_targets), ("valid", task.num_valid_targets)):
        assert count == sum(map(len, task.tokenizer.encode_target([target for _, target in task.texts[split]])))
    assert task.evaluation_cost > 1


@torch.no_grad()
def test_the_loss_is_smoothed_while_training_and_not_otherwise(translator: Trained, task: Translation) -> None:
    model, batch = translator.model, task.batch(0, seed=0, batch_size=128)
    logits = model(batch[0], batch[1]).flatten(0, 1)
    plain = float(cross_entropy(logits, batch[2].flatten(), reduction="sum"))
    assert float(task.loss(model, batch)[0]) == pytest.approx(plain, rel=1e-5)
    dropout = [part for part in model.modules() if hasattr(part, "dropout")]
    kept = [part.dropout for part in dropout]
    try:
        for part in dropout:
            part.dropout = 0.0
        model.train()
        smoothed = float(task.loss(model, batch)[0])
        unsmoothed = float(with_options(task, label_smoothing=0.0).loss(model, batch)[0])
    finally:
        model.eval()
        for part, value in zip(dropout, kept, strict=True):
            part.dropout = value
    assert unsmoothed == pytest.approx(plain, rel=1e-5)
    assert abs(smoothed - plain) > 0.001 * plain


def test_pairs_that_are_too_long_are_left_out_and_told(translator: Trained, task: Translation) -> None:
    short = shorter(task, 20)
    assert 0 < len(short.kept) < len(task.kept)
    assert short.num_train_targets < task.num_train_targets
    dropped = len(task.kept) - len(short.kept)
    assert f"{dropped:,} training pairs are longer than 20 tokens and were left out." in short.describe()["report"]
    assert not any("left out" in line for line in task.describe()["report"])
    with pytest.raises(ValueError, match=r"at least one pair must have at most 2 tokens a side, got none"):
        shorter(task, 2)


def test_an_evaluation_reads_sources_that_are_too_long_as_far_as_it_can(translator: Trained, task: Translation) -> None:
    model = type(translator.model)(dataclasses.replace(translator.model.config, context_length=16)).eval()
    short = task.for_model(model.config)
    assert set(short.evaluate(model)) == set(task.evaluate(translator.model))
    assert any("are longer than 16 tokens: read as far as it reaches." in note for note in short.notes(model))


def test_an_evaluation_can_be_stopped_and_leaves_the_model_as_it_was(translator: Trained, task: Translation) -> None:
    def stop() -> None:
        raise StopRequested

    translator.model.train()
    with pytest.raises(StopRequested):
        task.evaluate(translator.model, poll=stop)
    assert translator.model.training
    translator.model.eval()


def test_words_cut_otherwise_are_the_same_text(task: Translation) -> None:
    other = with_options(task, subword_sampling=1.0)
    one, two = (other.batch(3, seed=0, batch_size=128) for _ in range(2))
    assert all(torch.equal(*pair) for pair in zip(one, two, strict=True))
    plain = [task.tokenizer.decode_source(row.tolist()) for row in task.batch(3, seed=0, batch_size=128)[0]]
    assert [task.tokenizer.decode_source(row.tolist()) for row in one[0]] == plain


def test_a_piece_of_so_many_tokens_has_so_many_rows(task: Translation) -> None:
    batch = (torch.zeros(8, 10), torch.zeros(8, 16), torch.zeros(8, 16))
    assert task.rows_at_once(batch, 64) == 4
    assert task.rows_at_once(batch, 15) == 1


def test_the_usual_context_holds_the_longest_pair(task: Translation) -> None:
    longest = int(max(np.max(part.lengths) for part in task.encoded.values()))
    assert longest <= task.defaults("transformer").model_options["context_length"] <= longest + 40
    assert task.defaults("attention_seq2seq").training_options["optimizer"] == "adamw"
