"""Views of one input as one HTML file that opens from a USB stick: everything is in it, and it can still be asked.

look("runs/stories", "The cat sat").save_html("cat.html")
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from clearhead.core import catalog
from clearhead.inspector.described import describe, facts
from clearhead.inspector.one_file import fitted, frame_of, packed
from clearhead.inspector.views.base import ROOM
from clearhead.web.static import read_strings

ENTRY = "inspector/page/app.js"
MAX_TITLE = 60
LEFT_OUT = (
    "Left out of this file: it is {size} MB, and a report is at most {most} MB. "
    "See it in the live page, or report fewer views."
)

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
    panels = [one["panels"] for one in shown]
    frame = frame_of(_title(look), entry=ENTRY, kinds={panel.kind for group in panels for panel in group})
    found = fitted(panels, [LEFT_OUT] * len(panels), frame=frame, values={**about, "shown": []})
    about["shown"] = [{**one, "panels": group} for one, group in zip(shown, found, strict=True)]
    return packed(about).join(frame)


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


def _title(look: Any) -> str:
    text = look.text if len(look.text) <= MAX_TITLE else look.text[:MAX_TITLE] + "…"
    return f"{look.name or type(look.model).__name__}: {text}"
