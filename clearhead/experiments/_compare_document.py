"""A comparison as a page to read, in English or Chinese; it is written from the values of comparison.json alone."""

import shlex
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import PurePath
from typing import Any

import numpy as np

from clearhead.experiments._compare_words import UNITS, WORDS
from clearhead.experiments.tables import KNOWN
from clearhead.inspector.document import Document, Section
from clearhead.inspector.legible import printable
from clearhead.panels.curves import Curve, Curves
from clearhead.panels.dots import Dots
from clearhead.panels.table import Cell, Table

Found = Mapping[str, Any]
"""`Comparison.to_json()`."""
Say = Callable[..., str]
"""Returns the words of a key in the reader's language, filled in."""

COSTS = {
    "train_seconds": 1.0,
    "total_seconds": 1.0,
    "train_rate": 1.0,
    "predict_rate": 1.0,
    "latency_ms": 1.0,
    "num_parameters": 1.0,
    "size_bytes": 1e6,
    "memory_bytes": 1e6,
}
"""Costs as columns, and the unit they are shown in."""
RATES = ("train_rate", "predict_rate")
"""Costs that are shown as whole numbers."""


def document(found: Found, language: str) -> Document:
    """Return the page of a comparison.

    Args:
        found: `Comparison.to_json()`.
        language: "en" or "zh".
    """
    say = partial(_say, language)
    sections = [] if found["is_finished"] else [_warning(found, say)]
    if found["entries"]:
        verdict = _verdict(found, say, language)
        sections += [verdict, _table(found, say), _every_seed(found, say)]
        sections += [*_curves(found, say), _all_scores(found, say), _runs(found, say)]
    title = say("title", task=found["task"], data=printable(found["data"]))
    return Document(title=title, facts=_facts(found, say, language), sections=(*sections, _how(found, say)))


def shown_cost(name: str, value: float) -> float | int:
    """Return a cost in the unit of its column."""
    return round(value) if name in RATES else value if COSTS[name] == 1 else value / COSTS[name]


def _say(language: str, key: str, **values: Any) -> str:
    english, chinese = WORDS[key]
    if "unit" in values:
        values["unit"] = _unit(values["unit"], language)
    return (english if language == "en" else chinese).format(**values)


def _unit(name: str, language: str) -> str:
    return name.replace("_", " ") if language == "en" else UNITS.get(name, name)


def _named(score: str) -> str:
    return KNOWN.get(score, (score.replace("_", " "), 4))[0]


def _facts(found: Found, say: Say, language: str) -> str:
    comma = ", " if language == "en" else "，"
    counts = comma.join(f"{value:,} {_unit(name, language)}" for name, value in found["counts"].items())
    seeds = say("one_seed") if found["seeds"] == 1 else say("seeds", seeds=found["seeds"])
    lengths = [say(name, value=f"{value:g}") for name, value in found["length"].items()]
    return " · ".join([say(found["part"], counts=counts), seeds, *lengths])


def _warning(found: Found, say: Say) -> Section:
    text = (say("unfinished"), *(() if found["entries"] else (say("nothing"),)))
    return Section(title=say("warning"), text=text, tone="bad")


def _verdict(found: Found, say: Say, language: str) -> Section:
    verdict = found["verdict"]
    is_sure = verdict["judgement"] in ("clear", "alone") and verdict["baseline_is"] in ("worse", "none")
    tone = "bad" if verdict["baseline_is"] == "better" else "good" if is_sure else "mixed"
    return Section(title=say("verdict"), text=tuple(map(printable, verdict["sentences"][language])), tone=tone)


def _table(found: Found, say: Say) -> Section:
    """Show what each entry scored and took, and below what the simple methods score."""
    main = found["score"]
    costs = [name for name in COSTS if any(name in entry["costs"] for entry in found["entries"])]
    heads = [say("model"), _named(main), "±", say("lowest"), say("highest")]
    heads += [say(name, unit=found["unit"]) for name in costs]
    rows: list[tuple[Cell, ...]] = []
    for entry in found["entries"]:
        score = entry["scores"][main]
        taken = [shown_cost(name, entry["costs"][name]["median"]) if name in entry["costs"] else None for name in costs]
        scored = (score["mean"], _deviation(score), score["lowest"], score["highest"])
        rows.append((printable(entry["label"]), *scored, *taken))
    for label, values in found["baselines"].items():
        rows.append((printable(label), values.get(main), *[None] * (len(heads) - 2)))
    title, note = say("table_title", score=_named(main)), say("table_note")
    panel = Table(name="table", title=title, note=note, columns=tuple(heads), rows=tuple(rows))
    return Section(title=say("table"), panels=(panel,))


def _deviation(score: Found) -> float | None:
    """Return the standard deviation; one seed has none."""
    return score["deviation"] if score["count"] > 1 else None


