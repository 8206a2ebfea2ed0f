"""Measure how fast the page draws: `python benchmarks/page_drawing.py [--trained RUN --text FILE]`.

Prints, from this machine's Chromium and as medians of several rounds:

- milliseconds to unpack and to draw grids of several sizes as they travel, and the 144 heads of 12 layers at 512
  tokens: made up, as in language models, and as noise, which packs worst. Drawing is timed until the pixels can be
  read back. Goals: a grid of 1,024 × 1,024 in less than 60, all heads in less than 1,000 together, in less than 12 MB.
- with --trained the same heads of a run that reads the beginning of a text, and how large the whole answer of the
  server is. Such a run is made in minutes:
  `clearhead train language_modeling --data tinyshakespeare --tokenizer character --model gpt --model.num-layers 12
  --model.num-heads 12 --model.d-model 192 --model.context-length 512 --steps 60 --out RUN`
- seconds from the address that `clearhead look` tells, when the model is loaded, to the first view drawn: a GPT and a
  translator of some ten million random weights, a process of its own and an empty browser each time. Goal: 1.5.
"""

import argparse
import functools
import http.server
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from playwright.sync_api import sync_playwright

from clearhead.inspector.described import facts, num_parameters
from clearhead.inspector.look import Look, look
from clearhead.inspector.transport import to_page
from clearhead.models.gpt import GPT, GPTConfig
from clearhead.models.transformer import Transformer, TransformerConfig
from clearhead.panels.base import Panel
from clearhead.panels.heatmap import Heatmap
from clearhead.panels.thumbnails import Thumbnails
from clearhead.runs.run import open_run, save_run
from clearhead.tokenizers._pairs import train_pairs
from clearhead.tokenizers.base import train_tokenizer

ROUNDS, FIRST_VIEWS = 7, 5
LENGTH = 512
TEXT = "Two households, both alike in dignity, in fair Verona, where we lay our scene: 两家门第相当的望族。"
WHEN_DRAWN = """new MutationObserver((_, seen) => {
    if (!document.getElementById("page")?.dataset.drawn) return;
    seen.disconnect();
    requestAnimationFrame(() => setTimeout(() => { window.firstDrawn = performance.now(); }));
}).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-drawn"] })"""
"""Runs before the page does; milliseconds count from when the address was opened, until a frame has been painted."""
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


def attention(random: np.random.Generator, heads: int, length: int, *, is_noise: bool = False) -> np.ndarray:
    """Return weights as they look in a language model: near tokens and the first get most, nothing later is seen.

    Args:
        is_noise: every token that may be seen gets its share by chance alone.
    """
    found = np.empty((heads, length, length), np.float32)
    is_later = np.triu(np.ones((length, length), bool), 1)
    away = np.abs(np.subtract.outer(np.arange(length), np.arange(length))) / 30
    for head in range(heads):
        scores = random.normal(size=(length, length)).astype(np.float32) * 2
        if not is_noise:
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
    for name, is_noise in (("as in a model", False), ("noise", True)):
        made[f"144 heads of 512x512, {name}"] = Thumbnails(
            title="Every head",
            values=attention(random, 144, LENGTH, is_noise=is_noise),
            labels=tuple(f"layer {index // 12}, head {index % 12}" for index in range(144)),
            rows=names[LENGTH],
            columns=names[LENGTH],
            row_axis="query",
            column_axis="key",
            across=12,
        )
    return made


def trained(folder: Path, text: Path) -> Look:
    """Return a look of a run at the first tokens of a text."""
    run = open_run(folder)
    written = text.read_text(encoding="utf-8")[: 20 * LENGTH]
    return look(run, written[: run.tokenizer.pieces(written)[:LENGTH][-1].end])


def measure(page: Any, panel: Panel) -> dict[str, float]:
    """Send a panel to the page and have it drawn several times."""
    sent = json.dumps(to_page(panel))
    page.evaluate("(text) => { window.sent = text; }", sent)
    rounds = [page.evaluate(f"({MEASURE})(JSON.parse(window.sent))") for _ in range(ROUNDS)]
    decode, draw = (statistics.median(one[part] for one in rounds) for part in (0, 1))
    return {"megabytes": round(len(sent) / 1e6, 2), "decode_ms": round(decode, 1), "draw_ms": round(draw, 1)}


