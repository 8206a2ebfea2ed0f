"""Score a saved model on a whole part of a text, beside the baselines."""

import dataclasses
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from clearhead.core import catalog, config
from clearhead.experiments._errors_file import WRITTEN_ERRORS, check_errors_file, write_errors
from clearhead.experiments.tables import score_lines
from clearhead.models.base import count_parameters
from clearhead.runs.run import Run, open_run
from clearhead.tasks.base import Task
from clearhead.training.distributed import choose_device
from clearhead.training.planning import PLAN_FILE, read_plan
from clearhead.training.request import Request

SPLITS = ("test", "valid")
"""The parts that a model has not learned from; the first that a text has is taken."""
WHOLE = "all"
"""What the part is called where a file of its own is scored from its first line to its last."""


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """What a model scored on a text. Printing it prints the table."""

    run: str
    data: str
    split: str
    task: str
    counts: dict[str, Any]
    """What was scored: tokens and bytes, pairs, rows, images."""
    context_length: int | None = None
    """Length of the windows of a text; they follow each other without overlap, and every token but the first counts.
    None where a state is carried through the text, and for what is no text."""
    num_parameters: int
    scores: dict[str, float]
    baselines: dict[str, dict[str, float]]
    notes: list[str] = field(default_factory=list)
    """What a reader of the scores must know about the data, in sentences."""
    details: list[str] = field(default_factory=list)
    """What stands beside the scores: samples, the worst errors, signatures."""
    seconds: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return config.to_json(self)

    def __str__(self) -> str:
        title = f"all of {self.data}" if self.split == WHOLE else f"the whole {self.split} part of {self.data}"
        counted = ", ".join(f"{value:,} {key.replace('_', ' ')}" for key, value in self.counts.items())
        windows = f" in windows of {self.context_length}" if self.context_length else ""
        about = f"{counted}{windows}; {self.num_parameters:,} parameters, {self.seconds:.0f} s"
        table = score_lines(self.scores, self.baselines, title=title, name=self.run)
        return "\n".join([*self.notes, *table, *self.details, about])


def evaluate(
    run: Run | Path | str,
    *,
    data: str | None = None,
    split: str | None = None,
    text_column: str | None = None,
    errors: Path | str | None = None,
    device: str = "auto",
) -> Evaluation:
    """Score a run, or a Hugging Face folder of a supported class, on every token of a part of a text.

    Args:
        data: a known name, a file, a folder or a glob; None is the text the run was trained on. A single file that it
            was not trained on is scored whole, and the baselines learn from what the run was trained on, where that is
            still there; otherwise the data are split as for a training.
        split: "test" or "valid"; None is the test part where there is one, otherwise the validation part.
        text_column: column of a .jsonl file that holds the text; None is the one used in training, otherwise "text".
        errors: a new file for the worst errors, .tsv or .jsonl: what was read, what is true, what was said, where.
    Raises:
        ValueError: no such part, a tokenizer that does not fit the weights, no text named for a folder that knows
            none, or a file of errors that exists.
        FileNotFoundError: no run, or no text, there.
    """
    started = time.perf_counter()
    opened = run if isinstance(run, Run) else open_run(run)
    task_name = opened.info.get("task") or "language_modeling"
    if errors is not None:
        check_errors_file(Path(errors), catalog.load("tasks", task_name).TASK)
    model = opened.model(choose_device(device))
    if opened.vocab_size and (opened.about is None or opened.about.tokenizer.kind):
        _ = opened.tokenizer  # refuses one whose ids the weights do not mean
    found, is_whole = _open_task(opened, task_name, data, text_column, is_split=split is not None)
    task = found.for_model(model.config, is_learning=False)
    facts = task.describe()
    part = "valid" if is_whole else _choose_split(facts, split)
    if errors is not None:
        write_errors(Path(errors), cast(Any, task).errors(model, part, limit=WRITTEN_ERRORS))
    return Evaluation(
        run=opened.name,
        data=Path(str(data)).name if is_whole else facts["name"],
        split=WHOLE if is_whole else part,
        task=task_name,
        counts=facts["splits"][part],
        context_length=task.row_size(model.config) if task.has_windows and model.longest_text else None,
        num_parameters=count_parameters(model),
        scores=task.evaluate(model, part),
        baselines=task.baselines(part),
        notes=[*facts["report"], *([] if is_whole else _warnings(opened, facts, is_own=data is None))],
        details=task.notes(model, part),
        seconds=time.perf_counter() - started,
    )


def _open_task(run: Run, name: str, data: str | None, text_column: str | None, *, is_split: bool) -> tuple[Task, bool]:
    """Open the data named, or those the run was trained on, and say whether a file is to be scored whole."""
    entry = catalog.load("tasks", name)
    request = Request(task=name)
    if (run.path / PLAN_FILE).is_file():
        request = read_plan(run.path).request
    elif data is None:
        about = run.info.get("data", {}).get("name")
        if not about:
            raise ValueError(
                f"evaluate.data must be given, got none: {run.path} does not say what it was trained on. "
                f"Name data with --data."
            )
        request = dataclasses.replace(request, data=about)
    if text_column is not None:
        request = dataclasses.replace(request, text_column=text_column)
    own = request
    if data is not None:
        request = dataclasses.replace(request, data=data, valid=None)
    try:
        task: Task = entry.open_task(request.asked(), run.path)
    except FileNotFoundError as error:
        if data is not None:
            raise
        raise FileNotFoundError(f"{error} {run.name} was trained on it: say with --data where it lies.") from None
    if data is None or is_split or not Path(data).is_file() or not _is_unseen(run, task):
        return task, False
    try:
        return entry.open_task(dataclasses.replace(own, valid=data).asked(), run.path), True
    except (FileNotFoundError, ValueError):  # what it was trained on is gone, or is made up and takes no other part
        return task, False


def _is_unseen(run: Run, task: Task) -> bool:
    """Whether the data are known to be others than the run was trained on, and hold no part made for a test."""
    facts, trained_on = task.describe(), run.info.get("data", {}).get("fingerprint")
    return "test" not in facts["splits"] and bool(trained_on) and trained_on != facts["fingerprint"]


def _choose_split(facts: dict[str, Any], split: str | None) -> str:
    there = [name for name in SPLITS if name in facts["splits"]]
    if split is None:
        return there[0] if there else "valid"
    name = catalog.choose(split.strip().lower(), SPLITS, where="the parts of data to evaluate on")
    if name not in there:
        raise ValueError(
            f"evaluate.split must be a part of {facts['name']}, got {split!r}. It has: {', '.join(there) or 'none'}."
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