def _levels(found: Found) -> dict[str, float]:
    """Return the main score of each simple method that has one."""
    main = found["score"]
    return {printable(label): values[main] for label, values in found["baselines"].items() if main in values}


def _every_seed(found: Found, say: Say) -> Section:
    main, levels = found["score"], _levels(found)
    labels = [printable(entry["label"]) for entry in found["entries"]]
    values = [np.array([run["scores"][main] for run in entry["runs"]]) for entry in found["entries"]]
    said = [tuple(say("of_seed", seed=run["seed"]) for run in entry["runs"]) for entry in found["entries"]]
    panel = Dots(
        name="seeds",
        title=say("strip_title", score=_named(main)),
        note=say("strip_note"),
        labels=(*labels, *levels),
        values=(*values, *(np.array([level]) for level in levels.values())),
        axis=_named(main),
        said=(*said, *(("",) for _ in levels)),
        num_beside=len(levels),
    )
    return Section(title=say("strip"), panels=(panel,))


def _curves(found: Found, say: Say) -> list[Section]:
    """Show the score while learning over seconds and over steps; nothing where no run was evaluated on the way."""
    panels = []
    for field, axis, other in (("seconds", "second_axis", "at_step"), ("step", "step_axis", "at_second")):
        curves = []
        for entry in found["entries"]:
            for run in entry["runs"]:
                curve = run["curve"]
                places = [say(other, step=f"{point['step']:,}", seconds=f"{point['seconds']:.2f}") for point in curve]
                curves.append(
                    Curve(
                        name=printable(entry["label"]),
                        x=np.array([point[field] for point in curve], dtype=np.float64),
                        y=np.array([point["score"] for point in curve], dtype=np.float64),
                        said=tuple(f"{say('of_seed', seed=run['seed'])} · {place}" for place in places),
                    )
                )
        panels.append(
            Curves(
                name=f"over_{field}",
                title=say(f"over_{field}", score=_named(found["score"])),
                curves=tuple(curves),
                x_axis=say(axis),
                y_axis=_named(found["score"]),
                levels=_levels(found),
            )
        )
    text = (say("curves_note", score=_named(found["score"])),)
    is_empty = all(not curve.x.size for curve in panels[0].curves)
    return [] if is_empty else [Section(title=say("curves"), text=text, panels=tuple(panels))]


def _all_scores(found: Found, say: Say) -> Section:
    names = list(found["entries"][0]["scores"])
    heads = [say("model"), *(head for name in names for head in (_named(name), f"± {_named(name)}"))]
    rows: list[tuple[Cell, ...]] = []
    for entry in found["entries"]:
        there = (entry["scores"].get(name) for name in names)
        cells = [(score["mean"], _deviation(score)) if score else (None, None) for score in there]
        rows.append((printable(entry["label"]), *(cell for pair in cells for cell in pair)))
    for label, values in found["baselines"].items():
        rows.append((printable(label), *(cell for name in names for cell in (values.get(name), None))))
    panel = Table(name="scores", title=say("scores_title"), columns=tuple(heads), rows=tuple(rows))
    return Section(title=say("scores"), panels=(panel,))


def _runs(found: Found, say: Say) -> Section:
    main = found["score"]
    heads = [say("model"), say("seed"), _named(main)]
    heads += [say(key) for key in ("steps_done", "train_seconds", "total_seconds", "folder")]
    rows: list[tuple[Cell, ...]] = []
    for entry in found["entries"]:
        for run in entry["runs"]:
            cells = (run["seed"], run["scores"][main], run["steps"], run["train_seconds"], run["total_seconds"])
            rows.append((printable(entry["label"]), *cells, printable(PurePath(run["path"]).name)))
    panel = Table(
        name="runs",
        title=say("runs_title", out=printable(found["out"])),
        note=say("runs_note"),
        columns=tuple(heads),
        rows=tuple(rows),
    )
    best = printable(found["entries"][0]["runs"][0]["path"])
    commands = tuple(f"clearhead {name} {shlex.quote(best)}" for name in ("show", "evaluate"))
    return Section(title=say("runs"), panels=(panel,), commands=commands)


def _how(found: Found, say: Say) -> Section:
    keys = ["how_same", *(["how_valid"] if found["part"] == "valid" else []), "how_chance", "how_speed", "how_memory"]
    told = {
        "machine": ", ".join(str(value) for value in found["machine"].values()),
        "versions": ", ".join(f"{name} {version}" for name, version in found["versions"].items()),
        "fingerprint": found["fingerprint"][:16],
        "created": found["created"],
    }
    facts = "\n".join(say(key, value=value) for key, value in told.items() if value)
    return Section(
        title=say("how"), text=(*(say(key, unit=found["unit"]) for key in keys), *([facts] if facts else []))
    )
