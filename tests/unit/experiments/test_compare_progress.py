import io
import json

from compared import comparison

from clearhead.experiments._compare_progress import CompareProgress


class Terminal(io.StringIO):
    """Text that calls itself a terminal."""

    def isatty(self) -> bool:
        return True


RUN = {"label": "mlp", "seed": 1, "number": 3, "count": 6}
MEASURED = {"label": "mlp", "scores": {"accuracy": 0.5}, "steps": 1200, "total_seconds": 3.25}
STEP = {"step": 4, "end_step": 16, "train_loss": 1.5}


def test_each_run_is_a_line_and_what_it_scored_another() -> None:
    out = io.StringIO()
    progress = CompareProgress(out=out)
    for kind, facts in (("run", RUN), ("step", STEP), ("note", {"text": "no"}), ("measured", MEASURED)):
        progress(kind, facts)
    assert out.getvalue() == "mlp, seed 1 (3 of 6)\n  accuracy 0.5000; 1,200 steps, 3.2 s\n"


def test_on_a_terminal_one_line_moves() -> None:
    out = Terminal()
    progress = CompareProgress(out=out)
    for kind, facts in (("step", STEP), ("step", {**STEP, "step": 8}), ("measured", MEASURED)):
        progress(kind, facts)
    assert out.getvalue().count("\r\x1b[2K") == 2
    assert out.getvalue().splitlines()[-1].startswith("  accuracy")


def test_with_json_only_the_result_is_printed() -> None:
    out, errors = io.StringIO(), io.StringIO()
    progress = CompareProgress(as_json=True, out=out, errors=errors)
    progress("run", RUN)
    progress.conclude(comparison())
    assert json.loads(out.getvalue()) == json.loads(json.dumps(comparison().to_json()))
    assert "mlp, seed 1" in errors.getvalue()


def test_one_that_was_stopped_says_how_to_go_on() -> None:
    out = io.StringIO()
    CompareProgress(out=out).conclude(comparison(is_finished=False))
    assert "Go on with the same command and --out out --resume" in out.getvalue()
