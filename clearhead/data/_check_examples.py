"""Look at rows of a table or at labelled images before training on them, and tell what a person should know."""

from collections import Counter
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np

from clearhead.data._examples import Examples
from clearhead.data._find_examples import open_examples

FEW_EXAMPLES, FEW_VALID, FEW_OF_A_CLASS = 200, 50, 10
UNEVEN = 20
"""Times that the commonest class stands more often than the rarest, from which accuracy alone says little."""
SHOWN_CLASSES = 20


@dataclass(frozen=True)
class ExampleCheck:
    """What is known of examples before training."""

    name: str
    kind: str
    """"rows" or "images"."""
    shape: list[int]
    """Of one input as a model reads it."""
    target_kind: str
    """"class", "labels" or "number"."""
    parts: dict[str, int]
    """Examples of each part."""
    classes: dict[str, dict[str, int]]
    """For each class (or label) its examples in each part, the commonest first; none for numbers."""
    numbers: dict[str, dict[str, float]]
    """For each predicted number its least, mean and greatest in training; none for classes."""
    repeated: int
    """Training examples whose inputs stood before."""
    contradictory: int
    """Training examples whose inputs stood before with another target."""
    leaked: dict[str, int]
    """For each other part: examples whose inputs also stand in training."""
    report: list[str]
    """What the columns are, what was missing, left out and split."""
    warnings: list[str]


def check_examples(spec: str, *, target: str | None = None, target_kind: str | None = None) -> ExampleCheck:
    """Read examples through and count what matters before training.

    Args:
        target: the column to predict, where it is a table.
        target_kind: "class", "labels" or "number"; None goes by what stands in the column.
    Raises:
        ValueError, FileNotFoundError: no usable examples there.
    """
    examples = open_examples(spec, target=target, target_kind=target_kind)
    counted = _Repeated(examples)
    check = ExampleCheck(
        name=examples.name,
        kind="images" if examples.inputs("train").ndim == 4 else "rows",
        shape=list(examples.inputs("train").shape[1:]),
        target_kind=examples.target_kind,
        parts={part: len(examples.inputs(part)) for part in examples.splits},
        classes=_classes(examples) if examples.target_kind != "number" else {},
        numbers=_numbers(examples) if examples.target_kind == "number" else {},
        repeated=counted.repeated,
        contradictory=counted.contradictory,
        leaked=counted.leaked,
        report=list(examples.report),
        warnings=[],
    )
    check.warnings.extend(_warnings(check))
    return check


def tell(check: ExampleCheck) -> list[str]:
    """Say a check in lines that a person reads."""
    lines = [f"{check.name}: {check.kind} of {' × '.join(map(str, check.shape))} numbers, each with {_kind(check)}"]
    lines += [f"  {part:<6} {count:>9,} {check.kind}" for part, count in check.parts.items()]
    for name, counts in list(check.classes.items())[:SHOWN_CLASSES]:
        told = ", ".join(f"{count:,} in {part}" for part, count in counts.items())
        lines.append(f"  {name}: {told}")
    if len(check.classes) > SHOWN_CLASSES:
        lines.append(f"  and {len(check.classes) - SHOWN_CLASSES:,} more classes.")
    lines += [
        f"  {name}: from {values['least']:g} to {values['greatest']:g}, mean {values['mean']:g}"
        for name, values in check.numbers.items()
    ]
    leaked = ", ".join(f"{number:,} of {check.parts[part]:,} in {part}" for part, number in check.leaked.items())
    return [
        *lines,
        f"Repeated: {check.repeated:,} training {check.kind} stood before, {check.contradictory:,} of them with "
        f"another target.",
        f"Inputs that also stand in training: {leaked or 'none'}.",
        *check.report,
        *(f"Note: {warning}" for warning in check.warnings),
    ]


def _kind(check: ExampleCheck) -> str:
    count = len(check.classes)
    return {"class": f"one of {count} classes", "labels": f"some of {count} labels"}.get(check.target_kind, "a number")


class _Repeated:
    """Inputs that stand more than once, by hashes of what a model reads."""

    def __init__(self, examples: Examples) -> None:
        seen: dict[bytes, bytes] = {}
        self.repeated = self.contradictory = 0
        for inputs, target in zip(examples.inputs("train"), examples.targets("train"), strict=True):
            mark = blake2b(inputs.tobytes(), digest_size=8).digest()
            said = np.asarray(target).tobytes()
            self.repeated += mark in seen
            self.contradictory += seen.get(mark, said) != said
            seen.setdefault(mark, said)
        self.leaked = {
            part: sum(blake2b(row.tobytes(), digest_size=8).digest() in seen for row in examples.inputs(part))
            for part in examples.splits
            if part != "train"
        }


def _classes(examples: Examples) -> dict[str, dict[str, int]]:
    counts = {}
    for part in examples.splits:
        targets = np.asarray(examples.targets(part))
        found = targets.sum(0) if targets.ndim == 2 else np.bincount(targets, minlength=len(examples.label_names))
        counts[part] = Counter(dict(zip(examples.label_names, map(int, found), strict=True)))
    order = sorted(examples.label_names, key=lambda name: (-counts["train"][name], name))
    return {name: {part: counts[part][name] for part in counts} for name in order}


def _numbers(examples: Examples) -> dict[str, dict[str, float]]:
    targets = np.asarray(examples.targets("train"), dtype=np.float64).reshape(len(examples.targets("train")), -1)
    return {
        name: {"least": float(column.min()), "mean": float(column.mean()), "greatest": float(column.max())}
        for name, column in zip(examples.label_names, targets.T, strict=True)
    }


def _warnings(check: ExampleCheck) -> list[str]:
    told = []
    if check.parts["train"] < FEW_EXAMPLES:
        told.append(f"{check.parts['train']:,} training {check.kind} are few: simple models may do as well.")
    if check.parts["valid"] < FEW_VALID:
        told.append(f"{check.parts['valid']:,} {check.kind} for validation make a noisy score.")
    counts = {name: parts["train"] for name, parts in check.classes.items()}
    rare = [name for name, count in counts.items() if 0 < count < FEW_OF_A_CLASS]
    if rare:
        told.append(f"Fewer than {FEW_OF_A_CLASS} training {check.kind} each: {', '.join(rare[:10])}.")
    present = [count for count in counts.values() if count]
    if present and max(present) > UNEVEN * min(present):
        told.append(
            f"The commonest class has {max(present) / min(present):.0f} times as many {check.kind} as the rarest: "
            f"look at macro-F1, accuracy flatters."
        )
    for part, number in check.leaked.items():
        if number > 0.05 * check.parts[part]:
            told.append(f"{number / check.parts[part]:.0%} of {part} also stand in training: its score flatters.")
    if check.contradictory > 0.01 * check.parts["train"]:
        told.append(f"{check.contradictory:,} equal inputs have different targets: no model can get them all right.")
    return told
