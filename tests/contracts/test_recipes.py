"""What every recipe promises: options that exist, targets with their source, a tiny version that runs to its end."""

import dataclasses
import json
from pathlib import Path

import pytest

from clearhead.core import catalog
from clearhead.data import _known_examples, stories
from clearhead.data._known import PAIRS, TEXTS, locate
from clearhead.data._known_examples import IMAGES
from clearhead.data._known_labeled import LABELED
from clearhead.data._known_tagged import TAGGED
from clearhead.experiments.recipes.base import ROOM, load_recipe
from clearhead.experiments.reproduce import listing, reproduce
from clearhead.models.base import load_config
from clearhead.runs.run import open_run
from clearhead.training import planning
from clearhead.training.request import Request

RECIPES = catalog.entries(ROOM)
MINUTES = {
    *(
        "tang_gpt",
        "mnist_mlp",
        "mnist_cnn",
        "csl_titles_summary",
        "tatoeba_en_zh_transformer",
        "tatoeba_zh_en_transformer",
        "zh_vectors",
    ),
    *(
        "wikitext2_lstm",
        "multi30k_transformer_de_en",
        "multi30k_lstm_attention",
        "multi30k_lstm",
        "multi30k_transformer_en_de",
    ),
}
"""Recipes whose data alone take long to read or to score: left out of the quick tests."""


@pytest.mark.parametrize("name", RECIPES)
@pytest.mark.parametrize("version", ["recipe", "tiny"])
def test_its_options_are_those_of_a_training(name: str, version: str) -> None:
    options = getattr(load_recipe(name), version)()
    assert not {"seed", "out", "resume"} & set(options)
    request = Request(**options)
    assert request.minutes or request.steps or request.epochs
    planning.check_options(planning.fill_request(request))
    if request.model is not None:
        known = {field.name for field in dataclasses.fields(load_config(request.model))}
        assert set(request.model_options) <= known


@pytest.mark.parametrize("name", RECIPES)
def test_its_options_are_made_anew_each_time(name: str) -> None:
    changed = load_recipe(name).recipe()
    changed.setdefault("model_options", {})["d_model"] = -1
    changed["data"] = "nothing"
    assert load_recipe(name).recipe().get("model_options", {}).get("d_model") != -1
    assert load_recipe(name).recipe()["data"] != "nothing"


@pytest.mark.parametrize("name", RECIPES)
def test_every_target_says_where_its_number_comes_from(name: str) -> None:
    targets = load_recipe(name).TARGETS
    assert targets
    for target in targets:
        assert target.source.endswith(".") and len(target.source.split()) > 8
        assert target.split in ("valid", "test")
    assert listing()[name] == [catalog.summary(ROOM, name), *map(str, targets)]


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow if name in MINUTES else ()) for name in RECIPES]
)
def test_its_tiny_version_runs_from_the_text_to_the_comparison(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, known = load_recipe(name).tiny()["data"], {**TEXTS, **PAIRS}
    is_missing = _known_examples.locate(IMAGES[data]) is None if data in IMAGES else False
    is_missing = is_missing or (data in TAGGED and locate(TAGGED[data]) is None)
    is_missing = is_missing or (data in LABELED and locate(LABELED[data]) is None)
    if is_missing or (data in known and locate(known[data]) is None):
        pytest.skip(f"the data {data} are not on this machine; set CLEARHEAD_DATA to their folder")
    monkeypatch.setattr(stories, "NUM_STORIES", 300)
    monkeypatch.setenv("CLEARHEAD_CACHE", str(tmp_path / "cache"))
    found = reproduce(name, out=tmp_path / "run", is_tiny=True)
    stored = json.loads((tmp_path / "run" / "result.json").read_text(encoding="utf-8"))
    assert stored["has_passed"] == found.has_passed
    assert [finding.target for finding in found.findings] == list(load_recipe(name).TARGETS)
    assert all(len(finding.values) == 1 for finding in found.findings)
    assert open_run(tmp_path / "run").info["task"] == load_recipe(name).tiny().get("task", "language_modeling")
