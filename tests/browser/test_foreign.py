"""Models of other people in the page: their folders as they are, a text whose characters fall into bytes."""

import json
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from browser.steps import OpenPage, after, by_id, cells, ready, state

from clearhead.inspector.hooks import INSIDE
from clearhead.inspector.look import Look, look

foreign = pytest.importorskip("browser.foreign", reason="transformers is not installed")
DECODERS = [name for name in foreign.WRITERS if name != "marian"]
WRONG = re.compile(r"\b(nan|NaN|undefined|Infinity|null|None)\b|\[object|�")
SAID = """(panels) => [panels.innerText, ...Array.from(panels.querySelectorAll("[aria-label], text"),
    (one) => `${one.getAttribute("aria-label") ?? ""} ${one.textContent}`)].join("\\n")"""
"""Everything that is written in the panels, also for those who cannot see them."""


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory, serve: Callable[[Look], str]) -> Callable[[str], tuple[Look, str]]:
    """Return a function that opens the folder of a form: what it read, and the address of its page."""
    known: dict[str, tuple[Look, str]] = {}

    def open_form(form: str) -> tuple[Look, str]:
        if form not in known:
            folder = tmp_path_factory.mktemp("foreign") / form
            folder.mkdir()
            foreign.WRITERS[form](folder)
            seen = look(folder, foreign.INPUT)
            known[form] = seen, serve(seen)
        return known[form]

    return open_form


@pytest.mark.parametrize("form", foreign.WRITERS)
def test_every_view_that_applies_opens(open_page: OpenPage, opened: Any, form: str) -> None:
    seen, address = opened(form)
    page = ready(open_page(address))
    assert len(seen.views()) > 10
    for name in seen.views():
        if by_id(page, f"view-{name}").get_attribute("aria-current") is None:
            after(page, by_id(page, f"view-{name}").click)
        assert not by_id(page, "message").is_visible(), by_id(page, "message").inner_text()
        panels = by_id(page, "panels")
        assert panels.locator("> *").count() == len(seen.view(name)), name
        assert page.locator(".panel-plain").count() == 0, name
        wrong = WRONG.search(panels.evaluate(SAID))
        assert wrong is None, f"{name}: {wrong and wrong.string[wrong.start() - 60 : wrong.end() + 60]!r}"


@pytest.mark.parametrize("form", DECODERS)
def test_characters_are_whole_and_their_bytes_under_the_pointer(open_page: OpenPage, opened: Any, form: str) -> None:
    seen, address = opened(form)
    page = ready(open_page(f"{address}#view=tokenization"))
    boxes = by_id(page, "panel-tokens").locator(".token")
    assert boxes.count() == len(seen.tokens)
    shown = boxes.all_inner_texts()
    assert any(re.fullmatch("(⟨[0-9a-f]{2}( [0-9a-f]{2})*⟩)+", text) for text in shown), "no character was split"
    told = b""
    for index in range(boxes.count()):
        boxes.nth(index).hover()
        tip = by_id(page, "panel-tokens").locator(".panel-tip").inner_text()
        found = re.search(r"bytes:? ([0-9a-f ]+)", tip)
        told += bytes.fromhex(found[1]) if found else b""
    assert told.decode("utf-8") == foreign.INPUT


@pytest.mark.parametrize("form", foreign.WRITERS)
def test_a_weight_of_attention_is_computed_again_on_the_page(open_page: OpenPage, opened: Any, form: str) -> None:
    seen, address = opened(form)
    page = ready(open_page(f"{address}#view=attention&layer=1&head=3"))
    panel = by_id(page, "panel-weights")
    panel.get_by_test_id("check").click()
    shown, again = (
        float(panel.get_by_test_id(f"check-{name}").get_attribute("data-value")) for name in ("shown", "recomputed")
    )
    assert shown == pytest.approx(float(np.asarray(seen.attention(layer=1, head=3)).max()), rel=1e-6)
    assert again == pytest.approx(shown, rel=1e-5)


@pytest.mark.parametrize("form", foreign.WRITERS)
def test_a_head_is_switched_off(open_page: OpenPage, opened: Any, form: str) -> None:
    _, address = opened(form)
    view, panel = ("next_token", "top") if form in DECODERS else ("attention", "aligned")
    page = ready(open_page(f"{address}#view={view}"))
    intact = cells(page, panel)
    tap = "layers.0.attention.mixed" if form in DECODERS else "encoder.layers.0.attention.mixed"
    after(page, by_id(page, f"head-{tap}-2").click)
    assert json.loads(state(page)["edits"]) == [{"tap": tap, "kind": "ablate", "head": 2}]
    assert cells(page, panel) != intact
    after(page, by_id(page, "undo").click)
    assert cells(page, panel) == intact
    assert not by_id(page, "message").is_visible()


@pytest.mark.parametrize("form", foreign.WRITERS)
def test_the_page_of_a_foreign_model_speaks_chinese(open_page: OpenPage, opened: Any, form: str) -> None:
    _, address = opened(form)
    page = ready(open_page(f"{address}#view=attention"))
    after(page, page.get_by_role("button", name="中文").click)
    assert by_id(page, "title").inner_text() == "注意力"
    assert foreign.INPUT in by_id(page, "input").input_value()


class Unknown(torch.nn.Module):
    """A model of another library as it is, behind a forward that returns its scores."""

    def __init__(self, theirs: torch.nn.Module) -> None:
        super().__init__()
        self.theirs = theirs

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        """Return the scores of the next token."""
        scores: torch.Tensor = self.theirs(tokens).logits
        return scores


def test_a_model_that_nobody_knows_is_seen_through_what_its_parts_return(
    open_page: OpenPage, opened: Any, serve: Callable[[Look], str]
) -> None:
    from transformers import AutoModelForCausalLM

    known, _ = opened("gpt2")
    theirs = AutoModelForCausalLM.from_pretrained(known.folder)
    seen = Look(Unknown(theirs).eval(), known.tokenizer, foreign.INPUT, name="unknown")
    torch.testing.assert_close(seen.logits, known.logits, atol=1e-4, rtol=0)
    assert "attention" not in seen.views()
    page = ready(open_page(serve(seen)))
    for name in seen.views():
        if by_id(page, f"view-{name}").get_attribute("aria-current") is None:
            after(page, by_id(page, f"view-{name}").click)
        assert not by_id(page, "message").is_visible(), by_id(page, "message").inner_text()
        assert WRONG.search(by_id(page, "panels").evaluate(SAID)) is None, name
    by_id(page, "unseen").locator("summary").click()
    told = by_id(page, "unseen").locator("li").all_inner_texts()
    assert told == seen.unseen and INSIDE in told
    page.locator(".views summary").click()
    reason = by_id(page, "view-attention").get_attribute("title")
    assert reason == "a Unknown has no attention."
