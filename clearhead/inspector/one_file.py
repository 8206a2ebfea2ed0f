"""A page as one HTML file that opens from a USB stick: everything is in it, and nothing is asked of a network.

The modules that the page needs stand in it as an import map of data addresses, its values as gzip in base64. It is
below `MAX_BYTES`; panels that do not fit come with fewer digits, and in the end not at all, and the file says so.
"""

import base64
import gzip
import json
import re
from collections.abc import Collection, Sequence
from html import escape
from pathlib import Path
from typing import Any

from clearhead.inspector.legible import printable
from clearhead.inspector.transport import to_page
from clearhead.panels.base import Panel
from clearhead.web.static import SHELL, inlined_modules, needed_modules, page_files

PAGE = Path(__file__).parent / "page"
FOLDERS = {"web/page": SHELL, "inspector/page": PAGE}
"""Where the files of the page lie, by the first part of the name they are asked for by."""
STYLES = ("web/page/base.css", "inspector/page/page.css", "inspector/page/panels.css")
"""What every such page looks like."""
MAX_BYTES = 8_000_000
SPARE_BYTES = 10_000
"""Parts that are packed together may take a few more bytes than one by one."""
KIND_LEFT_OUT = "formula"
"""The kind of panel that stands in place of one that is too large."""


def frame_of(title: str, *, entry: str, kinds: Collection[str], styles: Sequence[str] = ()) -> list[str]:
    """Return a page up to its values, and what follows them.

    Args:
        title: its name in the browser, as plain text.
        entry: the module it begins with, for example "inspector/page/app.js".
        kinds: the kinds of its panels, whose drawings it must have.
        styles: its own, after those of every page.
    """
    files = page_files(FOLDERS)
    drawings = (f"inspector/page/panels/{kind}.js" for kind in sorted({*kinds, KIND_LEFT_OUT}))
    modules = needed_modules(files, [entry, *(name for name in drawings if name in files)])
    filled = {
        "title": escape(printable(title)),
        "style": "\n".join(files[name].path.read_text(encoding="utf-8") for name in (*STYLES, *styles)),
        "modules": inlined_modules(modules),
        "entry": entry,
    }
    template = (PAGE / "one_file.html").read_text(encoding="utf-8")
    return [
        # In one pass: what is filled in is not searched again.
        re.sub(r"\{\{(title|style|modules|entry)\}\}", lambda found: filled[found[1]], part)
        for part in template.split("{{payload}}")
    ]


def fitted(
    groups: Sequence[Sequence[Panel]], notes: Sequence[str], *, frame: Sequence[str], values: Any
) -> list[list[dict[str, Any]]]:
    """Return panels as JSON values that fit: with every digit, else coarse, else without the largest ones.

    Args:
        groups: the panels, those together that have one note.
        notes: for each group what stands in place of a panel that is left out; {size} and {most} are filled in, in MB.
        frame: the page they are for.
        values: what else the page holds.
    """
    room = MAX_BYTES - SPARE_BYTES - sum(len(part.encode()) for part in (*frame, packed(values)))
    for keeps_every_digit in (True, False):
        found = [[to_page(panel, keeps_every_digit=keeps_every_digit) for panel in group] for group in groups]
        if len(packed(found)) <= room:
            return found
    sizes = [[len(packed(panel)) for panel in group] for group in found]
    over = sum(map(sum, sizes)) - room
    by_size = sorted(((size, i, j) for i, row in enumerate(sizes) for j, size in enumerate(row)), reverse=True)
    for size, i, j in by_size:
        if over <= 0:
            break
        note = notes[i].format(size=f"{size / 1e6:.1f}", most=f"{MAX_BYTES / 1e6:.0f}")
        found[i][j] = _left_out(groups[i][j], note)
        over -= size
    return found


def _left_out(panel: Panel, note: str) -> dict[str, Any]:
    """Return what stands in place of a panel that is too large."""
    return {
        "kind": KIND_LEFT_OUT, "name": panel.name, "title": panel.title, "note": note, "lines": [], "values": {},
    }  # fmt: skip


def packed(values: Any) -> str:
    """Return values as they stand in the file."""
    text = json.dumps(values, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return base64.b64encode(gzip.compress(text.encode("utf-8", "replace"), 6, mtime=0)).decode("ascii")
