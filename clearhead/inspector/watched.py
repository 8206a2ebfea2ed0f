"""What is seen of a training while it runs: its events, its gradients, the replies to a few fixed questions.

`Watched` is told by the trainer (training/observer.py) and asked by the page's server, each from its own thread. The
trainer never waits for the page: what it leaves here are small numbers. What takes time is done seldom enough that all
of it stays below a share of the time the training has run.
"""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from clearhead.inspector.probes import Probe, Reply, make_probe
from clearhead.inspector.surface_probe import SurfaceProbe, make_surface
from clearhead.inspector.views._history import read_events
from clearhead.inspector.views._surface import Surface
from clearhead.tasks.base import Task

GRADIENT_SHARE, PROBE_SHARE = 0.01, 0.015
"""What looking at gradients and asking the probe may take of the time of a training."""
FIRST_GAP_SECONDS = 0.2
MOST_LOOKS = 80
"""Gradients are kept of so many steps; then every second is forgotten, and they are looked at half as often."""
MOST_REPLIES = 60
MOST_KEPT_BYTES = 1 << 28
"""Weights up to this size are copied before an update, to tell how far it moved them."""
ENDS = ("finished", "stopped", "failed")
NOT_SCORES = ("step", "seconds", "kind")


@dataclass
class Allowance:
    """Time that may be taken from a training: after each time, a wait that makes it the share it may be."""

    share: float
    clock: Callable[[], float] = time.perf_counter
    gap: float = 0.0
    """The shortest wait, in seconds, however little it cost."""
    next_at: float = float("-inf")
    spent: float = 0.0

    def allows(self) -> bool:
        """Whether enough time has passed since the last time; the first time is free."""
        return self.clock() >= self.next_at

    def pay(self, seconds: float) -> None:
        """Count what was taken just now."""
        self.spent += seconds
        self.next_at = self.clock() + max(self.gap, seconds / self.share)


@dataclass
class Record:
    """Everything the page draws; lists grow at their end and are never changed before it."""

    steps: list[dict[str, Any]] = field(default_factory=list)
    evaluations: list[dict[str, Any]] = field(default_factory=list)
    gradients: list[dict[str, Any]] = field(default_factory=list)
    """step, seconds, and by layer: length of the gradient, and of the update against that of the weights."""
    replies: list[tuple[int, float, list[Reply]]] = field(default_factory=list)
    rate: float = 1.0
    surfaces: list[tuple[int, float, Surface]] = field(default_factory=list)
    """Of a model of rows: what it said over a plane each time it was asked."""
    over: SurfaceProbe | None = None
    """Over which plane."""


