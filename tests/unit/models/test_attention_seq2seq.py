"""The recurrent encoder and decoder: padding, stepping, what a position may see, and each kind of attention."""

import math
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from clearhead.core import config as configuration
from clearhead.inspector.recorder import Recorder
from clearhead.layers.tap import find_taps, listening
from clearhead.models.attention_seq2seq import AttentionSeq2Seq, AttentionSeq2SeqConfig

PADDING, START, END = 36, 36, 0
SOURCE = torch.tensor([[5, 7, 9, 4, 0], [8, 3, 0, PADDING, PADDING], [6, 0, PADDING, PADDING, PADDING]])
TARGET = torch.tensor([[START, 11, 12, 13, 14, 15], [START, 21, 22, 23, 24, 25], [START, 31, 32, 33, 34, 35]])
KINDS = [("general", False), ("general", True), ("dot", False), ("dot", True), ("additive", False), ("none", False)]
EVERY = [(*kind, cell) for kind in KINDS for cell in ("lstm", "gru", "rnn")]
SOME = [(*kind, "lstm") for kind in KINDS] + [("general", False, "gru"), ("additive", False, "rnn")]
each = pytest.mark.parametrize(("attention", "use_input_feeding", "cell"), SOME)


def model_of(
    attention: str = "general", use_input_feeding: bool = False, cell: str = "lstm", **options: Any
) -> AttentionSeq2Seq:
    """Return a model in eval mode that has not learned anything but differs from zero everywhere."""
    torch.manual_seed(0)
    sizes = {"source_vocab_size": 37, "target_vocab_size": 37, "context_length": 16, "d_model": 12, "embedding_dim": 10}
    chosen = {"attention": attention, "use_input_feeding": use_input_feeding, "cell": cell, "num_layers": 2}
    ids = {"padding_id": PADDING, "start_id": START, "end_id": END}
    model = AttentionSeq2Seq(AttentionSeq2SeqConfig(**{**sizes, **ids, **chosen, **options}))
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.normal_(std=0.4)
    return model.eval()


def loss_of(model: AttentionSeq2Seq, source: Tensor = SOURCE, target: Tensor = TARGET) -> Tensor:
    return cross_entropy(model(source, target[:, :-1]).flatten(0, 1), target[:, 1:].flatten())


def said(logits: Tensor) -> Tensor:
    """Leave out what can never be said, whose −inf would make every difference undefined."""
    return logits[..., :PADDING]


@torch.no_grad()
@pytest.mark.parametrize(("attention", "use_input_feeding", "cell"), EVERY)
def test_step_by_step_gives_what_the_known_target_gives(attention: str, use_input_feeding: bool, cell: str) -> None:
    model = model_of(attention, use_input_feeding, cell)
    state = model.start(model.encode(SOURCE), 6)
    steps, looks = [], []
    for tokens in TARGET.unbind(1):
        steps.append(model.step(tokens, state))
        looks.append(state.alignment)
    assert torch.allclose(said(torch.stack(steps, 1)), said(model(SOURCE, TARGET)), atol=1e-5)
    expected = model.alignment(SOURCE, TARGET)
    assert (expected is None) == (attention == "none")
    assert expected is None or torch.allclose(torch.stack(looks, 1), expected, atol=1e-5)


@torch.no_grad()
@each
def test_a_batch_gives_what_its_rows_give_alone_without_padding(
    attention: str, use_input_feeding: bool, cell: str
) -> None:
    model = model_of(attention, use_input_feeding, cell)
    together = model(SOURCE, TARGET)
    for row, length in enumerate([5, 3, 2]):
        alone = model(SOURCE[[row], :length], TARGET[[row]])
        assert torch.allclose(said(alone)[0], said(together)[row], atol=1e-6)


