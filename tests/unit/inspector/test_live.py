"""The live page's server: the numbers it sends are the library's, and every mistake is one sentence."""

import json
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from starlette.testclient import TestClient
from tiny import REPOSITORY

from clearhead.inspector import live
from clearhead.inspector.described import describe
from clearhead.inspector.live import application, open_socket
from clearhead.inspector.look import Look, look
from clearhead.inspector.one_file import FOLDERS
from clearhead.inspector.served import Busy, Served
from clearhead.inspector.transport import to_page
from clearhead.models.gpt import GPT, GPTConfig
from clearhead.models.mlp import MLP, MLPConfig
from clearhead.runs.run import save_run
from clearhead.tokenizers.base import train_tokenizer
from clearhead.web.static import packed, page_files

TEXT = "the cat sat"
HEAD = {"tap": "layers.1.attention.mixed", "kind": "ablate", "head": 0}


@pytest.fixture
def page(look_at: Callable[[str], Look]) -> Iterator[TestClient]:
    """Return a browser at the page of the tiny GPT."""
    start = {"input": TEXT, "target": None, "view": None, "options": {}}
    app = application(Served(look_at(TEXT)), start)
    with TestClient(app, base_url="http://127.0.0.1:8642", raise_server_exceptions=False) as client:
        yield client


def ask(page: TestClient, **asked: Any) -> Any:
    """Ask for a view."""
    return page.post("/api/view", json={"input": TEXT, "view": "next_token", **asked})


def test_the_page_and_its_files_are_given_out_with_their_types(page: TestClient) -> None:
    answer = page.get("/")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    for line in answer.text.splitlines():
        for name in (part.split('"')[0] for part in line.split('"/static/')[1:]):
            found = page.get(f"/static/{name}")
            assert found.status_code == 200, name
            assert found.headers["x-content-type-options"] == "nosniff"
    assert page.get("/static/web/page/strings/zh.json").json()["shell.language"] == "语言"
    assert page.get("/static/inspector/page/app.js").headers["content-type"].startswith("text/javascript")


