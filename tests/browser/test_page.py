"""The page in a real browser: what is shown follows what is asked, and nothing leaves this machine."""

import json
from typing import Any

import pytest
from browser.steps import HEAD, OpenPage, after, by_id, cells, probability, ready, state

from clearhead.inspector.look import Look

HOSTILE = "<img src=x onerror=hit=1>"


def test_every_view_that_applies_opens_with_its_panels(open_page: OpenPage, gpt_page: str, gpt: Look) -> None:
    page = ready(open_page(gpt_page))
    for name in gpt.views():
        if page.get_by_test_id(f"view-{name}").get_attribute("aria-current") is None:
            after(page, by_id(page, f"view-{name}").click)
        try:
            expected = {panel.name or panel.kind for panel in gpt.view(name)}
        except ValueError as reason:  # it wants an option that has no default
            assert by_id(page, "message").inner_text() == str(reason)
            continue
        assert not by_id(page, "message").is_visible(), by_id(page, "message").inner_text()
        shown = page.locator("[data-testid=panels] > *").evaluate_all("all => all.map((one) => one.dataset.testid)")
        assert set(shown) == {f"panel-{panel}" for panel in expected}
        assert page.locator(".panel-plain").count() == 0
        assert state(page)["view"] == name


def test_the_number_on_the_page_is_the_models_own(open_page: OpenPage, gpt_page: str, gpt: Look) -> None:
    page = ready(open_page(f"{gpt_page}#view=next_token"))
    assert probability(gpt) in cells(page, "top")


def test_a_temperature_that_is_dragged_moves_the_numbers_and_the_address(
    open_page: OpenPage, gpt_page: str, gpt: Look
) -> None:
    page = ready(open_page(f"{gpt_page}#view=next_token"))
    after(page, lambda: by_id(page, "option-temperature").fill("0.5"))
    assert state(page)["temperature"] == "0.5"
    assert probability(gpt, temperature=0.5) in cells(page, "top")


def test_a_link_brings_back_the_picture_and_the_back_button_the_one_before(
    open_page: OpenPage, gpt_page: str, gpt: Look
) -> None:
    page = ready(open_page(gpt_page))
    after(page, by_id(page, "view-next_token").click)
    after(page, lambda: (by_id(page, "option-top_k").fill("3"), by_id(page, "option-top_k").press("Tab")))
    link, shown = page.url, cells(page, "top")
    assert (state(page)["view"], state(page)["top_k"]) == ("next_token", "3")
    other = ready(open_page(link))
    assert cells(other, "top") == shown
    assert other.get_by_test_id("option-top_k").input_value() == "3"
    after(page, page.go_back)
    assert "top_k" not in state(page)
    assert cells(page, "top") != shown
    after(page, page.go_forward)
    assert cells(page, "top") == shown


def test_a_link_brings_back_how_an_axis_was_turned_and_the_back_button_how_it_was(
    open_page: OpenPage, gpt_page: str
) -> None:
    page = ready(open_page(f"{gpt_page}#view=gradient_flow"))
    first = scale(page, "layers")
    by_id(page, "panel-layers").get_by_test_id("log").click()
    turned = scale(page, "layers")
    assert turned != first and state(page)["turned"] == f"layers:{turned}"
    assert scale(ready(open_page(page.url)), "layers") == turned
    after(page, page.go_back)
    assert "turned" not in state(page) and scale(page, "layers") == first


def test_an_axis_that_is_turned_back_leaves_nothing_in_the_address_and_another_view_begins_anew(
    open_page: OpenPage, gpt_page: str
) -> None:
    page = ready(open_page(f"{gpt_page}#view=gradient_flow&turned=distance:log"))
    button = by_id(page, "panel-layers").get_by_test_id("log")
    button.click()
    button.click()
    assert state(page)["turned"] == "distance:log"
    after(page, by_id(page, "view-next_token").click)
    assert "turned" not in state(page)


def test_a_link_brings_back_by_which_column_a_table_is_sorted(open_page: OpenPage, gpt_page: str) -> None:
    page = ready(open_page(f"{gpt_page}#view=layers"))
    by_id(page, "panel-layers").get_by_role("button", name="parameters").click()
    shown = cells(page, "layers")
    assert state(page)["turned"] == "layers:-4"
    other = ready(open_page(page.url))
    assert cells(other, "layers")[:4] == shown[:4]
    heads = by_id(other, "panel-layers").locator("th")
    assert heads.nth(3).get_attribute("aria-sort") == "descending"


