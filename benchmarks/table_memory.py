"""Measure the memory that a large table takes: `python benchmarks/table_memory.py [--rows 1000000] [--columns 50]`.

Writes a CSV file of that size to a temporary folder; one process opens it and serves random rows, another trains a
classifier on it (reading, evaluation and baselines included). Printed is the largest resident memory of each above that
of the process after its imports; the goal at 1,000,000 × 50 is at most 300 MB. The pages of the memory-mapped rows
count, though the system takes them back when it needs them.
"""

import argparse
import json
import multiprocessing
import os
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import matplotlib.pyplot  # noqa: F401  what a training loads late is loaded here, as "imports" means
import numpy as np
import psutil
import sklearn.linear_model  # noqa: F401
import tensorboardX  # noqa: F401

from clearhead.data.table import open_table
from clearhead.training.assemble import train

BATCH_SIZE, NUM_BATCHES, BLOCK_ROWS = 256, 2_000, 10_000


class Peak:
    """The largest resident memory since it was started, sampled fifty times a second."""

    def __init__(self) -> None:
        self._process, self._ended = psutil.Process(), threading.Event()
        self.start = self.bytes = self._process.memory_info().rss
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        while not self._ended.wait(0.02):
            self.bytes = max(self.bytes, self._process.memory_info().rss)

    def end(self) -> float:
        """Stop and return the megabytes above the start."""
        self._ended.set()
        return (self.bytes - self.start) / 1e6


def write_table(path: Path, num_rows: int, num_columns: int) -> None:
    """Write numbers (every tenth column has gaps), two columns of categories, and a class."""
    chance = np.random.default_rng(0)
    with path.open("w", encoding="utf-8") as file:
        numbers = [f"x{index}" for index in range(num_columns - 3)]
        file.write(",".join([*numbers, "a", "b", "label"]) + "\n")
        for start in range(0, num_rows, BLOCK_ROWS):
            values = chance.normal(size=(min(BLOCK_ROWS, num_rows - start), len(numbers)))
            for row in values:
                texts = [f"{value:.5g}" if index % 10 or value > -2 else "" for index, value in enumerate(row)]
                kinds = [f"kind{int(value * 3) % 3}" for value in row[1:3]]
                file.write(",".join([*texts, *kinds, "yes" if row[0] > 0 else "no"]) + "\n")


def measure_reading(path: Path) -> dict[str, Any]:
    """Open the table and take random rows."""
    peak, began = Peak(), time.perf_counter()
    examples = open_table(path)
    opened = time.perf_counter() - began
    inputs, targets = examples.inputs("train"), examples.targets("train")
    chance, began = np.random.default_rng(1), time.perf_counter()
    total = 0.0
    for _ in range(NUM_BATCHES):
        rows = chance.integers(len(inputs), size=BATCH_SIZE)
        total += float(inputs[rows].sum()) + float(targets[rows].sum())
    rate = NUM_BATCHES * BATCH_SIZE / (time.perf_counter() - began)
    return {
        "features": inputs.shape[1],
        "peak_mb_above_imports": round(peak.end()),
        "open_seconds": round(opened, 1),
        "random_rows_per_second": round(rate),
    }


def measure_training(path: Path, steps: int) -> dict[str, Any]:
    """Train on the table from nothing: reading, learning, evaluation, baselines, saving."""
    peak, began = Peak(), time.perf_counter()
    result = train("classification", data=str(path), steps=steps, out=str(path.parent / "run"))
    return {
        "training_peak_mb_above_imports": round(peak.end()),
        "training_seconds": round(time.perf_counter() - began, 1),
        "accuracy": result.scores["accuracy"],
    }


def main() -> None:
    """Write the table, measure each phase in a process of its own, and print one line of JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--columns", type=int, default=50)
    parser.add_argument("--steps", type=int, default=300)
    options = parser.parse_args()
    processes = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "table.csv"
        write_table(path, options.rows, options.columns)
        measured = {
            "benchmark": "table_memory",
            "rows": options.rows,
            "columns": options.columns,
            "file_mb": round(path.stat().st_size / 1e6),
        }
        for phase, arguments in ((measure_reading, (path,)), (measure_training, (path, options.steps))):
            os.environ["CLEARHEAD_CACHE"] = str(Path(folder) / phase.__name__)  # neither finds what the other kept
            with processes.Pool(1) as pool:
                measured |= pool.apply(phase, arguments)
        print(json.dumps(measured))


if __name__ == "__main__":
    main()
