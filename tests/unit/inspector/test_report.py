"""One HTML file: everything is in it, nothing is asked of a network, and no text of a user can become a script."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from carried import modules, payload

from clearhead.inspector import one_file, report
from clearhead.inspector.look import Look
from clearhead.inspector.one_file import packed
from clearhead.inspector.transport import to_page
from clearhead.panels.heatmap import Heatmap

TEXT = "the cat sat"
LookAt = Callable[[str], Look]


def test_by_default_it_holds_every_view_that_applies(look_at: LookAt, tmp_path: Path) -> None:
    look = look_at(TEXT)
    path = look.save_html(tmp_path / "new" / "cat.html")
    found = payload(path.read_text(encoding="utf-8"))
    assert [one["view"] for one in found["shown"]] == look.views()
    assert all(one["panels"] or one["error"].endswith(".") for one in found["shown"])
    assert path.stat().st_size < one_file.MAX_BYTES
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


def test_it_has_the_drawings_of_its_panels(look_at: LookAt) -> None:
    html = report.to_html(look_at(TEXT), ["tokenization"])
    kinds = {panel["kind"] for one in payload(html)["shown"] for panel in one["panels"]}
    assert {f"inspector/page/panels/{kind}.js" for kind in kinds} <= set(modules(html))


@pytest.mark.parametrize("text", ["</script><script>hit()//", "{{payload}} <b>&\"'", "{{modules}}", "a\u202eb\x00"])
def test_no_text_of_a_user_becomes_part_of_the_page(look_at: LookAt, text: str) -> None:
    plain, html = (report.to_html(look_at(given), ["tokenization"]) for given in ("cat", text))
    assert payload(html)["facts"]["input"] == text
    assert html.count("<script") == plain.count("<script")
    assert html.count("<b>") == plain.count("<b>")
    assert len(re.findall(r"\x00|\u202e", html)) == 0


def test_a_panel_that_is_too_large_is_left_out_with_a_sentence(
    look_at: LookAt, monkeypatch: pytest.MonkeyPatch
) -> None:
    look, numbers = look_at(TEXT), np.random.default_rng(0).random((400, 400)).astype(np.float32)
    labels = tuple(map(str, range(400)))
    grid = Heatmap(name="one", title="one", values=numbers, rows=labels, columns=labels, row_axis="r", column_axis="c")
    monkeypatch.setattr(Look, "view", lambda self, name, **options: [grid])
    empty = len(report.to_html(look, ["attention"])) - len(packed(to_page(grid, keeps_every_digit=True)))
    monkeypatch.setattr(one_file, "MAX_BYTES", empty + one_file.SPARE_BYTES + 5_000)
    html = report.to_html(look, ["attention"])
    [panel] = payload(html)["shown"][0]["panels"]
    assert len(html.encode()) < one_file.MAX_BYTES
    assert panel["kind"] == "formula" and panel["note"].startswith("Left out of this file: it is 0.2 MB, and a report")
