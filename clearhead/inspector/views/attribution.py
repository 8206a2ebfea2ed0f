"""What in the input the answer rests on, asked in two ways that can be held against each other.

    integrated gradients    the slopes from an input of nothing to this one, added up; they sum to the whole difference
    occlusion               take one part away and ask again; what two parts say together, neither alone may show

Both depend on what stands for nothing (said below). Neither is an explanation of what the model computes inside.

Source: Sundararajan et al. 2017, arXiv 1703.01365; occlusion: Zeiler and Fergus 2014, arXiv 1311.2901.
"""

from collections.abc import Callable, Sequence

import numpy as np
from torch import Tensor, nn

from clearhead.inspector.views._answers import (
    Answers,
    after,
    choose_output,
    choose_place,
    find_answers,
    limits_of_token,
)
from clearhead.inspector.views._baselines import Entry, find_entry
from clearhead.inspector.views._integrated import TOLERANCE, Integrated, integrate
from clearhead.inspector.views._occlusion import occlude
from clearhead.inspector.views.base import Looked
from clearhead.layers.tap import find_taps
from clearhead.panels.base import Panel
from clearhead.panels.heatmap import Heatmap
from clearhead.panels.image import Image
from clearhead.panels.table import Cell, Table

TITLE = "What the answer rests on"
QUESTION = "Which parts of the input speak for the answer, and which against it?"
ANSWER = "attribution"
WAYS = ("integrated gradients", "occlusion")
ENTRIES = {"LanguageModel": "embedding", "TextEncoder": "embedding", "FeatureModel": "input", "ImageModel": "input"}


def applies(model: nn.Module) -> str | None:
    """Return None for language models and for models that answer about a text, a row or an image."""
    entry = ENTRIES.get(getattr(model, "role", ""))
    if entry is not None and entry in find_taps(model):
        return None
    return f"a {type(model).__name__} does not come from one input to one answer; classifiers and language models do."


def offers(look: Looked) -> dict[str, Sequence[str]]:
    """Return the options that not every model has: see `base.py`."""
    return limits_of_token(look)


def view(look: Looked, *, token: int = -1, answer: str | None = None, top: int = 12) -> list[Panel]:
    """Show what each part of the input adds to an answer.

    Args:
        token: of a model that answers after each token, the position that is asked about.
        answer: the output that is explained; none given means the right one, or the model's own.
        top: how many parts of the input the table lists.
    """
    if top < 1:
        raise ValueError(f"attribution.top must be at least 1, got {top}. Use 12.")
    answers, entry = find_answers(look), find_entry(look)
    place = choose_place(answers, token, where="attribution.token")
    own = answers.told(answers.at_place(look.logits[None], place))[0]
    chosen = choose_output(look, answers, answer, own)
    score, measure = _score(answers, place, chosen)
    found = integrate(look, entry, score)
    taken = occlude(look, entry, score)
    what = f"{answers.name(chosen)!r}{after(answers, place)}"
    note = f"In {measure}; blue speaks for it, orange against it. Nothing means here: {entry.words}."
    panels = _pictures(entry, found, taken, what, note) if entry.shape else _parts(entry, found, taken, what, note, top)
    return [*panels, _completeness(found, measure)]


def _score(answers: Answers, place: int, chosen: int) -> tuple[Callable[[Tensor], Tensor], str]:
    """Return what is explained, from the output of the model to one number a row, and its name."""
    if answers.kind == "choice":
        return lambda output: answers.at_place(output, place).log_softmax(-1)[:, chosen], "log p (nats)"
    if answers.kind == "labels":
        return lambda output: answers.at_place(output, place)[:, chosen], "log-odds"
    width = float(np.broadcast_to(answers.deviation, answers.count)[chosen])
    shift = float(np.broadcast_to(answers.mean, answers.count)[chosen])
    return lambda output: answers.at_place(output, place)[:, chosen] * width + shift, "the target's unit"


def _parts(entry: Entry, found: Integrated, taken: np.ndarray, what: str, note: str, top: int) -> list[Panel]:
    """Show one number for each token or feature, both ways."""
    summed = found.values.reshape(len(entry.names), -1).sum(1).numpy()
    order = np.argsort(-np.abs(summed), kind="stable")[:top].tolist()
    rows: list[tuple[Cell, ...]] = [(entry.names[index], float(summed[index]), float(taken[index])) for index in order]
    return [
        Heatmap(
            name="attribution",
            title=f"What speaks for {what}",
            note=note,
            values=np.stack([summed, taken]),
            rows=WAYS,
            columns=entry.names,
            row_axis="way",
            column_axis="part of the input",
            scale="signed",
        ),
        Table(
            name="parts",
            title="The parts that weigh most",
            note="Occlusion: how much lower the answer is without this part.",
            columns=("part", *WAYS),
            rows=tuple(rows),
        ),
    ]


def _pictures(entry: Entry, found: Integrated, taken: np.ndarray, what: str, note: str) -> list[Panel]:
    """Show one number for each pixel, both ways."""
    assert entry.shape is not None
    summed = found.values.numpy().reshape(-1, *entry.shape).sum(0)
    return [
        Image(
            name="attribution",
            title=f"What speaks for {what}",
            note=note + " Occlusion: how much lower the answer is with a black patch there.",
            values=np.stack([summed, taken])[:, None],
            labels=WAYS,
        )
    ]


def _completeness(found: Integrated, measure: str) -> Table:
    share = found.error / abs(found.difference) if found.difference else None
    note = f"{found.num_points} points of the way were asked for their slope."
    if not found.is_complete:
        note += (
            f" The sum misses more than {TOLERANCE:.0%}: the answer turns too sharply on the way, or hardly changes."
        )
    rows: tuple[tuple[Cell, ...], ...] = (
        ("the answer for this input", found.at_input),
        ("the answer for nothing", found.at_baseline),
        ("difference", found.difference),
        ("sum of the integrated gradients", float(found.values.sum())),
        ("error", found.error),
        ("error, share of the difference", share),
    )
    return Table(
        name="completeness",
        title="Do the integrated gradients add up?",
        note=note,
        columns=(f"what, in {measure}", "value"),
        rows=rows,
    )
