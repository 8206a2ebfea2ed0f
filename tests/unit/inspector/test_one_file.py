"""One HTML file: it has every module it needs and no other, and what does not fit is told."""

import re

import numpy as np
import pytest
from carried import modules

from clearhead.inspector import one_file
from clearhead.inspector.one_file import fitted, frame_of, packed
from clearhead.panels.heatmap import Heatmap

APP = "inspector/page/app.js"
NOTES = ["too large: {size} of {most} MB", "zu groß"]


def page(**changes: object) -> str:
    """Return a page that holds nothing."""
    return packed(None).join(frame_of(**{"title": "cat", "entry": APP, "kinds": ["heatmap"], **changes}))  # type: ignore[arg-type]


def large(name: str, size: int) -> Heatmap:
    """Return a grid of random numbers, which cannot be made smaller."""
    labels = tuple(map(str, range(size)))
    values = np.random.default_rng(0).random((size, size)).astype(np.float32)
    return Heatmap(name=name, title=name, values=values, rows=labels, columns=labels, row_axis="r", column_axis="c")


def test_every_module_that_its_modules_import_is_in_it() -> None:
    found = modules(page())
    imported = {name for text in found.values() for name in re.findall(r'from "([^"]+)"', text)}
    assert imported and imported <= set(found)
    assert all("/" in name and not name.startswith(".") for name in imported)


def test_it_has_the_drawings_of_its_panels_and_no_others() -> None:
    found = modules(page(kinds=["heatmap"]))
    drawings = {name.split("/")[-1] for name in found if "/panels/" in name and "/_" not in name}
    assert drawings == {"heatmap.js", "formula.js"}  # a formula stands for what is left out
    assert "inspector/page/watch.js" not in found and APP in found


def test_a_kind_without_a_drawing_is_no_reason_to_fail() -> None:
    assert "inspector/page/panels/unheard_of.js" not in modules(page(kinds=["unheard_of"]))


def test_nothing_is_asked_of_a_network() -> None:
    html = page(styles=["inspector/page/document.css"])
    assert "default-src 'none'" in html
    assert not re.search(r"""(src|href)=["'](?!data:)""", html)


def test_a_title_is_text() -> None:
    html = page(title="</title><script>hit()</script>{{modules}}\u202e")
    assert html.count("<script") == page().count("<script")
    assert "{{modules}}⟨e2 80 ae⟩</title>" in html


def test_what_does_not_fit_comes_with_fewer_digits_and_then_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    groups, frame = [[large("one", 400), large("two", 300)], [large("three", 10)]], ["<", ">"]
    exact = fitted(groups, NOTES, frame=frame, values=None)
    assert [panel["values"]["encoding"] for panel in exact[0]] == ["f32", "f32"]
    monkeypatch.setattr(one_file, "MAX_BYTES", len(packed(exact)))
    coarse = fitted(groups, NOTES, frame=frame, values=None)
    assert [panel["values"]["encoding"] for panel in coarse[0]] == ["u8", "u8"]
    monkeypatch.setattr(one_file, "MAX_BYTES", len(packed(coarse)))
    left = fitted(groups, NOTES, frame=frame, values=None)
    assert [panel["name"] for group in left for panel in group] == ["one", "two", "three"]
    assert left[0][0]["kind"] == "formula" and left[0][0]["note"].startswith("too large: 0.")
    assert left[0][1]["values"]["encoding"] == "u8"
    assert len(packed(left)) < one_file.MAX_BYTES


def test_no_file_of_the_page_names_another_machine() -> None:
    for folder in one_file.FOLDERS.values():
        for path in folder.rglob("*"):
            if path.is_file():
                text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
                assert not re.search(r"https?://|//cdn|@import", text), path
