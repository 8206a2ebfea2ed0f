"""The page of a training in a real browser: it follows the training, stops it, and keeps what it has at the end."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from browser.steps import OpenPage, by_id, cells, state
from tiny import MODEL, TRAINING, write_sample_text

from clearhead.inspector.watch import Watch
from clearhead.training.assemble import train_request
from clearhead.training.request import Request

MANY_STEPS = 100_000
"""More than a test waits for: it stops the training itself."""


class Held:
    """A training in a thread that goes on step by step as the test says."""

    def __init__(self, watch: Watch, folder: Path, steps: int) -> None:
        self.watch, self.allowed, self.seen = watch, 0, 0
        self.result: Any = None
        given = {"data": str(folder / "words.txt"), "out": str(folder / "run"), "tokenizer": "character"}
        training = {**TRAINING, "eval_interval": 4}
        request = Request(**given, device="cpu", steps=steps, model_options=MODEL, training_options=training)  # type: ignore[arg-type]
        self._thread = threading.Thread(target=self._train, args=(request,), daemon=True)
        self._thread.start()

    def _train(self, request: Request) -> None:
        with self.watch:
            self.result = train_request(request, listener=self._told, observer=self.watch.watched)

    def _told(self, kind: str, facts: dict[str, Any]) -> None:
        self.watch.watched(kind, facts)
        if kind == "step":
            self.seen = facts["step"]
            while self.seen >= self.allowed and not self.watch.watched.is_stop_wanted:
                time.sleep(0.01)

    def go_to(self, step: int) -> None:
        """Let the training come to a step and wait there."""
        self.allowed = step
        self.wait_until(lambda: self.seen >= step)

    def wait_until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds."""
        deadline = time.monotonic() + 60
        while not holds():
            assert time.monotonic() < deadline, "it did not come to pass"
            time.sleep(0.02)

    def end(self) -> None:
        """Let the training come to its end."""
        self.allowed = 10 * MANY_STEPS
        self._thread.join(60)
        assert not self._thread.is_alive()


@pytest.fixture
def held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[int], Held]]:
    """Return a function that begins a training of some steps, with its page."""
    monkeypatch.setenv("CLEARHEAD_CACHE", str(tmp_path / "cache"))
    write_sample_text(tmp_path)
    begun = []

    def begin(steps: int) -> Held:
        begun.append(Held(Watch(port=0, opens_browser=False), tmp_path, steps))
        return begun[-1]

    yield begin
    for each in begun:
        each.watch.watched.stop()
        each.end()


def shows(page: Any, name: str, words: str) -> str:
    """Wait until a part of the page has some words in it, and return all of them."""
    page.get_by_test_id(name).filter(has_text=words).wait_for(timeout=30_000)
    text: str = by_id(page, name).inner_text()
    return text


def panels(page: Any) -> list[str]:
    """Return the names of the panels on the page."""
    found: list[str] = page.locator("[data-testid=panels] > *").evaluate_all(
        "all => all.map((one) => one.dataset.testid.slice(6))"
    )
    return found


def test_the_page_follows_the_training_and_keeps_what_it_has_at_the_end(
    open_page: OpenPage, held: Callable[[int], Held]
) -> None:
    training = held(12)
    training.go_to(5)
    page = open_page(training.watch.address)
    shows(page, "figures", "step 5 of 12")
    assert shows(page, "phase", "Learning") == "Learning"
    assert by_id(page, "progress").get_attribute("max") == "12"
    shows(page, "panels", "What the model says after step")
    training.go_to(9)
    shows(page, "figures", "step 9 of 12")
    page.wait_for_timeout(300)
    assert {"probe", "loss_training", "loss", "rate", "gradient_layers", "update_layers"} <= set(panels(page))
    training.end()
    shows(page, "phase", "Finished")
    told = shows(page, "ending", "clearhead look")
    assert told.endswith("The server of this page has ended with the training; the page keeps what it shows.")
    assert not by_id(page, "stop").is_visible()
    shown = training.watch.watched.snapshot()[2].replies[-1][2]
    assert cells(page, "probe")[:3] == [shown[0].asked.strip(), shown[0].wanted.strip(), shown[0].said.strip()]
    page.get_by_role("button", name="Seconds").click()  # the server has gone: the page turns its curves itself
    assert state(page)["axis"] == "seconds"
    page.wait_for_timeout(1500)
    assert not by_id(page, "message").is_visible()
    assert "loss_training" in panels(page)
    # The address has changed, upon which Chromium asks for the page's icon again, and notes that nobody answers.
    faults: list[str] = open_page.faults  # type: ignore[attr-defined]
    assert [fault for fault in faults if "ERR_CONNECTION_REFUSED" not in fault] == []
    faults.clear()


def test_the_button_stops_the_training_and_says_how_to_go_on(open_page: OpenPage, held: Callable[[int], Held]) -> None:
    training = held(MANY_STEPS)
    page = open_page(training.watch.address)
    shows(page, "phase", "Learning")
    by_id(page, "stop").click()
    shows(page, "phase", "Stopped and saved")
    training.end()
    assert not training.result.is_finished
    assert f"--out {training.result.path} --resume" in shows(page, "ending", "Go on with")


def test_the_page_speaks_chinese_stands_still_when_asked_to_and_fits_a_phone(
    open_page: OpenPage, held: Callable[[int], Held]
) -> None:
    training = held(MANY_STEPS)
    training.go_to(50)
    page = open_page(training.watch.address, locale="zh-CN", viewport={"width": 360, "height": 740})
    assert shows(page, "phase", "正在学习") == "正在学习"
    shows(page, "panels", "训练时的损失")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    by_id(page, "hold").click()
    before = page.evaluate("document.getElementById('page').dataset.drawn")
    training.go_to(100)
    shows(page, "figures", "第 100")
    assert page.evaluate("document.getElementById('page').dataset.drawn") == before
    by_id(page, "hold").click()
    page.get_by_role("button", name="English").click()
    shows(page, "panels", "The loss in training")
    assert state(page)["lang"] == "en"


def test_where_the_command_was_killed_the_page_says_so(open_page: OpenPage, held: Callable[[int], Held]) -> None:
    training = held(MANY_STEPS)
    training.go_to(50)
    page = open_page(training.watch.address)
    shows(page, "panels", "The loss in training")
    page.context.set_offline(True)
    shows(page, "message", "The training does not answer any more")
    assert "loss_training" in panels(page)
    open_page.faults.clear()  # type: ignore[attr-defined]  # the browser itself notes each missing answer
