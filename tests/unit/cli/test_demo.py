from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clearhead.experiments import demo as module
from clearhead.training.finish import Result

Command = Callable[..., Any]


@pytest.mark.parametrize(("is_finished", "exit_code"), [(True, 0), (False, 130)])
def test_its_options_reach_the_demo(
    command: Command, monkeypatch: pytest.MonkeyPatch, is_finished: bool, exit_code: int
) -> None:
    given: dict[str, Any] = {}

    def demo(console: Any, **options: Any) -> Result:
        console.print("从前")
        given.update(options)
        return Result(Path("x"), is_finished, 1.0, 1)

    monkeypatch.setattr(module, "demo", demo)
    outcome = command("demo", "--minutes", 0.5, "--out", "somewhere")
    assert outcome.exit_code == exit_code
    assert outcome.out == "从前\n"
    assert given.pop("started") > 0
    assert given == {"minutes": 0.5, "out": Path("somewhere")}


def test_a_folder_that_is_not_empty_is_one_sentence(command: Command, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    outcome = command("demo", "--out", tmp_path)
    assert outcome.exit_code == 2
    assert outcome.err == f"--out must be new or empty, got {tmp_path}. Go on with --resume, or give another name.\n"


def test_minutes_must_be_above_zero(command: Command) -> None:
    outcome = command("demo", "--minutes", "0")
    assert outcome.exit_code == 2
    assert outcome.err == "--minutes must be above 0, got 0.0.\n"
