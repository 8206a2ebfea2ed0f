"""One HTML file: everything is in it, nothing is asked of a network, and no text of a user can become a script."""

import base64
import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clearhead.inspector import report
from clearhead.inspector.look import Look
from clearhead.inspector.transport import to_page
from clearhead.panels.heatmap import Heatmap

TEXT = "the cat sat"
LookAt = Callable[[str], Look]


def payload(html: str) -> dict[str, Any]:
    """Return what a report holds."""
    [packed] = re.findall(r'id="payload">([^<]*)</script>', html)
    found: dict[str, Any] = json.loads(gzip.decompress(base64.b64decode(packed)))
    return found


def test_by_default_it_holds_every_view_that_applies(look_at: LookAt, tmp_path: Path) -> None:
    look = look_at(TEXT)
    path = look.save_html(tmp_path / "new" / "cat.html")
    found = payload(path.read_text(encoding="utf-8"))
    assert [one["view"] for one in found["shown"]] == look.views()
    assert all(one["panels"] or one["error"].endswith(".") for one in found["shown"])
    assert path.stat().st_size < report.MAX_BYTES
    assert set(found["strings"]) == {"en", "zh"}
    assert found["start"] is None  # the page opens with the view that is usual for this kind of input
    assert found["facts"]["input"] == TEXT


def test_the_numbers_are_those_of_the_views(look_at: LookAt) -> None:
    look, options = look_at(TEXT), {"layer": 1, "head": 0}
    found = payload(report.to_html(look, {"attention": options}))
    expected = [to_page(panel, keeps_every_digit=True) for panel in look.view("attention", **options)]
    assert found["start"] == "attention"
    assert found["shown"] == [{"view": "attention", "options": options, "panels": json.loads(json.dumps(expected))}]


def test_a_view_that_does_not_apply_is_told_when_it_was_asked_for(look_at: LookAt, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="The view 'pixels' does not apply: "):
        look_at(TEXT).save_html(tmp_path / "x.html", ["pixels"])
    assert list(tmp_path.iterdir()) == []


def test_every_module_of_the_page_is_in_it_and_none_is_asked_for(look_at: LookAt) -> None:
    html = report.to_html(look_at(TEXT), ["tokenization"])
    [found] = re.findall(r'<script type="importmap">(.*?)</script>', html)
    imports = json.loads(found)["imports"]
    on_disk = {
        f"{prefix}/{path.relative_to(folder).as_posix()}"
        for prefix, folder in report.FOLDERS.items()
        for path in folder.rglob("*.js")
    }
    assert set(imports) == on_disk
    assert all(address.startswith("data:text/javascript;base64,") for address in imports.values())
    assert "default-src 'none'" in html
    assert not re.search(r"""(src|href)=["'](?!data:)""", html)
    assert "{{" not in html.replace(found, "")


@pytest.mark.parametrize("text", ["</script><script>hit()//", "{{payload}} <b>&\"'", "{{modules}}", "a\u202eb\x00"])
def test_no_text_of_a_user_becomes_part_of_the_page(look_at: LookAt, text: str) -> None:
    plain, html = (report.to_html(look_at(given), ["tokenization"]) for given in ("cat", text))
    assert payload(html)["facts"]["input"] == text
    assert html.count("<script") == plain.count("<script")
    assert html.count("<b>") == plain.count("<b>")
    assert len(re.findall(r"\x00|\u202e", html)) == 0


def large(name: str, size: int) -> Heatmap:
    """Return a grid of random numbers, which cannot be made smaller."""
    labels = tuple(map(str, range(size)))
    values = np.random.default_rng(0).random((size, size)).astype(np.float32)
    return Heatmap(name=name, title=name, values=values, rows=labels, columns=labels, row_axis="r", column_axis="c")


def test_what_does_not_fit_comes_with_fewer_digits_and_then_not_at_all(
    look_at: LookAt, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = look_at(TEXT)
    panels = [large("one", 400), large("two", 300), large("three", 10)]
    monkeypatch.setattr(Look, "view", lambda self, name, **options: panels)
    whole = len(report.to_html(look, ["attention"]))
    monkeypatch.setattr(report, "MAX_BYTES", whole - report.SPARE_BYTES)
    html = report.to_html(look, ["attention"])
    assert [panel["values"]["encoding"] for panel in payload(html)["shown"][0]["panels"][:2]] == ["u8", "u8"]
    assert len(html) < report.MAX_BYTES
    monkeypatch.setattr(report, "MAX_BYTES", len(html) - report.SPARE_BYTES)
    html = report.to_html(look, ["attention"])
    shown = payload(html)["shown"][0]["panels"]
    assert len(html) < report.MAX_BYTES
    assert shown[0]["kind"] == "formula" and shown[0]["note"].startswith("Left out of this file: it is 0.")
    assert shown[1]["values"]["encoding"] == "u8"
    assert [panel["name"] for panel in shown] == ["one", "two", "three"]


def test_no_file_of_the_page_names_another_machine() -> None:
    for folder in report.FOLDERS.values():
        for path in folder.rglob("*"):
            if path.is_file():
                text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
                assert not re.search(r"https?://|//cdn|@import", text), path
