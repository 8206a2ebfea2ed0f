"""Tested claims and the card of a run in a real browser: opened from a file, with the network switched off."""

import json

import pytest
import torch
from browser.steps import OpenPage, after, by_id, cells, ready

from clearhead.core.catalog import PACKAGE_PATH
from clearhead.experiments._claims_document import TONES, document
from clearhead.experiments._claims_finding import Finding
from clearhead.experiments.card import write_card
from clearhead.experiments.claims.base import LANGUAGES
from clearhead.inspector.document import save
from clearhead.models.mlp import MLP, MLPConfig
from clearhead.runs.run import save_run

CLAIMS = ("king_queen", "deeper_beats_wider", "fixed_vector_forgets")
SCORES = {"accuracy": 0.8125, "loss": 0.4375, "steps": 20, "seconds": 1.5}
BASELINES = {"length": {"accuracy": 0.5, "loss": 1.25}, "<b>loss</b>": {"accuracy": 0.75, "loss": 0.625}}
EVENTS = [
    *({"kind": "step", "step": step, "train_loss": 2.0 - step / 20} for step in (5, 10, 15, 20)),
    *({"kind": "evaluation", "step": step, "loss": 1.5 - step / 20, "accuracy": step / 25} for step in (10, 20)),
    {"kind": "baselines", **BASELINES},
]


@pytest.fixture(scope="module")
def findings() -> list[Finding]:
    """Return outcomes that were measured: those of the pages in docs."""
    record = json.loads((PACKAGE_PATH.parent / "docs" / "claims.json").read_text(encoding="utf-8"))
    return [Finding.from_json(values) for values in record if values["claim"] in CLAIMS]


@pytest.fixture(scope="module")
def claims(findings: list[Finding], tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the address of the page of these claims."""
    pages = {language: document(findings, language) for language in LANGUAGES}
    return save(pages, tmp_path_factory.mktemp("claims") / "claims.html").as_uri()


@pytest.fixture(scope="module")
def card(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the address of the card of a run whose names look like commands, and like words of ours."""
    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("card") / "run"
    data = {"name": "<b>rows</b>", "splits": {"train": {"rows": 138}, "valid": {"rows": 12}}}
    about = {
        "task": "classification",
        "scores": SCORES,
        "baselines": BASELINES,
        "data": data,
        "training": {"steps": 20},
    }
    save_run(folder, MLP(MLPConfig(num_features=3, num_outputs=2)), None, about)
    (folder / "metrics.jsonl").write_text("".join(f"{json.dumps(event)}\n" for event in EVENTS), encoding="utf-8")
    return write_card(folder, folder.parent / "card.html").as_uri()


def test_the_page_of_claims_opens_from_a_file_in_both_languages(
    open_page: OpenPage, claims: str, findings: list[Finding]
) -> None:
    page = ready(open_page(claims, offline=True))
    for language in LANGUAGES:
        if language == "zh":
            after(page, page.get_by_role("button", name="中文").click)
        said = [f"{number}. {one.words[language].claim}" for number, one in enumerate(findings, 1)]
        assert page.locator("h2").all_inner_texts()[1:] == said
        assert cells(page, "verdicts")[::2] == said
        assert all(one.outcome.sentence[language] in page.locator("main").inner_text() for one in findings)
    tones = page.locator(".document-section").evaluate_all("all => all.map((one) => one.dataset.tone)")
    assert tones == ["", *(TONES[one.outcome.verdict] for one in findings)]


def test_the_figures_of_a_claim_are_tables_and_dots(open_page: OpenPage, claims: str, findings: list[Finding]) -> None:
    page = ready(open_page(claims, offline=True))
    assert page.locator(".panel-plain").count() == 0
    [told] = [one for one in findings if one.claim == "deeper_beats_wider"]
    heads, *rows = told.outcome.figures[0].texts("en")
    assert cells(page, "deeper_beats_wider-1") == [cell for row in rows for cell in row]
    assert by_id(page, "panel-deeper_beats_wider-1").locator("th").all_inner_texts() == heads
    assert by_id(page, "panel-deeper_beats_wider-1-dots").locator("canvas, svg").count() > 0


def test_repeated_measurements_are_sorted_by_their_means(open_page: OpenPage, claims: str) -> None:
    page = ready(open_page(claims, offline=True))
    column = by_id(page, "panel-deeper_beats_wider-1").locator("tbody tr td:nth-child(4)")
    assert column.first.evaluate("(cell) => getComputedStyle(cell).textAlign") == "right"
    by_id(page, "panel-deeper_beats_wider-1").locator("th button").nth(2).click()
    shown = by_id(page, "panel-deeper_beats_wider-1").locator("tbody tr td:nth-child(3)").all_inner_texts()
    means = [float(cell.split(" ± ")[0]) for cell in shown]
    assert means == sorted(means, reverse=True) and means[0] == 100 > means[-1]
    assert means != sorted(means, key=str, reverse=True)  # as words 99.9 would stand before 100


def test_the_card_of_a_run_has_its_numbers_and_its_own_names(open_page: OpenPage, card: str) -> None:
    page = ready(open_page(card, offline=True, locale="zh-CN"))
    assert page.locator(".panel-plain").count() == 0
    rows = ["本模型", "0.8125", "0.4375", "length", "0.5000", "1.2500", "<b>loss</b>", "0.7500", "0.6250"]
    assert cells(page, "scores") == rows
    assert page.title() == "mlp，用 <b>rows</b> 训练"
    assert page.locator("b", has_text="loss").count() == 0
    assert page.locator(".panel-curves").count() == 2
    assert page.locator("[data-tone=good] h2").all_inner_texts() == ["得分与基线"]


@pytest.mark.parametrize("name", ["claims", "card"])
def test_nothing_is_pushed_off_a_phone(open_page: OpenPage, request: pytest.FixtureRequest, name: str) -> None:
    page = ready(open_page(request.getfixturevalue(name), offline=True, viewport={"width": 390, "height": 800}))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
