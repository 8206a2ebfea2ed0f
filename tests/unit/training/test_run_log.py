"""The log of a run: each event a line; what a resumed run does again is forgotten; crashes cost a line at most."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from clearhead.panels.curves import Curve, Curves
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


def panel(score: str, levels: dict[str, float]) -> Curves:
    curve = Curve(name="validation", x=np.array([10.0, 20.0]), y=np.array([3.0, 2.5]))
    return Curves(title=score, curves=(curve,), x_axis="step", y_axis=score, levels=levels)


def test_curves_are_drawn_below_each_other(tmp_path: Path) -> None:
    one = panel("loss", {"bigram": 3.1, "half price: $1 or $2": 3.1})
    sizes = []
    for panels in ([one], [one, panel("accuracy", {})]):
        draw_curves(panels, tmp_path / "curves.png")
        with Image.open(tmp_path / "curves.png") as picture:
            sizes.append(picture.size)
    assert sizes[0][0] == sizes[1][0]
    assert sizes[1][1] == 2 * sizes[0][1]


def test_without_curves_there_is_no_picture(tmp_path: Path) -> None:
    draw_curves([], tmp_path / "curves.png")
    assert list(tmp_path.iterdir()) == []
