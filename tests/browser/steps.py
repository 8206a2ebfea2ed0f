"""What the tests of the page do again and again: wait until it has drawn, act, read what stands there."""

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from clearhead.inspector.look import Look
from clearhead.inspector.served import edited

OpenPage = Callable[..., Any]
DRAWN = """(turn) => Number(document.getElementById("page").dataset.drawn ?? 0) >= turn
    && !document.querySelector(".panels").hasAttribute("aria-busy")"""
HEAD = {"tap": "layers.1.attention.mixed", "kind": "ablate", "head": 0}


def ready(page: Any, turn: int = 1) -> Any:
    """Wait until the page has drawn what was asked for last."""
    deadline = time.monotonic() + 30
    while not page.evaluate(DRAWN, turn):  # the page's policy forbids what Playwright's own waiting would evaluate
        assert time.monotonic() < deadline, "the page has not drawn"
        page.wait_for_timeout(20)
    return page


def after(page: Any, act: Callable[[], object]) -> Any:
    """Do something, and wait until the page has drawn what it led to."""
    turn = int(page.evaluate("document.getElementById('page').dataset.drawn"))
    act()
    return ready(page, turn + 1)


def state(page: Any) -> dict[str, str]:
    """Return what the address says."""
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).fragment).items()}


def by_id(page: Any, name: str) -> Any:
    """Return what bears a test id."""
    return page.get_by_test_id(name)


def cells(page: Any, panel: str) -> list[str]:
    """Return the words of a table's cells."""
    found: list[str] = by_id(page, f"panel-{panel}").locator("tbody td").all_inner_texts()
    return found


def probability(look: Look, edits: list[dict[str, Any]] | None = None, **options: Any) -> str:
    """Return the largest probability of the next token as the page writes it."""
    with edited(look, edits or []):
        seen = look.again(look.text)
        [panel] = [panel for panel in seen.view("next_token", **options) if panel.name == "top"]
    return f"{panel.rows[0][-1]:.4f}"
