"""A document in a real browser: opened from a file, with the network switched off, in the reader's language."""

import json
from pathlib import Path

import numpy as np
import pytest
from browser.steps import OpenPage, after, by_id, cells, ready, state
from compared import comparison

from clearhead.experiments._compare_document import document
from clearhead.inspector.document import Document, Section, save
from clearhead.panels.curves import Curve, Curves
from clearhead.panels.dots import Dots
from clearhead.panels.lines import Lines
from clearhead.panels.table import Table

NAMES = ("length", "read", "<b>", "loss", "step")
"""Names of a reader's own; most are words of ours too, which a view would say in Chinese."""


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the address of the page of a comparison, one of whose models has a name that looks like a command."""
    values = json.loads(json.dumps(comparison("<b>length</b>").to_json()))
    pages = {language: document(values, language) for language in ("en", "zh")}
    return save(pages, tmp_path_factory.mktemp("compared") / "comparison.html").as_uri()


def headings(page: object) -> list[str]:
    """Return what the sections are called."""
    found: list[str] = page.locator("h2").all_inner_texts()  # type: ignore[attr-defined]
    return found


def test_it_opens_from_a_file_in_the_language_of_the_browser(open_page: OpenPage, compared: str) -> None:
    page = ready(open_page(compared, offline=True, locale="zh-CN"))
    assert page.title() == "rows.csv 上的 classification：模型比较"
    assert headings(page)[:2] == ["哪个最好", "得分与代价"]
    assert page.locator("html").get_attribute("lang") == "zh-Hans"


def test_another_language_is_chosen_and_kept_in_the_address(open_page: OpenPage, compared: str) -> None:
    page = ready(open_page(compared, offline=True))
    assert headings(page)[0] == "Which is best"
    after(page, page.get_by_role("button", name="中文").click)
    assert headings(page)[0] == "哪个最好" and "200 行" in by_id(page, "facts").inner_text()
    assert "模型" in by_id(page, "panel-table").inner_text()
    again = ready(open_page(page.url, offline=True))
    assert state(again)["lang"] == "zh" and headings(again)[0] == "哪个最好"


def test_every_panel_has_its_drawing_and_its_numbers(open_page: OpenPage, compared: str) -> None:
    page = ready(open_page(compared, offline=True))
    assert page.locator(".panel-plain").count() == 0
    for kind, count in (("table", 3), ("dots", 1), ("curves", 2)):
        assert page.locator(f".panel-{kind}").count() == count
    table = cells(page, "table")
    assert table[:5] == ["<b>length</b>", "0.9200", "0.0283", "0.9000", "0.9400"]
    assert page.locator("b", has_text="length").count() == 0


def test_a_table_is_sorted_by_its_heads(open_page: OpenPage, compared: str) -> None:
    page = ready(open_page(compared, offline=True))
    scores = by_id(page, "panel-scores")
    scores.get_by_role("button", name="loss", exact=True).first.click()
    assert scores.locator("tbody td:first-child").all_inner_texts()[0] == "majority"
    assert scores.locator("th[aria-sort=descending]").inner_text().startswith("loss")


def test_a_table_stays_sorted_in_another_language_and_by_its_link(open_page: OpenPage, compared: str) -> None:
    page = ready(open_page(compared, offline=True))
    by_id(page, "panel-scores").get_by_role("button", name="loss", exact=True).first.click()
    assert state(page)["turned"] == "5.scores:-4"
    after(page, page.get_by_role("button", name="中文").click)
    after(page, by_id(page, "contents").get_by_role("link").nth(4).click)
    again = ready(open_page(page.url, offline=True))
    for shown in (page, again):
        assert by_id(shown, "panel-scores").locator("tbody td:first-child").all_inner_texts()[0] == "majority"


def test_a_link_brings_back_the_axis_of_curves(open_page: OpenPage, tmp_path: Path) -> None:
    curve = Curve(name="a", x=np.arange(3.0), y=np.array([1.0, 10.0, 100.0]))
    panel = Curves(name="loss", title="loss", curves=(curve,), x_axis="step", y_axis="loss")
    written = Document(title="one", sections=(Section(title="one", panels=(panel,)),))
    page = ready(open_page(save({"en": written, "zh": written}, tmp_path / "x.html").as_uri(), offline=True))
    by_id(page, "log").click()
    assert state(page)["turned"] == "1.loss:log"
    again = ready(open_page(page.url, offline=True))
    assert by_id(again, "log").get_attribute("aria-pressed") == "true"
    by_id(again, "log").click()
    assert "turned" not in state(again) and by_id(again, "log").get_attribute("aria-pressed") == "false"


def test_a_readers_own_names_are_not_translated(open_page: OpenPage, tmp_path: Path) -> None:
    rows = tuple((name, 1.0) for name in NAMES)
    bars = tuple(np.array([1.0, 2.0]) for _ in NAMES)
    panels = (
        Table(name="table", title="read", columns=("length", "loss"), rows=rows),
        Table(title="loss", columns=("word",), rows=()),
        Dots(name="dots", title="loss", labels=NAMES, values=bars, axis="length"),
        Lines(
            name="lines", title="loss", points=("length", "read"), axis="step", series=dict.fromkeys(NAMES, np.ones(2))
        ),
    )
    page = Document(title="length", sections=(Section(title="loss", text=("read",), panels=panels),))
    shown = ready(open_page(f"{save({'en': page, 'zh': page}, tmp_path / 'x.html').as_uri()}#lang=zh"))
    assert cells(shown, "table")[::2] == list(NAMES)
    assert by_id(shown, "panel-table").locator("th").all_inner_texts() == ["length", "loss"]
    assert shown.locator(".panel-title").all_inner_texts() == ["read", "loss", "loss", "loss"]
    assert shown.locator(".panel-table").count() == 2  # also where a panel has no name
    with shown.expect_download() as waited:
        by_id(shown, "panel-dots").get_by_role("button", name="SVG").click()
    drawing = Path(waited.value.path()).read_text(encoding="utf-8")
    assert all(name.replace("<", "&lt;").replace(">", "&gt;") in drawing for name in NAMES)


def test_a_list_leads_to_the_sections_and_so_does_a_link(open_page: OpenPage, compared: str) -> None:
    page = ready(open_page(compared, offline=True))
    links = by_id(page, "contents").get_by_role("link")
    assert links.all_inner_texts() == headings(page)
    after(page, links.nth(4).click)
    assert page.evaluate("document.activeElement.dataset.testid") == "section-5"
    assert by_id(page, "section-5").bounding_box()["y"] < 450
    again = ready(open_page(page.url, offline=True))
    assert state(again)["at"] == "5" and by_id(again, "section-5").bounding_box()["y"] < 450


def test_three_sections_need_no_list(open_page: OpenPage, tmp_path: Path) -> None:
    page = Document(title="short", sections=tuple(Section(title=title) for title in "abc"))
    shown = ready(open_page(save({"en": page, "zh": page}, tmp_path / "x.html").as_uri()))
    assert not by_id(shown, "contents").is_visible() and headings(shown) == ["a", "b", "c"]


def test_commands_are_copied(open_page: OpenPage, compared: str) -> None:
    page = ready(open_page(compared, offline=True))
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    by_id(page, "copy").click()
    page.get_by_role("button", name="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.splitlines() == ["clearhead show out/run-seed0", "clearhead evaluate out/run-seed0"]


def test_where_nothing_may_be_copied_the_commands_are_selected(open_page: OpenPage, compared: str) -> None:
    page = ready(open_page(compared, offline=True))
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('no')); }")
    by_id(page, "copy").click()
    assert "clearhead evaluate" in page.evaluate("String(window.getSelection())")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_phone_needs_no_scrolling_sideways(open_page: OpenPage, compared: str, language: str) -> None:
    page = ready(open_page(f"{compared}#lang={language}", viewport={"width": 390, "height": 800}))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_it_is_printed_dark_on_white_without_what_is_pressed(open_page: OpenPage, compared: str) -> None:
    page = ready(open_page(f"{compared}#theme=dark", offline=True))
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(230, 232, 236)"
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(28, 31, 36)"
    assert not by_id(page, "contents").is_visible() and not by_id(page, "copy").is_visible()
    assert not by_id(page, "theme").is_visible() and by_id(page, "section-7").is_visible()
    assert page.pdf().startswith(b"%PDF")