def measure_trained(page: Any, seen: Look) -> dict[str, Any]:
    """Measure the heads of a model that was trained."""
    start = time.perf_counter()
    made = seen.view("attention")
    ran = time.perf_counter()
    answer = json.dumps({**facts(seen), "panels": [to_page(panel) for panel in made]}, ensure_ascii=False)
    seconds = {"model_s": round(ran - start, 2), "packing_s": round(time.perf_counter() - ran, 2)}
    [heads] = [panel for panel in made if panel.kind == "thumbnails"]
    found = measure(page, heads)
    return {"heads": heads.array.shape, **found, **seconds, "answer_megabytes": round(len(answer.encode()) / 1e6, 2)}


def save_models(folder: Path) -> dict[str, int]:
    """Save a GPT and a translator of random weights; return how many weights each has."""
    words = [f"{TEXT} {number}" for number in range(200)]
    tokenizer, pairs = train_tokenizer("bpe", words, vocab_size=1000), train_pairs(words, words, vocab_size=150)
    names = ("source_vocab_size", "target_vocab_size", "padding_id", "start_id", "end_id")
    ids = {name: getattr(pairs, name) for name in names}
    torch.manual_seed(0)
    gpt = GPT(GPTConfig(vocab_size=8000, context_length=512, d_model=320, num_layers=6, num_heads=5))
    translator = Transformer(TransformerConfig(**ids, d_model=320, num_layers=4, num_heads=8, context_length=128))
    save_run(folder / "gpt", gpt, tokenizer, {})
    save_run(folder / "translator", translator, pairs, {})
    return {"gpt": num_parameters(gpt), "translator": num_parameters(translator)}


def first_view(browser: Any, run: Path) -> float:
    """Start the command, open the address that it tells in an empty browser, and return the seconds until it drew."""
    words = [sys.executable, "-m", "clearhead", "look", str(run), TEXT, "--no-browser", "--port", "0"]
    process = subprocess.Popen(words, cwd=PACKAGE.parent, stdout=subprocess.PIPE, text=True)
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    try:
        assert process.stdout is not None
        address = process.stdout.readline().split(" at ")[1].split()[0]
        page = context.new_page()
        page.add_init_script(WHEN_DRAWN)
        page.goto(address)
        while not (drawn := page.evaluate("window.firstDrawn ?? 0")):
            page.wait_for_timeout(20)
        assert page.locator("[data-testid=panels] canvas").count(), page.inner_text("body")
        return float(drawn) / 1000
    finally:
        context.close()
        process.terminate()
        process.wait(30)


def first_views(browser: Any) -> dict[str, Any]:
    """Return for each model its size and the seconds to its first view, least, median and most."""
    with tempfile.TemporaryDirectory() as folder:
        sizes = save_models(Path(folder))
        found = {name: sorted(first_view(browser, Path(folder) / name) for _ in range(FIRST_VIEWS)) for name in sizes}
    return {
        name: {
            "parameters": sizes[name],
            "seconds": round(statistics.median(seconds), 2),
            "from_to": [round(seconds[0], 2), round(seconds[-1], 2)],
        }
        for name, seconds in found.items()
    }


def main() -> None:
    """Open the browser, and measure each panel and the first views."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])  # type: ignore[union-attr]
    parser.add_argument("--trained", type=Path, help="a run whose heads are drawn too")
    parser.add_argument("--text", type=Path, help="what it reads the beginning of")
    options = parser.parse_args()
    if (options.trained is None) != (options.text is None):
        parser.error("--trained and --text go together")
    program = shutil.which("chromium") or shutil.which("google-chrome")
    handler = functools.partial(Handler, directory=str(PACKAGE))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server, sync_playwright() as started:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = started.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(f"http://127.0.0.1:{server.server_address[1]}/")
        found: dict[str, Any] = {"benchmark": "page_drawing", "browser": browser.version, "rounds": ROUNDS}
        found["panels"] = {name: measure(page, panel) for name, panel in panels().items()}
        if options.trained is not None:
            found["trained"] = measure_trained(page, trained(options.trained, options.text))
        page.close()
        found["first_view"] = first_views(browser)
        print(json.dumps(found))
        browser.close()
        server.shutdown()


if __name__ == "__main__":
    main()
