import json
import math
import re
from html.parser import HTMLParser
from typing import Any

import pytest

from clearhead.experiments._compare_measure import CurvePoint, Measured
from clearhead.experiments._compare_page import page
from clearhead.experiments._compare_result import Comparison, summed_up
from clearhead.experiments._compare_verdict import judge
from clearhead.experiments._compare_words import UNITS, WORDS

VOID = {"meta", "link", "br", "wbr", "img", "input"}


def run(seed: int, score: float, latency_ms: float | None = 0.25) -> Measured:
    curve = [CurvePoint(step=step, seconds=step / 8, score=score * step / 16) for step in (4, 8, 16)]
    return Measured(
        seed=seed,
        path=f"out/run-seed{seed}",
        steps=16,
        scores={"accuracy": score, "loss": 2.5 - score},
        train_seconds=2.0 + seed,
        total_seconds=3.5,
        train_rate=1234.5,
        predict_rate=98765.0,
        latency_ms=latency_ms,
        num_parameters=4321,
        size_bytes=17284,
        memory_bytes=2_500_000,
        curve=curve,
    )


def comparison(label: str = "mlp:hidden=8", **changes: Any) -> Comparison:
    entries = [
        summed_up(label, "mlp", [run(0, 0.9), run(1, 0.94)], model_options={"hidden": (8,)}, training_options={}),
        summed_up("neuron", "neuron", [run(0, 0.8, None), run(1, 0.82, None)], model_options={}, training_options={}),
    ]
    scores = {entry.label: entry.scores["accuracy"] for entry in entries}
    baselines = {"majority": {"accuracy": 0.1, "loss": 2.3}, "nearest": {"accuracy": 0.85}}
    simple = {name: values["accuracy"] for name, values in baselines.items()}
    values: dict[str, Any] = {
        "task": "classification",
        "data": "rows.csv",
        "counts": {"rows": 200},
        "unit": "rows",
        "score": "accuracy",
        "is_higher_better": True,
        "seeds": 2,
        "length": {"steps": 16},
        "entries": entries,
        "baselines": baselines,
        "verdict": judge(scores, simple, score="accuracy", is_higher_better=True, num_rows=200),
        "is_finished": True,
        "out": "out",
        "machine": {"threads": "2 threads"},
    }
    return Comparison(**{**values, **changes})


class Reader(HTMLParser):
    """Reads a page and keeps its tags; complains where they do not close in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not {"style", "script"} & set(self.open):
            self.text += data


def numbers(value: Any) -> set[float]:
    """Return every number of JSON values."""
    if isinstance(value, dict):
        return set().union(*map(numbers, value.values()))
    if isinstance(value, list):
        return set().union(*map(numbers, value))
    return {float(value)} if isinstance(value, int | float) and not isinstance(value, bool) else set()


VALUES = json.loads(json.dumps(comparison().to_json()))
PAGE = page(VALUES)
TAGS = Reader(PAGE).tags


def test_the_page_asks_for_nothing() -> None:
    addresses = [value for _, attributes in TAGS for name, value in attributes.items() if name in ("src", "href")]
    assert addresses == []
    assert not re.search(r"https?://|@import|url\(|\bfetch\b|XMLHttpRequest", PAGE)
    policy = next(attributes for tag, attributes in TAGS if attributes.get("http-equiv"))
    assert "default-src 'none'" in str(policy["content"])


def test_every_number_of_its_tables_is_in_the_json() -> None:
    known = numbers(VALUES)
    cells = [str(a["data-value"]) for tag, a in TAGS if tag == "td" and a.get("data-value")]
    assert len(cells) > 30
    assert [cell for cell in cells if float(cell) not in known] == []


def test_everything_said_is_said_in_both_languages() -> None:
    spans = [(tag, attributes.get("lang")) for tag, attributes in TAGS if attributes.get("lang") and tag != "html"]
    assert spans[::2] == [(tag, "en") for tag, _ in spans[::2]]
    assert spans[1::2] == [(tag, "zh") for tag, _ in spans[::2]]
    assert {attributes["data-choose"] for _, attributes in TAGS if "data-choose" in attributes} == {"en", "zh"}


@pytest.mark.parametrize("key", WORDS)
def test_the_words_of_both_languages_are_filled_in_alike(key: str) -> None:
    english, chinese = WORDS[key]
    assert sorted(re.findall(r"\{\w+\}", english)) == sorted(re.findall(r"\{\w+\}", chinese))
    assert re.search(r"[\u4e00-\u9fff]", chinese) and not re.search(r"[\u4e00-\u9fff]", english)


def test_a_unit_is_told_in_the_readers_language() -> None:
    text = Reader(PAGE).text
    assert "200 rows" in text and f"200 {UNITS['rows']}" in text


def test_the_verdict_opens_the_page() -> None:
    text = Reader(PAGE).text
    assert VALUES["verdict"]["sentences"]["en"][0] in text
    assert VALUES["verdict"]["sentences"]["zh"][0] in text
    assert text.index(VALUES["verdict"]["sentences"]["en"][0]) < text.index("Scores and costs")


def test_columns_can_be_sorted_and_tables_reached_by_keyboard() -> None:
    names = [tag for tag, _ in TAGS]
    assert names.count("th") > 20
    assert sum(attributes.get("type") == "button" for _, attributes in TAGS) > 15
    regions = [attributes for _, attributes in TAGS if attributes.get("role") == "region"]
    assert regions and all(region.get("tabindex") == "0" and region.get("aria-label") for region in regions)


def test_drawings_have_names_and_every_run_a_dot_that_says_its_numbers() -> None:
    drawings = [attributes for tag, attributes in TAGS if tag == "svg" and not attributes.get("aria-hidden")]
    assert len(drawings) == 3
    assert all(drawing["role"] == "img" and drawing["aria-label"] for drawing in drawings)
    for entry in VALUES["entries"]:
        for each in entry["runs"]:
            said = f"{entry['label']} · seed 种子 {each['seed']} · accuracy {each['scores']['accuracy']:.4f}"
            assert f"<title>{said}</title>" in PAGE
            assert f"<title>{said} · step 步 16 · 2.00 s</title>" in PAGE


def test_what_a_user_named_is_shown_and_never_run() -> None:
    label = 'mlp:<script>alert("1")</script>'
    text = page(json.loads(json.dumps(comparison(label, data="<b>rows</b>").to_json())))
    assert "<script>alert" not in text and "<b>rows" not in text
    assert label in Reader(text).text
    assert [tag for tag, _ in Reader(text).tags].count("script") == 1


def test_a_cost_that_an_entry_lacks_is_a_dash_and_one_that_all_lack_no_column() -> None:
    assert "one alone" in PAGE and "–" in Reader(PAGE).text
    lean = comparison()
    for entry in lean.entries:
        entry.costs.pop("latency_ms", None)
    assert "one alone, ms" not in page(lean.to_json())


def test_a_comparison_that_was_stopped_says_so() -> None:
    text = Reader(page(comparison(is_finished=False).to_json())).text
    assert "--resume" in text
    assert "--resume" not in Reader(PAGE).text
    nothing = comparison(is_finished=False, entries=[], verdict=None, baselines={}).to_json()
    assert "No run is finished yet." in Reader(page(nothing)).text


def test_a_score_that_is_no_number_does_not_spoil_the_drawings() -> None:
    values = comparison().to_json()
    values["entries"][0]["runs"][0]["curve"][0]["score"] = math.nan
    coordinates = [value for _, a in Reader(page(values)).tags for name, value in a.items() if name in ("cx", "points")]
    assert coordinates and not any("nan" in str(value) for value in coordinates)
