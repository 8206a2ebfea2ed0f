"""The log of a run: each event a line; what a resumed run does again is forgotten; crashes cost a line at most."""

import json
from pathlib import Path

import pytest

from clearhead.training.run_log import METRICS_FILE, RunLog, draw_curves, read_metrics


def filled(folder: Path) -> RunLog:
    log = RunLog(folder)
    log("start", {"step": 0})
    log("note", {"text": "Häuser 房子"})
    for step in (10, 20, 30):
        log("step", {"step": step, "train_loss": 3.0 - step / 100})
    log("evaluation", {"step": 30, "loss": 2.9})
    return log


def test_events_come_back_in_order_and_reach_the_listener(tmp_path: Path) -> None:
    heard = []
    log = RunLog(tmp_path, lambda kind, facts: heard.append((kind, facts)))
    log("note", {"text": "房子"})
    log("step", {"step": 1, "train_loss": 2.5})
    assert heard == [("note", {"text": "房子"}), ("step", {"step": 1, "train_loss": 2.5})]
    log.close()
    assert read_metrics(tmp_path) == [
        {"kind": "note", "text": "房子"},
        {"kind": "step", "step": 1, "train_loss": 2.5},
    ]
    assert list(tmp_path.glob("events.out.tfevents*"))


def test_the_events_after_a_step_are_forgotten_and_the_log_goes_on(tmp_path: Path) -> None:
    log = filled(tmp_path)
    log.forget_after(20)
    log("step", {"step": 25, "train_loss": 1.0})
    log.close()
    events = read_metrics(tmp_path)
    assert [event.get("step") for event in events] == [0, None, 10, 20, 25]
    assert sorted(path.name for path in tmp_path.iterdir() if not path.name.startswith("events")) == [METRICS_FILE]


def test_a_line_cut_short_is_left_out_and_the_next_one_is_whole(tmp_path: Path) -> None:
    filled(tmp_path).close()
    path = tmp_path / METRICS_FILE
    path.write_bytes(path.read_bytes()[:-9])
    assert [event["kind"] for event in read_metrics(tmp_path)] == ["start", "note", "step", "step", "step"]
    log = RunLog(tmp_path)
    log("note", {"text": "written after the crash"})
    log.forget_after(30)
    log("step", {"step": 31, "train_loss": 1.0})
    log.close()
    events = read_metrics(tmp_path)
    assert events[-2:] == [
        {"kind": "note", "text": "written after the crash"},
        {"kind": "step", "step": 31, "train_loss": 1.0},
    ]
    assert all(json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())


def test_other_processes_write_nothing(tmp_path: Path) -> None:
    log = RunLog(None, lambda kind, facts: pytest.fail("only the first process tells"))
    log("step", {"step": 1, "train_loss": 1.0})
    log.forget_after(0)
    log.close()
    assert list(tmp_path.iterdir()) == []
    assert read_metrics(tmp_path) == []


def test_the_curve_is_a_picture_even_without_evaluations(tmp_path: Path) -> None:
    filled(tmp_path).close()
    events = read_metrics(tmp_path)
    for number, shown in enumerate([events, [], [event for event in events if event["kind"] == "step"]]):
        path = tmp_path / f"{number}.png"
        draw_curves(shown, path, baselines={"bigram": 3.1})
        assert path.read_bytes().startswith(b"\x89PNG") and path.stat().st_size > 5000
