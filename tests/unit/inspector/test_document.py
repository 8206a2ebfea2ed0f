import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from carried import modules, payload

from clearhead.inspector import one_file
from clearhead.inspector.document import Document, Section, save, to_html
from clearhead.inspector.transport import to_page
from clearhead.panels.curves import Curve, Curves
from clearhead.panels.heatmap import Heatmap
from clearhead.panels.table import Table

CURVE = Curve(name="read", x=np.arange(300.0), y=np.arange(300.0) ** 0.5)
PANELS = (
    Table(name="rows", title="Rows", columns=("length", "<b>"), rows=(("read", 1.25), ("near", None))),
    Curves(title="Curves", curves=(CURVE,), x_axis="steps", y_axis="loss", levels={"majority": 0.5}),
)
SECTION = Section(title="One", text=("First.", "Second."), panels=PANELS, commands=("clearhead tour",), tone="good")
PAGES = {
    "en": Document(title="A page", facts="here and now", sections=(SECTION, Section(title="Two"))),
    "zh": Document(title="一页", facts="此时此地", sections=(dataclasses.replace(SECTION, title="一"),)),
}


@pytest.fixture(scope="module")
def held() -> dict[str, Any]:
    return payload(to_html(PAGES))


def test_it_holds_every_sentence_of_both_languages(held: dict[str, Any]) -> None:
    assert set(held["pages"]) == {"en", "zh"}
    english, chinese = held["pages"]["en"], held["pages"]["zh"]
    assert (english["title"], english["facts"]) == ("A page", "here and now")
    assert [each["title"] for each in english["sections"]] == ["One", "Two"]
    assert [each["title"] for each in chinese["sections"]] == ["一"]
    first = english["sections"][0]
    assert (first["text"], first["commands"], first["tone"]) == (["First.", "Second."], ["clearhead tour"], "good")
    assert english["sections"][1] == {"title": "Two", "text": [], "panels": [], "commands": [], "tone": ""}


def test_the_numbers_are_those_of_the_panels_with_every_digit(held: dict[str, Any]) -> None:
    expected = json.loads(json.dumps([to_page(panel, keeps_every_digit=True) for panel in PANELS]))
    assert held["pages"]["en"]["sections"][0]["panels"] == expected
    assert held["pages"]["zh"]["sections"][0]["panels"] == expected


def test_of_the_words_of_the_pages_it_has_only_its_own(held: dict[str, Any]) -> None:
    assert set(held["strings"]["en"]) == set(held["strings"]["zh"])
    assert {key.split(".")[0] for key in held["strings"]["en"]} == {"document", "shell"}


def test_it_has_the_modules_that_it_needs(held: dict[str, Any]) -> None:
    found = set(modules(to_html(PAGES)))
    assert {"inspector/page/document.js", "inspector/page/drawn.js", "inspector/page/panels/curves.js"} <= found
    assert not {"inspector/page/app.js", "inspector/page/panels/heatmap.js"} & found


@pytest.mark.parametrize("text", ["</script><script>hit()//", "{{payload}} <b>&\"'", "{{modules}}"])
def test_no_text_becomes_part_of_the_page(text: str) -> None:
    page = Document(title=text, sections=(Section(title=text, text=(text,), commands=(text,)),))
    html, plain = to_html({"en": page, "zh": page}), to_html({"en": Document(title="x"), "zh": Document(title="x")})
    assert payload(html)["pages"]["zh"]["sections"][0]["text"] == [text]
    assert html.count("<script") == plain.count("<script")
    assert html.count("<b>") == plain.count("<b>")


def test_a_panel_that_is_too_large_is_left_out_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    labels = tuple(map(str, range(400)))
    values = np.random.default_rng(0).random((400, 400)).astype(np.float32)
    grid = Heatmap(name="grid", title="Grid", values=values, rows=labels, columns=labels, row_axis="r", column_axis="c")
    page = Document(title="x", sections=(Section(title="x", panels=(grid, *PANELS)),))
    monkeypatch.setattr(one_file, "MAX_BYTES", 400_000)
    html = to_html({"en": page, "zh": page})
    english, chinese = (payload(html)["pages"][code]["sections"][0]["panels"] for code in ("en", "zh"))
    assert len(html.encode()) < one_file.MAX_BYTES
    assert english[0]["note"].startswith("Left out of this file: it is 0.2 MB, and a document is at most ")
    assert chinese[0]["note"].startswith("未放入本文件：它有 0.2 MB")
    assert [panel["kind"] for panel in english[1:]] == ["table", "curves"]


def test_it_is_saved_where_no_folder_was_yet(tmp_path: Path) -> None:
    path = save(PAGES, tmp_path / "new" / "page.html")
    assert path == tmp_path / "new" / "page.html"
    assert path.read_text(encoding="utf-8") == to_html(PAGES)
