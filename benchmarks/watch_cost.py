"""What `--watch` costs a training: `python benchmarks/watch_cost.py [--pairs 7] [--steps 150]`.

The same training with and without a page, in turns; a process of its own asks like a page, every two seconds. Timed is
what lies between the first step and the saved run: by the clock, and the processor's time of the whole process, which
other programs on the machine disturb less. Prints the ratio of each pair, their median and the interval that holds the
true median with the confidence given (from the lowest to the highest of the ratios).
"""

import argparse
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from clearhead.experiments.train import train

MODEL = {"num_layers": 2, "d_model": 64, "num_heads": 4, "context_length": 64}
WORDS = "the cat sat on a mat and saw one red dog run far away over green hills".split()
PAGE = """
import sys, time, urllib.request
known = -1
while True:
    try:
        with urllib.request.urlopen(f"{sys.argv[1]}api/watch?known={known}", timeout=10) as answer:
            known = int(answer.read().split(b'"version":')[1].split(b",")[0])
    except OSError:
        break
    time.sleep(2.0)
"""


def main() -> None:
    """Train in turns and print the ratios as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])  # type: ignore[union-attr]
    parser.add_argument("--pairs", type=int, default=7)
    parser.add_argument("--steps", type=int, default=150)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        chance = random.Random(0)
        text = Path(folder) / "words.txt"
        lines = (" ".join(chance.choice(WORDS) for _ in range(40)) for _ in range(400))
        text.write_text("".join(f"{line}.\n\n" for line in lines), encoding="utf-8")
        runs = (Path(folder) / f"run-{number}" for number in range(2 * options.pairs + 2))
        for watch in (False, True):  # what is loaded and compiled once
            seconds_of(text, next(runs), steps=2, watch=watch)
        pairs = []
        for number in range(options.pairs):
            order = (False, True) if number % 2 == 0 else (True, False)
            pair = {watch: seconds_of(text, next(runs), steps=options.steps, watch=watch) for watch in order}
            pairs.append((pair[False], pair[True]))
    measured: dict[str, Any] = {"benchmark": "watch_cost", "steps": options.steps}
    for place, name in enumerate(("clock", "processor")):
        seconds = [(alone[place], watched[place]) for alone, watched in pairs]
        ratios = sorted(watched / alone for alone, watched in seconds)
        measured[name] = {
            "seconds": [[round(each, 2) for each in pair] for pair in seconds],
            "median": round(statistics.median(ratios), 4),
            "interval": [round(ratios[0], 4), round(ratios[-1], 4)],
        }
    print(json.dumps({**measured, "confidence": 1 - 2 * 0.5**options.pairs}))


def seconds_of(text: Path, out: Path, *, steps: int, watch: bool) -> tuple[float, float]:
    """Train once; return the seconds from the first step to the saved run by the clock, and of the processor."""
    moments: dict[str, tuple[float, float]] = {}
    page: list[subprocess.Popen[bytes]] = []

    def told(kind: str, facts: dict[str, Any]) -> None:
        moments.setdefault(kind, (time.perf_counter(), time.process_time()))
        if kind == "note" and facts["text"].startswith("Watch it at "):
            page.append(subprocess.Popen([sys.executable, "-c", PAGE, facts["text"].rpartition(" ")[2]]))

    training = {"precision": "fp32", "compile": "never", "batch_size": 16, "eval_interval": max(1, steps // 4)}
    train(
        data=str(text), out=str(out), steps=steps, tokenizer="character", device="cpu", listener=told,
        model_options=MODEL, training_options=training, watch=watch, port=0, opens_browser=False,
    )  # fmt: skip
    for process in page:
        process.wait(30)
    (began, began_work), (ended, ended_work) = moments["start"], moments["finished"]
    return ended - began, ended_work - began_work


if __name__ == "__main__":
    main()
