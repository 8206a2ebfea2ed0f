"""Train several models on the same data, for the same time, with several seeds, and measure them side by side.

Seeds are the outer loop: whatever else the machine does meanwhile hits every entry alike. Every run is kept and can be
used; a comparison that was stopped goes on with the runs that are not finished.
Read with: _compare_entries.py (what is typed), _compare_measure.py (what is measured), _compare_verdict.py (who wins)
"""

import dataclasses
import json
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from clearhead.core import catalog
from clearhead.experiments._compare_document import document
from clearhead.experiments._compare_entries import Entry, read_entries
from clearhead.experiments._compare_measure import Measured, compared_part, difference, is_finished, measure, open_task
from clearhead.experiments._compare_result import Compared, Comparison, summed_up
from clearhead.experiments._compare_verdict import judge
from clearhead.experiments.reproduce import machine
from clearhead.inspector.document import save
from clearhead.models.base import load_model
from clearhead.runs.info import now, versions
from clearhead.runs.run import open_run
from clearhead.tasks.base import Task
from clearhead.training.assemble import DEFAULT_MINUTES, train_request
from clearhead.training.planning import PLAN_FILE, check_options, fill_request
from clearhead.training.prepare import Listener
from clearhead.training.request import Request
from clearhead.training.stopping import StopRequested, StopSwitch
from clearhead.web.static import LANGUAGES

JSON_FILE, PAGE_FILE = "comparison.json", "comparison.html"
LENGTHS = ("minutes", "steps", "epochs")


def compare(
    task: str,
    models: str | Sequence[str],
    *,
    seeds: int = 3,
    out: Path | str | None = None,
    html: Path | str | None = None,
    resume: bool = False,
    listener: Listener | None = None,
    **options: Any,
) -> Comparison:
    """Train every entry with every seed on the same data and say which is best, and whether it is more than chance.

    Args:
        task: what to learn; an entry of `clearhead show tasks`.
        models: entries: "neuron,mlp:hidden=256+256:dropout=0.2", or a list of them.
        seeds: train with the seeds 0 to N-1.
        out: folder of the runs and the report; None takes a new one below runs/.
        html: write the page into this file too.
        resume: go on with the comparison in `out`.
        listener: called with (kind, facts) for each event: "run" before a run, "measured" after it, and those of the
            training between.
        options: what all trainings share: the fields of `Request` (data, valid, target, minutes, steps, epochs, …).
    Raises:
        ValueError: an unknown model or option, a model that does not fit the data, fewer than one seed, a folder that
            is not empty, or runs in it that were trained otherwise.
        FileNotFoundError: the data, or the folder to go on with, are not there.
    """
    entries = read_entries(models)
    if seeds < 1:
        raise ValueError(f"--seeds must be at least 1, got {seeds}. Use 3: one tells nothing about chance.")
    shared = fill_request(_with_length(Request(task=task, **options)))
    wanted = {entry.name: [_request(shared, entry, seed) for seed in range(seeds)] for entry in entries}
    for entry in entries:
        _check_entry(entry, wanted[entry.name][0])
    folder = _folder(out, shared, resume=resume)
    if html is not None and (Path(html).is_dir() or not Path(html).absolute().parent.is_dir()):
        raise ValueError(f"--html must be a file in a folder that exists, got {html}. Name another.")
    _check_roles(entries, shared)
    for entry in entries:
        for request in wanted[entry.name]:
            _check_kept(_place(folder, entry, request.seed), request)
    folder.mkdir(parents=True, exist_ok=True)
    tell = listener or (lambda kind, facts: None)
    found: dict[str, list[Measured]] = {entry.name: [] for entry in entries}
    order = [(entry, wanted[entry.name][seed]) for seed in range(seeds) for entry in entries]
    try:
        with StopSwitch() as stop:
            for number, (entry, request) in enumerate(order, 1):
                tell("run", {"label": entry.label, "seed": request.seed, "number": number, "count": len(order)})
                place = _place(folder, entry, request.seed)
                if not is_finished(place) and not _train(place, request, tell):
                    break
                stop.check()
                measured = measure(place, poll=stop.check)
                found[entry.name].append(measured)
                tell("measured", {"label": entry.label, **dataclasses.asdict(measured)})
    except StopRequested:
        pass
    comparison = _put_together(entries, found, shared, seeds, folder)
    _write(comparison, html)
    return comparison


def _with_length(request: Request) -> Request:
    """Give each run two minutes where nothing says how long."""
    is_said = any(getattr(request, name) is not None for name in LENGTHS) or "steps" in request.training_options
    return request if is_said else dataclasses.replace(request, minutes=DEFAULT_MINUTES)


def _request(shared: Request, entry: Entry, seed: int) -> Request:
    settings = {**shared.training_options, **entry.training_options}
    return dataclasses.replace(
        shared, model=entry.model, model_options=entry.model_options, training_options=settings, seed=seed
    )


def _check_entry(entry: Entry, request: Request) -> None:
    try:
        check_options(request)
    except ValueError as error:
        raise ValueError(f"--models entry {entry.label!r}: {error}") from None


