"""Next-token prediction: the whole validation part, each token once; scores that others would compute too."""

import lzma
import math
from pathlib import Path

import numpy as np
import pytest
import torch
from tiny import tiny_train

from clearhead.data.base import open_text, raw_bytes
from clearhead.models.gpt import GPT, GPTConfig
from clearhead.models.recurrent_lm import RecurrentLM, RecurrentLMConfig
from clearhead.runs.run import open_run
from clearhead.tasks.language_modeling import LanguageModeling, LanguageModelingOptions, read_windows
from clearhead.training.stopping import StopRequested


@pytest.fixture
def model(task: LanguageModeling) -> GPT:
    torch.manual_seed(0)
    assert task.tokenizer is not None
    config = GPTConfig(
        vocab_size=task.tokenizer.vocab_size, context_length=16, d_model=32, num_layers=1, num_heads=2, dropout=0.3
    )
    model = GPT(config)
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.2)
    return model


def test_a_batch_is_inputs_and_what_follows_them(task: LanguageModeling) -> None:
    tokens, targets = task.batch(3, seed=1, batch_size=5)
    assert tokens.shape == targets.shape == (5, 16)
    assert torch.equal(tokens[:, 1:], targets[:, :-1])
    again, _ = task.batch(3, seed=1, batch_size=5)
    assert torch.equal(tokens, again)
    assert not torch.equal(tokens, task.batch(4, seed=1, batch_size=5)[0])
    assert not torch.equal(tokens, task.batch(3, seed=2, batch_size=5)[0])


def test_processes_share_a_batch_without_overlap(task: LanguageModeling) -> None:
    whole, _ = task.batch(2, seed=0, batch_size=6)
    parts = [task.batch(2, seed=0, batch_size=6, rank=rank, world_size=3)[0] for rank in range(3)]
    assert torch.equal(torch.cat(parts), whole)


@torch.no_grad()
def test_the_loss_is_the_sum_over_its_targets(task: LanguageModeling, model: GPT) -> None:
    batch = task.batch(0, seed=0, batch_size=4)
    model.eval()
    loss, count = task.loss(model, batch)
    expected = torch.nn.functional.cross_entropy(model(batch[0]).flatten(0, 1), batch[1].flatten(), reduction="sum")
    assert count == 64
    assert float(loss) == pytest.approx(float(expected), rel=1e-5)


@torch.no_grad()
def test_every_validation_token_but_the_first_counts_once(task: LanguageModeling, model: GPT) -> None:
    model.eval()
    tokens = torch.from_numpy(np.array(task.data.valid.tokens, dtype=np.int64))
    nats, counted = 0.0, 0
    for start in range(0, len(tokens) - 1, 16):  # one window at a time, in float64, without any padding
        window = tokens[start : start + 17]
        logits = model(window[None, :-1])[0].double().log_softmax(-1)
        nats -= float(logits.gather(1, window[1:, None]).sum())
        counted += len(window) - 1
    scores = task.evaluate(model.train())
    assert counted == len(tokens) - 1
    assert counted % 16 != 0, "the last window must be a short one for this test to say something"
    assert scores["loss"] == pytest.approx(nats / counted, rel=1e-6)
    assert scores["perplexity"] == pytest.approx(math.exp(nats / counted), rel=1e-6)
    assert scores["bits_per_byte"] == pytest.approx(nats / math.log(2) / task.data.valid.num_bytes, rel=1e-6)
    assert model.training


@pytest.fixture
def carrying(task: LanguageModeling) -> RecurrentLM:
    torch.manual_seed(0)
    config = RecurrentLMConfig(
        vocab_size=task.tokenizer.vocab_size, context_length=16, carried_length=5, d_model=24, num_layers=2
    )
    model = RecurrentLM(config)
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.4)
    return model


