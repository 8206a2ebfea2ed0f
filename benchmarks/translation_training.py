"""Training a translator: clearhead and the Trainer of `transformers` on the same model and pairs, in turn.

    python benchmarks/translation_training.py [--data multi30k --source de --target en] [--steps 40] [--turns 3]

The same Marian architecture and vocabulary from random weights; target tokens per second (padding not counted) by each
one's own clock of its training loop. Two forms of the peer: its defaults (batches of 8 pairs, float32, AdamW), and the
batch and number type that clearhead took (batches of as many pairs, mixed by length as ours are, bf16 where ours is).
"""

import argparse
import json
import platform
import statistics
import tempfile
from pathlib import Path
from typing import Any

import torch
import transformers
from transformers import MarianConfig, MarianMTModel, Trainer, TrainingArguments

from clearhead.data.parallel_text import open_pairs
from clearhead.tokenizers._pairs import load_pairs
from clearhead.training.assemble import train


def ours(options: argparse.Namespace, folder: Path) -> tuple[float, str]:
    """Train a few steps and return target tokens per second, and the number type taken."""
    result = train(
        "translation",
        data=options.data,
        source=options.source,
        target=options.target,
        steps=options.steps,
        out=str(folder),
        model_options={"d_model": options.d_model, "num_layers": options.layers},
        training_options={"precision": options.precision, "eval_interval": 10**9},
    )
    events = [json.loads(line) for line in (result.path / "metrics.jsonl").read_text(encoding="utf-8").splitlines()]
    steps = [event for event in events if event["kind"] == "step"]
    taken = json.loads((result.path / "plan.json").read_text(encoding="utf-8"))["training"]["precision"]
    first, last = steps[0], steps[-1]
    return (last["num_targets"] - first["num_targets"]) / (last["seconds"] - first["seconds"]), taken


def pairs_of(run: Path, options: argparse.Namespace) -> list[dict[str, list[int]]]:
    """Return the training pairs as the Trainer wants them, encoded by the run's vocabulary."""
    tokenizer = load_pairs(run)
    rows = list(open_pairs(options.data, source=options.source, target=options.target).pairs("train"))
    sources = tokenizer.encode_source([row[0] for row in rows])
    targets = tokenizer.encode_target([row[1] for row in rows])
    return [{"input_ids": one, "labels": two} for one, two in zip(sources, targets, strict=True)]


def theirs(run: Path, rows: list[dict[str, list[int]]], batch_size: int, steps: int, *, is_bf16: bool) -> float:
    """Train the same architecture with the Trainer and return its target tokens per second."""
    config = MarianConfig.from_pretrained(run)
    model = MarianMTModel(config)
    seen = 0

    def collate(batch: list[dict[str, list[int]]]) -> dict[str, torch.Tensor]:
        nonlocal seen
        seen += sum(len(row["labels"]) for row in batch)
        longest = {key: max(len(row[key]) for row in batch) for key in ("input_ids", "labels")}
        filler = {"input_ids": config.pad_token_id, "labels": -100}
        padded = {
            key: torch.tensor([row[key] + [filler[key]] * (longest[key] - len(row[key])) for row in batch])
            for key in longest
        }
        return {**padded, "attention_mask": (padded["input_ids"] != config.pad_token_id).long()}

    with tempfile.TemporaryDirectory() as folder:
        arguments = TrainingArguments(
            output_dir=folder,
            max_steps=steps,
            per_device_train_batch_size=batch_size,
            bf16=is_bf16,
            use_cpu=True,
            save_strategy="no",
            logging_strategy="no",
            report_to=[],
            disable_tqdm=True,
        )
        trainer = Trainer(model=model, args=arguments, train_dataset=rows, data_collator=collate)  # type: ignore[arg-type]
        trained: Any = trainer.train()
    return seen / float(trained.metrics["train_runtime"])


def main() -> None:
    """Alternate and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default="multi30k")
    parser.add_argument("--source", default="de")
    parser.add_argument("--target", default="en")
    parser.add_argument("--steps", type=int, default=40)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--d-model", type=int, default=256)
    parser.add_argument("--layers", type=int, default=3)
    parser.add_argument("--precision", default="auto")
    options = parser.parse_args()
    print(
        f"{platform.processor() or platform.machine()}, torch {torch.__version__}, {torch.get_num_threads()} threads,"
    )
    print(f"transformers {transformers.__version__}, {options.data} {options.source}-{options.target}")
    against_defaults, against_equal = [], []
    with tempfile.TemporaryDirectory() as folder:
        for turn in range(options.turns):
            run = Path(folder) / f"run-{turn}"
            speed, precision = ours(options, run)
            rows = pairs_of(run, options)
            mean_length = statistics.fmean(max(len(row["labels"]), len(row["input_ids"])) for row in rows)
            batch_size = max(8, round(4096 / mean_length))
            default = theirs(run, rows, 8, 4 * options.steps, is_bf16=False)
            equal = theirs(run, rows, batch_size, options.steps // 2, is_bf16=precision == "bf16")
            against_defaults.append(speed / default)
            against_equal.append(speed / equal)
            print(f"turn {turn}: clearhead ({precision}) {speed:,.0f} target tokens/s;")
            print(f"  Trainer as it comes {default:,.0f} ({speed / default:.2f} ×);")
            print(f"  Trainer with {precision}, {batch_size} pairs a batch {equal:,.0f} ({speed / equal:.2f} ×)")
    for name, ratios in (("as it comes", against_defaults), ("equal batch and numbers", against_equal)):
        spread = f"{min(ratios):.2f}–{max(ratios):.2f}"
        print(f"against the Trainer {name}: median {statistics.median(ratios):.2f} × ({spread})")


if __name__ == "__main__":
    main()
