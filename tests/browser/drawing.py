"""One panel of every kind, and a bare page on which the drawings can be tried without the rest of the inspector."""

import functools
import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from clearhead.panels.bars import Bars
from clearhead.panels.base import Check, Panel
from clearhead.panels.curves import Curve, Curves
from clearhead.panels.dots import Dots
from clearhead.panels.formula import Formula
from clearhead.panels.graph import Edge, Graph, Node
from clearhead.panels.heatmap import Heatmap
from clearhead.panels.image import Image
from clearhead.panels.lattice import Bracket, Lattice
from clearhead.panels.lines import Lines
from clearhead.panels.scatter import Scatter
from clearhead.panels.table import Table
from clearhead.panels.thumbnails import Thumbnails
from clearhead.panels.tokens import TokenBox, Tokens

PACKAGE = Path(__file__).parent.parent.parent / "clearhead"
PAGE = b"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,"><link rel="stylesheet" href="/web/page/base.css">
<link rel="stylesheet" href="/inspector/page/panels.css"></head><body><main></main></body></html>"""
DRAW = """async ([panels, options]) => {
    const { decodePanel } = await import("/web/page/arrays.js");
    window.picks = [];
    for (const json of panels) {
        const element = document.createElement("section");
        document.querySelector("main").append(element);
        const { draw } = await import(`/inspector/page/panels/${json.kind}.js`);
        const panel = await decodePanel(json);
        window.options = { locale: "en", onPick: (what) => window.picks.push(what), ...options };
        if (window.exact) window.options.exactRow = async (row) => Float32Array.from(window.exact[row]);
        element.drawing = draw(element, panel, window.options);
        element.panel = panel;
    }
}"""
"""Draws panels, as they travel, one below the other."""


class _Handler(http.server.SimpleHTTPRequestHandler):
    extensions_map = {**http.server.SimpleHTTPRequestHandler.extensions_map, ".js": "text/javascript"}  # noqa: RUF012

    def log_message(self, *args: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Give out the bare page, and the files of the package."""
        if self.path != "/":
            return super().do_GET()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(PAGE)))
        self.end_headers()
        self.wfile.write(PAGE)
        return None


@contextmanager
def served() -> Iterator[str]:
    """Serve the page on this machine; yields its address."""
    handler = functools.partial(_Handler, directory=str(PACKAGE))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


def heatmap(
    values: np.ndarray,
    *,
    name: str = "weights",
    scale: str = "share",
    check: Check | None = None,
    is_gradient: bool = False,
) -> Heatmap:
    """Return a heatmap with a label for each row and column."""
    return Heatmap(
        name=name,
        title="How much each token looked at each",
        note="Each row sums to 1.",
        values=values,
        rows=tuple(f"{index} 苹果" for index in range(values.shape[0])),
        columns=tuple(f"{index} cat" for index in range(values.shape[1])),
        row_axis="query",
        column_axis="key",
        scale=scale,  # type: ignore[arg-type]
        check=check,
        is_gradient=is_gradient,
    )


def thumbnails(values: np.ndarray, across: int) -> Thumbnails:
    """Return one picture for each matrix, in rows of so many heads."""
    names = [tuple(map(str, range(count))) for count in values.shape[1:]]
    places = [divmod(index, across) for index in range(len(values))]
    return Thumbnails(
        name="heads",
        title="Every head",
        values=values,
        labels=tuple(f"layer {layer}, head {head}" for layer, head in places),
        rows=names[0],
        columns=names[1],
        row_axis="query",
        column_axis="key",
        across=across,
        opens=tuple({"layer": layer, "head": head} for layer, head in places),
    )