@torch.no_grad()
@each
def test_no_position_sees_the_future(attention: str, use_input_feeding: bool, cell: str) -> None:
    model = model_of(attention, use_input_feeding, cell)
    changed = TARGET.clone()
    changed[:, 3:] = 2
    before, after = said(model(SOURCE, TARGET)), said(model(SOURCE, changed))
    assert torch.allclose(before[:, :3], after[:, :3], atol=1e-6)
    assert not torch.allclose(before[:, 3:], after[:, 3:], atol=1e-3)


@torch.no_grad()
@each
def test_rows_that_change_places_go_on_from_where_they_were(attention: str, use_input_feeding: bool, cell: str) -> None:
    model = model_of(attention, use_input_feeding, cell)
    beams = torch.tensor([0, 0, 1, 1, 2, 2])
    state = model.start(model.encode(SOURCE).rows(beams), 6)
    rows, prefix = torch.tensor([0, 1, 0, 1, 2, 0]), TARGET[[0, 1, 0, 1, 2, 0], :2]
    for tokens in prefix.unbind(1):
        model.step(tokens, state)
    for order in ([1, 0, 3, 2, 5, 4], [1, 1, 2, 3, 5, 4], [0, 4, 5]):  # within beams, and then a sentence leaves
        state.reorder(torch.tensor(order))
        rows, prefix, beams = rows[order], prefix[order], beams[order]
    logits = model.step(TARGET[rows, 2], state)
    expected = model(SOURCE[beams], torch.cat([prefix, TARGET[rows, 2:3]], 1))[:, -1]
    assert torch.allclose(said(logits), said(expected), atol=1e-5)


@torch.no_grad()
@each
def test_looking_changes_no_bit_and_sees_every_tap(attention: str, use_input_feeding: bool, cell: str) -> None:
    model = model_of(attention, use_input_feeding, cell)
    plain = model(SOURCE, TARGET)
    with Recorder(model) as seen:
        looked_at = model(SOURCE, TARGET)
    assert torch.equal(plain, looked_at)
    assert set(seen.values) == set(find_taps(model))
    if attention != "none":
        assert torch.equal(seen["attention.weights"][:, 0], model.alignment(SOURCE, TARGET))
    with listening(model, lambda name, value: value.clone()):
        assert torch.allclose(said(model(SOURCE, TARGET)), said(plain), atol=1e-5)


@pytest.mark.parametrize(("attention", "use_input_feeding"), KINDS)
def test_every_parameter_is_in_one_group_and_gets_a_gradient(attention: str, use_input_feeding: bool) -> None:
    for is_tied in (True, False):
        model = model_of(attention, use_input_feeding, is_tied=is_tied).train()
        loss_of(model).backward()
        assert [name for name, p in model.named_parameters() if p.grad is None or not p.grad.any()] == []
        groups = model.parameter_groups()
        assert sorted(id(p) for group in groups.values() for p in group) == sorted(id(p) for p in model.parameters())
        assert all(p.dim() == 2 for p in groups["matrices"]) and all(p.dim() == 1 for p in groups["vectors"])
        assert len(groups["head"]) == (0 if is_tied else 1)


@pytest.mark.parametrize(("attention", "use_input_feeding"), [("general", False), ("additive", False), ("none", False)])
def test_the_loss_falls_on_one_batch(attention: str, use_input_feeding: bool) -> None:
    torch.manual_seed(0)
    options = configuration.to_json(AttentionSeq2Seq.tiny().config) | {"attention": attention}
    model = AttentionSeq2Seq(AttentionSeq2SeqConfig(**options))
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    losses = []
    for _ in range(40):
        loss = loss_of(model)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[0] == pytest.approx(math.log(36), abs=0.3)
    assert losses[-1] < 0.2


@torch.no_grad()
@pytest.mark.parametrize("attention", ["general", "dot", "additive"])
def test_alignment_rows_sum_to_one_and_weigh_padding_nothing(attention: str) -> None:
    weights = model_of(attention).alignment(SOURCE, TARGET)
    assert torch.allclose(weights.sum(-1), torch.ones(3, 6))
    assert not weights[(SOURCE == PADDING)[:, None].expand(3, 6, 5)].any()