def scale(page: Any, panel: str) -> str:
    """Return what the axis of a panel of lines goes by."""
    pressed = by_id(page, f"panel-{panel}").get_by_test_id("log").get_attribute("aria-pressed")
    return "log" if pressed == "true" else "linear"


def test_another_input_is_read(open_page: OpenPage, gpt_page: str) -> None:
    page = ready(open_page(f"{gpt_page}#view=tokenization"))
    by_id(page, "input").fill("我吃了苹果")
    after(page, lambda: by_id(page, "input").press("Enter"))
    assert state(page)["input"] == "我吃了苹果"
    assert by_id(page, "size").inner_text() == "5 tokens"
    assert all(sign in by_id(page, "panel-tokens").inner_text() for sign in "我吃了苹果")


def test_a_head_is_switched_off_with_a_click_and_on_again(open_page: OpenPage, gpt_page: str, gpt: Look) -> None:
    page = ready(open_page(f"{gpt_page}#view=next_token"))
    intact = cells(page, "top")
    head = by_id(page, f"head-{HEAD['tap']}-0")
    after(page, head.click)
    assert json.loads(state(page)["edits"]) == [HEAD]
    assert by_id(page, f"head-{HEAD['tap']}-0").get_attribute("aria-pressed") == "true"
    assert probability(gpt, [HEAD]) in cells(page, "top")
    assert cells(page, "top") != intact
    after(page, by_id(page, "undo").click)
    assert cells(page, "top") == intact
    assert "edits" not in state(page)


def test_any_value_can_be_changed_by_its_name(open_page: OpenPage, gpt_page: str) -> None:
    page = ready(open_page(f"{gpt_page}#view=next_token"))
    intact = cells(page, "top")
    page.locator(".edits summary").click()
    by_id(page, "edit-tap").fill("layers.0.residual")
    by_id(page, "edit-kind").select_option("clamp")
    by_id(page, "edit-low").fill("0")
    after(page, by_id(page, "edit-add").click)
    assert json.loads(state(page)["edits"]) == [{"tap": "layers.0.residual", "kind": "clamp", "low": 0}]
    assert cells(page, "top") != intact


def test_a_weight_of_a_small_model_is_edited_and_set_back(open_page: OpenPage, mlp_page: str) -> None:
    page = ready(open_page(f"{mlp_page}#view=neuron"))
    before = by_id(page, "panel-sum").inner_text()
    by_id(page, "weights").locator("summary").click()
    page.get_by_label("Tensor").select_option("head.bias")
    weight = by_id(page, "weight-head.bias[0]")
    after(page, lambda: (weight.fill("7"), weight.press("Tab")))
    assert "(7)" in by_id(page, "panel-sum").inner_text()
    after(page, by_id(page, "weights-reset").click)
    assert by_id(page, "panel-sum").inner_text() == before


def test_the_language_is_switched(open_page: OpenPage, gpt_page: str) -> None:
    page = ready(open_page(f"{gpt_page}#view=next_token"))
    assert by_id(page, "title").inner_text() == "The next token"
    after(page, page.get_by_role("button", name="中文").click)
    assert by_id(page, "title").inner_text() == "下一个词元"
    assert page.evaluate("document.documentElement.lang") == "zh-Hans"
    assert state(page)["lang"] == "zh"
    assert page.get_by_role("button", name="打印").is_visible()


def test_a_chinese_browser_gets_chinese(open_page: OpenPage, gpt_page: str) -> None:
    page = ready(open_page(f"{gpt_page}#view=next_token", locale="zh-CN"))
    assert by_id(page, "title").inner_text() == "下一个词元"


def test_light_and_dark_follow_the_machine_and_the_switch(open_page: OpenPage, gpt_page: str) -> None:
    page = ready(open_page(gpt_page, color_scheme="dark"))
    colour = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(colour)
    after(page, page.get_by_role("button", name="Light").click)
    light = page.evaluate(colour)
    assert state(page)["theme"] == "light"
    assert sum(map(int, light[4:-1].split(","))) > 600 > 200 > sum(map(int, dark[4:-1].split(",")))


def test_a_mistake_is_said_and_the_page_goes_on(open_page: OpenPage, gpt_page: str) -> None:
    page = ready(open_page(f"{gpt_page}#view=tokenization"))
    by_id(page, "input").fill("a" * 3000)
    after(page, by_id(page, "ask").click)
    assert by_id(page, "message").inner_text().startswith("look.text must be at most ")
    open_page.faults.clear()  # type: ignore[attr-defined]  # the browser itself notes the answer 400
    by_id(page, "input").fill("the cat")
    after(page, by_id(page, "ask").click)
    assert not by_id(page, "message").is_visible()
    assert by_id(page, "size").inner_text() == "7 tokens"


