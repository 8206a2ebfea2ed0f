"""Recurrent nets: the formulas and the fused kernels say the same, padding changes nothing, gates can be changed."""

import pytest
import torch
from torch import Tensor, nn

from clearhead.inspector.edits import ablate, replace
from clearhead.inspector.recorder import Recorder
from clearhead.layers.recurrent import CELLS, Recurrent
from clearhead.layers.tap import find_taps, listening

LENGTHS = torch.tensor([6, 1, 4])
State = tuple[Tensor, ...]
Result = tuple[Tensor, State]


def made(*shape: int, seed: int = 0, dtype: torch.dtype = torch.float64) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=dtype)


def net_of(cell: str, *, is_bidirectional: bool = False, num_layers: int = 2) -> Recurrent:
    """Return a net in float64 whose weights, biases too, differ from zero everywhere."""
    torch.manual_seed(0)
    net = Recurrent(5, 4, cell=cell, num_layers=num_layers, is_bidirectional=is_bidirectional).double()
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.uniform_(-0.7, 0.7)
    return net


def by_formula(net: Recurrent, x: Tensor, lengths: Tensor | None = None, state: State | None = None) -> Result:
    """Run the formulas: an observer that gives back another tensor makes the net compute from it."""
    with listening(net, lambda name, value: value.clone()):
        return net(x, lengths, state)


def assert_same(one: Result, other: Result, tolerance: float = 1e-12) -> None:
    for part, twin in zip((one[0], *one[1]), (other[0], *other[1]), strict=True):
        assert part.shape == twin.shape
        assert torch.allclose(part, twin, rtol=0, atol=tolerance)


@pytest.mark.parametrize("is_bidirectional", [False, True])
@pytest.mark.parametrize("lengths", [None, LENGTHS], ids=["full", "padded"])
@pytest.mark.parametrize("cell", CELLS)
class TestBothWaysToCompute:
    """The fused kernel and the formulas, for each cell, with and without padding."""

    def test_the_fused_kernel_equals_the_formulas(
        self, cell: str, lengths: Tensor | None, is_bidirectional: bool
    ) -> None:
        net, x = net_of(cell, is_bidirectional=is_bidirectional), made(3, 6, 5)
        assert_same(net(x, lengths), by_formula(net, x, lengths))
        net, x = net.float(), x.float()
        assert_same(net(x, lengths), by_formula(net, x, lengths), 1e-6)

    def test_gradients_are_equal_too(self, cell: str, lengths: Tensor | None, is_bidirectional: bool) -> None:
        net, x = net_of(cell, is_bidirectional=is_bidirectional), made(3, 6, 5).requires_grad_()
        leaves = [x, *net.parameters()]
        both = []
        for outputs, state in (net(x, lengths), by_formula(net, x, lengths)):
            total = sum((part * made(*part.shape, seed=7)).sum() for part in (outputs, *state))
            both.append(torch.autograd.grad(total, leaves))
        assert all(torch.allclose(one, other, atol=1e-12) for one, other in zip(*both, strict=True))
        assert all(gradient.any() for gradient in both[0])

    def test_a_state_that_is_given_is_where_reading_begins(
        self, cell: str, lengths: Tensor | None, is_bidirectional: bool
    ) -> None:
        net, x = net_of(cell, is_bidirectional=is_bidirectional), made(3, 6, 5)
        state = tuple(made(*part.shape, seed=3 + i) for i, part in enumerate(net.zero_state(x)))
        assert_same(net(x, lengths, state), by_formula(net, x, lengths, state))
        assert not torch.allclose(net(x, lengths, state)[0], net(x, lengths)[0])

    def test_gradients_do_not_depend_on_the_mode(
        self, cell: str, lengths: Tensor | None, is_bidirectional: bool
    ) -> None:
        net, x = net_of(cell, is_bidirectional=is_bidirectional).float(), made(3, 6, 5).float()
        both = [
            torch.autograd.grad(net.train(mode)(x, lengths)[0].sum(), list(net.parameters())) for mode in (True, False)
        ]
        assert all(torch.allclose(one, other, atol=1e-5) for one, other in zip(*both, strict=True))

    def test_looking_changes_no_bit(self, cell: str, lengths: Tensor | None, is_bidirectional: bool) -> None:
        net, x = net_of(cell, is_bidirectional=is_bidirectional).float(), made(3, 6, 5).float()
        seen = {}
        with listening(net, lambda name, value: seen.setdefault(name, value)):
            looked_at = net(x, lengths)
        assert_same(looked_at, net(x, lengths), 0.0)
        assert set(seen) == set(find_taps(net))
        assert all(value.shape == (3, 6, 4) for value in seen.values())


