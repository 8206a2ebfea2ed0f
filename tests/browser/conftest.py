"""A real Chromium for the tests of the pages, which may ask the page's own server only; skipped where there is none."""

import shutil
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch
import uvicorn
from browser import drawing

from clearhead.inspector.live import application, open_socket
from clearhead.inspector.look import Look
from clearhead.inspector.served import Served
from clearhead.models.base import load_model
from clearhead.models.mlp import MLP, MLPConfig
from clearhead.tokenizers.base import train_tokenizer
from clearhead.web.static import read_strings

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ALPHABET = "我吃了一个苹果发布新手机 the cat sat.<>&"
TEXT = "the cat sat"
TRANSLATE = """async ([panels, texts]) => {
    const { wordsOf } = await import("/web/page/strings.js");
    const { inWords } = await import("/inspector/page/in_words.js");
    const words = wordsOf(window.tables, "zh");
    return [
        panels.map(([view, panel]) => inWords(panel, view, words)),
        texts.map(([beginning, text]) => words.each(beginning, text)),
    ];
}"""


@pytest.fixture(scope="module")  # while it is open no other test of this process may have an event loop
def browser() -> Iterator[Any]:
    """Return this machine's Chromium, without a window."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    program = next((path for name in NAMES if (path := shutil.which(name))), None)
    if program is None:
        pytest.skip(f"no Chromium on this machine ({', '.join(NAMES)})")
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def translate(browser: Any) -> Iterator[Callable[..., Any]]:
    """Return a function that puts panels, and texts that begin with a key, into Chinese as the page does."""
    with drawing.served() as address:
        page = browser.new_context().new_page()
        page.goto(address)
        page.evaluate("(tables) => { window.tables = tables; }", read_strings())
        yield lambda panels, texts=(): page.evaluate(TRANSLATE, [panels, list(texts)])
        page.context.close()


@pytest.fixture
def open_page(browser: Any) -> Iterator[Callable[..., Any]]:
    """Return a function that opens an address; what goes wrong on the page, or leaves this machine, fails the test."""
    contexts, faults = [], []

    def opened(address: str, **options: Any) -> Any:
        context = browser.new_context(**{"viewport": {"width": 1200, "height": 900}, "locale": "en-GB", **options})
        contexts.append(context)
        page = context.new_page()
        home = address.split("#")[0]

        def seen(request: Any) -> None:
            if not request.url.startswith((home, "data:", "blob:")):
                faults.append(f"a request went to {request.url[:200]}")

        page.on("request", seen)
        page.on("pageerror", lambda error: faults.append(f"a script failed: {error}"))
        page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        page.goto(address)
        return page

    opened.faults = faults  # type: ignore[attr-defined]  # a test that provokes one takes it out
    yield opened
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[[Look], str]]:
    """Return a function that serves the page of a look and returns its address."""
    running = []

    def started(look: Look) -> str:
        taken = open_socket(0)
        served = Served(look)
        start = {"input": look.text, "target": None, "view": None, "options": {}}
        config = uvicorn.Config(application(served, start), log_level="error", lifespan="off", ws="none")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [taken]}, daemon=True)
        thread.start()
        running.append((server, thread, served))
        return f"http://127.0.0.1:{taken.getsockname()[1]}/"

    yield started
    for server, thread, served in running:
        server.should_exit = True
        thread.join(10)
        served.close()


@pytest.fixture(scope="session")
def gpt() -> Look:
    """Return a tiny GPT that has read a text, every weight random."""
    tokenizer = train_tokenizer("character", [ALPHABET], vocab_size=37)
    torch.manual_seed(1)
    model = load_model("gpt").tiny()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.normal_(std=0.3)
    return Look(model.eval(), tokenizer, TEXT, name="tiny")


@pytest.fixture(scope="session")
def gpt_page(serve: Callable[[Look], str], gpt: Look) -> str:
    """Return the address of its page."""
    return serve(gpt)


@pytest.fixture
def mlp_page(serve: Callable[[Look], str]) -> str:
    """Return the address of the page of a small network, whose weights a test may change."""
    torch.manual_seed(0)
    model = MLP(MLPConfig(num_features=3, num_outputs=1, hidden=(4,))).eval()
    return serve(Look(model, None, [1.0, -2.0, 0.5], name="small"))
