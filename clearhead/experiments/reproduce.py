"""Run a recipe and compare with its number: value, target, what exactly was measured, and a verdict."""

import json
import os
import platform
import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from clearhead.core import catalog, config
from clearhead.experiments.evaluate import evaluate
from clearhead.experiments.recipes.base import ROOM, Target, load_recipe, measured
from clearhead.runs.info import versions
from clearhead.runs.run import open_run
from clearhead.training.assemble import train
from clearhead.training.prepare import Listener

RESULT_FILE = "result.json"
VECTORS, PARENT = "vectors", "parent"
"""What a recipe may have trained first: its names in capitals, and the folders it goes into."""


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One training of a recipe."""

    seed: int
    path: str
    seconds: float
    """Wall time of the whole training, evaluation and saving included."""
    scores: dict[str, float]
    baselines: dict[str, dict[str, float]]
    test_scores: dict[str, float] = field(default_factory=dict)
    """Scores on the test part, where a target asks for them."""
    test_baselines: dict[str, dict[str, float]] = field(default_factory=dict)

    def on(self, split: str) -> dict[str, float]:
        """Return the scores of a part."""
        return {**self.scores, **self.test_scores} if split == "test" else self.scores


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A target and what was found."""

    target: Target
    limit: float
    """The number to reach (with several seeds, the mean of the baselines that set it)."""
    values: list[float]
    """One for each seed."""
    signature: str
    """What exactly was measured, so that like is compared with like."""

    @property
    def mean(self) -> float:
        """The mean over the seeds."""
        return statistics.fmean(self.values)

    @property
    def spread(self) -> float:
        """The standard deviation over the seeds; 0 for one."""
        return statistics.stdev(self.values) if len(self.values) > 1 else 0.0

    @property
    def is_reached(self) -> bool:
        """Whether the mean passes."""
        return self.target.is_reached(self.mean, self.limit)


@dataclass(frozen=True, kw_only=True)
class Reproduction:
    """What came of a recipe. Printing it prints the comparison."""

    recipe: str
    attempts: list[Attempt]
    findings: list[Finding]
    machine: dict[str, Any] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)

    @property
    def has_passed(self) -> bool:
        """Whether every target is reached."""
        return bool(self.findings) and all(finding.is_reached for finding in self.findings)

    def to_json(self) -> dict[str, Any]:
        """Return plain values, with means and verdicts."""
        values = config.to_json(self)
        for finding, plain in zip(self.findings, values["findings"], strict=True):
            plain |= {"mean": finding.mean, "spread": finding.spread, "is_reached": finding.is_reached}
        return {**values, "has_passed": self.has_passed}

    def __str__(self) -> str:
        lines = [f"{self.recipe}: {'pass' if self.has_passed else 'FAIL'}"]
        for finding in self.findings:
            value = f"{finding.mean:.4f}" + (f" ± {finding.spread:.4f}" if len(finding.values) > 1 else "")
            tolerance = f" (tolerance {finding.target.tolerance:g})" if finding.target.tolerance else ""
            goal = f"{finding.target.direction.replace('_', ' ')} {finding.limit:.4f}{tolerance}"
            verdict = "pass" if finding.is_reached else "FAIL"
            lines += [
                f"  {verdict}  {finding.target.score}: {value}, target {goal}",
                f"        {finding.target.source}",
                f"        {finding.signature}",
            ]
        for attempt in self.attempts:
            lines.append(f"  seed {attempt.seed}: {attempt.seconds:.1f} s in all, saved in {attempt.path}")
        machine = ", ".join(str(value) for value in self.machine.values())
        return "\n".join([*lines, f"  on {machine}", f"  {', '.join(f'{k} {v}' for k, v in self.versions.items())}"])


