import io
import json
from pathlib import Path
from typing import Any

import pytest

from clearhead.experiments.progress import Progress
from clearhead.training.finish import Result
from clearhead.training.verdict import Verdict

START: dict[str, Any] = {
    "step": 0,
    "end_step": 100,
    "seconds": 0.0,
    "num_targets": 0,
    "num_parameters": 1234567,
    "precision": "bf16",
    "is_compiled": False,
    "device": "cpu",
    "batch_size": 8,
    "model": "gpt",
    "model_config": {"num_layers": 2, "d_model": 64, "context_length": 32},
    "vocab_size": 512,
    "data": {"name": "cats", "report": ["2 files."], "splits": {"train": {"tokens": 1000, "bytes": 4000}}},
}


class Terminal(io.StringIO):
    """Text that calls itself a terminal."""

    def isatty(self) -> bool:
        return True


def step(number: int, loss: float) -> dict[str, Any]:
    return {
        "step": number,
        "end_step": 100,
        "num_targets": number * 256,
        "train_loss": loss,
        "seconds": number * 0.5,
        "memory_mb": 321.0,
    }


def test_the_start_tells_data_and_model() -> None:
    out = io.StringIO()
    Progress(out=out)("start", START)
    assert out.getvalue().splitlines() == [
        "2 files.",
        "cats: 1,000 tokens (0.0 MB), vocabulary 512.",
        "gpt: 1,234,567 parameters, 2 layers, width 64, context 32; bf16 on cpu; 100 steps of 256 tokens.",
    ]


def test_a_step_tells_loss_bits_and_time_left() -> None:
    out = io.StringIO()
    progress = Progress(out=out)
    progress("start", START)
    out.truncate(0)
    progress("step", step(40, 2.772588722239781))  # 4 bits a token, 4 bytes a token
    line = out.getvalue()
    assert "step 40/100" in line and "loss 2.773" in line and "1.00 bits/byte" in line
    assert "512 tokens/s" in line and "0:30 left" in line and "321 MB" in line


def test_a_terminal_rewrites_its_line_and_other_output_begins_a_new_one() -> None:
    out = Terminal()
    progress = Progress(out=out)
    progress("start", START)
    out.seek(0), out.truncate()
    progress("step", step(1, 3.0))
    progress("step", step(2, 2.9))
    progress("note", {"text": "A note."})
    assert out.getvalue().count("\r\x1b[2K") == 2
    assert out.getvalue().count("\n") == 2
    assert out.getvalue().endswith("\nA note.\n")


def test_where_there_is_no_terminal_lines_are_few() -> None:
    out = io.StringIO()
    progress = Progress(out=out)
    progress("start", START)
    out.seek(0), out.truncate()
    for number in range(1, 101):
        progress("step", step(number, 3.0))
    assert [line.split()[1] for line in out.getvalue().splitlines()] == ["1/100", "100/100"]


def test_json_is_an_event_a_line() -> None:
    out = Terminal()
    progress = Progress(as_json=True, out=out)
    progress("start", START)
    progress("step", step(1, 3.0))
    progress.conclude(Result(Path("runs/cats-1"), True, 12.0, 100, {"loss": 1.5}, {"bigram": {"loss": 2.0}}))
    events = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [event["kind"] for event in events] == ["start", "step", "result"]
    assert events[1]["train_loss"] == 3.0
    assert events[2]["scores"] == {"loss": 1.5}
    assert events[2]["path"] == str(Path("runs/cats-1"))


def test_the_end_tells_scores_verdict_and_where_the_run_is() -> None:
    out = io.StringIO()
    verdict = Verdict("balanced", ["All is well."], ["take a walk."])
    scores = {"loss": 1.5, "perplexity": 4.48, "bits_per_byte": 2.164}
    Progress(out=out).conclude(Result(Path("cats"), True, 75.0, 100, scores, {}, verdict))
    page = out.getvalue()
    assert "1.5000" in page and "All is well." in page and "Next: take a walk." in page
    assert "Saved in cats after 1:15." in page


@pytest.mark.parametrize("path", ["runs/cats-1", "elsewhere"])
def test_a_stopped_training_says_the_command_that_goes_on(path: str) -> None:
    out = io.StringIO()
    Progress(out=out).conclude(Result(Path(path), False, 5.0, 17))
    assert out.getvalue() == (
        f"Stopped and saved after step 17. Go on with: clearhead train language_modeling --out {Path(path)} --resume\n"
    )
