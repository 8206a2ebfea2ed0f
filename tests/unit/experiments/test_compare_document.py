import json
import math
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from compared import comparison

from clearhead.experiments._compare_document import COSTS, RATES, document
from clearhead.experiments._compare_words import UNITS, WORDS
from clearhead.inspector.document import Document, Section
from clearhead.panels.base import Panel

VALUES = json.loads(json.dumps(comparison().to_json()))
LANGUAGES = ("en", "zh")


def panel(page: Document, name: str) -> Any:
    """Return a panel of a page."""
    [found] = [each for section in page.sections for each in section.panels if each.name == name]
    return found


def section(page: Document, key: str, language: str = "en") -> Section:
    """Return the section with this heading."""
    title = WORDS[key][LANGUAGES.index(language)]
    [found] = [each for each in page.sections if each.title == title]
    return found


def numbers(value: Any) -> Iterator[float]:
    """Yield every number of JSON values."""
    if isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from numbers(item)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield float(value)


def drawn(value: Panel) -> Iterator[float]:
    """Yield every number that a panel draws."""
    found = value.to_json()
    if found["kind"] == "curves":
        yield from (number for curve in found["curves"] for axis in ("x", "y") for number in numbers(curve[axis]))
        yield from found["levels"].values()
    else:
        yield from numbers(found["rows"] if found["kind"] == "table" else found["values"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_of_the_page_is_in_the_json(language: str) -> None:
    known = set(numbers(VALUES))
    known |= {round(number) for number in known} | {number / unit for number in known for unit in COSTS.values()}
    shown = [number for each in document(VALUES, language).sections for own in each.panels for number in drawn(own)]
    assert len(shown) > 100
    assert [number for number in shown if number not in known] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_score_and_cost_of_the_json_is_on_the_page(language: str) -> None:
    page = document(VALUES, language)
    table, scores, runs = panel(page, "table"), panel(page, "scores"), panel(page, "runs")
    for entry, row, told in zip(VALUES["entries"], table.rows, scores.rows, strict=False):
        main = entry["scores"]["accuracy"]
        assert row[:5] == (entry["label"], main["mean"], main["deviation"], main["lowest"], main["highest"])
        for (name, unit), cell in zip(COSTS.items(), row[5:], strict=True):
            median = entry["costs"][name]["median"] if name in entry["costs"] else None
            assert cell == (median if median is None else round(median) if name in RATES else median / unit)
        assert told[1:] == tuple(entry["scores"][name][part] for name in main_first(entry) for part in PARTS)
    assert [(row[0], row[1]) for row in table.rows[2:]] == [("majority", 0.1), ("nearest", 0.85)]
    assert scores.rows[2:] == (("majority", 0.1, None, 2.3, None), ("nearest", 0.85, None, None, None))
    expected = [
        (entry["label"], run["seed"], run["scores"]["accuracy"], run["steps"], run["train_seconds"])
        for entry in VALUES["entries"]
        for run in entry["runs"]
    ]
    assert [row[:5] for row in runs.rows] == expected
    assert [row[6] for row in runs.rows][:2] == ["run-seed0", "run-seed1"] and "out" in runs.title


PARTS = ("mean", "deviation")


def main_first(entry: dict[str, Any]) -> list[str]:
    """Return the names of the scores in their order."""
    return list(entry["scores"])


def test_every_run_is_a_dot_and_every_simple_method_a_faint_row() -> None:
    dots = panel(document(VALUES, "en"), "seeds")
    assert dots.labels == ("mlp:hidden=8", "neuron", "majority", "nearest")
    assert [values.tolist() for values in dots.values] == [[0.9, 0.94], [0.8, 0.82], [0.1], [0.85]]
    assert dots.said[:2] == (("seed 0", "seed 1"),) * 2 and dots.num_beside == 2


@pytest.mark.parametrize(("name", "field"), [("over_seconds", "seconds"), ("over_step", "step")])
def test_every_evaluation_is_a_point_and_every_simple_method_a_level(name: str, field: str) -> None:
    curves = panel(document(VALUES, "zh"), name)
    runs = [(entry["label"], run) for entry in VALUES["entries"] for run in entry["runs"]]
    assert [curve.name for curve in curves.curves] == [label for label, _ in runs]
    for curve, (_, run) in zip(curves.curves, runs, strict=True):
        assert curve.x.tolist() == [point[field] for point in run["curve"]]
        assert curve.y.tolist() == [point["score"] for point in run["curve"]]
        assert all(said.startswith(f"种子 {run['seed']} · ") for said in curve.said)
    assert curves.levels == {"majority": 0.1, "nearest": 0.85}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_verdict_opens_the_page(language: str) -> None:
    first = document(VALUES, language).sections[0]
    assert first.text == tuple(VALUES["verdict"]["sentences"][language])


@pytest.mark.parametrize(
    ("judgement", "baseline", "tone"),
    [("clear", "worse", "good"), ("clear", "as good", "mixed"), ("clear", "better", "bad"),
     ("within the noise", "worse", "mixed"), ("unknown", "none", "mixed"), ("alone", "none", "good")],
)  # fmt: skip
def test_the_edge_of_the_verdict_tells_how_sure_it_is(judgement: str, baseline: str, tone: str) -> None:
    verdict = {**VALUES["verdict"], "judgement": judgement, "baseline_is": baseline}
    assert document({**VALUES, "verdict": verdict}, "en").sections[0].tone == tone


def test_both_languages_have_the_same_sections_and_panels() -> None:
    english, chinese = (document(VALUES, language) for language in LANGUAGES)
    shapes = [
        [(len(each.text), [(own.kind, own.name, own.array.shape) for own in each.panels], each.commands, each.tone)
         for each in page.sections]
        for page in (english, chinese)
    ]  # fmt: skip
    assert shapes[0] == shapes[1]
    for one, other in zip(english.sections, chinese.sections, strict=True):
        assert one.title != other.title
        assert all(own.title != told.title for own, told in zip(one.panels, other.panels, strict=True))


@pytest.mark.parametrize("key", WORDS)
def test_the_words_of_both_languages_are_filled_in_alike(key: str) -> None:
    english, chinese = WORDS[key]
    assert sorted(re.findall(r"\{\w+\}", english)) == sorted(re.findall(r"\{\w+\}", chinese))
    assert re.search(r"[\u4e00-\u9fff]", chinese) and not re.search(r"[\u4e00-\u9fff]", english)


def test_a_unit_is_told_in_the_readers_language() -> None:
    english, chinese = (document(VALUES, language) for language in LANGUAGES)
    assert "200 rows" in english.facts and f"200 {UNITS['rows']}" in chinese.facts
    assert "rows/s learned" in panel(english, "table").columns
    assert any(UNITS["rows"] in head for head in panel(chinese, "table").columns)


def test_the_best_run_can_be_used_by_typing_what_stands_there() -> None:
    assert section(document(VALUES, "en"), "runs").commands == (
        "clearhead show out/run-seed0",
        "clearhead evaluate out/run-seed0",
    )


def test_invisible_signs_of_a_users_name_are_written_out() -> None:
    values = json.loads(json.dumps(comparison("mlp\u202e<b>", data="ro\x07ws").to_json()))
    page = document(values, "en")
    assert "mlp⟨e2 80 ae⟩<b>" in panel(page, "table").column("model") and "⟨07⟩" in page.title


def test_a_cost_that_an_entry_lacks_is_nothing_and_one_that_all_lack_no_column() -> None:
    table = panel(document(VALUES, "en"), "table")
    assert table.column("one alone, ms") == [0.25, None, None, None]
    lean = comparison()
    for entry in lean.entries:
        entry.costs.pop("latency_ms", None)
    assert "one alone, ms" not in panel(document(lean.to_json(), "en"), "table").columns


def test_one_seed_has_no_deviation() -> None:
    values = json.loads(json.dumps(VALUES))
    values["entries"][0]["scores"]["accuracy"]["count"] = 1
    assert panel(document(values, "en"), "table").column("±") == [None, pytest.approx(0.0141421, abs=1e-6), None, None]


def test_a_comparison_that_was_stopped_says_so() -> None:
    stopped = document(comparison(is_finished=False).to_json(), "en")
    assert stopped.sections[0].tone == "bad" and "--resume" in stopped.sections[0].text[0]
    nothing = comparison(is_finished=False, entries=[], verdict=None, baselines={}).to_json()
    assert document(nothing, "en").sections[0].text[1] == "No run is finished yet."
    assert [each.title for each in document(nothing, "zh").sections] == ["尚未完成", "如何测量"]


def test_a_score_that_is_no_number_is_a_gap() -> None:
    values = comparison().to_json()
    values["entries"][0]["runs"][0]["curve"][0]["score"] = math.nan
    curve = panel(document(values, "en"), "over_step").curves[0]
    assert np.isnan(curve.y).tolist() == [True, False, False]


def test_runs_that_were_never_evaluated_have_no_curves() -> None:
    values = comparison().to_json()
    for entry in values["entries"]:
        for run in entry["runs"]:
            run["curve"] = []
    assert WORDS["curves"][0] not in [each.title for each in document(values, "en").sections]


def test_data_with_a_test_part_are_not_said_to_be_flattered() -> None:
    tested = document({**VALUES, "part": "test"}, "en")
    assert len(section(tested, "how").text) == len(section(document(VALUES, "en"), "how").text) - 1
    assert "test part" in tested.facts
