"""A bare page on which panels are drawn, without the rest of the inspector."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from browser import drawing

from clearhead.inspector.transport import to_page
from clearhead.panels.base import Panel


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Return the address of the bare page."""
    with drawing.served() as found:
        yield found


@pytest.fixture
def draw(open_page: Callable[..., Any], address: str) -> Callable[..., Any]:
    """Return a function that draws panels on an empty page."""

    def drawn(*panels: Panel, theme: str = "light", exact: np.ndarray | None = None, **options: Any) -> Any:
        size = options.pop("viewport", {"width": 900, "height": 900})
        page = open_page(address, viewport=size)
        page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
        page.evaluate("rows => { window.exact = rows; }", None if exact is None else exact.tolist())
        page.evaluate(drawing.DRAW, [[to_page(panel) for panel in panels], options])
        return page

    return drawn
