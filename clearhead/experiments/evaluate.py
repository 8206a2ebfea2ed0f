"""Score a saved model on a whole part of a text, beside the baselines."""

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from clearhead.core import catalog, config
from clearhead.data.base import TextSource, open_text
from clearhead.experiments.tables import score_lines
from clearhead.models.base import count_parameters
from clearhead.runs.run import Run, open_run
from clearhead.training.distributed import choose_device
from clearhead.training.planning import PLAN_FILE, read_plan

SPLITS = ("test", "valid")
"""The parts that a model has not learned from; the first that a text has is taken."""


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """What a model scored on a text. Printing it prints the table."""

    run: str
    data: str
    split: str
    num_tokens: int
    num_bytes: int
    context_length: int
    """Length of the windows; they follow each other without overlap, and every token but the first is predicted."""
    num_parameters: int
    scores: dict[str, float]
    baselines: dict[str, dict[str, float]]
    notes: list[str] = field(default_factory=list)
    """What a reader of the scores must know about the text, in sentences."""
    seconds: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return config.to_json(self)

    def __str__(self) -> str:
        title = f"the whole {self.split} part of {self.data}"
        about = (
            f"{self.num_tokens:,} tokens ({self.num_bytes:,} bytes) in windows of {self.context_length}, "
            f"{self.num_parameters:,} parameters, {self.seconds:.0f} s"
        )
        return "\n".join([*self.notes, *score_lines(self.scores, self.baselines, title=title, name=self.run), about])


def evaluate(
    run: Run | Path | str,
    *,
    data: str | None = None,
    split: str | None = None,
    text_column: str | None = None,
    device: str = "auto",
) -> Evaluation:
    """Score a run, or a Hugging Face folder of a supported class, on every token of a part of a text.

    Args:
        data: a known name, a file, a folder or a glob; None is the text the run was trained on.
        split: "test" or "valid"; None is the test part where there is one, otherwise the validation part.
        text_column: column of a .jsonl file that holds the text; None is the one used in training, otherwise "text".
    Raises:
        ValueError: no such part, a tokenizer that does not fit the weights, or no text named for a folder that knows
            none.
        FileNotFoundError: no run, or no text, there.
    """
    started = time.perf_counter()
    opened = run if isinstance(run, Run) else open_run(run)
    place = choose_device(device)
    tokenizer = opened.tokenizer
    source = _open_source(opened, data, text_column)
    part_name = _choose_split(source, split)
    entry = catalog.load("tasks", opened.info.get("task") or "language_modeling")
    model = opened.model(place)
    num_train_tokens = entry.open_task(source, tokenizer, context_length=1).num_train_tokens
    # A text shorter than the model's context is read in shorter windows.
    context_length = max(1, min(model.config.context_length, num_train_tokens - 1))
    task = entry.open_task(source, tokenizer, context_length=context_length)
    part = task.part(part_name)
    facts = task.describe()
    return Evaluation(
        run=opened.name,
        data=facts["name"],
        split=part_name,
        num_tokens=len(part.tokens),
        num_bytes=part.num_bytes,
        context_length=context_length,
        num_parameters=count_parameters(model),
        scores=task.evaluate(model, part_name),
        baselines=task.baselines(part_name),
        notes=[*facts["report"], *_warnings(opened, facts, is_own=data is None)],
        seconds=time.perf_counter() - started,
    )


def _open_source(run: Run, data: str | None, text_column: str | None) -> TextSource:
    """Open the text named, or the one the run was trained on, split in the same way."""
    if data is not None:
        return open_text(data, text_column=text_column or "text")
    if (run.path / PLAN_FILE).is_file():
        request = read_plan(run.path).request
        try:
            return open_text(request.data, text_column=text_column or request.text_column, valid=request.valid)
        except FileNotFoundError as error:
            raise FileNotFoundError(f"{error} {run.name} was trained on it: say with --data where it lies.") from None
    name = run.info.get("data", {}).get("name")
    if not name:
        raise ValueError(
            f"evaluate.data must be given, got none: {run.path} does not say what text it was trained on. "
            f"Name a text with --data."
        )
    try:
        return open_text(name)
    except FileNotFoundError:
        raise FileNotFoundError(
            f"The text {name!r}, on which {run.name} was trained, was not found. Say with --data where it lies."
        ) from None


def _choose_split(source: TextSource, split: str | None) -> str:
    there = [name for name in SPLITS if name in source.splits]
    if split is None:
        return there[0] if there else "valid"
    name = catalog.choose(split.strip().lower(), SPLITS, where="the parts of a text to evaluate on")
    if name not in source.splits:
        raise ValueError(
            f"evaluate.split must be a part of {source.name}, got {split!r}. It has: {', '.join(there) or 'none'}."
        )
    return name


def _warnings(run: Run, facts: dict[str, Any], *, is_own: bool) -> list[str]:
    """Say what makes the scores mean something else than the reader may think."""
    trained_on = run.info.get("data", {})
    if not trained_on.get("fingerprint"):
        return []
    if is_own and trained_on["fingerprint"] != facts["fingerprint"]:
        return [
            f"{facts['name']} has changed since the training: what is scored here may have been learned from. "
            f"Name an unseen text with --data."
        ]
    if not is_own and trained_on["fingerprint"] != facts["fingerprint"]:
        return [f"The model was trained on {trained_on['name']}; the baselines learn from {facts['name']} itself."]
    return []