def every_kind(text: str = "苹果") -> list[Panel]:
    """Return one panel of each kind; the text stands in every place where a user's text may stand."""
    random = np.random.default_rng(0)
    scores = random.normal(size=(4, 4))
    powers = np.exp(scores)
    named = tuple(f"{index} {text}" for index in range(4))
    nodes = (
        Node(text, "input", "", (2,), np.array([0.5, -1.0]), -1.0, 0.5),
        Node("weight", "weight", text, (3, 2), None, -0.4, 0.6),
        Node("linear", "operation", text, (3,), None, -1.5, 2.5),
        Node("loss", "operation", "", (), np.array([0.7]), 0.7, 0.7),
    )
    edges = (
        Edge(0, 2, np.array([0.25, 0.5]), 0.559),
        Edge(1, 2, None, 1.25),
        Edge(2, 3, None, 0.75),
        Edge(0, 3, np.array([-0.125]), 0.125),
    )
    return [
        Heatmap(
            name="heatmap",
            title=text,
            note=text,
            values=powers / powers.sum(1, keepdims=True),
            rows=named,
            columns=named,
            row_axis=text,
            column_axis=text,
            check=Check(rule="softmax", formula=text, arrays={"logits": scores}),
        ),
        Bars(name="bars", title=text, labels=named, values=np.array([0.4, 0.1, 0.3, 0.2]), axis=text, shown=3),
        Lines(
            name="lines",
            title=text,
            points=named,
            series={text: np.array([3.0, 1.5, 0.5, 0.25]), "other": np.array([1.0, np.nan, -1.0, -0.5])},
            axis=text,
        ),
        Table(name="table", title=text, columns=(text, "n"), rows=((text, 1.5), ("b", 10.25), ("c", None))),
        Tokens(
            name="tokens",
            title=text,
            text=f"{text} x",
            tokens=(TokenBox(7, text, text.encode(), 0, len(text)), TokenBox(8, " x", b" x", len(text), len(text) + 2)),
        ),
        Formula(name="formula", title=text, lines=(f"{text} = 2·3 = 6",), values={text: 6.0}),
        Image(name="image", title=text, labels=(text,), values=np.arange(16.0).reshape(1, 1, 4, 4) - 5),
        Scatter(
            name="scatter",
            title=text,
            points=random.normal(size=(4, 2)),
            labels=named,
            x_axis=text,
            y_axis=text,
            arrows=((0, 1),),
        ),
        Graph(name="graph", title=text, nodes=nodes, edges=edges),
        Lattice(
            name="lattice",
            title=text,
            values=np.array([[1.5, -0.5, 0.25], [-1.0, -np.inf, 2.0]]),
            rows=(text, "other"),
            columns=named[:3],
            row_axis=text,
            column_axis=text,
            path=(0, 0, 1),
            steps=np.array([0.5, -0.75, 1.25]),
            came_from=np.array([[-1, 0, 0], [-1, -1, 0]]),
            brackets=(Bracket(1, 2, text),),
        ),
        Thumbnails(
            name="thumbnails",
            title=text,
            values=random.random((4, 3, 3)),
            labels=named,
            rows=named[:3],
            columns=named[:3],
            row_axis=text,
            column_axis=text,
        ),
        Curves(
            name="curves",
            title=text,
            curves=(
                Curve(name=text, x=np.array([1.0, 2.0, 4.0]), y=np.array([0.5, 0.75, 0.875]), said=named[:3]),
                Curve(name="other", x=np.array([1.0, 3.0, 4.0]), y=np.array([0.25, np.nan, 0.5])),
            ),
            x_axis=text,
            y_axis=text,
            levels={text: 0.625},
        ),
        Dots(
            name="dots",
            title=text,
            labels=(text, "other", "simple"),
            values=(np.array([0.5, 0.75, 0.625]), np.array([0.875]), np.array([0.25])),
            axis=text,
            said=(named[:3], (text,), (text,)),
            num_beside=1,
        ),
    ]


def state(page: Any, name: str) -> dict[str, Any]:
    """Return what a panel says of itself."""
    found: dict[str, Any] = page.evaluate(f"document.querySelector('[data-testid=panel-{name}]').panelState")
    return found


def middle(page: Any, name: str, row: int, column: int) -> tuple[float, float]:
    """Return where the middle of a heatmap's cell lies on its canvas."""
    g = state(page, name)["geometry"]
    return g["left"] + (column + 0.5) * g["cellWidth"], g["top"] + (row + 0.5) * g["cellHeight"]


def pixel(page: Any, name: str, x: float, y: float) -> tuple[int, ...]:
    """Return the colour of a pixel of a panel's canvas."""
    script = """([name, x, y]) => {
        const canvas = document.querySelector(`[data-testid=panel-${name}] canvas`);
        return Array.from(canvas.getContext("2d").getImageData(Math.floor(x), Math.floor(y), 1, 1).data).slice(0, 3);
    }"""
    return tuple(page.evaluate(script, [name, x, y]))


def point(page: Any, name: str, x: float, y: float) -> None:
    """Move the pointer to a place of a panel's canvas."""
    canvas = page.get_by_test_id(f"panel-{name}").locator("canvas").first
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + x, box["y"] + y)


def shares(rows: int, columns: int) -> np.ndarray:
    """Return rows that each sum to 1."""
    powers = np.exp(np.random.default_rng(1).normal(size=(rows, columns)) * 2)
    return np.asarray(powers / powers.sum(1, keepdims=True))
