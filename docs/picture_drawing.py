"""How a picture of the documents is drawn: a view's report, or the live page, in a browser without a window."""

import contextlib
import io
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DOCS = Path(__file__).resolve().parent
IMAGES = DOCS / "images"
BUILD = DOCS.parent / "build" / "pictures"
WIDTH, SCALE = 900, 1.5
"""Of a picture, in CSS pixels; and how many pixels of the file one of them is."""
SETTLING = 600
"""Milliseconds: drawings fit themselves to the room that they have now, and fade in."""
MAX_BYTES = 80_000
COLOURS = (256, 192, 128, 96, 64, 48, 32)
"""A picture gets as many colours as fit into `MAX_BYTES`."""


class PictureError(Exception):
    """Something the person at the keyboard can mend; the message is one sentence with the remedy."""


@dataclass(frozen=True)
class Picture:
    """One picture of a page, and the commands that lead to it."""

    name: str
    """Its path under images/, without language and suffix."""
    language: str
    trainings: tuple[tuple[str, ...], ...]
    look: tuple[str, ...]

    @property
    def path(self) -> Path:
        """Where it lies."""
        return IMAGES / f"{self.name}.{self.language}.png"

    @property
    def folder(self) -> Path:
        """Where its commands run."""
        return BUILD / self.language


@dataclass(frozen=True)
class Shown:
    """What is kept of a view, or of the live page."""

    panels: tuple[str, ...] = ()
    """Names of panels, in the order in which the picture has them; none given: the page as it is."""
    columns: str = "1fr"
    """The widths of panels that stand side by side, as in a style sheet."""
    tall: str = ""
    """The panel that takes the height of all those beside it."""
    check: tuple[str, str] | None = None
    """A panel, and the keys that lead to the number that is computed again in the picture."""
    address: str = ""
    """Live page: what its address says besides."""
    size: tuple[int, int] = (WIDTH, 1200)
    """Of the window, in CSS pixels."""


SHOWN = {
    "page": Shown(address="view=attention&layer=1", size=(1180, 780)),
    "phone": Shown(address="view=next_token", size=(390, 800)),
    "views/ablation": Shown(("map", "changes"), columns="5fr 6fr"),
    "views/attention": Shown(("alignment",)),
    "views/attention-heads": Shown(("every_head",)),
    "views/attention-head": Shown(("scores", "weights"), columns="1fr 1fr"),
    "views/attribution": Shown(("attribution", "completeness")),
    "views/block": Shown(
        ("step_4", "step_5"), columns="2fr 3fr", check=("step_5", "Escape ArrowDown ArrowDown ArrowDown Enter")
    ),
    "views/branches": Shown(("steps", "map")),
    "views/compare": Shown(("outputs", "cosine")),
    "views/computation_graph": Shown(("graph",)),
    "views/context_vectors": Shown(("cosine", "between_layers"), columns="1fr 1fr"),
    "views/gradient_flow": Shown(("through_time", "distance")),
    "views/layers": Shown(("layers", "activations")),
    "views/neuron": Shown(("contributions", "surface", "sum"), columns="1fr 1fr", tall="surface"),
    "views/neuron-film": Shown(("film", "learned")),
    "views/next_token": Shown(("top", "probabilities"), columns="1fr 1fr"),
    "views/ngrams": Shown(("for", "filters")),
    "views/pixels": Shown(("pixels", "before", "after"), columns="4fr 9fr", tall="pixels"),
    "views/positions": Shown(("table", "products"), columns="1fr 1fr"),
    "views/recurrent_state": Shown(("forget_gate", "cell")),
    "views/residual_lens": Shown(("chosen", "probability")),
    "views/tags": Shown(("lattice",)),
    "views/tokenization": Shown(("tokens", "pieces", "merges")),
    "views/training": Shown(("answers", "valid_loss")),
    "views/training_step": Shown(("loss", "update", "formula")),
    "views/word_geometry": Shown(("plane", "analogy")),
    "views/word_pair": Shown(("window", "answers")),
}


