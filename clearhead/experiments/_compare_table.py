"""A comparison as lines of plain text: what each model scored, then what it cost, then who is best."""

from collections.abc import Mapping, Sequence
from typing import Any

from clearhead.experiments.tables import KNOWN, NOTHING

MEGA = 1e6
Row = tuple[str, ...]


def table(found: Mapping[str, Any]) -> list[str]:
    """Return the lines of a comparison.

    Args:
        found: `Comparison.to_json()`.
    """
    length = ", ".join(f"{value:g} {name}" for name, value in found["length"].items())
    counted = ", ".join(f"{value:,} {name.replace('_', ' ')}" for name, value in found["counts"].items())
    lines = [*found["notes"], f"{found['task']} on the {found['part']} part of {found['data']} ({counted})"]
    seeds = found["seeds"]
    lines.append(f"{seeds} {'seed' if seeds == 1 else 'seeds'}{f', {length} each' if length else ''}")
    if not found["entries"]:
        return [*lines, "No run is finished yet."]
    lines += ["", *_scores(found), "", *_costs(found), "", *found["verdict"]["sentences"]["en"]]
    return [*lines, f"The runs, comparison.json and the page comparison.html are in {found['out']}"]


def _scores(found: Mapping[str, Any]) -> list[str]:
    """List the main score with its spread and range, then the means of the others, and the baselines below."""
    main = found["score"]
    others = [name for name in found["entries"][0]["scores"] if name != main]
    heads = ("", _head(main), "±", "from", "to", *(_head(name) for name in others))
    rows: list[Row] = []
    for entry in found["entries"]:
        score, means = entry["scores"][main], {name: value["mean"] for name, value in entry["scores"].items()}
        spread = _score(main, score["deviation"] if score["count"] > 1 else None)
        cells = [_score(main, score["mean"]), spread, _score(main, score["lowest"]), _score(main, score["highest"])]
        rows.append((entry["label"], *cells, *(_score(name, means.get(name)) for name in others)))
    for label, values in found["baselines"].items():
        cells = [_score(main, values.get(main)), NOTHING, NOTHING, NOTHING]
        rows.append((label, *cells, *(_score(name, values.get(name)) for name in others)))
    return _aligned(heads, rows)


def _costs(found: Mapping[str, Any]) -> list[str]:
    """List what each model took: medians over the seeds."""
    columns = (
        ("train s", "train_seconds", 1.0, 2),
        ("in all s", "total_seconds", 1.0, 1),
        (f"{found['unit']}/s learned", "train_rate", 1.0, 0),
        (f"{found['unit']}/s scored", "predict_rate", 1.0, 0),
        ("ms one alone", "latency_ms", 1.0, 3),
        ("parameters", "num_parameters", 1.0, 0),
        ("MB on disk", "size_bytes", MEGA, 3),
        ("MB to train", "memory_bytes", MEGA, 3),
    )
    rows = []
    for entry in found["entries"]:
        costs = entry["costs"]
        cells = (
            f"{costs[name]['median'] / unit:,.{digits}f}" if name in costs else NOTHING
            for _, name, unit, digits in columns
        )
        rows.append((entry["label"], *cells))
    return _aligned(("", *(head for head, *_ in columns)), rows)


def _head(name: str) -> str:
    return KNOWN.get(name, (name.replace("_", " "), 4))[0]


def _score(name: str, value: float | None) -> str:
    return NOTHING if value is None else f"{value:z,.{KNOWN.get(name, ('', 4))[1]}f}"


def _aligned(heads: Row, rows: Sequence[Row]) -> list[str]:
    widths = [max(len(row[index]) for row in (heads, *rows)) for index in range(len(heads))]
    return [
        "  ".join(
            [f"{row[0]:<{widths[0]}}", *(f"{cell:>{wide}}" for cell, wide in zip(row[1:], widths[1:], strict=True))]
        )
        for row in (heads, *rows)
    ]
