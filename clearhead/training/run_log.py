"""What a run leaves behind about its course: `metrics.jsonl`, TensorBoard events, `curves.png`.

Events of the trainer come in as (kind, facts); each line of metrics.jsonl is one event.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from clearhead.panels.curves import Curves
from clearhead.runs.model_card import CURVES_FILE as CURVES_FILE

METRICS_FILE = "metrics.jsonl"
COLOURS = ("#8aa4bd", "#c4400c", "#2a7f62", "#7b4fa3")
MOST_MARKED = 40
"""A curve of more points is drawn without a mark at each."""
LEAST_APART = 0.055
"""Names of levels stand at least this share of the height apart, so that each can be read."""


class RunLog:
    """Append events to the run's files and pass them on to whoever shows them."""

    def __init__(self, folder: Path | None, listener: Callable[[str, dict[str, Any]], None] | None = None) -> None:
        """Begin (or go on) the log of a run; without a folder nothing is written (the other processes of a run)."""
        self.folder = folder
        self.listener = listener
        self._file = None if folder is None else (folder / METRICS_FILE).open("a", encoding="utf-8")
        if folder is not None and self._file is not None and _is_cut_off(folder / METRICS_FILE):
            self._file.write("\n")
        self._writer: Any = None

    def __call__(self, kind: str, facts: dict[str, Any]) -> None:
        """Record one event."""
        if self._file is None:
            return
        self._file.write(json.dumps({"kind": kind, **facts}, ensure_ascii=False) + "\n")
        self._file.flush()
        if kind in ("step", "evaluation"):
            prefix = "train" if kind == "step" else "valid"
            for name, value in facts.items():
                if isinstance(value, float) and name != "seconds":
                    self._events().add_scalar(f"{prefix}/{name}", value, facts["step"])
        if self.listener is not None:
            self.listener(kind, facts)

    def forget_after(self, step: int) -> None:
        """Drop the events of steps that a resumed run will do again."""
        if self._file is None or self.folder is None:
            return
        self._file.close()
        path = self.folder / METRICS_FILE
        kept = [line for line in path.read_text(encoding="utf-8").splitlines() if _step_of(line) <= step]
        shorter = path.with_suffix(".new")  # a kill in between leaves the old log
        shorter.write_text("".join(f"{line}\n" for line in kept), encoding="utf-8")
        shorter.replace(path)
        self._file = path.open("a", encoding="utf-8")

    def close(self) -> None:
        """Finish the files."""
        if self._file is not None:
            self._file.close()
        if self._writer is not None:
            self._writer.close()

    def _events(self) -> Any:
        if self._writer is None:
            from tensorboardX import SummaryWriter

            self._writer = SummaryWriter(str(self.folder), write_to_disk=True)
        return self._writer


def read_metrics(folder: Path) -> list[dict[str, Any]]:
    """Return the events of a run, in order; a line cut short by a crash is left out."""
    path = folder / METRICS_FILE
    if not path.exists():
        return []
    events = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            events.append(json.loads(line))
        except ValueError:
            continue
    return events


def draw_curves(panels: Sequence[Curves], path: Path) -> None:
    """Draw curves below each other into a PNG file, their levels as dashed lines; without any there is no file."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    if not panels:
        return
    figure = Figure(figsize=(7, 3.5 * len(panels)), dpi=120, layout="constrained")
    FigureCanvasAgg(figure)
    names = dict.fromkeys(name for panel in panels for name in panel.names)
    colours = {name: COLOURS[place % len(COLOURS)] for place, name in enumerate(names)}
    for axes, panel in zip(figure.subplots(len(panels), sharex=True, squeeze=False)[:, 0], panels, strict=True):
        for curve in panel.curves:
            mark = "o" if len(curve.x) <= MOST_MARKED else ""
            axes.plot(
                curve.x, curve.y, color=colours[curve.name], linewidth=1.4, marker=mark, markersize=3, label=curve.name
            )
        axes.set(yscale=panel.scale, ylabel=panel.y_axis)
        axes.set_title(panel.title, fontsize=10, loc="left")
        axes.grid(alpha=0.25)
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(frameon=False, fontsize=9)
        _draw_levels(axes, panel.levels)
    axes.set_xlabel(panels[-1].x_axis)
    figure.savefig(path)


def _draw_levels(axes: Any, levels: Mapping[str, float]) -> None:
    """Draw dashed lines, their names at the right, moved up where they would lie over each other."""
    for height in levels.values():
        axes.axhline(height, linestyle="--", color="#777", linewidth=0.8)
    axes.get_ylim()  # brings the plane up to date, with the lines in it
    place = axes.transData + axes.transAxes.inverted()
    last = float("-inf")
    for name, height in sorted(levels.items(), key=lambda level: level[1]):
        last = max(last + LEAST_APART, float(place.transform((0, height))[1]))
        said = f"{height:z.3g} {name}"
        # A name may hold a dollar sign, which would begin a formula.
        axes.text(1.01, last, said, transform=axes.transAxes, va="center", fontsize=8, color="#555", parse_math=False)


def _is_cut_off(path: Path) -> bool:
    """Whether a crash left the last line without its end."""
    return path.read_bytes()[-1:] not in (b"", b"\n")


def _step_of(line: str) -> float:
    try:
        return float(json.loads(line).get("step", -1))
    except (ValueError, AttributeError):
        return float("inf")