@torch.no_grad()
def test_a_state_is_carried_over_the_whole_text_that_is_scored(
    task: LanguageModeling, carrying: RecurrentLM, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = task.for_model(carrying.config)
    tokens = torch.from_numpy(np.array(task.data.valid.tokens, dtype=np.int64))
    logits = carrying.eval()(tokens[None, :-1])[0].double().log_softmax(-1)
    expected = -float(logits.gather(1, tokens[1:, None]).mean())
    monkeypatch.setattr("clearhead.tasks.language_modeling.EVALUATED_STREAMS", 1)
    assert task.evaluate(carrying.train())["loss"] == pytest.approx(expected, rel=1e-5)
    assert carrying.training


@torch.no_grad()
def test_streams_begin_with_the_state_of_what_stands_before_them(
    task: LanguageModeling, carrying: RecurrentLM, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = task.for_model(carrying.config)
    monkeypatch.setattr("clearhead.tasks.language_modeling.EVALUATED_STREAMS", 3)
    tokens = torch.from_numpy(np.array(task.data.valid.tokens, dtype=np.int64))
    carrying.eval()
    length, nats = -(-(len(tokens) - 1) // 3), 0.0
    assert length > 16 * 5, "the text must be long enough for three streams"
    for stream in range(3):
        begin = stream * length
        before = min(5, begin)
        part = tokens[begin - before : begin + length + 1]
        logits = carrying(part[None, :-1])[0, before:].double().log_softmax(-1)
        nats -= float(logits.gather(1, part[before + 1 :, None]).sum())
    assert task.evaluate(carrying)["loss"] == pytest.approx(nats / (len(tokens) - 1), rel=1e-5)


def test_a_training_window_begins_with_the_state_of_the_tokens_before_it(
    task: LanguageModeling, carrying: RecurrentLM
) -> None:
    task = task.for_model(carrying.config)
    batch = task.batch(1, seed=0, batch_size=4)
    tokens, targets, carried = batch
    assert carried.shape == (4, 5)
    carrying.eval()
    loss, count = task.loss(carrying, batch)
    logits = carrying(torch.cat([carried, tokens], 1))[:, 5:]
    expected = torch.nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten(), reduction="sum")
    assert count == 64
    assert float(loss.detach()) == pytest.approx(float(expected.detach()), rel=1e-5)
    without, _ = task.loss(carrying, (tokens, targets, carried[:, :0]))
    assert float(without.detach()) != pytest.approx(float(loss.detach()), rel=1e-4)


def test_no_gradient_flows_into_the_tokens_before_a_window(task: LanguageModeling, carrying: RecurrentLM) -> None:
    task = task.for_model(carrying.config)
    tokens, targets = torch.full((1, 3), 2), torch.full((1, 3), 3)
    nn_embedding = torch.nn.Embedding.from_pretrained(carrying.embedding.weight.detach().clone(), freeze=False)
    head = carrying.embedding.weight.detach()
    carrying.embedding, carrying.head_weight = nn_embedding, lambda: head  # type: ignore[method-assign]
    task.loss(carrying, (tokens, targets, torch.full((1, 4), 7)))[0].backward()
    gradient = nn_embedding.weight.grad
    assert gradient is not None
    assert gradient.abs().sum(1).nonzero().flatten().tolist() == [2]


def test_how_many_rows_are_scored_at_once_changes_nothing(
    task: LanguageModeling, model: GPT, monkeypatch: pytest.MonkeyPatch
) -> None:
    together = task.evaluate(model)["loss"]
    monkeypatch.setattr("clearhead.tasks.language_modeling.EVALUATED_TOKENS", 32)
    assert task.evaluate(model)["loss"] == pytest.approx(together, rel=1e-6)


def test_an_evaluation_can_be_stopped_and_leaves_the_model_training(task: LanguageModeling, model: GPT) -> None:
    def stop() -> None:
        raise StopRequested

    model.train()
    with pytest.raises(StopRequested):
        task.evaluate(model, poll=stop)
    assert model.training


def test_the_bytes_that_are_counted_are_those_of_the_text(task: LanguageModeling) -> None:
    raw = b"".join(raw_bytes(task.source, "valid"))
    assert abs(task.data.valid.num_bytes - len(raw)) <= task.data.valid.num_documents
    assert task.data.valid.num_bytes == sum(len(one.encode()) for one in task.source.documents("valid"))


def test_baselines_are_the_bigram_table_and_the_compressor(task: LanguageModeling) -> None:
    baselines = task.baselines()
    raw = b"".join(raw_bytes(task.source, "valid"))
    assert baselines["xz -9"] == {"bits_per_byte": 8 * len(lzma.compress(raw, preset=9)) / len(raw)}
    bigram = baselines["bigram"]
    num_tokens = len(task.data.valid.tokens) - 1
    assert bigram["perplexity"] == pytest.approx(math.exp(bigram["loss"]))
    assert bigram["bits_per_byte"] == pytest.approx(bigram["loss"] * num_tokens / math.log(2) / len(raw), rel=0.01)
    assert 1.0 < bigram["loss"] < math.log(24)


def test_the_description_tells_the_parts(task: LanguageModeling) -> None:
    facts = task.describe()
    assert set(facts["splits"]) >= {"train", "valid"}
    for name, part in facts["splits"].items():
        assert part["tokens"] == len(task.part(name).tokens)
    assert facts["fingerprint"] == task.data.fingerprint
    assert task.num_train_targets == facts["splits"]["train"]["tokens"]


def test_a_part_that_is_not_there_is_refused(task: LanguageModeling) -> None:
    if task.data.test is None:
        with pytest.raises(ValueError, match=r"has no test part. Evaluate on 'valid'."):
            task.part("test")
    else:
        assert len(task.part("test").tokens) > 0


def test_a_text_shorter_than_the_context_is_refused_with_both_numbers(task: LanguageModeling) -> None:
    assert task.tokenizer is not None
    longer = task.num_train_targets
    with pytest.raises(ValueError, match=rf"at least context_length \+ 1 = {longer + 1} tokens, got {longer}"):
        read_windows(task.source, task.tokenizer, context_length=longer)


def test_transformers_computes_the_same_loss_from_the_saved_run(text: Path, tmp_path: Path) -> None:
    transformers = pytest.importorskip("transformers")
    result = tiny_train(text, tmp_path / "run")
    run = open_run(result.path)
    task = read_windows(open_text(text), run.tokenizer, context_length=16)
    theirs = transformers.AutoModelForCausalLM.from_pretrained(result.path, dtype=torch.float32).eval()
    tokens = torch.from_numpy(np.array(task.data.valid.tokens, dtype=np.int64))
    nats = 0.0
    with torch.no_grad():
        for start in range(0, len(tokens) - 1, 16):
            window = tokens[start : start + 17]
            # transformers shifts labels itself, so the window's own tokens are the labels
            logits = theirs(input_ids=window[None, :-1]).logits[0]
            nats += float(torch.nn.functional.cross_entropy(logits, window[1:], reduction="sum"))
    assert result.scores["loss"] == pytest.approx(nats / (len(tokens) - 1), rel=1e-5)
    assert task.evaluate(run.model()) == pytest.approx(result.scores, rel=1e-6)


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_a_saved_run_scores_what_was_reported(precision: str, text: Path, tmp_path: Path) -> None:
    result = tiny_train(text, tmp_path / "run", steps=10, training={"precision": precision})
    run = open_run(result.path)
    task = read_windows(open_text(text), run.tokenizer, context_length=16)
    assert task.evaluate(run.model()) == result.scores


def test_a_training_step_may_compare_with_a_part_of_the_vocabulary(task: LanguageModeling, model: GPT) -> None:
    sampled = read_windows(
        task.source, task.tokenizer, context_length=16, options=LanguageModelingOptions(sampled_tokens=12)
    )
    batch = task.batch(0, seed=0, batch_size=4)
    model.eval()
    torch.manual_seed(3)
    losses = [float(sampled.loss(model, batch)[0].detach()) for _ in range(40)]
    whole = float(task.loss(model, batch)[0].detach())
    assert len(set(losses)) > 1
    assert sum(losses) / len(losses) == pytest.approx(whole, rel=0.05)
    assert sampled.evaluate(model) == task.evaluate(model)


def test_a_vocabulary_smaller_than_the_part_is_compared_with_whole(task: LanguageModeling, model: GPT) -> None:
    sampled = read_windows(
        task.source, task.tokenizer, context_length=16, options=LanguageModelingOptions(sampled_tokens=100_000)
    )
    batch = task.batch(0, seed=0, batch_size=4)
    model.eval()
    losses = [each.loss(model, batch)[0].item() for each in (sampled, task)]
    assert losses[0] == losses[1]


def test_a_part_of_less_than_two_tokens_is_refused() -> None:
    with pytest.raises(ValueError, match="sampled_tokens must be at least 2, got 1"):
        LanguageModelingOptions(sampled_tokens=1)
