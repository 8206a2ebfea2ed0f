"""The page's server beside a training: it gives out what is seen, and only the own page may ask."""

import json
import threading
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from tiny import are_equal
from watched_training import Impatient, options

from clearhead.experiments.train import train
from clearhead.inspector import watch as watching
from clearhead.inspector.watch import Seen, Watch, application
from clearhead.inspector.watched import Watched


@pytest.fixture
def page(seen: tuple[Any, Impatient]) -> Any:
    """Return a browser at the page of a finished training."""
    with TestClient(application(seen[1], Seen()), base_url="http://127.0.0.1:8642") as client:
        yield client


def test_the_page_and_every_file_it_names_are_given_out(page: TestClient) -> None:
    text = page.get("/").text
    names = [part.split('"')[0] for part in text.split('"/static/')[1:]]
    assert "inspector/page/watch.js" in names
    assert [name for name in names if page.get(f"/static/{name}").status_code != 200] == []


def test_panels_come_once_for_each_state(page: TestClient, seen: tuple[Any, Impatient]) -> None:
    first = page.get("/api/watch").json()
    assert first["version"] == seen[1].version and set(first["panels"]) == {"steps", "seconds"}
    again = page.get(f"/api/watch?known={first['version']}").json()
    assert "panels" not in again and again["state"] == first["state"]


def test_while_it_learns_only_the_axis_that_is_shown_is_sent() -> None:
    watched = Watched()
    with TestClient(application(watched, Seen()), base_url="http://127.0.0.1:8642") as client:
        assert client.get("/api/watch?axis=seconds").json()["panels"] == {"seconds": []}
        assert client.get("/api/watch?axis=hours").status_code == 422


def test_the_page_may_stop_the_training_and_no_other_page_may() -> None:
    watched = Watched()
    with TestClient(application(watched, Seen()), base_url="http://127.0.0.1:8642") as client:
        assert client.post("/api/stop", json={}, headers={"origin": "http://evil.example"}).status_code == 403
        assert client.post("/api/stop", json={}, headers={"host": "evil.example"}).status_code == 403
        assert client.post("/api/stop", content="{}", headers={"content-type": "text/plain"}).status_code == 415
        assert client.get("/api/stop").status_code == 405
        assert client.post("/api/stop", json={"now": True}).status_code == 422
        assert not watched.is_stop_wanted
        assert client.post("/api/stop", json={}).json() == {"done": True}
        assert watched.is_stop_wanted
        assert client.get("/api/watch", headers={"host": "evil.example"}).status_code == 403


def test_numbers_that_are_not_finite_are_sent_as_nothing() -> None:
    watched = Watched()
    watched("evaluation", {"step": 1, "seconds": 1.0, "loss": float("nan")})
    with TestClient(application(watched, Seen()), base_url="http://127.0.0.1:8642") as client:
        answer = client.get("/api/watch")
    assert json.loads(answer.text, parse_constant=pytest.fail)["state"]["scores"] == {"loss": None}


def asked_by(address: str, stop: threading.Event, answers: list[dict[str, Any]]) -> None:
    """Ask like a page until the training has ended."""
    while not stop.is_set():
        with urllib.request.urlopen(f"{address}api/watch", timeout=10) as answer:
            answers.append(json.loads(answer.read()))
        if answers[-1]["state"]["phase"] in ("finished", "stopped", "failed"):
            return
        time.sleep(0.02)


@pytest.fixture
def asking(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Let something that asks like a page come with every server."""
    answers: list[dict[str, Any]] = []
    stop = threading.Event()
    threads = []
    enter = Watch.__enter__

    def entered(self: Watch) -> Watch:
        watch = enter(self)
        threads.append(threading.Thread(target=asked_by, args=(self.address, stop, answers), daemon=True))
        threads[-1].start()
        return watch

    monkeypatch.setattr(Watch, "__enter__", entered)
    yield answers
    stop.set()
    for thread in threads:
        thread.join(10)


def test_the_whole_way_a_page_that_asks_gets_the_last_state(text_folder: Path, asking: list[dict[str, Any]]) -> None:
    notes: list[str] = []
    result = train(
        **options(text_folder, "served"),
        watch=True,
        port=0,
        opens_browser=False,
        listener=lambda kind, facts: notes.append(facts["text"]) if kind == "note" else None,
    )
    assert are_equal(result.path, train(**options(text_folder, "unserved")).path)
    assert any(note.startswith("Watch it at http://127.0.0.1:") for note in notes)
    assert asking[-1]["state"]["phase"] == "finished"
    assert asking[-1]["panels"]["steps"][0]["name"] == "probe"


def test_an_error_is_told_on_the_page_too(text_folder: Path, asking: list[dict[str, Any]]) -> None:
    given = options(text_folder, "wrong", data=str(text_folder / "nothing.txt"))
    with pytest.raises((ValueError, FileNotFoundError)) as told:
        train(**given, watch=True, port=0, opens_browser=False)
    assert asking[-1]["state"]["phase"] == "failed"
    assert asking[-1]["state"]["ending"] == str(told.value)


def test_where_no_page_is_open_the_command_does_not_wait(text_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "LAST_WAIT_SECONDS", 60.0)
    with Watch(port=0, opens_browser=False) as watch:
        watch.watched("finished", {"verdict": ""})
        began = time.monotonic()
    assert time.monotonic() - began < 30


def test_a_port_that_is_taken_is_refused_before_anything_is_trained(text_folder: Path) -> None:
    with Watch(port=0, opens_browser=False) as watch:
        port = int(watch.address.rstrip("/").rpartition(":")[2])
        with pytest.raises(ValueError, match=rf"look\.port must be free, got {port}, which another program has"):
            train(**options(text_folder, "taken"), watch=True, port=port, opens_browser=False)
        watch.watched("finished", {"verdict": ""})
    assert not (text_folder / "taken").exists()