def test_a_view_that_does_not_apply_says_why(open_page: OpenPage, gpt_page: str) -> None:
    page = ready(open_page(f"{gpt_page}#view=pixels"))
    said = by_id(page, "message").inner_text()
    assert said.startswith("The view pixels does not apply here.") and len(said) > 50
    page.locator(".views summary").click()
    refused = by_id(page, "view-pixels")
    assert refused.get_attribute("aria-disabled") == "true"
    assert refused.get_attribute("title") in said


@pytest.mark.parametrize("view", ["tokenization", "attention", "next_token"])
def test_no_input_becomes_a_part_of_the_page(open_page: OpenPage, gpt_page: str, view: str) -> None:
    page = ready(open_page(f"{gpt_page}#view={view}"))
    for text, is_read in ((HOSTILE, True), (HOSTILE * 50, False)):  # shown as a text, and in a message
        by_id(page, "input").fill(text)
        after(page, by_id(page, "ask").click)
        assert by_id(page, "message").is_visible() is not is_read
        assert page.evaluate("window.hit") is None
        assert page.locator("img[src=x]").count() == 0
    open_page.faults.clear()  # type: ignore[attr-defined]  # the browser itself notes the answer 400


def test_on_a_phone_nothing_is_wider_than_the_screen(open_page: OpenPage, gpt_page: str, gpt: Look) -> None:
    page = ready(open_page(gpt_page, viewport={"width": 360, "height": 740}))
    for name in gpt.views():
        if by_id(page, f"view-{name}").get_attribute("aria-current") is None:
            after(page, by_id(page, f"view-{name}").click)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, name
    open_page.faults.clear()  # type: ignore[attr-defined]  # a view may want an option first


def test_a_worksheet_leaves_the_answer_blank_on_paper(open_page: OpenPage, gpt_page: str) -> None:
    page = ready(open_page(f"{gpt_page}#view=next_token"))
    page.emulate_media(media="print")
    body = by_id(page, "panel-probabilities").locator(".panel-body")
    assert body.evaluate("(one) => getComputedStyle(one).visibility") == "visible"
    page.emulate_media(media="screen")
    by_id(page, "worksheet").locator("input").check()
    page.emulate_media(media="print")
    assert body.evaluate("(one) => getComputedStyle(one).visibility") == "hidden"
    other = by_id(page, "panel-top").locator(".panel-body")
    assert other.evaluate("(one) => getComputedStyle(one).visibility") == "visible"
    assert not page.locator(".side").is_visible()


def test_the_page_can_be_used_with_the_keyboard_alone(open_page: OpenPage, gpt_page: str) -> None:
    page = ready(open_page(f"{gpt_page}#view=tokenization"))
    by_id(page, "view-next_token").focus()
    after(page, lambda: page.keyboard.press("Enter"))
    assert state(page)["view"] == "next_token"
    names = page.locator("button, input, select, textarea").evaluate_all(
        "all => all.filter((one) => one.offsetParent && !one.labels?.length && !one.ariaLabel)"
        ".filter((one) => !one.textContent.trim()).map((one) => one.outerHTML)"
    )
    assert names == []  # everything that can be reached has a name to be read out


def test_where_the_server_has_ended_the_page_says_so(open_page: OpenPage, gpt_page: str) -> None:
    page = ready(open_page(f"{gpt_page}#view=tokenization"))
    page.context.set_offline(True)
    after(page, by_id(page, "view-next_token").click)
    assert by_id(page, "message").inner_text() == (
        "The server of this page does not answer. Start it again with clearhead look."
    )
    open_page.faults.clear()  # type: ignore[attr-defined]  # the browser itself notes the missing answer


def test_a_picture_of_a_head_that_is_picked_opens_that_head_and_the_back_button_closes_it(
    open_page: OpenPage, gpt_page: str
) -> None:
    page = ready(open_page(f"{gpt_page}#view=attention&lang=zh"))
    grid = by_id(page, "panel-every_head").locator("[tabindex='0']").first
    grid.focus()
    for key in ("Home", "ArrowRight"):
        page.keyboard.press(key)
    after(page, lambda: page.keyboard.press("Enter"))
    assert {name: state(page)[name] for name in ("layer", "head")} == {"layer": "0", "head": "1"}
    assert by_id(page, "panel-weights").is_visible()
    assert "第 0 层，头 1" in by_id(page, "panels").inner_text()
    after(page, page.go_back)
    assert by_id(page, "panel-every_head").is_visible()
