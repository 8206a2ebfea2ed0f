"""Pairs of texts, a source and a target: what a source of them promises, and pairs in files, read in a stream.

Training pairs are left out, counted and told when a side is empty, when one is too long, or when the lengths of the two
stand in another proportion than in most pairs (Moses' clean-corpus rule of nine, in characters, made fair by the
median). Of parts named valid or test only pairs with an empty side are left out: published scores need all the others.
Where no part is for validation, a fixed hash of the source gives a tenth, at most 2,000 pairs, so that no source is on
two sides; as a set grows, no pair moves from training to validation.
Read with: _pairs_tables.py (rows), _pairs_counts.py, parallel_text.py (what a user's word means)
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from clearhead.core import catalog
from clearhead.data import _files
from clearhead.data._pairs_counts import STEPS, Counts, draw, proportion
from clearhead.data._pairs_scripts import told_exchanged
from clearhead.data._pairs_tables import Table
from clearhead.data._read import EXAMPLES, Repairs, shown

Pair = tuple[str, str]

MAX_RATIO = 9.0
"""The usual limit of clean-corpus-n.perl (Moses), there in words and without the median."""
MAX_CHARACTERS = 10_000
SCAN_AT_ONCE_BYTES = 32 << 20
"""Files up to this size are read when they are opened; larger ones when their first pair is asked for."""
_RULES_VERSION = 1


class PairSource(Protocol):
    """Pairs of texts in parts for training, validation and test."""

    @property
    def name(self) -> str:
        """What a person calls it."""

    @property
    def splits(self) -> tuple[str, ...]:
        """The parts there are: "train", "valid", perhaps "test" and others."""

    @property
    def languages(self) -> tuple[str, str]:
        """What the source and the target are called: ("en", "zh"), ("abstract", "title")."""

    @property
    def fingerprint(self) -> str:
        """The same pairs read in the same way have the same fingerprint, on any machine and wherever they lie."""

    @property
    def report(self) -> list[str]:
        """What was left out, mended and split, counted, in sentences."""

    def num_pairs(self, split: str) -> int:
        """Count the pairs of a part."""

    def pairs(self, split: str) -> Iterator[Pair]:
        """Yield the pairs (source, target) of a part, in an order that never changes."""


@dataclass
class PairFiles:
    """A `PairSource` over files."""

    name: str
    tables: Mapping[str, list[Table]]
    """Where the pairs of each part stand, "train" first; without "valid" the training part is split."""
    languages: tuple[str, str]
    max_ratio: float | None = MAX_RATIO
    """How many times longer or shorter than usual a target may be; None for any."""
    max_characters: int = MAX_CHARACTERS
    notes: list[str] = field(default_factory=list)

    @property
    def splits(self) -> tuple[str, ...]:
        """The parts there are, "train" and "valid" first."""
        return tuple(dict.fromkeys(("train", "valid", *self.tables)))

    @cached_property
    def fingerprint(self) -> str:
        """Name the content of the files and how they are read; hex digits."""
        parts = {part: [path for table in tables for path in table.paths] for part, tables in self.tables.items()}
        settings = f"pairs {_RULES_VERSION} {' '.join(self.languages)} {self.max_ratio} {self.max_characters}"
        return _files.fingerprint(parts, settings)

    @property
    def report(self) -> list[str]:
        """What was left out, mended and split, in sentences."""
        return self.scan.report

    def num_pairs(self, split: str) -> int:
        """Count the pairs of a part."""
        return self.scan.num_pairs[catalog.choose(split, self.splits, where=f"the parts of {self.name}")]

    def pairs(self, split: str) -> Iterator[Pair]:
        """Yield the pairs of a part in the order of the files."""
        catalog.choose(split, self.splits, where=f"the parts of {self.name}")
        scan, is_split = self.scan, "valid" not in self.tables and split in ("train", "valid")
        for table in self.tables["train" if is_split else split]:
            for _, source, target in table.rows(Repairs()):
                if not source or not target:
                    continue
                if split == "train" or is_split:
                    is_long = max(len(source), len(target)) > self.max_characters
                    if is_long or abs(proportion(source, target) - scan.usual) > self._furthest:
                        continue
                if not is_split or (draw(source) < scan.valid_below) == (split == "valid"):
                    yield source, target

    @cached_property
    def scan(self) -> "_Scan":
        """Read every file once: count what is good and what is not, decide how to split."""
        scan = _Scan(report=list(self.notes))
        for part, tables in self.tables.items():
            counts = Counts(self.max_characters if part == "train" else None)
            for table in tables:
                repairs = Repairs()
                for number, source, target in table.rows(repairs):
                    counts.add(f"{table.name} line {number}", source, target)
                scan.report += _tell_repairs(table.name, repairs)
            self._check(part, counts)
            self._settle(scan, part, counts)
        return scan

    @property
    def _furthest(self) -> float:
        return math.inf if self.max_ratio is None else STEPS * math.log(self.max_ratio)

    def _check(self, part: str, counts: "Counts") -> None:
        """Stop where no pair is good, or where the two sides are exchanged."""
        if not counts.proportions:
            why = "; ".join(sentence.rstrip(".") for sentence in counts.tell()) or "no line with two texts"
            raise ValueError(f"{shown(self.name)} must hold pairs for its {part} part, got none: {why}. Mend the file.")
        if exchanged := told_exchanged(self.languages, counts.scripts):
            raise ValueError(f"{shown(self.name)} {exchanged}")

    def _settle(self, scan: "_Scan", part: str, counts: "Counts") -> None:
        scan.report += counts.tell()
        if part != "train":
            scan.num_pairs[part] = counts.proportions.total()
            return
        scan.usual = counts.usual()
        good = {each for each in counts.proportions if abs(each - scan.usual) <= self._furthest}
        num_good = sum(counts.proportions[each] for each in good)
        scan.num_pairs["train"] = num_good
        if left_out := counts.proportions.total() - num_good:
            examples = [text for each, text in sorted(counts.extremes) if each not in good][:EXAMPLES]
            scan.report.append(
                f"Left out {left_out:,} badly proportioned pairs (a target is usually "
                f"{math.exp(scan.usual / STEPS):.2g} times as long as its source; more than {self.max_ratio:g} times "
                f"longer or shorter than that): {'; '.join(examples)}."
            )
        if "valid" in self.tables:
            return
        scan.valid_below, num_valid = counts.held.cut(good, num_good)
        if not num_valid:
            raise ValueError(
                f"{shown(self.name)} must hold two different sources, so that one can be for validation, got one. "
                "Add pairs, or name other pairs with --valid."
            )
        scan.num_pairs |= {"train": num_good - num_valid, "valid": num_valid}
        scan.report.append(
            f"Split by a fixed hash of the source: {num_valid:,} of {num_good:,} pairs are for validation, "
            "and no source is on both sides."
        )


@dataclass
class _Scan:
    """What one reading of all files found."""

    num_pairs: dict[str, int] = field(default_factory=dict)
    usual: float = 0
    """The median proportion of the training part, as `proportion` of _pairs_counts.py says it."""
    valid_below: int = 0
    """Sources that draw less are for validation."""
    report: list[str] = field(default_factory=list)


def _tell_repairs(name: str, repairs: Repairs) -> list[str]:
    told = [f"Removed the byte order mark of {name}."] if repairs.has_mark else []
    if repairs.num_carriage_returns:
        told.append(f"Turned {repairs.num_carriage_returns:,} line ends \\r\\n or \\r into \\n in {name}.")
    if repairs.num_bad_rows:
        told.append(f"Skipped {repairs.num_bad_rows:,} of {repairs.num_rows:,} rows of {name}:")
        told += [f"  {problem}" for problem in repairs.bad_rows]
    return told
