"""A walk: why was this digit taken for another? From its pixels over what they add up to, to the scores."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from browser.steps import OpenPage, after, by_id, ready
from browser.walks.reading import choose, exact, image, numbers, rows
from PIL import Image
from sklearn.datasets import load_digits

from clearhead.inspector.look import Look
from clearhead.models.mlp import MLP, MLPConfig
from clearhead.tasks._array_examples import ArrayReader
from clearhead.tasks._preprocessing import PREPROCESSING_FILE

HIDDEN, EPOCHS = 12, 12


@pytest.fixture(scope="module")
def mistaken(tmp_path_factory: pytest.TempPathFactory) -> Look:
    """Return a small network at the digit that it takes for another and is surest about."""
    folder = tmp_path_factory.mktemp("digits")
    digits = load_digits()
    pixels = np.rint(digits.images * 255 / 16).astype(np.uint8)
    target = {"kind": "class", "label_names": list("0123456789")}
    recipe = {
        "kind": "images",
        "height": 8,
        "width": 8,
        "num_channels": 1,
        "means": [0.3],
        "scales": [0.4],
        "target": target,
    }
    (folder / PREPROCESSING_FILE).write_text(json.dumps(recipe), encoding="utf-8")
    reader = ArrayReader(folder)
    inputs, labels = reader.prepared(pixels[:, None]).flatten(1), torch.from_numpy(digits.target).long()
    torch.manual_seed(0)
    model = MLP(MLPConfig(num_features=64, num_outputs=10, hidden=(HIDDEN,)))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(EPOCHS):
        for batch in torch.randperm(len(inputs)).split(64):
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(model(inputs[batch]), labels[batch]).backward()
            optimizer.step()
    with torch.no_grad():
        told = model.eval()(inputs).softmax(-1)
    sure = told.amax(1).masked_fill(told.argmax(1) == labels, 0)
    Image.new("L", (8, 8)).save(folder / "blank.png")
    Image.fromarray(pixels[int(sure.argmax())]).save(folder / "digit.png")
    return Look(model, reader, folder / "digit.png", target=str(int(labels[sure.argmax()])), name="digits")


def test_from_the_pixels_over_the_features_to_the_wrong_answer(open_page: OpenPage, serve: Any, mistaken: Look) -> None:
    picture = np.asarray(Image.open(Path(mistaken.text)), np.float64)
    w = {name: value.double().numpy() for name, value in mistaken.model.state_dict().items()}
    read = mistaken.batch[0][0].double().numpy()
    sums = w["layers.0.linear.weight"] @ read + w["layers.0.linear.bias"]
    features = np.maximum(sums, 0)
    scores = w["head.weight"] @ features + w["head.bias"]
    shares = np.exp(scores - scores.max()) / np.exp(scores - scores.max()).sum()
    wrong, right = int(scores.argmax()), mistaken.label_names.index(mistaken.target)

    # What was read, and what was answered?
    page = ready(open_page(f"{serve(mistaken)}#view=pixels"))
    np.testing.assert_array_equal(image(page, "pixels", 8, 8), picture)
    answers = rows(page, "outputs")
    assert answers[0][0] == mistaken.label_names[wrong] != mistaken.label_names[right]
    for place, row in enumerate(answers):
        output = mistaken.label_names.index(row[0])
        assert exact(page, "outputs", place, 1) == pytest.approx(scores[output], rel=1e-4, abs=1e-5)
        assert exact(page, "outputs", place, 2) == pytest.approx(shares[output], rel=1e-4, abs=1e-7)

    # Another picture can be given; then back to this one.
    for path, expected in ((Path(mistaken.text).with_name("blank.png"), np.zeros((8, 8))), (mistaken.text, picture)):
        by_id(page, "input").fill(str(path))
        after(page, by_id(page, "ask").click)
        assert not by_id(page, "message").is_visible(), by_id(page, "message").inner_text()
        np.testing.assert_array_equal(image(page, "pixels", 8, 8), expected)

    # Pixels → features: the products of the strongest neuron add up to its sum, and what is below 0 does not pass.
    unit = int(features.argmax())
    products = np.array(image(page, "products", 8, 8))
    np.testing.assert_allclose(products.ravel(), w["layers.0.linear.weight"][unit] * read, rtol=1e-4, atol=1e-6)
    before, passed = (np.array(image(page, name, 3, 4)).ravel() for name in ("before", "after"))
    assert products.sum() + w["layers.0.linear.bias"][unit] == pytest.approx(before[unit], rel=1e-4)
    np.testing.assert_allclose(before, sums, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(passed, features, rtol=1e-4, atol=1e-5)
    np.testing.assert_array_equal(passed, np.maximum(before, 0))

    # Features → scores: what each feature gave to the wrong digit, and what it gave to the right one.
    given = {}
    for output in (wrong, right):
        choose(page, layer=1, unit=output)
        given[output] = np.array(numbers(page, "products", 0, HIDDEN))
        np.testing.assert_allclose(given[output], w["head.weight"][output] * features, rtol=1e-4, atol=1e-5)
        assert given[output].sum() + w["head.bias"][output] == pytest.approx(scores[output], rel=1e-4, abs=1e-5)
    lead = (given[wrong] - given[right]).sum() + w["head.bias"][wrong] - w["head.bias"][right]
    assert lead == pytest.approx(scores[wrong] - scores[right], rel=1e-3, abs=1e-4)
    assert lead > 0

    # Without the feature that spoke most for the wrong digit its score is less by just what that feature gave.
    most = int((given[wrong] - given[right]).argmax())
    after(page, by_id(page, "view-ablation").click)
    choose(page, answer=mistaken.label_names[wrong], tap="layers.0.after", unit=most)
    without = scores - w["head.weight"][:, most] * features[most]
    now = np.exp(without - without.max()) / np.exp(without - without.max()).sum()
    assert exact(page, "facts", 1, 1) == pytest.approx(shares[wrong], rel=1e-4, abs=1e-7)
    assert exact(page, "facts", 2, 1) == pytest.approx(now[wrong], rel=1e-4, abs=1e-7)
