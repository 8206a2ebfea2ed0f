"""How the model came to be: its losses and scores step by step, and what each checkpoint says about this input.

The curves are those of the run's metrics.jsonl. Below them the input stands still and the weights change: every step
of the film and every checkpoint that was kept reads it, and then the weights that the run was saved with.
"""

import copy
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import nn

from clearhead.inspector.views._answers import (
    Answers,
    after,
    choose_output,
    choose_place,
    find_answers,
    limits_of_token,
)
from clearhead.inspector.views._history import put_weights, read_events, read_kept
from clearhead.inspector.views.base import Looked
from clearhead.panels.base import Panel
from clearhead.panels.lines import Lines
from clearhead.panels.table import Cell, Table

TITLE = "The training"
QUESTION = "How did the model learn, and what did it say about this input on the way?"
ANSWER = "probe"
MOST_POINTS = 100
"""More steps are drawn as means of neighbours."""
NOT_SCORES = ("step", "seconds", "loss")


def applies(model: nn.Module) -> str | None:
    """Return None: every model was trained; where its folder is not known, there is only what it says now."""
    return None


def offers(look: Looked) -> dict[str, Sequence[str]]:
    """Return the options that not every model has: see `base.py`."""
    return limits_of_token(look)


def view(look: Looked, *, token: int = -1, answer: str | None = None, top: int = 5) -> list[Panel]:
    """Show the run's curves, and the answers of its checkpoints.

    Args:
        token: of a model that answers after each token, the position that is asked about.
        answer: the output to follow; none given means the right one, or the model's own.
        top: how many outputs to follow beside it.
    """
    answers = find_answers(look)
    place = choose_place(answers, token, where="training.token")
    if top < 1:
        raise ValueError(f"training.top must be at least 1, got {top}. Use 5.")
    now = answers.told(answers.at_place(look.logits[None], place))[0]
    chosen = choose_output(look, answers, answer, now)
    told, problems = _replayed(look, answers, place)
    told.append(("as saved", now))
    return [*_probe(look, answers, place, chosen, told, problems, top), *_curves(look)]


def _replayed(look: Looked, answers: Answers, place: int) -> tuple[list[tuple[str, np.ndarray]], list[str]]:
    """Return what each checkpoint says, and a sentence for each that says nothing."""
    told: list[tuple[str, np.ndarray]] = []
    problems: list[str] = []
    if look.folder is None:
        return told, ["No folder of a run is known, so there is only the model as it is."]
    if not look.folder.is_dir():
        return told, ["The folder of the run is not there any more."]
    model: Any = None
    for step, weights in read_kept(look.folder):
        if isinstance(weights, str):
            problems.append(weights)
            continue
        model = model or copy.deepcopy(look.model).eval()
        wrong = put_weights(model, weights)
        if wrong:
            problems.append(f"The checkpoint of step {step} is of another model: {wrong}.")
            continue
        with torch.no_grad():
            output = model(*look.batch)
        told.append((f"step {step}", answers.told(answers.at_place(output, place))[0]))
    if not told and not problems:
        problems.append("The run kept no checkpoint.")
    return told, problems


def _probe(
    look: Looked,
    answers: Answers,
    place: int,
    chosen: int,
    told: list[tuple[str, np.ndarray]],
    problems: list[str],
    top: int,
) -> list[Panel]:
    """Follow the chosen output, and those that any checkpoint held largest."""
    every = np.stack([values for _, values in told])
    order = range(answers.count) if answers.kind == "numbers" else np.argsort(-every.max(0), kind="stable").tolist()
    listed = list(dict.fromkeys([chosen, *order[:top]]))
    names = tuple(when for when, _ in told)
    rows: list[tuple[Cell, ...]] = [
        (when, answers.name(answers.best(values)), *(float(values[index]) for index in listed)) for when, values in told
    ]
    where = after(answers, place)
    heads = [f"{answers.name(index)} ({index})" for index in listed]
    note = " ".join([f"The {answers.unit} of each output.", *problems])
    return [
        Table(
            name="probe",
            title=f"What each checkpoint says about this input{where}",
            note=note,
            columns=("weights", "answer", *heads),
            rows=tuple(rows),
        ),
        Lines(
            name="answers",
            title=f"How the answer came about{where}",
            note="The steps that were kept, in their order: of a small model from the first, of others the last ones.",
            points=names,
            series={head: every[:, index] for head, index in zip(heads, listed, strict=True)},
            axis=answers.unit,
        ),
    ]


def _curves(look: Looked) -> list[Panel]:
    """Draw what was logged: the training loss of every logged step, and loss and scores of every evaluation."""
    if look.folder is None:
        return []
    panels: list[Panel] = []
    steps = [event for event in read_events(look.folder, "step") if "train_loss" in event]
    if steps:
        points, values, note = _thinned([event["step"] for event in steps], [event["train_loss"] for event in steps])
        panels.append(
            Lines(
                name="train_loss",
                title="The loss in training",
                note=f"Mean of the steps since the last point. {note}".strip(),
                points=points,
                series={"training": values},
                axis="loss",
            )
        )
    evaluations = read_events(look.folder, "evaluation")
    scores = dict.fromkeys(name for event in evaluations for name in event if isinstance(event[name], float))
    for name in ["loss", *(name for name in scores if name not in NOT_SCORES)]:
        found = [event for event in evaluations if isinstance(event.get(name), int | float)]
        if not found:
            continue
        points, values, note = _thinned([event["step"] for event in found], [event[name] for event in found])
        panels.append(
            Lines(
                name=f"valid_{name}",
                title=f"The {name.replace('_', ' ')} on what it does not learn from",
                note=note,
                points=points,
                series={"validation": values},
                axis=name.replace("_", " "),
            )
        )
    return panels


def _thinned(steps: list[int], values: list[float]) -> tuple[tuple[str, ...], np.ndarray, str]:
    """Return at most `MOST_POINTS` points: means of neighbours, named by the last step of each."""
    size = -(-len(steps) // MOST_POINTS)
    groups = [range(start, min(start + size, len(steps))) for start in range(0, len(steps), size)]
    means = np.array([np.mean([values[index] for index in group]) for group in groups])
    note = f"Each point is the mean of {size} that were logged." if size > 1 else ""
    return tuple(f"step {steps[group[-1]]}" for group in groups), means, note