@pytest.mark.parametrize("is_bidirectional", [False, True])
@pytest.mark.parametrize("cell", CELLS)
def test_it_computes_what_torch_computes_with_the_same_weights(cell: str, is_bidirectional: bool) -> None:
    kernel = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}[cell]
    torch.manual_seed(1)
    reference = kernel(5, 4, 2, batch_first=True, bidirectional=is_bidirectional, dtype=torch.float64)
    net = Recurrent(5, 4, cell=cell, num_layers=2, is_bidirectional=is_bidirectional).double()
    net.kernel.load_state_dict(reference.state_dict())
    x = made(3, 6, 5)
    outputs, last = reference(x)
    last = last if cell == "lstm" else (last,)
    assert_same(by_formula(net, x), (outputs, tuple(part.transpose(0, 1) for part in last)))


@pytest.mark.parametrize("is_bidirectional", [False, True])
@pytest.mark.parametrize("cell", CELLS)
def test_padding_changes_nothing_and_gives_zero(cell: str, is_bidirectional: bool) -> None:
    net, x = net_of(cell, is_bidirectional=is_bidirectional), made(3, 6, 5)
    x[torch.arange(6) >= LENGTHS[:, None]] = 99.0
    outputs, state = net(x, LENGTHS)
    for row, length in enumerate(LENGTHS.tolist()):
        alone = net(x[row : row + 1, :length])
        assert_same((outputs[row : row + 1, :length], tuple(part[row : row + 1] for part in state)), alone)
        assert not outputs[row, length:].any()


@pytest.mark.parametrize("cell", CELLS)
def test_reading_in_pieces_or_step_by_step_gives_the_same(cell: str) -> None:
    net, x = net_of(cell), made(3, 6, 5)
    outputs, last = net(x)
    first, state = net(x[:, :4])
    second, state = net(x[:, 4:5], state=state)
    third, state = net.step(x[:, 5], state)
    assert_same((torch.cat([first, second, third[:, None]], 1), state), (outputs, last))


def test_a_step_that_is_looked_at_shows_its_gates() -> None:
    net, x, seen = net_of("gru"), made(3, 5), {}
    with listening(net, lambda name, value: seen.setdefault(name, value)):
        hidden, _ = net.step(x)
    assert torch.equal(hidden, net.step(x)[0])
    assert torch.allclose(seen["layers.1.left_to_right.hidden"][:, 0], hidden)


def test_the_gates_shown_make_the_cell_shown() -> None:
    net, x = net_of("lstm", is_bidirectional=True), made(3, 6, 5)
    with Recorder(net) as seen:
        outputs, (hidden, cell) = net(x, LENGTHS)
    for way, from_right in (("left_to_right", False), ("right_to_left", True)):
        gate = {name: seen[f"layers.1.{way}.{name}"] for name in ("forget_gate", "input_gate", "candidate", "cell")}
        before = torch.roll(gate["cell"], -1 if from_right else 1, 1)
        made_cell = gate["forget_gate"] * before + gate["input_gate"] * gate["candidate"]
        assert torch.allclose(made_cell[0, 1:5], gate["cell"][0, 1:5], atol=1e-12)
        assert not gate["forget_gate"][1, 1:].any() and (gate["forget_gate"][1, 0] > 0).all()
    ways = [seen[f"layers.1.{way}.hidden"] for way in ("left_to_right", "right_to_left")]
    assert torch.allclose(torch.cat(ways, -1), outputs, atol=1e-12)
    assert torch.allclose(seen["layers.1.left_to_right.cell"][2, 3], cell[2, 2], atol=1e-12)
    assert torch.allclose(seen["layers.1.right_to_left.hidden"][2, 0], hidden[2, 3], atol=1e-12)