def report_of(picture: Picture) -> Path:
    """Look into the model as the page says, and return the file that was written."""
    from clearhead.cli._app import main

    path = picture.folder / f"{picture.name.rpartition('/')[2]}.html"
    said = io.StringIO()
    with contextlib.chdir(picture.folder), contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = main([*picture.look[1:], "--html", str(path)])
    if code != 0:
        raise PictureError(f"{shlex.join(picture.look)} failed: {said.getvalue().strip()}")
    return path


@contextlib.contextmanager
def served(picture: Picture) -> Iterator[str]:
    """Serve the live page of a picture and give its address."""
    words = [sys.executable, "-u", "-m", *picture.look, "--port", "0", "--no-browser"]
    with subprocess.Popen(words, cwd=picture.folder, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        try:
            said = next((line for line in process.stdout or () if "http://" in line), "")
            if not said:
                raise PictureError(f"{shlex.join(picture.look)} served no page.")
            yield re.findall(r"http://\S+?/", said)[0]
        finally:
            process.terminate()


def draw(browser: Any, picture: Picture) -> bytes:
    """Return a picture as the browser draws it, as PNG."""
    shown = SHOWN[picture.name]
    width, height = shown.size
    page = browser.new_page(viewport={"width": width, "height": height}, device_scale_factor=SCALE)
    page.emulate_media(color_scheme="light")
    state = f"#lang={picture.language}&theme=light" + (f"&{shown.address}" if shown.address else "")
    try:
        if not shown.panels:
            with served(picture) as address:
                page.goto(address + state)
                wait(page)
                page.wait_for_timeout(SETTLING)
                return bytes(page.screenshot())
        page.goto(report_of(picture).as_uri() + state)
        wait(page)
        missing = page.evaluate(KEEP, [list(shown.panels), shown.columns, shown.tall])
        if missing:
            raise PictureError(f"The view of {picture.name} must have the panels SHOWN names, it lacks {missing}.")
        page.add_style_tag(content=STYLE)
        if shown.check:
            panel, keys = shown.check
            page.get_by_test_id(f"panel-{panel}").locator("[tabindex='0']").first.focus()
            for key in keys.split():
                page.keyboard.press(key)
        page.wait_for_timeout(SETTLING)
        return bytes(page.locator(".panels").screenshot())
    finally:
        page.close()


STYLE = """
.shell-header, .side, .view-head, .view .options, .panel-tools { display: none !important; }
.look { display: block; }
.view { padding: 0; }
.panels { margin: 0; padding: 8px; gap: 12px; }
.panel-tip, .panel-zoom { display: none; }
.panel-stage, .panel-stage :focus, :focus-visible { outline: none !important; }
"""
KEEP = """([names, columns, tall]) => {
    const panels = document.querySelector(".panels");
    const found = new Map([...panels.children].map((each) => [each.dataset.testid.replace(/^panel-/, ""), each]));
    panels.replaceChildren(...names.map((name) => found.get(name)).filter(Boolean));
    panels.style.gridTemplateColumns = columns;
    if (tall) found.get(tall).style.gridRow = `span ${names.length - 1}`;
    return names.filter((name) => !found.has(name)).join(", ");
}"""
DRAWN = """() => Number(document.getElementById("page")?.dataset.drawn ?? 0) >= 1
    && !document.querySelector(".panels")?.hasAttribute("aria-busy")"""


def wait(page: Any) -> None:
    """Wait until the page has drawn; its policy forbids Playwright's own waiting."""
    for _ in range(600):
        if page.evaluate(DRAWN):
            return
        page.wait_for_timeout(100)
    raise PictureError("The page has not drawn within a minute. Open the report in build/pictures to see why.")


def smaller(png: bytes, name: str) -> bytes:
    """Return a picture with as many colours as fit into its bytes.

    Raises:
        PictureError: it is too large even with the fewest.
    """
    from PIL import Image

    picture = Image.open(io.BytesIO(png)).convert("RGB")
    for count in COLOURS:
        kept = io.BytesIO()
        picture.quantize(count, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(kept, "PNG", optimize=True)
        if kept.tell() <= MAX_BYTES:
            return kept.getvalue()
    raise PictureError(
        f"{name} must be at most {MAX_BYTES:,} bytes, got {kept.tell():,} with {COLOURS[-1]} colours. "
        "Show fewer panels."
    )
