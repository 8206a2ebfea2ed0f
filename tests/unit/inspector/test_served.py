"""A model that a page looks into: edits that pass with a request, weights that can be set back, and no long queue."""

import base64
import threading
from collections.abc import Callable

import numpy as np
import pytest
import torch
from PIL import Image

from clearhead.inspector.look import Look
from clearhead.inspector.served import EDITS, MAX_WAITING, Busy, Served, edit_of
from clearhead.layers.tap import find_taps
from clearhead.models.mlp import MLP, MLPConfig
from clearhead.panels.base import Panel

TEXT = "the cat sat"
HEAD = {"tap": "layers.1.attention.mixed", "kind": "ablate", "head": 0}
LookAt = Callable[[str], Look]


@pytest.fixture
def served(look_at: LookAt) -> Served:
    """Return the tiny GPT, served."""
    return Served(look_at(TEXT))


@pytest.fixture
def small() -> Served:
    """Return a network small enough to be edited weight by weight."""
    torch.manual_seed(0)
    model = MLP(MLPConfig(num_features=2, num_outputs=1, hidden=(3,))).eval()
    return Served(Look(model, None, [1.0, 2.0]))


def numbers(panels: list[Panel], name: str) -> np.ndarray:
    """Return the numbers of one panel."""
    [panel] = [panel for panel in panels if panel.name == name]
    return panel.array


def test_the_first_input_is_not_read_again(served: Served) -> None:
    assert served.look(TEXT, None) is served.first
    other = served.look("a cat", None)
    assert other is served.look("a cat", None)
    assert other.model is served.first.model


def test_only_the_last_inputs_are_kept(served: Served) -> None:
    first = served.look("c", None)
    for text in ("ca", "cat", "the", "sat", "a", "at", "he", "eat"):
        served.look(text, None)
    assert served.look("c", None) is not first


def test_a_view_is_computed_once(served: Served) -> None:
    look = served.look(TEXT, None)
    assert served.panels(look, "tokenization", {}) is served.panels(look, "tokenization", {})


def test_a_head_that_is_switched_off_changes_what_the_model_says_by_what_the_head_gave(served: Served) -> None:
    intact = numbers(served.panels(served.first, "next_token", {}), "probabilities")
    look = served.look(TEXT, None, [HEAD])
    found = numbers(served.panels(look, "next_token", {}, [HEAD]), "probabilities")
    layer = served.first.model.get_submodule("layers.1.attention")
    width = layer.output.in_features // served.first.value(HEAD["tap"]).shape[0]
    with torch.no_grad():  # the same by hand: what leaves the head is multiplied by columns of zeros
        before = layer.output.weight.clone()
        layer.output.weight[:, :width] = 0
        expected = served.first.model(served.first.inputs)[0, -1].softmax(-1).numpy()
        layer.output.weight.copy_(before)
    np.testing.assert_allclose(found, expected, atol=1e-6)
    assert np.abs(found - intact).max() > 1e-4


def test_an_edit_is_in_force_also_where_a_view_runs_a_copy_of_the_model(served: Served) -> None:
    intact = served.panels(served.first, "computation_graph", {})
    edited = served.panels(served.look(TEXT, None, [HEAD]), "computation_graph", {}, [HEAD])
    values = [[node.largest for node in panels[0].nodes if node.label == "linear"] for panels in (intact, edited)]
    assert values[0] and values[0][-1] != values[1][-1]


def test_an_edit_passes_with_its_request(served: Served) -> None:
    intact = numbers(served.panels(served.first, "next_token", {}), "probabilities")
    served.panels(served.look(TEXT, None, [HEAD]), "next_token", {}, [HEAD])
    assert not any(tap.is_open for tap in find_taps(served.first.model).values())
    fresh = Served(served.first.again(TEXT))
    np.testing.assert_array_equal(numbers(fresh.panels(fresh.first, "next_token", {}), "probabilities"), intact)


