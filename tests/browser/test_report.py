"""The report in a real browser: opened from a file, with the network switched off, it can still be asked."""

from pathlib import Path

from browser.steps import OpenPage, after, by_id, cells, probability, ready

from clearhead.inspector.look import Look


def test_a_report_is_saved_from_the_page_and_opens_from_a_file(
    open_page: OpenPage, gpt_page: str, gpt: Look, tmp_path: Path
) -> None:
    page = ready(open_page(f"{gpt_page}#view=next_token&temperature=0.5"))
    with page.expect_download() as waited:
        by_id(page, "save").click()
    path = tmp_path / waited.value.suggested_filename
    waited.value.save_as(path)
    assert path.name == "tiny-next_token.html"
    saved = ready(open_page(path.as_uri(), offline=True))
    assert probability(gpt, temperature=0.5) in cells(saved, "top")


def test_a_report_of_every_view_is_still_interactive(open_page: OpenPage, gpt: Look, tmp_path: Path) -> None:
    path = gpt.save_html(tmp_path / "all.html")
    page = ready(open_page(path.as_uri(), offline=True))
    for name in gpt.views():
        if by_id(page, f"view-{name}").get_attribute("aria-current") is None:
            after(page, by_id(page, f"view-{name}").click)
        assert page.locator("[data-testid=panels] > *").count() or by_id(page, "message").is_visible()
        assert page.locator(".panel-plain").count() == 0
    after(page, by_id(page, "view-next_token").click)
    assert probability(gpt) in cells(page, "top")
    after(page, page.get_by_role("button", name="中文").click)
    assert by_id(page, "title").inner_text() == "下一个词元"
    assert not by_id(page, "ask").is_visible()
    assert by_id(page, "input").get_attribute("readonly") is not None
