"""Rows of texts with labels → labelled texts: classes settled on the training rows, marks checked, a part set aside.

Read with: labeled_text.py (where rows come from), _labeled.py (what is promised)
"""

import json
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from clearhead.core import catalog
from clearhead.data._examples import count_classes
from clearhead.data._labeled_marks import check_marks
from clearhead.data._read import EXAMPLES, shown
from clearhead.data._splits import NUM_DRAWS, TOO_FEW, is_fair, is_valid_side
from clearhead.data._table_values import in_order

KINDS = ("class", "labels")
PARTS = ("train", "valid", "test")
MAX_CLASSES_OF_FEW = 20
"""So many classes may be in few rows; of more, there must be two rows each on average."""
_RULES_VERSION = 1


class Row(NamedTuple):
    """A row as it was read."""

    place: str
    texts: tuple[str, ...]
    label: str | tuple[str, ...] | None
    """As written; several from a list; None where there is none."""


class Part(NamedTuple):
    """The rows of a part."""

    texts: list[tuple[str, ...]]
    targets: NDArray[Any]
    places: list[str]


@dataclass
class Rows:
    """The rows of each part, and what is known of them."""

    name: str
    parts: dict[str, list[Row]]
    text_columns: tuple[str, ...] = ("text",)
    label_column: str = "label"
    notes: list[str] = field(default_factory=list)
    is_table: bool = False
    """Whether the columns are names in files, by which other files can be read too."""


@dataclass(frozen=True, kw_only=True)
class KeptTexts:
    """Labelled texts in memory; see `LabeledTexts` in _labeled.py."""

    name: str
    fingerprint: str
    report: list[str]
    target_kind: str
    label_names: list[str]
    has_marks: bool
    text_columns: tuple[str, ...]
    label_column: str
    parts: dict[str, Part]

    @property
    def splits(self) -> tuple[str, ...]:
        """The parts there are, "train" first."""
        return tuple(part for part in PARTS if part in self.parts)

    @property
    def num_texts(self) -> int:
        """1, or 2 where a row holds two texts."""
        return len(self.text_columns)

    def texts(self, split: str) -> Sequence[tuple[str, ...]]:
        """Return the texts of each row of a part."""
        return self._part(split).texts

    def targets(self, split: str) -> NDArray[Any]:
        """Return what is to be predicted from each row of a part."""
        return self._part(split).targets

    def places(self, split: str) -> Sequence[str]:
        """Return where each row of a part stands."""
        return self._part(split).places

    def preprocessing(self) -> dict[str, Any]:
        """Return, as plain JSON, all that is needed to read new texts in the same way."""
        return {
            "kind": "text",
            "num_texts": self.num_texts,
            "has_marks": self.has_marks,
            "text_columns": list(self.text_columns),
            "target": {"column": self.label_column, "kind": self.target_kind, "label_names": list(self.label_names)},
        }

    def _part(self, split: str) -> Part:
        return self.parts[catalog.choose(split, self.splits, where=f"the parts of {self.name}")]


def build(rows: Rows, target_kind: str | None) -> KeptTexts:
    """Settle what is predicted and which rows are for what.

    Raises:
        ValueError: no row, one class only, labels that do not repeat, broken marks.
    """
    report = list(rows.notes)
    parts = {part: _without_empty(part, found, report, rows.name) for part, found in rows.parts.items()}
    kind = target_kind or _usual_kind(rows.label_column, parts["train"])
    labeled = {part: _labeled(part, found, kind, report) for part, found in parts.items()}
    if bare := [part for part, found in labeled.items() if not found]:
        raise ValueError(
            f"{shown(rows.name)} must have labels in {rows.label_column!r} for its {bare[0]} part, got none in "
            f"{len(parts[bare[0]]):,} rows. Label some, or leave the part out."
        )
    has_marks = len(rows.text_columns) == 1 and check_marks(
        [(row.place, row.texts[0]) for part in labeled.values() for row, _ in part], report
    )
    _check_labels(rows, kind, labeled["train"])
    if "valid" not in labeled:
        labeled |= _split(labeled["train"], report)
    names = in_order({label for _, labels in labeled["train"] for label in labels})
    labeled = {part: _known_rows(part, found, set(names), report, rows.name) for part, found in labeled.items()}
    kept = {part: _arrays(labeled[part], kind, names) for part in PARTS if part in labeled}
    what = f"{len(names)} classes" if kind == "class" else f"{len(names)} labels, any number of them a row"
    report.append(f"Target {rows.label_column!r}: {what}. In training: {count_classes(names, kept['train'].targets)}.")
    report.append(f"Rows: {', '.join(f'{len(part.texts):,} for {name}' for name, part in kept.items())}.")
    return KeptTexts(
        name=rows.name,
        fingerprint=_fingerprint(kept, kind, names, has_marks),
        report=report,
        target_kind=kind,
        label_names=names,
        has_marks=has_marks,
        text_columns=rows.text_columns,
        label_column=rows.label_column,
        parts=kept,
    )


_Labeled = list[tuple[Row, tuple[str, ...]]]


def _without_empty(part: str, rows: list[Row], report: list[str], name: str) -> list[Row]:
    good = [row for row in rows if all(text.strip() for text in row.texts)]
    if len(good) < len(rows):
        report.append(_left_out(part, [row for row in rows if not all(text.strip() for text in row.texts)], "no text"))
    if not good:
        raise ValueError(f"{shown(name)} must hold texts for its {part} part, got {len(rows):,} rows, none with text.")
    return good