class Watched:
    """One training as the page sees it.

    Args:
        clock: seconds; a test gives its own.
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._lock = threading.Lock()
        self.clock, self.version, self.record = clock, 0, Record()
        self.state: dict[str, Any] = {"phase": "preparing", "notes": [], "can_stop": False}
        self.is_stop_wanted = False
        self._stop: Callable[[], None] | None = None
        self._probe: Probe | None = None
        self._probe_time = Allowance(PROBE_SHARE, clock)
        self._look_time = Allowance(GRADIENT_SHARE, clock, gap=FIRST_GAP_SECONDS)
        self._layers: dict[str, list[tuple[nn.Parameter, Tensor]]] = {}
        self._seconds = self._cost = 0.0
        self._before: dict[str, list[Tensor]] | None = None
        self._lengths: dict[str, float] | None = None

    def __call__(self, kind: str, facts: dict[str, Any]) -> None:
        """Take in one event of the training."""
        told = getattr(self, f"_take_{kind}", None)
        if told is not None:
            with self._changing():
                told(facts)

    def fail(self, sentence: str) -> None:
        """Say that the training ended with an error."""
        with self._changing():
            self.state |= {"phase": "failed", "can_stop": False, "ending": sentence}

    def stop(self) -> None:
        """Ask the training to save and end; before it has begun, the wish is kept."""
        with self._changing():
            self.is_stop_wanted = True
            self.state["is_stopping"] = True
            if self._stop is not None:
                self._stop()

    def snapshot(self) -> tuple[int, dict[str, Any], Record]:
        """Return the version, the state and the record as they are now."""
        with self._lock:
            seen = self.record
            lists = (seen.steps[:], seen.evaluations[:], seen.gradients[:], seen.replies[:])
            record = Record(*lists, seen.rate, seen.surfaces[:], seen.over)
            return self.version, {**self.state, "notes": self.state["notes"][:]}, record

    def begin(
        self,
        *,
        task: Task,
        model: nn.Module,
        weights: Mapping[str, tuple[nn.Parameter, Tensor]],
        rate: float,
        step: int,
        folder: Path,
        stop: Callable[[], None],
    ) -> None:
        """Learn what is trained; see training/observer.py."""
        for name, pair in weights.items():
            self._layers.setdefault(layer_of(name), []).append(pair)
        self._stop, self.record.rate = stop, rate
        if step:
            self.record.steps = [event for event in read_events(folder, "step") if event["step"] <= step]
            self.record.evaluations = [event for event in read_events(folder, "evaluation") if event["step"] <= step]
        if self.is_stop_wanted:
            stop()
        self._try("The examples could not be asked", lambda: self._choose_probe(task, model))
        self.evaluated(step)

    def before_update(self, step: int, gradient_scale: float) -> None:
        """Measure the gradient of each layer now and then."""
        if not self._look_time.allows():
            return
        began = self.clock()
        with torch.no_grad():
            self._lengths = {
                name: _length([parameter.grad for parameter, _ in pairs if parameter.grad is not None]) * gradient_scale
                for name, pairs in self._layers.items()
            }
            size = sum(master.nbytes for pairs in self._layers.values() for _, master in pairs)
            if size <= MOST_KEPT_BYTES:
                self._before = {name: [m.detach().clone() for _, m in pairs] for name, pairs in self._layers.items()}
        self._cost = self.clock() - began

    def after_update(self, step: int) -> None:
        """Measure how far the update moved the weights that were kept."""
        if self._lengths is None:
            return
        began = self.clock()
        with torch.no_grad():
            moved = {name: _share_moved(before, self._layers[name]) for name, before in (self._before or {}).items()}
        look = {"step": step + 1, "seconds": self._seconds, "gradient": self._lengths, "update": moved}
        self._before = self._lengths = None
        with self._changing():
            self.record.gradients.append(look)
            if len(self.record.gradients) > MOST_LOOKS:
                self._look_time.gap *= 2
                self.record.gradients = self.record.gradients[::2]
        self._look_time.pay(self._cost + self.clock() - began)

    def evaluated(self, step: int) -> None:
        """Ask the probe, where time allows; once more when the training has ended."""
        is_last = self.state["phase"] == "saving"
        if self._probe is None or not (is_last or self._probe_time.allows()):
            return
        self._try("The examples could not be asked", lambda: self._ask(step))

    def saved(self, step: int) -> None:
        """Keep nothing: what was watched ends with the session."""

    def _ask(self, step: int) -> None:
        assert self._probe is not None
        began = self.clock()
        replies = self._probe()
        surface = self.record.over() if self.record.over is not None else None
        self._probe_time.pay(self.clock() - began)
        if not replies:
            self._probe = None
            return
        with self._changing():
            self.record.replies = [row for row in self.record.replies if row[0] != step]
            self.record.replies.append((step, self._seconds, replies))
            if len(self.record.replies) > MOST_REPLIES:  # the first and the last stay
                self.record.replies = self.record.replies[:1] + self.record.replies[2::2]
            if surface is not None:
                kept = [row for row in self.record.surfaces if row[0] != step]
                kept.append((step, self._seconds, surface))
                self.record.surfaces = kept if len(kept) <= MOST_REPLIES else kept[:1] + kept[2::2]

    def _choose_probe(self, task: Task, model: nn.Module) -> None:
        self._probe = make_probe(task, model)
        self.record.over = make_surface(task, model)

    def _try(self, what: str, act: Callable[[], None]) -> None:
        """Do what only the page needs: whatever goes wrong there must not end a training."""
        try:
            act()
        except Exception as error:
            self._probe = None
            with self._changing():
                self.state["notes"].append(f"{what}: {type(error).__name__}: {error}")

    @contextmanager
    def _changing(self) -> Iterator[None]:
        with self._lock:
            yield
            self.version += 1

    def _take_note(self, facts: dict[str, Any]) -> None:
        self.state["notes"].append(facts["text"])

    def _take_start(self, facts: dict[str, Any]) -> None:
        known = ("step", "end_step", "num_parameters", "device", "precision", "unit", "task", "model", "folder")
        self.state |= {name: facts[name] for name in known}
        self.state |= {"phase": "training", "can_stop": True, "data": facts["data"]["name"]}
        self._seconds = float(facts["seconds"])
        self.record.steps.append({"step": facts["step"], "seconds": facts["seconds"], "seen": facts["num_targets"]})

    def _take_step(self, facts: dict[str, Any]) -> None:
        seen, before = facts["num_targets"], self.record.steps[-1] if self.record.steps else None
        row = {name: facts[name] for name in ("step", "seconds", "train_loss", "factor")} | {"seen": seen}
        if before is not None and "seen" in before and facts["seconds"] > before["seconds"]:
            row["speed"] = (seen - before["seen"]) / (facts["seconds"] - before["seconds"])
        self.record.steps.append(row)
        self._seconds = float(facts["seconds"])
        left = facts["seconds"] / max(1, facts["step"]) * (facts["end_step"] - facts["step"])
        self.state |= {name: facts[name] for name in ("step", "end_step", "seconds", "memory_mb")}
        self.state |= {"seconds_left": left, "speed": row.get("speed")}
        if facts["step"] >= facts["end_step"]:
            self.state |= {"phase": "saving", "can_stop": False}

    def _take_evaluation(self, facts: dict[str, Any]) -> None:
        self.record.evaluations.append(dict(facts))
        self.state["scores"] = {name: value for name, value in facts.items() if name not in NOT_SCORES}

    def _take_baselines(self, facts: dict[str, Any]) -> None:
        self.state["baselines"] = facts

    def _take_stopped(self, facts: dict[str, Any]) -> None:
        self.state |= {"phase": "stopped", "can_stop": False, "step": facts["step"]}

    def _take_finished(self, facts: dict[str, Any]) -> None:
        self.state |= {"phase": "finished", "can_stop": False, "seconds_left": 0.0, "ending": facts["verdict"]}


def layer_of(name: str) -> str:
    """Return the layer a weight belongs to: "layers.3" of "layers.3.attention.query.weight", else its first word."""
    words = name.split(".")
    for place, word in enumerate(words):
        if word.isdecimal():
            return ".".join(words[: place + 1])
    return ".".join(words[:-1]) or name if len(words) <= 2 else words[0]


def _share_moved(before: list[Tensor], now: list[tuple[nn.Parameter, Tensor]]) -> float:
    """Return the length of an update over that of the weights it led to (those it began from may all be 0)."""
    weights = [master for _, master in now]
    moved = [weight - old for weight, old in zip(weights, before, strict=True)]
    return _length(moved) / max(_length(weights), torch.finfo(torch.float32).tiny)


def _length(parts: list[Tensor]) -> float:
    """Return the length of some tensors taken as one vector."""
    if not parts:
        return 0.0
    norms = torch._foreach_norm([part.detach() for part in parts])
    return float(torch.linalg.vector_norm(torch.stack([norm.float() for norm in norms])))