def test_a_closed_forget_gate_forgets_and_what_follows_is_shown() -> None:
    net, x = net_of("lstm", num_layers=1), made(2, 6, 5)
    way = "layers.0.left_to_right"
    with Recorder(net, edits=[ablate(f"{way}.forget_gate", positions=3)]) as seen:
        outputs, _ = net(x)
    cell = seen[f"{way}.input_gate"] * seen[f"{way}.candidate"]
    assert torch.allclose(seen[f"{way}.cell"][:, 3], cell[:, 3], atol=1e-12)
    assert torch.allclose(seen[f"{way}.hidden"], outputs, atol=1e-12)
    with Recorder(net) as intact:
        plain, _ = net(x)
    assert torch.equal(outputs[:, :3].round(decimals=12), plain[:, :3].round(decimals=12))
    assert not torch.allclose(seen[f"{way}.input_gate"][:, 4], intact[f"{way}.input_gate"][:, 4], atol=1e-3)


def test_a_hidden_state_put_to_zero_is_as_if_reading_began_there() -> None:
    net, x = net_of("gru", num_layers=1), made(2, 6, 5)
    with Recorder(net, [], edits=[replace("layers.0.left_to_right.hidden", 0.0, positions=2)]):
        outputs, _ = net(x)
    assert_same((outputs[:, 3:], ()), (net(x[:, 3:])[0], ()))
    assert not outputs[:, 2].any()


def test_a_change_relative_to_the_value_acts_at_every_position_once() -> None:
    net, x = net_of("rnn", num_layers=1), made(2, 4, 5)
    with listening(net, lambda name, value: value * 0.5):
        outputs, _ = net(x)
    W, U, b, c = net.kernel.all_weights[0]
    hidden = torch.zeros(2, 4, dtype=torch.float64)
    for position in range(4):
        hidden = 0.5 * torch.tanh(x[:, position] @ W.T + b + hidden @ U.T + c)
        assert torch.allclose(outputs[:, position], hidden, atol=1e-12)


def test_the_gradient_with_respect_to_a_state_goes_through_time() -> None:
    net, x = net_of("gru", num_layers=1), made(1, 5, 5)
    name = "layers.0.left_to_right.hidden"
    with Recorder(net, [name, "layers.0.left_to_right.update_gate"], has_gradients=True) as seen:
        output = net(x)[0][0, 4, 2]
    slopes = seen.gradients(output)[name][0]
    for position in (1, 3, 4):
        shift = torch.zeros(1, 5, 4, dtype=torch.float64)
        shift[0, position, 1] = 1e-6
        moved = []
        for sign in (1, -1):
            with listening(net, lambda _, value, s=sign, d=shift: value + s * d, lambda tap: tap == name):
                moved.append(net(x)[0][0, 4, 2].item())
        assert float(slopes[position, 1]) == pytest.approx((moved[0] - moved[1]) / 2e-6, abs=1e-7)


def test_dropout_acts_between_layers_while_training_only() -> None:
    torch.manual_seed(0)
    x = made(2, 4, 5, dtype=torch.float32)
    for lengths in (None, torch.tensor([4, 2])):
        net = Recurrent(5, 4, num_layers=2, dropout=0.5)
        assert not torch.equal(net(x, lengths)[0], net(x, lengths)[0])
        assert not torch.equal(net.step(x[:, 0])[0], net.step(x[:, 0])[0])
        net.eval()
        assert torch.equal(net(x, lengths)[0], net(x, lengths)[0])


def test_recurrent_matrices_start_orthogonal_and_the_forget_gate_open() -> None:
    net = Recurrent(8, 6)
    _, U, b, c = net.kernel.all_weights[0]
    for gate in U.chunk(4):
        assert torch.allclose(gate @ gate.T, torch.eye(6), atol=1e-5)
    assert b.chunk(4)[1].eq(1).all() and b.sum() == 6 and not c.any()


@pytest.mark.parametrize("lengths", [[0, 6, 4], [6, 7, 4]])
def test_impossible_lengths_are_refused(lengths: list[int]) -> None:
    wrong = 0 if 0 in lengths else 7
    with pytest.raises(ValueError, match=rf"Recurrent.lengths must be from 1 to 6 .* got {wrong}. Drop empty rows"):
        net_of("gru")(made(3, 6, 5), torch.tensor(lengths))


def test_an_unknown_cell_and_a_step_both_ways_are_refused() -> None:
    with pytest.raises(ValueError, match="must be one of lstm, gru, rnn, got 'elman'"):
        Recurrent(5, 4, cell="elman")
    with pytest.raises(ValueError, match="is_bidirectional must be False to read step by step, got True"):
        net_of("gru", is_bidirectional=True).step(made(3, 5))