def reproduce(
    name: str,
    *,
    seeds: int = 1,
    out: Path | str | None = None,
    is_tiny: bool = False,
    listener: Listener | None = None,
    conclude: Callable[[Any], None] | None = None,
) -> Reproduction:
    """Train a recipe once for each seed (0, 1, …) and compare the mean with the recipe's targets.

    Args:
        name: an entry of `clearhead show recipes`.
        out: a new folder; several seeds go into folders below it. None takes a new one below runs/.
        is_tiny: train a few seconds only: a test of the way, whose verdict means nothing.
        listener: called with (kind, facts) for each event of a training.
        conclude: called with the result of each training.
    Raises:
        ValueError: no such recipe, fewer than one seed, or a folder that is not empty.
        FileNotFoundError: the recipe's text is not on this machine.
    """
    name = catalog.find(ROOM, name)
    recipe = load_recipe(name)
    if seeds < 1:
        raise ValueError(f"reproduce.seeds must be at least 1, got {seeds}. Use 1, or 5 for a claim.")
    folder = _new_folder(name, out)
    options = recipe.tiny() if is_tiny else recipe.recipe()
    attempts, begun = [], dict[str, str]()
    before = {} if is_tiny else {stage: getattr(recipe, stage.upper(), None) for stage in (VECTORS, PARENT)}
    for stage, first in before.items():
        if first is None:
            continue
        made = train(**_beginning(first, begun), out=str(folder / stage), listener=listener)
        if not made.is_finished:
            return _compare(name, recipe.TARGETS, [])
        begun = {stage: str(made.path)}  # the parent began with the vectors
    options = _beginning(options, begun)
    for seed in range(seeds):
        place = folder if seeds == 1 and not begun else folder / f"seed-{seed}"
        result = train(**options, seed=seed, out=str(place), listener=listener)
        if conclude is not None:
            conclude(result)
        if not result.is_finished:
            break
        tested = evaluate(result.path, split="test") if _asks_for_test(recipe.TARGETS) else None
        attempts.append(
            Attempt(
                seed=seed,
                path=str(result.path),
                seconds=result.seconds,
                scores={**result.scores, **measured(recipe, open_run(result.path))},
                baselines=result.baselines,
                test_scores=tested.scores if tested else {},
                test_baselines=tested.baselines if tested else {},
            )
        )
        _write(result.path, _compare(name, recipe.TARGETS, attempts[-1:]))
    compared = _compare(name, recipe.TARGETS, attempts)
    if len(attempts) > 1 or (attempts and begun):
        _write(folder, compared)
    return compared


def _beginning(options: Mapping[str, Any], begun: Mapping[str, str]) -> dict[str, Any]:
    """Return the options of a training that begins with what was trained before it."""
    if PARENT in begun:
        return {**options, "start_from": begun[PARENT]}
    if VECTORS in begun:
        return {**options, "task_options": {**options.get("task_options", {}), "vectors": begun[VECTORS]}}
    return dict(options)


def listing() -> dict[str, list[str]]:
    """Return each recipe with its line and its targets, in words."""
    return {
        name: [catalog.summary(ROOM, name), *(str(target) for target in load_recipe(name).TARGETS)]
        for name in catalog.entries(ROOM)
    }


def signature(path: Path | str, target: Target) -> str:
    """Say what exactly a score of a run measures: part, tokens, windows, tokenizer, the text's fingerprint."""
    about = open_run(path).about
    assert about is not None, "a training leaves clearhead.json"
    counts = " ".join(f"{name}:{count}" for name, count in about.data.splits.get(target.split, {}).items())
    windows = f" windows:{about.model_config['context_length']}" if about.task == "language_modeling" else ""
    measure = target.protocol or f"split:{target.split} {counts}{windows}"
    tokenizer = f" tokenizer:{about.tokenizer.kind}-{about.tokenizer.vocab_size}" if about.tokenizer.kind else ""
    return (
        f"score:{target.score} {measure} data:{about.data.name} fingerprint:{about.data.fingerprint[:12]}"
        f"{tokenizer} weights:float32"
    )


def machine() -> dict[str, Any]:
    """Return what the wall time depends on."""
    found: dict[str, Any] = {
        "system": platform.platform(terse=True),
        "processor": _processor(),
        "threads": f"{torch.get_num_threads()} threads of {os.cpu_count()} processors",
    }
    if torch.cuda.is_available():
        found["gpu"] = torch.cuda.get_device_name()
    return found


def _compare(name: str, targets: tuple[Target, ...], attempts: list[Attempt]) -> Reproduction:
    findings = [
        Finding(
            target=target,
            limit=statistics.fmean(target.limit(_baselines(attempt, target)) for attempt in attempts),
            values=[attempt.on(target.split)[target.score] for attempt in attempts],
            signature=signature(attempts[0].path, target),
        )
        for target in (targets if attempts else ())
    ]
    return Reproduction(recipe=name, attempts=attempts, findings=findings, machine=machine(), versions=versions())


def _asks_for_test(targets: tuple[Target, ...]) -> bool:
    return any(target.split == "test" and not target.protocol for target in targets)


def _baselines(attempt: Attempt, target: Target) -> dict[str, dict[str, float]]:
    return attempt.test_baselines if target.split == "test" else attempt.baselines


def _write(folder: Path, compared: Reproduction) -> None:
    text = json.dumps(compared.to_json(), ensure_ascii=False, indent=1)
    (folder / RESULT_FILE).write_text(f"{text}\n", encoding="utf-8", newline="\n")


def _new_folder(name: str, out: Path | str | None) -> Path:
    if out is not None:
        folder = Path(out)
        if folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
            raise ValueError(f"--out must be new or empty, got {folder}. Give another name.")
        return folder
    number = 1
    while (folder := Path("runs") / f"{name}-{number}").exists():
        number += 1
    return folder


def _processor() -> str:
    """Return the processor's name where the system tells it."""
    information = Path("/proc/cpuinfo")
    if information.is_file():
        for line in information.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