def test_files_are_packed_for_who_can_unpack_them(page: TestClient) -> None:
    name = "/static/web/page/strings/zh.json"
    plain = page.get(name, headers={"accept-encoding": "identity"})
    small = page.get(name, headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    assert small.headers["content-encoding"] == "gzip" and plain.content == small.content


def test_all_files_of_the_page_are_sent_in_less_than_300_kb() -> None:
    sizes = {name: len(packed(file.read()[0])) for name, file in page_files(FOLDERS).items()}
    assert sum(sizes.values()) < 300_000, sorted(sizes.items(), key=lambda item: -item[1])[:5]


def test_a_file_that_the_browser_has_is_not_sent_again(page: TestClient) -> None:
    first = page.get("/static/web/page/base.css")
    again = page.get("/static/web/page/base.css", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "path",
    [
        "/static/", "/static/nothing.js", "/static/../live.py", "/static/%2e%2e/live.py", "/static/web/page/../host.py",
        "/static/web/page/%2e%2e%2fhost.py", "/static/web/page/..%5chost.py", "/static//etc/passwd",
        "/static/%2fetc%2fpasswd", "/static/inspector/page/app.js%00", "/static/inspector/page", "/docs",
        "/static/web/page/strings/", "/openapi.json", "/static/inspector/page/APP.js", "/static/C:/x.js", "/api/no",
    ],
)  # fmt: skip
def test_a_path_that_is_no_file_of_the_page_is_not_found(page: TestClient, path: str) -> None:
    answer = page.get(path)
    assert answer.status_code == 404
    assert set(answer.json()) == {"error"}


def test_the_run_is_described_with_what_to_show_first(page: TestClient, look_at: Callable[[str], Look]) -> None:
    start = {"input": TEXT, "target": None, "view": None, "options": {}}
    assert page.get("/api/run").json() == {**describe(look_at(TEXT)), "start": start}


def test_a_views_numbers_are_those_of_the_library(page: TestClient, look_at: Callable[[str], Look]) -> None:
    seen = look_at("我吃 the cat")
    for name, options in (("next_token", {"temperature": 0.5, "top_k": 3}), ("attention", {"layer": 1, "head": 0})):
        answer = ask(page, input="我吃 the cat", view=name, options=options).json()
        assert answer["panels"] == json.loads(json.dumps([to_page(panel) for panel in seen.view(name, **options)]))
        assert answer["pieces"][:2] == ["我", "吃"]


def test_a_switched_off_head_changes_the_numbers_and_only_of_its_request(page: TestClient) -> None:
    intact, edited, again = (ask(page, edits=edits).json()["panels"] for edits in ([], [HEAD], []))
    assert intact == again
    assert intact != edited


def test_a_row_of_a_grid_comes_in_full(page: TestClient, look_at: Callable[[str], Look]) -> None:
    options = {"layer": 0, "head": 1}
    weights = look_at(TEXT).attention(**options).array
    asked = {"input": TEXT, "view": "attention", "options": options, "panel": "weights", "row": 2}
    found = page.post("/api/row", json=asked).json()["values"]
    np.testing.assert_array_equal(np.array(found, np.float32), weights[2])


def test_a_report_comes_as_a_page(page: TestClient) -> None:
    answer = page.post("/api/report", json={"input": TEXT, "views": {"tokenization": {}}})
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.text.startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("asked", "status", "message"),
    [
        ({"view": "atention"}, 400, "No 'atention' in inspector/views/. Available: "),
        ({"view": "pixels"}, 400, "The view 'pixels' does not apply: "),
        ({"input": ""}, 400, "look.text must hold at least one token, got ''."),
        ({"input": "a" * 3000}, 400, "look.text must be at most "),
        ({"target": "x"}, 400, "look.target must be left out for a GPT, which reads one input, got 'x'."),
        ({"options": {"layer": 0}}, 400, "No 'layer' in the options of the view 'next_token'."),
        ({"options": {"top_k": "many"}}, 400, "next_token.top_k must be a whole number, got 'many'."),
        ({"options": {"top": 2**31 - 1}}, 400, "next_token.top must be at most 10,000 here"),
        ({"edits": [{**HEAD, "tap": "nowhere"}]}, 400, "Edit.tap must name taps of the model, got 'nowhere'."),
        ({"edits": [{**HEAD, "kind": "explode"}]}, 422, "body.edits.0.kind does not fit: "),
        ({"edits": [{**HEAD, "head": 2**63}]}, 422, "body.edits.0.head does not fit: "),
        ({"edits": [HEAD] * 65}, 422, "body.edits does not fit: "),
        ({"input": 7}, 422, "body.input does not fit: "),
        ({"options": {"top": [1]}}, 422, "body.options.top"),
        ({"more": 1}, 422, "body.more does not fit: "),
    ],
)
def test_a_mistake_is_told_in_one_sentence(page: TestClient, asked: dict[str, Any], status: int, message: str) -> None:
    answer = ask(page, **asked)
    assert answer.status_code == status
    assert answer.json()["error"].startswith(message)
    assert len(answer.json()["error"].splitlines()) == 1


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"input": NaN}', b"\xff\xfe", b"[" * 5000])
def test_what_is_no_json_is_told(page: TestClient, body: bytes) -> None:
    answer = page.post("/api/view", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in (400, 422)
    assert answer.json()["error"]


def test_text_that_is_no_unicode_is_no_failure_of_ours(page: TestClient) -> None:
    body = json.dumps({"input": "the \ud800 cat", "view": "next_token"}).encode()
    answer = page.post("/api/view", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in (200, 400, 422)


def test_what_another_page_sends_is_refused(page: TestClient) -> None:
    asked = {"input": TEXT, "view": "next_token"}
    assert page.post("/api/view", json=asked, headers={"origin": "http://evil.example"}).status_code == 403
    assert page.post("/api/view", json=asked, headers={"host": "evil.example"}).status_code == 403
    assert page.post("/api/view", content=json.dumps(asked), headers={"content-type": "text/plain"}).status_code == 415
    assert page.get("/api/run", headers={"host": "evil.example"}).status_code == 403


def test_who_comes_when_too_many_wait_is_told_when_to_come_again(
    page: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Served) -> None:
        raise Busy("Try again in a moment.")

    monkeypatch.setattr(Served, "alone", refuse)
    answer = ask(page)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "1")
    assert answer.json() == {"error": "Try again in a moment."}


def test_our_own_mistake_is_said_to_be_ours(page: TestClient, monkeypatch: pytest.MonkeyPatch, capfd: Any) -> None:
    monkeypatch.setattr(Served, "panels", lambda *given: {}["nothing"])
    answer = ask(page)
    assert answer.status_code == 500
    assert answer.json()["error"] == "This is a mistake in clearhead, not yours: KeyError. Look at the terminal."
    assert "KeyError: 'nothing'" in capfd.readouterr().err


def test_a_weight_of_a_small_model_is_edited_and_set_back() -> None:
    torch.manual_seed(0)
    seen = Look(MLP(MLPConfig(num_features=2, num_outputs=1, hidden=(3,))).eval(), None, [1.0, 2.0])
    with TestClient(application(Served(seen), {}), base_url="http://localhost:8642") as page:
        held = page.get("/api/weights").json()["head.bias"]
        asked = {"input": seen.text, "view": "neuron"}
        before = page.post("/api/view", json=asked).json()
        assert page.post("/api/weight", json={"name": "head.bias", "index": [0], "value": 5.0}).json() == {"done": True}
        assert page.get("/api/weights").json()["head.bias"] == {"shape": [1], "values": [5.0]}
        assert page.post("/api/view", json=asked).json() != before
        assert page.post("/api/reset", json={}).json() == {"done": True}
        assert page.get("/api/weights").json()["head.bias"] == held
        assert page.post("/api/view", json=asked).json() == before
        wrong = page.post("/api/weight", json={"name": "head.bais", "index": [0], "value": 5.0})
        assert wrong.json()["error"].startswith("No 'head.bais' in the parameters of the model.")


def test_requests_at_the_same_time_get_each_their_own_numbers(page: TestClient) -> None:
    texts = ["the cat", "a cat sat", "我吃", "sat", "the"]
    alone = [ask(page, input=text).json() for text in texts]
    together: dict[str, Any] = {}
    threads = [
        threading.Thread(target=lambda t=text: together.update({t: ask(page, input=t).json()})) for text in texts
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [together[text] for text in texts] == alone


def test_a_port_that_is_in_use_is_told_with_the_remedy() -> None:
    with open_socket(0) as taken:
        port = taken.getsockname()[1]
        assert taken.getsockname()[0] == "127.0.0.1"
        with pytest.raises(ValueError) as caught:
            open_socket(port)
        assert str(caught.value) == (
            f"look.port must be free, got {port}, which another program has or you may not take. "
            "Choose another --port, or 0 for any that is free."
        )


@pytest.mark.parametrize("port", [-1, 65536])
def test_a_port_that_is_none_is_told(port: int) -> None:
    with pytest.raises(ValueError, match=rf"look\.port must be between 0 and 65535, got {port}\."):
        open_socket(port)


def test_where_the_usual_port_is_in_use_another_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    with open_socket(0) as taken:
        monkeypatch.setattr(live, "USUAL_PORT", taken.getsockname()[1])
        with open_socket(None) as other:
            assert other.getsockname()[1] != taken.getsockname()[1]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a small saved model."""
    folder = tmp_path_factory.mktemp("runs") / "fruit"
    tokenizer = train_tokenizer("character", [TEXT], vocab_size=20)
    config = GPTConfig(vocab_size=tokenizer.vocab_size, context_length=64, d_model=32, num_layers=2, num_heads=2)
    save_run(folder, GPT(config), tokenizer, {})
    return folder


def test_the_command_serves_the_page_until_it_is_interrupted(run: Path) -> None:
    words = [sys.executable, "-m", "clearhead", "look", run, TEXT, "--no-browser", "--port", "0", "--view", "attention"]
    process = subprocess.Popen(list(map(str, words)), cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        address = line.split(" at ")[1].split()[0]
        with urllib.request.urlopen(f"{address}api/run", timeout=30) as answer:
            told = json.load(answer)
        assert (told["name"], told["start"]["view"]) == ("fruit", "attention")
        host, port = address.removeprefix("http://").rstrip("/").split(":")
        assert host == "127.0.0.1"
        with socket.socket() as other:
            assert other.connect_ex((host, int(port))) == 0
    finally:
        process.terminate()
        process.wait(30)


def test_the_command_does_not_serve_on_a_port_in_use(command: Callable[..., Any], run: Path) -> None:
    with open_socket(0) as taken:
        port = taken.getsockname()[1]
        outcome = command("look", run, TEXT, "--no-browser", "--port", port)
    assert outcome.exit_code == 2
    assert outcome.err.startswith(f"look.port must be free, got {port}, ")


def test_a_look_can_be_served_from_python(run: Path) -> None:
    said: list[str] = []
    with pytest.raises(ValueError, match=r"No 'atention' in inspector/views/"):
        live.serve(look(run, TEXT), view="atention", say=said.append)
    assert said == []
