"""Views of one input as one HTML file that opens from a USB stick: everything is in it, and it can still be asked.

    look("runs/stories", "The cat sat").save_html("cat.html")

The page's own modules stand in it as an import map of data addresses, the numbers as gzip in base64. It is below
`MAX_BYTES`; what does not fit comes with fewer digits, and in the end not at all, and the file says so.
"""

import base64
import gzip
import json
import re
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from clearhead.core import catalog
from clearhead.inspector.described import describe, facts
from clearhead.inspector.legible import printable
from clearhead.inspector.transport import to_page
from clearhead.inspector.views.base import ROOM
from clearhead.panels.base import Panel
from clearhead.web.static import SHELL, inlined_modules, page_files, read_strings

PAGE = Path(__file__).parent / "page"
FOLDERS = {"web/page": SHELL, "inspector/page": PAGE}
"""Where the files of the page lie, by the first part of the name they are asked for by."""
STYLES = ("web/page/base.css", "inspector/page/page.css", "inspector/page/panels.css")
MAX_BYTES = 8_000_000
SPARE_BYTES = 10_000
"""Parts that are packed together may take a few more bytes than one by one."""
MAX_TITLE = 60

Chosen = Sequence[str] | Mapping[str, Mapping[str, Any]] | None
"""Names of views, or names with their options; None: every view that applies, with its default options."""


def save(look: Any, path: str | Path, views: Chosen = None) -> Path:
    """Write a report and return its path.

    Raises:
        ValueError: a view that does not exist or does not apply.
    """
    path = Path(path)
    text = to_html(look, views)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


def to_html(look: Any, views: Chosen = None, *, edits: Sequence[Mapping[str, Any]] = ()) -> str:
    """Return a report as HTML.

    Args:
        edits: what was changed while the model ran, to be told; they are in force already.
    """
    shown = _shown(look, views)
    about = {**describe(look), "facts": facts(look), "edits": list(edits), "strings": read_strings()}
    about["start"] = shown[0]["view"] if views is not None and shown else None
    frame = _frame(look)
    room = MAX_BYTES - SPARE_BYTES - sum(len(part.encode()) for part in (*frame, _packed({**about, "shown": []})))
    return _packed({**about, "shown": _fitted(shown, room)}).join(frame)


def _shown(look: Any, views: Chosen) -> list[dict[str, Any]]:
    """Return each view with its panels; of those that were not chosen by name, the reason where one cannot be drawn."""
    if views is not None:
        asked = dict(views) if isinstance(views, Mapping) else {name: {} for name in views}
        named = {catalog.find(ROOM, name): options for name, options in asked.items()}
        return [{"view": name, "options": dict(o), "panels": look.view(name, **o)} for name, o in named.items()]
    shown = []
    for name in look.views():
        try:
            shown.append({"view": name, "options": {}, "panels": look.view(name)})
        except ValueError as reason:  # it needs what this input does not have, for example a right answer
            shown.append({"view": name, "options": {}, "panels": [], "error": str(reason)})
    return shown


def _fitted(shown: list[dict[str, Any]], room: int) -> list[dict[str, Any]]:
    """Return the views as JSON values that fit: with every digit, else coarse, else without the largest panels."""
    for keeps_every_digit in (True, False):
        found = [
            {**one, "panels": [to_page(panel, keeps_every_digit=keeps_every_digit) for panel in one["panels"]]}
            for one in shown
        ]
        if len(_packed(found)) <= room:
            return found
    sizes = [[len(_packed(panel)) for panel in one["panels"]] for one in found]
    over = sum(map(sum, sizes)) - room
    by_size = sorted(((size, i, j) for i, row in enumerate(sizes) for j, size in enumerate(row)), reverse=True)
    for size, i, j in by_size:
        if over <= 0:
            break
        found[i]["panels"][j] = _left_out(shown[i]["panels"][j], size)
        over -= size
    return found


def _left_out(panel: Panel, size: int) -> dict[str, Any]:
    """Return what stands in place of a panel that is too large."""
    note = f"Left out of this file: it is {size / 1e6:.1f} MB, and a report is at most {MAX_BYTES / 1e6:.0f} MB. "
    note += "See it in the live page, or report fewer views."
    return {"kind": "formula", "name": panel.name, "title": panel.title, "note": note, "lines": [], "values": {}}


def _frame(look: Any) -> list[str]:
    """Return the page up to its numbers, and what follows them."""
    files = page_files(FOLDERS)
    text = look.text if len(look.text) <= MAX_TITLE else look.text[:MAX_TITLE] + "…"
    filled = {
        "title": escape(printable(f"{look.name or type(look.model).__name__}: {text}")),
        "style": "\n".join(files[name].path.read_text(encoding="utf-8") for name in STYLES if name in files),
        "modules": inlined_modules(files),
    }
    template = (PAGE / "report.html").read_text(encoding="utf-8")
    return [
        # In one pass: what is filled in is not searched again.
        re.sub(r"\{\{(title|style|modules)\}\}", lambda found: filled[found[1]], part)
        for part in template.split("{{payload}}")
    ]


def _packed(values: Any) -> str:
    text = json.dumps(values, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return base64.b64encode(gzip.compress(text.encode("utf-8", "replace"), 6, mtime=0)).decode("ascii")
