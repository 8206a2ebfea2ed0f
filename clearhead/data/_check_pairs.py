"""Look at pairs of texts before training on them, and tell what a person should know."""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from statistics import median
from typing import NamedTuple

from clearhead.core import catalog
from clearhead.data._check import MARKUP, MAX_REMEMBERED, MOJIBAKE, script_of, suspicion_of
from clearhead.data._pairs import Pair, PairSource
from clearhead.data._pairs_counts import STEPS, proportion
from clearhead.data._read import EXAMPLES, shown

FEW_PAIRS, FEW_VALID_PAIRS = 1_000, 100
FAR_RATIO = 4.0
"""A target that is so many times longer or shorter than usual is worth a look; reading leaves out those beyond nine."""
_SHOWN_CHARACTERS = 40


@dataclass(frozen=True)
class PairPartCheck:
    """One part of the pairs, counted."""

    pairs: int
    source_characters: int
    target_characters: int
    longest_source: int
    longest_target: int


@dataclass(frozen=True)
class PairCheck:
    """What is known of pairs before training."""

    name: str
    languages: tuple[str, str]
    parts: dict[str, PairPartCheck]
    usual_ratio: float
    """Median of target to source characters in the training part."""
    scripts: dict[str, dict[str, float]]
    """Of each side: share of the letters that belong to each script, largest first."""
    repeated_pairs: int
    """Training pairs that stood before."""
    ambiguous_sources: int
    """Training pairs whose source stood before with another target."""
    leaked: dict[str, int]
    """For each other part: pairs whose source also stands in training."""
    suspicious: dict[str, int]
    """Things that are seldom meant, counted in pairs."""
    examples: list[str]
    """Some of those pairs."""
    report: list[str]
    """What reading left out, mended and split."""
    warnings: list[str]


def check_pairs(spec: str, *, source: str | None = None, target: str | None = None) -> PairCheck:
    """Read pairs through and count what matters before training.

    Args:
        spec, source, target: as `open_pairs` of parallel_text.py takes them.
    Raises:
        ValueError, FileNotFoundError: no usable pairs there.
    """
    opened: PairSource = catalog.load("data", "parallel_text").open_pairs(spec, source=source, target=target)
    usual = median(proportion(*pair) for pair in opened.pairs("train"))
    counts = _Counts(usual)
    parts = {part: counts.read(opened.pairs(part), part) for part in opened.splits}
    check = PairCheck(
        name=opened.name,
        languages=opened.languages,
        parts=parts,
        usual_ratio=round(math.exp(usual / STEPS), 3),
        scripts={side: _shares(counter) for side, counter in zip(opened.languages, counts.scripts, strict=True)},
        repeated_pairs=counts.repeated,
        ambiguous_sources=counts.ambiguous,
        leaked=dict(counts.leaked),
        suspicious={what: number for what, number in counts.suspicious.items() if number},
        examples=counts.examples,
        report=list(opened.report),
        warnings=[],
    )
    check.warnings.extend(_warnings(check))
    return check


def tell(check: PairCheck) -> list[str]:
    """Say a check in lines that a person reads."""
    source, target = check.languages
    lines = [f"{check.name}: {source} to {target}"]
    for part, counted in check.parts.items():
        lines.append(
            f"  {part:<6} {counted.pairs:>9,} pairs  {counted.source_characters:>12,} and "
            f"{counted.target_characters:>12,} characters, the longest {counted.longest_source:,} and "
            f"{counted.longest_target:,}"
        )
    for side, shares in check.scripts.items():
        told = ", ".join(f"{script} {share:.1%}" for script, share in shares.items() if share >= 0.001)
        lines.append(f"Letters of {side}: {told or 'none'}.")
    leaked = ", ".join(f"{number:,} of {check.parts[part].pairs:,} in {part}" for part, number in check.leaked.items())
    lines += [
        f"A target is usually {check.usual_ratio:g} times as long as its source, in characters.",
        f"Repeated: {check.repeated_pairs:,} training pairs stood before, {check.ambiguous_sources:,} more have a "
        f"source that stood with another target.",
        f"Sources that also stand in training: {leaked or 'none'}.",
        f"Suspicious pairs: {', '.join(f'{n:,} {what}' for what, n in check.suspicious.items()) or 'none'}.",
        *(f"  {example}" for example in check.examples),
        *check.report,
        *(f"Note: {warning}" for warning in check.warnings),
    ]
    return lines


