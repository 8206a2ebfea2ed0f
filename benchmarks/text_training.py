"""Train a text classifier beside the same model in plain PyTorch: `python benchmarks/text_training.py [--data sst2]`.

The peer is what a user would write: an `nn.Module` of an embedding, three `nn.Conv1d` and a linear layer, a
`DataLoader` that shuffles and pads each batch to its longest text, and `torch.optim.AdamW`. Both see the same texts as
the same ids, batches of 50, and as many passes. They alternate in one process; the ratio of the texts learned from per
second is printed for each round (of training alone: neither scores anything), with float32 on both sides and as we are
by default.
"""

import argparse
import json
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import DataLoader

from clearhead.core import catalog
from clearhead.experiments.reproduce import machine
from clearhead.runs.info import versions
from clearhead.runs.run import open_run
from clearhead.training.assemble import train
from clearhead.training.planning import read_plan

BATCH_SIZE = 50
NEVER = 10**9


class PlainTextCNN(nn.Module):
    """The text CNN of Kim 2014 as most write it."""

    def __init__(self, vocab_size: int, num_classes: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, 128, padding_idx=0)
        self.filters = nn.ModuleList(nn.Conv1d(128, 100, width, padding=width - 1) for width in (3, 4, 5))
        self.dropout = nn.Dropout(0.5)
        self.head = nn.Linear(300, num_classes)

    def forward(self, tokens: Tensor) -> Tensor:
        """Return raw scores of the classes."""
        x = self.embedding(tokens).transpose(1, 2)
        pooled = torch.cat([filters(x).relu().amax(2) for filters in self.filters], 1)
        scores: Tensor = self.head(self.dropout(pooled))
        return scores


def pad_batch(rows: list[tuple[Tensor, int]]) -> tuple[Tensor, Tensor]:
    """Pad the texts of a batch to the longest."""
    return pad_sequence([tokens for tokens, _ in rows], batch_first=True), torch.tensor([label for _, label in rows])


def run_plain(rows: list[tuple[Tensor, int]], vocab_size: int, num_classes: int, epochs: int) -> float:
    """Train the peer and return the texts per second."""
    torch.manual_seed(0)
    model = PlainTextCNN(vocab_size, num_classes)
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.001)
    loader = DataLoader(rows, batch_size=BATCH_SIZE, shuffle=True, collate_fn=pad_batch)  # type: ignore[arg-type]
    began = time.perf_counter()
    for _ in range(epochs):
        for tokens, labels in loader:
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(tokens), labels).backward()
            optimizer.step()
    return epochs * len(rows) / (time.perf_counter() - began)


def run_ours(data: str, folder: Path, epochs: int, precision: str) -> tuple[float, Path]:
    """Train ours through the usual command and return the texts per second of its training."""
    options: dict[str, Any] = {"batch_size": BATCH_SIZE, "eval_interval": NEVER, "precision": precision}
    result = train(
        "classification", data=data, model="text_cnn", epochs=epochs, training_options=options, out=str(folder)
    )
    info = open_run(result.path).info
    return epochs * info["data"]["splits"]["train"]["texts"] / info["scores"]["seconds"], Path(result.path)


def read_rows(run: Path) -> tuple[list[tuple[Tensor, int]], int, int]:
    """Return the training texts of a run as ids with their classes, the size of the vocabulary, and the classes."""
    request = read_plan(run).request
    task = catalog.load("tasks", "classification").open_task(request.asked(), run)
    model = open_run(run).model()
    kept = task.kind.tokens("train")
    targets = task.kind.examples.targets("train")
    ids = torch.from_numpy(kept.ids.astype("int64")).split(kept.lengths.tolist())
    rows = [(text, int(label)) for text, label in zip(ids, targets, strict=True)]
    return rows, model.config.vocab_size, model.config.num_outputs


def main() -> None:
    """Alternate, and print one line of JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", default="sst2")
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    measured: dict[str, list[float]] = {"plain": [], "ours fp32": [], "ours by default": []}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        _, first = run_ours(options.data, folder / "first", 1, "fp32")
        rows, vocab_size, num_classes = read_rows(first)
        for number in range(options.rounds):
            measured["plain"].append(run_plain(rows, vocab_size, num_classes, options.epochs))
            for precision, key in (("fp32", "ours fp32"), ("auto", "ours by default")):
                rate, _ = run_ours(options.data, folder / f"{number}-{precision}", options.epochs, precision)
                measured[key].append(rate)
    ratios = {
        key: [ours / plain for ours, plain in zip(rates, measured["plain"], strict=True)]
        for key, rates in measured.items()
    }
    print(
        json.dumps(
            {
                "benchmark": "text_training",
                "data": options.data,
                "texts": len(rows),
                "vocab_size": vocab_size,
                "texts_per_second": {key: round(statistics.median(rates)) for key, rates in measured.items()},
                "ratio": {
                    key: {
                        "median": round(statistics.median(found), 2),
                        "range": [round(min(found), 2), round(max(found), 2)],
                    }
                    for key, found in ratios.items()
                    if key != "plain"
                },
                **machine(),
                **versions(),
            }
        )
    )


if __name__ == "__main__":
    main()
