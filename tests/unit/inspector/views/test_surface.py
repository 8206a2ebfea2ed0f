"""What a model says over a plane: its own numbers, the line of its decision, and how a reader checks them."""

from pathlib import Path

import numpy as np
import pytest
import torch
from film_runs import ROW, look_at_row, row_run

from clearhead.inspector.look import Look
from clearhead.inspector.views._surface import SIDE
from clearhead.models.mlp import MLP, MLPConfig
from clearhead.models.neuron import Neuron, NeuronConfig
from clearhead.panels.heatmap import Heatmap
from clearhead.panels.lines import Lines


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a run that tells a side from x, y and a colour."""
    return row_run(tmp_path_factory.mktemp("side"))


def two_classes(weight: list[list[float]], bias: list[float], row: list[float]) -> Look:
    """Return a neuron for each of some classes with weights set by hand, and a row that it read."""
    model = Neuron(NeuronConfig(num_features=len(row), num_outputs=len(bias)))
    with torch.no_grad():
        model.weight.copy_(torch.tensor(weight))
        model.bias.copy_(torch.tensor(bias))
    return Look(model, None, row)


def surface_of(look: Look, **options: object) -> Heatmap:
    """Return the surface of the view."""
    panel = look.neuron(**options)["surface"]
    assert isinstance(panel, Heatmap)
    return panel


def test_a_surface_is_what_the_model_says_of_those_rows(run: Path) -> None:
    look = look_at_row(run)
    panel = surface_of(look, x="x", y="y", answer="right")
    assert panel.array.shape == (SIDE, SIDE)
    for row, column in ((0, 0), (3, 40), (SIDE - 1, SIDE - 1)):
        x, y = panel.columns[column], panel.rows[row]
        there = look.again(f'{{"x": {x}, "y": {y}, "colour": "red"}}')
        expected = float(there.logits.double().softmax(-1)[there.label_names.index("right")])
        # The labels are written in fewer digits than the places have.
        assert panel.array[row, column] == pytest.approx(expected, abs=2e-3)


def test_other_columns_stay_as_they_are_in_the_row(run: Path) -> None:
    red = surface_of(look_at_row(run), answer="right").array
    green = surface_of(look_at_row(run, ROW.replace("red", "green")), answer="right").array
    assert not np.allclose(red, green, atol=1e-6)
    assert "All other inputs stay as they are in this row." in surface_of(look_at_row(run)).note


def test_the_row_is_marked_where_it_lies(run: Path) -> None:
    panel = surface_of(look_at_row(run))
    [mark] = panel.marks
    xs, ys = np.array(panel.columns, dtype=float), np.array(panel.rows, dtype=float)
    assert np.interp(mark.column, np.arange(SIDE), xs) == pytest.approx(1.5, abs=0.01)
    assert np.interp(mark.row, np.arange(SIDE), ys) == pytest.approx(-2.0, abs=0.01)
    assert mark.label == "this row"


def test_the_right_answer_is_told_where_it_is_known_else_the_models_own(run: Path) -> None:
    assert "the probability of right:" in surface_of(look_at_row(run)).note
    assert "the probability of left:" in surface_of(look_at_row(run, target="left")).note
    assert "the probability of left:" in surface_of(look_at_row(run), unit=0).note
    assert "the probability of left:" in surface_of(look_at_row(run), answer="left").note


def test_the_line_of_a_neuron_set_by_hand_is_where_its_weights_say() -> None:
    """Class y1 against y2: 1·x1 − 2·x2 + 0.5 = 0."""
    panel = surface_of(two_classes([[1.0, 0.0], [0.0, 2.0]], [0.5, 0.0], [0.3, -0.4]), unit=0)
    xs, ys = np.array(panel.columns, dtype=float), np.array(panel.rows, dtype=float)
    assert len(panel.edge) > 20
    for row, column, *_ in panel.edge:
        x, y = np.interp(column, np.arange(SIDE), xs), np.interp(row, np.arange(SIDE), ys)
        assert x - 2 * y + 0.5 == pytest.approx(0, abs=0.02)


def test_of_three_classes_the_line_is_where_the_best_of_the_others_is_as_probable() -> None:
    look = two_classes([[1.0, 0.0], [0.0, 1.0], [-1.0, -1.0]], [0.0, 0.0, 0.0], [1.0, 0.2])
    panel = surface_of(look)
    inside = panel.array > np.maximum.reduce([surface_of(look, answer=name).array for name in ("y2", "y3")])
    crossed = {(round(stroke.row), round(stroke.column)) for stroke in panel.edge}
    assert len(crossed) > 20
    for row, column in crossed:
        near = inside[max(0, row - 1) : row + 2, max(0, column - 1) : column + 2]
        assert near.any() and not near.all()


def test_a_label_of_its_own_turns_at_one_half(tmp_path: Path) -> None:
    look = look_at_row(row_run(tmp_path, "classification, labels"))
    panel = surface_of(look, answer="right")
    assert panel.edge and "On the line the probability of right is one half." in panel.note
    for stroke in panel.edge:
        assert panel.array[round(stroke.row), round(stroke.column)] == pytest.approx(0.5, abs=0.2)


def test_a_number_is_told_in_its_own_unit_without_a_line(tmp_path: Path) -> None:
    look = look_at_row(row_run(tmp_path, "regression", model="neuron"))
    panel = surface_of(look)
    assert panel.edge == () and panel.marks
    [mark] = panel.marks
    said = look.neuron()["outputs"].rows[0][2]
    assert panel.array[round(mark.row), round(mark.column)] == pytest.approx(said, abs=0.3)
    assert panel.middle == pytest.approx(look.tokenizer.recipe["target_scale"]["mean"][0])
    assert "the mean in training, orange below." in panel.note


def test_one_column_of_numbers_is_drawn_as_a_line_that_says_where_the_decision_turns() -> None:
    panel = two_classes([[2.0], [0.0]], [-1.0, 0.0], [1.5]).neuron()["surface"]
    assert isinstance(panel, Lines)
    assert panel.axis == "probability" and list(panel.series) == ["y1"]
    assert "At 1.5 stands this row. The decision turns at 0.5." in panel.note
    xs = np.array(panel.points, dtype=float)
    assert panel.array[0] == pytest.approx(1 / (1 + np.exp(-(2 * xs - 1))), abs=0.03)


@pytest.mark.parametrize("num_outputs", [1, 2])
def test_the_cells_of_one_neuron_can_be_checked(num_outputs: int) -> None:
    torch.manual_seed(0)
    weight = torch.randn(num_outputs, 4).tolist()
    panel = surface_of(two_classes(weight, torch.randn(num_outputs).tolist(), [0.5, 1.0, -1.0, 2.0]))
    assert panel.check is not None
    arrays = panel.check.arrays
    sums = arrays["inputs"] @ arrays["weights"].T
    again = sums if num_outputs == 1 else 1 / (1 + np.exp(-sums))
    np.testing.assert_allclose(again, panel.array, atol=1e-5)
    assert panel.check.activation == ("none" if num_outputs == 1 else "sigmoid")


def test_the_cells_of_several_layers_are_not_checked_by_one_sum() -> None:
    model = MLP(MLPConfig(num_features=3, num_outputs=2, hidden=(4,))).eval()
    assert surface_of(Look(model, None, [1.0, 2.0, 3.0])).check is None


def test_a_value_that_is_missing_in_the_row_is_said_and_the_row_not_marked(tmp_path: Path) -> None:
    table = tmp_path / "holes.csv"
    lines = [f"{'' if n % 7 == 0 else n % 10},{(n * 7) % 11},{'a' if n % 2 else 'b'}" for n in range(80)]
    table.write_text("\n".join(["p,q,label", *lines]) + "\n", encoding="utf-8")
    run = row_run(tmp_path, data=str(table), target="label", steps=4)
    panel = surface_of(look_at_row(run, '{"p": null, "q": 3}'))
    assert panel.marks == ()
    assert "There is no value of p in this row, and so no place for it here." in panel.note