def _left_out(part: str, rows: list[Row], why: str) -> str:
    some = ", ".join(row.place for row in rows[:EXAMPLES]) + (", …" if len(rows) > EXAMPLES else "")
    return f"Left out {len(rows):,} rows of {part} with {why} ({some})."


def _usual_kind(column: str, rows: list[Row]) -> str:
    has_several = any(isinstance(row.label, tuple) for row in rows)
    is_called_so = column.lower() == "labels" and any("|" in row.label for row in rows if isinstance(row.label, str))
    return "labels" if has_several or is_called_so else "class"


def _labeled(part: str, rows: list[Row], kind: str, report: list[str]) -> _Labeled:
    if kind == "labels":
        return [(row, _several(row.label)) for row in rows]
    if without := [row for row in rows if row.label is None]:
        report.append(_left_out(part, without, "no label"))
    good = [row for row in rows if row.label is not None]
    return [(row, ("|".join(row.label) if isinstance(row.label, tuple) else str(row.label),)) for row in good]


def _several(label: str | tuple[str, ...] | None) -> tuple[str, ...]:
    found: Sequence[str] = label if isinstance(label, tuple) else (label or "").split("|")
    if isinstance(label, str) and label.startswith("["):  # a JSON list in a field of a table
        with suppress(ValueError):
            found = [str(each) for each in json.loads(label)]
    return tuple(dict.fromkeys(part.strip() for part in found if part.strip()))


def _check_labels(rows: Rows, kind: str, train: _Labeled) -> None:
    names = {label for _, labels in train for label in labels}
    column = rows.label_column
    if kind == "class" and len(names) == 1:
        raise ValueError(
            f"{shown(rows.name)} must have at least two classes in {column!r}, got only {shown(min(names))!r} in "
            f"{len(train):,} rows. Add rows of another class."
        )
    if not names:
        raise ValueError(f"{shown(rows.name)} must have labels in {column!r}, got none. Write them with | between.")
    if len(names) > max(MAX_CLASSES_OF_FEW, len(train) / 2):
        raise ValueError(
            f"{shown(rows.name)} must repeat its labels, got {len(names):,} different ones in {column!r} for "
            f"{len(train):,} rows, among them {shown(min(names)[:40])!r}. Name a column of classes."
        )


def _split(train: _Labeled, report: list[str]) -> dict[str, _Labeled]:
    """Set a tenth aside by a hash of the texts; a class that would leave training stays there."""
    contents = ["\x1f".join(row.texts).encode("utf-8") for row, _ in train]
    for draw in range(NUM_DRAWS):
        is_valid = is_valid_side(contents, draw)
        learned = {label for (_, labels), away in zip(train, is_valid, strict=True) if not away for label in labels}
        kept = {
            content
            for (_, labels), content in zip(train, contents, strict=True)
            if any(x not in learned for x in labels)
        }
        is_valid &= np.array([content not in kept for content in contents])
        if is_fair(int(is_valid.sum()), len(train)):
            break
    else:
        report.append(TOO_FEW)
        return {"train": train, "valid": train}
    report.append(
        f"Split by a fixed hash of the text: {is_valid.sum():,} of {len(train):,} rows are for validation, "
        "and no text is on both sides."
    )
    sides: tuple[_Labeled, _Labeled] = ([], [])
    for each, away in zip(train, is_valid, strict=True):
        sides[int(away)].append(each)
    return {"train": sides[0], "valid": sides[1]}


def _known_rows(part: str, rows: _Labeled, names: set[str], report: list[str], name: str) -> _Labeled:
    """Leave out rows with a label that training never had: no model can say it."""
    unknown = [(row, label) for row, labels in rows for label in labels if label not in names]
    if not unknown:
        return rows
    good = [(row, labels) for row, labels in rows if names.issuperset(labels)]
    kinds = Counter(label for _, label in unknown)
    told = "; ".join(
        f"{shown(kind[:40])!r} {count:,} times (first in {next(row.place for row, label in unknown if label == kind)})"
        for kind, count in kinds.most_common(EXAMPLES)
    )
    more = f"; and {len(kinds) - EXAMPLES:,} more" if len(kinds) > EXAMPLES else ""
    if not good:
        raise ValueError(
            f"{shown(name)} must have labels in its {part} part that training has too, got only others: {told}{more}. "
            "Name the labels alike."
        )
    report.append(
        f"Left out {len(rows) - len(good):,} of {len(rows):,} rows of {part} whose label never stands in training: "
        f"{told}{more}. The score of {part} is over the other rows."
    )
    return good


def _arrays(rows: _Labeled, kind: str, names: list[str]) -> Part:
    index = {name: place for place, name in enumerate(names)}
    if kind == "class":
        targets: NDArray[Any] = np.array([index[label] for _, (label,) in rows], np.int64)
    else:
        targets = np.zeros((len(rows), len(names)), np.uint8)
        for number, (_, labels) in enumerate(rows):
            targets[number, [index[label] for label in labels]] = 1
    return Part([row.texts for row, _ in rows], targets, [row.place for row, _ in rows])


def _fingerprint(parts: dict[str, Part], kind: str, names: list[str], has_marks: bool) -> str:
    digest = sha256(f"texts {_RULES_VERSION} {kind} {has_marks} {names!r}".encode("utf-8", "backslashreplace"))
    for name, part in parts.items():
        digest.update(f"\0{name} {len(part.texts)}\0".encode())
        digest.update(np.ascontiguousarray(part.targets).astype(part.targets.dtype.newbyteorder("<")).tobytes())
        for texts in part.texts:
            digest.update(("\x1f".join(texts) + "\x1e").encode("utf-8", "backslashreplace"))
    return digest.hexdigest()
