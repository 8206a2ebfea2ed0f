"""Measure how fast the page draws: `python benchmarks/page_drawing.py`.

Prints milliseconds in this machine's Chromium, the median of several rounds: grids of several sizes as they travel,
and the 144 heads of 12 layers at 512 tokens. Drawing is timed until the pixels can be read back. Goals: a grid of
1,024 × 1,024 in less than 60, all heads decoded and drawn in less than 1,000, in less than 12 MB.
"""

import functools
import http.server
import json
import shutil
import statistics
import threading
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import sync_playwright

from clearhead.inspector.transport import to_page
from clearhead.panels.base import Panel
from clearhead.panels.heatmap import Heatmap
from clearhead.panels.thumbnails import Thumbnails

ROUNDS = 7
PACKAGE = Path(__file__).parent.parent / "clearhead"
MEASURE = """async (json) => {
    const { decodePanel } = await import("/web/page/arrays.js");
    const { draw } = await import(`/inspector/page/panels/${json.kind}.js`);
    const element = document.createElement("section");
    document.body.replaceChildren(element);
    const start = performance.now();
    const panel = await decodePanel(json);
    const decoded = performance.now();
    const drawing = draw(element, panel, { locale: "en" });
    const canvas = element.querySelector("canvas");
    canvas.getContext("2d").getImageData(0, 0, 1, 1);
    const drawn = performance.now();
    drawing.destroy();
    return [decoded - start, drawn - decoded];
}"""


class Handler(http.server.SimpleHTTPRequestHandler):
    """Give out the files of the package, and an empty page."""

    extensions_map = {**http.server.SimpleHTTPRequestHandler.extensions_map, ".js": "text/javascript"}  # noqa: RUF012

    def log_message(self, *args: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Answer one request."""
        if self.path != "/":
            return super().do_GET()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b'<link rel="icon" href="data:,"><link rel="stylesheet" href="/inspector/page/panels.css">')
        return None


def attention(random: np.random.Generator, heads: int, length: int) -> np.ndarray:
    """Return weights as they look in a language model: near tokens and the first get most, nothing later is seen."""
    found = np.empty((heads, length, length), np.float32)
    is_later = np.triu(np.ones((length, length), bool), 1)
    away = np.abs(np.subtract.outer(np.arange(length), np.arange(length))) / 30
    for head in range(heads):
        scores = random.normal(size=(length, length)).astype(np.float32) * 2
        scores -= away
        scores[:, 0] += 6
        powers = np.exp(np.where(is_later, -np.inf, scores))
        found[head] = powers / powers.sum(1, keepdims=True)
    return found


def panels() -> dict[str, Panel]:
    """Return what is drawn, by its name in the report."""
    random = np.random.default_rng(0)
    names = {length: tuple(f"{index} token" for index in range(length)) for length in (256, 512, 1024)}
    made: dict[str, Panel] = {}
    for length, labels in names.items():
        weights = attention(random, 1, length)[0]
        made[f"grid {length}x{length}"] = Heatmap(
            title="Weights", values=weights, rows=labels, columns=labels, row_axis="query", column_axis="key"
        )
    made["144 heads of 512x512"] = Thumbnails(
        title="Every head",
        values=attention(random, 144, 512),
        labels=tuple(f"layer {index // 12}, head {index % 12}" for index in range(144)),
        rows=names[512],
        columns=names[512],
        row_axis="query",
        column_axis="key",
        across=12,
    )
    return made


def measure(page: Any, panel: Panel) -> dict[str, float]:
    """Send a panel to the page and have it drawn several times."""
    sent = json.dumps(to_page(panel))
    page.evaluate("(text) => { window.sent = text; }", sent)
    rounds = [page.evaluate(f"({MEASURE})(JSON.parse(window.sent))") for _ in range(ROUNDS)]
    decode, draw = (statistics.median(one[part] for one in rounds) for part in (0, 1))
    return {"megabytes": round(len(sent) / 1e6, 2), "decode_ms": round(decode, 1), "draw_ms": round(draw, 1)}


def main() -> None:
    """Open the browser, and measure each panel."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    handler = functools.partial(Handler, directory=str(PACKAGE))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server, sync_playwright() as started:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = started.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(f"http://127.0.0.1:{server.server_address[1]}/")
        found = {name: measure(page, panel) for name, panel in panels().items()}
        print(json.dumps({"benchmark": "page_drawing", "browser": browser.version, "rounds": ROUNDS, "panels": found}))
        browser.close()
        server.shutdown()


if __name__ == "__main__":
    main()