@torch.no_grad()
def test_a_decoder_without_attention_knows_the_source_by_its_summary_alone() -> None:
    model = model_of("none")
    encoded = model.encode(SOURCE)
    encoded.memory.fill_(99.0)
    assert torch.equal(model.decode(encoded, TARGET), model.decode(model.encode(SOURCE), TARGET))
    model = model_of("general")
    encoded = model.encode(SOURCE)
    encoded.memory.fill_(99.0)
    assert not torch.allclose(model.decode(encoded, TARGET), model.decode(model.encode(SOURCE), TARGET))


@torch.no_grad()
def test_padding_and_the_start_are_never_said_but_the_end_is() -> None:
    assert torch.isinf(model_of()(SOURCE, TARGET)).nonzero()[:, 2].unique().tolist() == [PADDING]
    assert model_of(padding_id=3, start_id=4).head().excluded.tolist() == [3, 4]
    assert model_of(padding_id=3, start_id=END).head().excluded.tolist() == [3]


def test_the_output_matrix_is_the_target_embedding_unless_asked_for() -> None:
    tied, untied = model_of(), model_of(is_tied=False)
    assert tied.head().weight is tied.target_embedding.weight
    assert tied.decode(tied.encode(SOURCE), TARGET).shape == (3, 6, 10)
    assert untied.head().weight is untied.output.weight
    assert untied.decode(untied.encode(SOURCE), TARGET).shape == (3, 6, 12)


def test_dropout_acts_only_while_training() -> None:
    model = model_of(dropout=0.5).train()
    assert not torch.equal(model(SOURCE, TARGET), model(SOURCE, TARGET))
    assert torch.equal(model.eval()(SOURCE, TARGET), model(SOURCE, TARGET))


@torch.no_grad()
@pytest.mark.parametrize("attention", ["general", "additive"])
def test_attention_that_is_turned_elsewhere_changes_what_is_said(attention: str) -> None:
    model = model_of(attention)

    def to_the_first(name: str, value: Tensor) -> Tensor:
        return torch.zeros_like(value).index_fill(-1, torch.tensor([0]), 1.0)

    with Recorder(model, ["attention.context"]) as plain:
        model(SOURCE, TARGET)
    with listening(model, to_the_first, lambda name: name == "attention.weights"):
        weights = model.alignment(SOURCE, TARGET)
        changed = model(SOURCE, TARGET)
    assert weights[..., 0].eq(1).all()
    assert not torch.allclose(said(changed), said(model(SOURCE, TARGET)), atol=1e-3)
    assert plain["attention.context"].shape == (3, 6, 12)


@torch.no_grad()
def test_texts_longer_than_the_context_are_refused_with_both_numbers() -> None:
    model = model_of()
    encoded, longer = model.encode(SOURCE), torch.ones(3, 17, dtype=torch.long)
    for side, call in (
        ("source", lambda: model.encode(longer)),
        ("target", lambda: model.decode(encoded, longer)),
        ("target", lambda: model.start(encoded, 17)),
    ):
        with pytest.raises(ValueError, match=rf"{side} must be at most 16 long \(the model's context\), got 17"):
            call()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"num_layers": 0}, r"num_layers must be at least 1, got 0"),
        ({"cell": "elman"}, r"cell must be one of lstm, gru, rnn, got 'elman'. Use 'lstm'"),
        ({"attention": "concat"}, r"must be one of general, dot, additive, none, got 'concat'. Use 'general'"),
        ({"d_model": 13}, r"d_model must be even .* got 13. Use 14"),
        ({"end_id": 37}, r"end_id must be from 0 to 36 \(the target vocabulary\), got 37"),
        ({"attention": "additive", "use_input_feeding": True}, r"False with attention='additive', got True"),
        ({"dropout": 1.0}, r"dropout must be in \[0, 1\), got 1.0. Use 0.3"),
    ],
)
def test_impossible_sizes_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        model_of(**options)
