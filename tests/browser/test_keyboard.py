"""The page without a mouse, and for those who hear it: every place can be reached, has a name, and keeps the focus."""

from typing import Any

import pytest
from browser.steps import OpenPage, after, by_id, ready, state

FOCUSED = "document.activeElement.dataset.testid ?? document.activeElement.className"
VIEWS = ["tokenization", "next_token", "attention", "block", "computation_graph"]


def press(page: Any, *keys: str) -> None:
    """Press keys one after the other."""
    for key in keys:
        page.keyboard.press(key)


def tab_to(page: Any, selector: str, *, most: int = 60) -> None:
    """Press Tab until the focus is on what a selector names."""
    for _ in range(most):
        press(page, "Tab")
        if page.evaluate("(name) => document.activeElement.matches(name)", selector):
            return
    raise AssertionError(f"{selector} was not reached")


def nameless(page: Any) -> list[str]:
    """Return what the browser would give to a reader of screens without a name, of all that can have the focus."""
    nodes = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    found = []
    for node in nodes:
        is_focusable = any(own["name"] == "focusable" and own["value"]["value"] for own in node.get("properties", []))
        role = node.get("role", {}).get("value", "")
        if not node["ignored"] and is_focusable and role != "RootWebArea" and not node["name"]["value"].strip():
            found.append(role)
    return found


@pytest.mark.parametrize("view", VIEWS)
def test_all_that_can_be_reached_has_a_name(open_page: OpenPage, gpt_page: str, view: str) -> None:
    page = ready(open_page(f"{gpt_page}#view={view}"))
    page.locator("summary").evaluate_all("all => all.forEach((one) => one.click())")
    assert nameless(page) == []


def test_the_first_key_leads_past_the_lists(open_page: OpenPage, gpt_page: str) -> None:
    page = ready(open_page(f"{gpt_page}#view=next_token"))
    press(page, "Tab")
    assert page.evaluate(FOCUSED) == "skip"
    assert by_id(page, "skip").bounding_box()["width"] > 40
    press(page, "Enter")
    assert page.evaluate(FOCUSED) == "panels"
    press(page, "Tab")
    assert page.evaluate("document.activeElement.closest('.panel') !== null")
    assert by_id(page, "skip").bounding_box()["width"] <= 1


def test_a_view_that_was_chosen_keeps_the_focus(open_page: OpenPage, gpt_page: str) -> None:
    page = ready(open_page(f"{gpt_page}#view=tokenization"))
    tab_to(page, "[data-testid=view-next_token]")
    after(page, lambda: press(page, "Enter"))
    assert state(page)["view"] == "next_token"
    assert page.evaluate(FOCUSED) == "view-next_token"
    assert page.locator(".side ~ .view [role=status]").first.inner_text().startswith("The next token")


def test_a_head_that_was_switched_off_keeps_the_focus(open_page: OpenPage, gpt_page: str) -> None:
    page = ready(open_page(f"{gpt_page}#view=next_token"))
    tap = "layers.1.attention.mixed"
    tab_to(page, f"[data-testid='head-{tap}-1']")
    for pressed in ("true", "false"):
        after(page, lambda: press(page, "Enter"))
        assert page.evaluate(FOCUSED) == f"head-{tap}-1"
        assert by_id(page, f"head-{tap}-1").get_attribute("aria-pressed") == pressed


def test_from_all_heads_to_one_weight_computed_again(open_page: OpenPage, gpt_page: str) -> None:
    page = ready(open_page(f"{gpt_page}#view=attention"))
    press(page, "Tab", "Enter")
    tab_to(page, "[data-testid=panel-every_head] canvas")
    press(page, "ArrowRight", "ArrowRight")
    after(page, lambda: press(page, "Enter"))
    assert (state(page)["layer"], state(page)["head"]) == ("0", "1")
    assert page.evaluate(FOCUSED) == "panels"  # the picture that had it is gone
    tab_to(page, "[data-testid=panel-weights] canvas")
    press(page, "ArrowDown", "ArrowDown", "Enter")
    panel = by_id(page, "panel-weights")
    assert panel.locator("[role=status]").inner_text().startswith("query 1 h → key 0 t: ")
    shown, again = (
        float(panel.get_by_test_id(f"check-{name}").get_attribute("data-value")) for name in ("shown", "recomputed")
    )
    assert again == pytest.approx(shown, rel=1e-5)


def test_a_token_that_was_picked_keeps_the_focus(open_page: OpenPage, gpt_page: str) -> None:
    page = ready(open_page(f"{gpt_page}#view=tokenization"))
    press(page, "Tab", "Enter")
    tab_to(page, ".token")
    press(page, "ArrowRight", "ArrowRight", "Enter")
    assert page.evaluate("document.activeElement.dataset.index") == "2"
    assert "id " in by_id(page, "panel-tokens").locator("[role=status]").inner_text()


def test_cells_of_a_table_are_read_out(open_page: OpenPage, gpt_page: str) -> None:
    page = ready(open_page(f"{gpt_page}#view=next_token"))
    press(page, "Tab", "Enter")
    tab_to(page, "[data-testid=panel-top] table")
    press(page, "ArrowDown", "ArrowRight", "ArrowDown")
    assert by_id(page, "panel-top").locator("[role=status]").inner_text().startswith("token, 2: ")


def test_operations_are_read_out_along_the_graph(open_page: OpenPage, gpt_page: str) -> None:
    page = ready(open_page(f"{gpt_page}#view=computation_graph"))
    press(page, "Tab", "Enter")
    tab_to(page, "[data-testid=panel-graph] .panel-scene")
    press(page, "ArrowDown")  # the last of them, which is the loss
    first = by_id(page, "panel-graph").locator("[role=status]").inner_text()
    press(page, "ArrowUp")
    assert first and by_id(page, "panel-graph").locator("[role=status]").inner_text() not in ("", first)


def test_what_is_being_written_stays_when_the_view_changes(open_page: OpenPage, gpt_page: str) -> None:
    page = ready(open_page(f"{gpt_page}#view=tokenization"))
    page.locator(".edits summary").click()
    by_id(page, "edit-tap").fill("layers.0.residual")
    after(page, by_id(page, "view-next_token").click)
    assert by_id(page, "edit-tap").input_value() == "layers.0.residual"


def test_the_box_of_a_weight_keeps_the_focus(open_page: OpenPage, mlp_page: str) -> None:
    page = ready(open_page(f"{mlp_page}#view=neuron"))
    by_id(page, "weights").locator("summary").click()
    page.get_by_label("Tensor").select_option("head.bias")
    weight = by_id(page, "weight-head.bias[0]")
    weight.fill("7")
    after(page, lambda: weight.press("Enter"))
    assert page.evaluate(FOCUSED) == "weight-head.bias[0]"
