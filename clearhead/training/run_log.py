"""What a run leaves behind about its course: `metrics.jsonl`, TensorBoard events, `curves.png`.

Events of the trainer come in as (kind, facts); each line of metrics.jsonl is one event.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

METRICS_FILE = "metrics.jsonl"
CURVES_FILE = "curves.png"


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


def draw_curves(events: list[dict[str, Any]], path: Path, *, baselines: dict[str, float] | None = None) -> None:
    """Draw training and validation loss against the steps, baselines as dashed lines, into a PNG file."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4), dpi=120, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    steps = [event for event in events if event["kind"] == "step"]
    evaluations = [event for event in events if event["kind"] == "evaluation"]
    axes.plot([e["step"] for e in steps], [e["train_loss"] for e in steps], color="#9ab", linewidth=1, label="training")
    axes.plot(
        [e["step"] for e in evaluations], [e["loss"] for e in evaluations], "o-", color="#c40", label="validation"
    )
    for name, value in (baselines or {}).items():
        axes.axhline(value, linestyle="--", color="#666", linewidth=0.8)
        axes.annotate(name, (0.99, value), xycoords=("axes fraction", "data"), ha="right", va="bottom", color="#666")
    axes.set(xlabel="step", ylabel="loss")
    axes.grid(alpha=0.25)
    axes.legend(frameon=False)
    figure.savefig(path)


def _is_cut_off(path: Path) -> bool:
    """Whether a crash left the last line without its end."""
    return path.read_bytes()[-1:] not in (b"", b"\n")


def _step_of(line: str) -> float:
    try:
        return float(json.loads(line).get("step", -1))
    except (ValueError, AttributeError):
        return float("inf")