class _Marks(NamedTuple):
    """Hashes of 8 bytes: of a source, and of a pair."""

    source: bytes
    pair: bytes


@dataclass
class _Counts:
    """Sums over all pairs."""

    usual: float
    scripts: tuple[Counter[str], Counter[str]] = field(default_factory=lambda: (Counter(), Counter()))
    sources: set[bytes] = field(default_factory=set)
    """Of the training part, which is read first."""
    pairs: set[bytes] = field(default_factory=set)
    repeated: int = 0
    ambiguous: int = 0
    leaked: Counter[str] = field(default_factory=Counter)
    suspicious: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)

    def read(self, pairs: Iterator[Pair], part: str) -> PairPartCheck:
        count, sums, longest = 0, [0, 0], [0, 0]
        for pair in pairs:
            count += 1
            for side, text in enumerate(pair):
                sums[side] += len(text)
                longest[side] = max(longest[side], len(text))
                self.scripts[side].update(filter(None, map(script_of, text)))
            self._remember(pair, part)
            self._suspect(pair, part, count)
        return PairPartCheck(count, *sums, *longest)

    def _remember(self, pair: Pair, part: str) -> None:
        marks = _Marks(_mark(pair[0]), _mark("\t".join(pair)))
        if part != "train":
            self.leaked[part] += marks.source in self.sources
            return
        self.repeated += marks.pair in self.pairs
        self.ambiguous += marks.source in self.sources and marks.pair not in self.pairs
        if len(self.pairs) < MAX_REMEMBERED:
            self.sources.add(marks.source)
            self.pairs.add(marks.pair)

    def _suspect(self, pair: Pair, part: str, number: int) -> None:
        found = [what for what, holds in _SUSPICIONS.items() if holds(pair)]
        if abs(proportion(*pair) - self.usual) > STEPS * math.log(FAR_RATIO):
            found.append("oddly proportioned")
        self.suspicious.update(found)
        if found and len(self.examples) < EXAMPLES:
            told = " → ".join(repr(shown(text[:_SHOWN_CHARACTERS])) for text in pair)
            self.examples.append(f"{part} pair {number}, {found[0]}: {told}")


_SUSPICIONS = {
    "the same on both sides": lambda pair: pair[0] == pair[1],
    "with tags or entities of HTML": lambda pair: any(map(MARKUP.search, pair)),
    "with wrongly decoded characters (Ã©, â€™)": lambda pair: any(map(MOJIBAKE.search, pair)),
    "with characters that are seldom meant": lambda pair: any(map(suspicion_of, "".join(pair))),
}


def _mark(text: str) -> bytes:
    return blake2b(text.encode("utf-8"), digest_size=8).digest()


def _shares(counter: Counter[str]) -> dict[str, float]:
    total = counter.total() or 1
    return {script: round(number / total, 4) for script, number in counter.most_common()}


def _warnings(check: PairCheck) -> list[str]:
    train, told = check.parts["train"], []
    if train.pairs < FEW_PAIRS:
        told.append(f"{train.pairs:,} training pairs are few: a model will soon know them by heart. More help most.")
    for part, counted in check.parts.items():
        if part != "train" and counted.pairs < FEW_VALID_PAIRS:
            told.append(f"{counted.pairs:,} pairs of {part} make a noisy score.")
    for part, number in check.leaked.items():
        if number > 0.05 * check.parts[part].pairs:
            told.append(
                f"{number / check.parts[part].pairs:.0%} of the sources of {part} also stand in training: "
                f"its score flatters."
            )
    if check.repeated_pairs > 0.2 * train.pairs:
        told.append(f"{check.repeated_pairs / train.pairs:.0%} of the training pairs repeat: remove copies.")
    copies = check.suspicious.get("the same on both sides", 0)
    if copies > 0.1 * sum(part.pairs for part in check.parts.values()):
        told.append("Many targets copy their source: a model will learn to copy.")
    return told