def _check_roles(entries: Sequence[Entry], shared: Request) -> None:
    """Refuse a model that cannot learn the task on these data, before anything is trained.

    Raises:
        ValueError: such a model; the message lists those that can.
    """
    kind: Any = catalog.load("tasks", shared.task)
    with tempfile.TemporaryDirectory(prefix="clearhead-compare-", ignore_cleanup_errors=True) as folder:
        if kind.TASK.has_model_by_data or kind.TASK.roles is not Task.roles:
            kind.learn(shared.asked(), Path(folder), parent=None, tell=lambda text: None)
            task: Task = kind.open_task(shared.asked(), Path(folder))
            roles = task.roles
            del task
        else:
            roles = (kind.TASK.role,)
    for entry in entries:
        if load_model(entry.model).role not in roles:
            fitting = [name for name in catalog.entries("models") if load_model(name).role in roles]
            raise ValueError(
                f"--models must be of {', '.join(fitting)} for {shared.task} on {shared.data}, got {entry.label!r}. "
                f"Leave it out."
            )


def _folder(out: Path | str | None, shared: Request, *, resume: bool) -> Path:
    if out is None:
        if resume:
            raise ValueError(
                "--resume must come with --out, the folder of the comparison that was stopped, got none. Add --out DIR."
            )
        stem = "".join(sign if sign.isalnum() or sign in "-_" else "-" for sign in Path(str(shared.data)).stem.lower())
        number = 1
        while (folder := Path("runs") / f"compare-{stem.strip('-') or 'data'}-{number}").exists():
            number += 1
        return folder
    folder = Path(out)
    if resume and not folder.is_dir():
        raise FileNotFoundError(f"Nothing to resume: there is no folder {folder}. Start without --resume.")
    if folder.is_file() or (not resume and folder.is_dir() and any(folder.iterdir())):
        raise ValueError(f"--out must be new or empty, got {folder}. Go on with --resume, or give another name.")
    return folder


def _place(folder: Path, entry: Entry, seed: int) -> Path:
    return folder / f"{entry.name}-seed{seed}"


def _check_kept(place: Path, request: Request) -> None:
    """Refuse to go on with a run that was trained otherwise.

    Raises:
        ValueError: the first thing that is different now.
    """
    if (place / PLAN_FILE).is_file() and (changed := difference(place, request)):
        raise ValueError(
            f"--resume must ask for what {place} was trained with, got another {changed}. Give another --out."
        )


def _train(place: Path, request: Request, tell: Listener) -> bool:
    """Train one run, or go on with it; return whether it came to its end."""
    is_begun = (place / PLAN_FILE).is_file()
    if is_begun and request.minutes is not None:
        shutil.rmtree(place)  # a second start would give it more minutes than the others have
        is_begun = False
    return train_request(dataclasses.replace(request, out=str(place), resume=is_begun), listener=tell).is_finished


def _put_together(
    entries: Sequence[Entry], found: dict[str, list[Measured]], shared: Request, seeds: int, folder: Path
) -> Comparison:
    compared = [
        summed_up(
            entry.label,
            entry.model,
            found[entry.name],
            model_options=entry.model_options,
            training_options=entry.training_options,
        )
        for entry in entries
        if found[entry.name]
    ]
    begun = Comparison(
        task=shared.task,
        data=str(shared.data),
        seeds=seeds,
        length={name: value for name in LENGTHS if (value := getattr(shared, name)) is not None},
        is_finished=all(len(runs) == seeds for runs in found.values()),
        out=str(folder),
        machine=machine(),
        versions=versions(),
        created=now(),
    )
    return _judged(begun, compared) if compared else begun


def _judged(begun: Comparison, compared: list[Compared]) -> Comparison:
    """Add what was measured, the best first, beside the baselines."""
    first = Path(compared[0].runs[0].path)
    task = open_task(first, open_run(first).model().config)
    facts, part, name = task.describe(), compared_part(task), task.main_score
    counts, baselines = facts["splits"][part], task.baselines(part)
    compared = sorted(compared, key=lambda each: task.rank({name: each.scores[name].mean}))
    is_higher_better = task.is_better_when == "higher"
    return dataclasses.replace(
        begun,
        data=facts["name"],
        fingerprint=facts["fingerprint"],
        notes=list(facts["report"]),
        part=part,
        counts=counts,
        unit=task.unit,
        score=name,
        is_higher_better=is_higher_better,
        entries=compared,
        baselines=baselines,
        verdict=judge(
            {each.label: each.scores[name] for each in compared},
            {label: row[name] for label, row in baselines.items() if name in row},
            score=name,
            is_higher_better=is_higher_better,
            num_rows=int(next(iter(counts.values()))),
            # A task that changes the weights itself learns by an objective that is the model's own.
            has_one_objective=not task.has_own_update or len({each.label.split(" #")[0] for each in compared}) == 1,
        ),
    )


def _write(comparison: Comparison, html: Path | str | None) -> None:
    folder, values = Path(comparison.out), comparison.to_json()
    text = json.dumps(values, ensure_ascii=False, indent=1)
    (folder / JSON_FILE).write_text(f"{text}\n", encoding="utf-8", newline="\n")
    pages = {language: document(values, language) for language in LANGUAGES}
    for path in (folder / PAGE_FILE, *([Path(html)] if html is not None else [])):
        save(pages, path)