@pytest.mark.parametrize(
    ("edit", "value", "expected"),
    [
        ({"kind": "ablate"}, [1.0, -2.0], [0.0, 0.0]),
        ({"kind": "replace", "value": 3}, [1.0, -2.0], [3.0, 3.0]),
        ({"kind": "clamp", "low": -1}, [1.0, -2.0], [1.0, -1.0]),
        ({"kind": "ablate", "positions": 1}, [1.0, -2.0], [1.0, 0.0]),
        ({"kind": "ablate", "positions": [0, 1]}, [1.0, -2.0], [0.0, -2.0]),
    ],
)
def test_each_kind_of_edit_does_what_it_says(
    edit: dict[str, object], value: list[float], expected: list[float]
) -> None:
    given = torch.tensor(value).reshape(1, 2, 1)
    found = edit_of({"tap": "x", **edit}).apply("x", given)
    assert found.flatten().tolist() == expected
    assert edit["kind"] in EDITS


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        ({**HEAD, "tap": "layers.9.nothing"}, "Edit.tap must name taps of the model, got 'layers.9.nothing'."),
        ({**HEAD, "kind": "remove"}, "No 'remove' in the kinds of edits. Available: ablate, clamp, replace."),
        ({**HEAD, "kind": "replace"}, "edit.value must be a number to put in at layers.1.attention.mixed, got none."),
        ({**HEAD, "head": 9}, "Edit.head must be between 0 and"),
    ],
)
def test_an_edit_that_cannot_be_made_is_told(served: Served, edit: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError) as caught:
        served.panels(served.look(TEXT, None, [edit]), "next_token", {}, [edit])
    assert str(caught.value).startswith(message)
    assert not any(tap.is_open for tap in find_taps(served.first.model).values())


def test_a_weight_that_is_set_moves_the_answer_and_is_set_back(small: Served) -> None:
    before = small.first.logits.clone()
    name = "head.bias"
    held = small.weights()[name]["values"][0]
    small.set_weight(name, [0], held + 2)
    np.testing.assert_allclose(small.first.logits, before + 2, atol=1e-6)
    assert small.weights()[name]["values"] == pytest.approx([held + 2])
    small.reset()
    np.testing.assert_array_equal(small.first.logits, before)


@pytest.mark.parametrize("index", [[], [0, 0], [1], [-1]])
def test_a_weight_that_is_not_there_is_told(small: Served, index: list[int]) -> None:
    with pytest.raises(ValueError) as caught:
        small.set_weight("head.bias", index, 0.0)
    assert str(caught.value) == (
        f"weight.index must name one number of head.bias, which has the shape [1], got {index}. Count each axis from 0."
    )


def test_a_large_model_is_not_edited_weight_by_weight(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clearhead.inspector.served.MAX_EDITED_PARAMETERS", 5)
    for call in (served.weights, served.reset, lambda: served.set_weight("embedding.weight", [0, 0], 1.0)):
        with pytest.raises(
            ValueError, match=r"weight\.model must have at most 5 parameters to be edited one by one, got "
        ):
            call()


def test_too_many_that_wait_are_told_to_come_again(served: Served) -> None:
    inside, go_on, refused = threading.Barrier(MAX_WAITING + 1), threading.Event(), []

    def wait() -> None:
        served._waiting.acquire()
        inside.wait(5)
        go_on.wait(5)
        served._waiting.release()

    threads = [threading.Thread(target=wait) for _ in range(MAX_WAITING)]
    for thread in threads:
        thread.start()
    inside.wait(5)
    try:
        with served.alone():
            pass
    except Busy as error:
        refused.append(str(error))
    go_on.set()
    for thread in threads:
        thread.join()
    assert refused == [f"At most {MAX_WAITING} requests may wait for the model. Try again in a moment."]
    with served.alone():
        pass


def test_a_picture_from_the_browser_is_read_from_a_file_that_goes_away(look_at: LookAt, tmp_path: object) -> None:
    served = Served(look_at(TEXT))
    from io import BytesIO

    content = BytesIO()
    Image.fromarray(np.full((4, 4), 7, np.uint8)).save(content, "png")
    path = served._readable("data:image/png;base64," + base64.b64encode(content.getvalue()).decode())
    assert np.asarray(Image.open(path)).tolist() == [[7] * 4] * 4
    served.close()
    assert not path.exists()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("data:image/svg;base64,AAAA", "No 'svg' in the kinds of pictures. Available: bmp, gif, jpeg, png, webp."),
        ("data:image/png;base64,***", "look.input must be a picture in base64, got something else. Choose it again."),
    ],
)
def test_a_picture_that_is_none_is_told(served: Served, given: str, message: str) -> None:
    with pytest.raises(ValueError) as caught:
        served._readable(given)
    assert str(caught.value) == message
