"""One process needs no fellows; two under torchrun come to the same loss and leave the same files."""

import subprocess
import sys
from pathlib import Path

import pytest
import torch
from tiny import REPOSITORY, command_of, tiny_train

from clearhead.runs.run import open_run
from clearhead.training.distributed import Processes, choose_device
from clearhead.training.run_log import read_metrics


def test_alone_everything_is_as_given() -> None:
    alone = Processes(torch.device("cpu"))
    module = torch.nn.Linear(2, 2)
    assert alone.is_first and alone.wrap(module) is module
    assert alone.decide({"a": [1, None]}) == {"a": [1, None]}
    assert alone.total(2.5) == 2.5
    alone.wait()
    alone.close()


def test_a_device_that_is_not_here_or_not_known_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    assert choose_device("auto") == torch.device("cpu")
    with pytest.raises(ValueError, match=r"--device must be one this machine has, got 'cuda'. Here: cpu"):
        choose_device("cuda")
    with pytest.raises(ValueError, match=r"--device must be auto, cpu, cuda or mps, got 'gpu'"):
        choose_device("gpu")


@pytest.mark.slow
def test_two_processes_come_to_the_loss_of_one_and_leave_the_same_files(text: Path, tmp_path: Path) -> None:
    alone = tiny_train(text, tmp_path / "one", training={"eval_interval": 10})
    command = command_of(text, tmp_path / "two", steps=30, training={"eval_interval": 10})
    words = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", *command[1:]]
    done = subprocess.run(words, cwd=REPOSITORY, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stderr[-2000:]
    both = open_run(tmp_path / "two")
    assert both.info["scores"]["loss"] == pytest.approx(alone.scores["loss"], abs=1e-3)

    def events(run: Path, kind: str, name: str) -> list[float]:
        return [event[name] for event in read_metrics(run) if event["kind"] == kind]

    assert events(tmp_path / "two", "step", "step") == events(tmp_path / "one", "step", "step")
    assert events(tmp_path / "two", "step", "train_loss") == pytest.approx(
        events(tmp_path / "one", "step", "train_loss"), abs=1e-3
    )
    assert len(events(tmp_path / "two", "evaluation", "loss")) == len(events(tmp_path / "one", "evaluation", "loss"))
    files = [
        {path.relative_to(run).as_posix() for path in run.rglob("*") if "tfevents" not in path.name}
        for run in (tmp_path / "one", tmp_path / "two")
    ]
    assert files[0] == files[1]
