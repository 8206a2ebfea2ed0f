"""Pairs that are made on the spot: endless, the same for the same seed, in parts that share no source."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import blake2b, sha256

from clearhead.core import catalog

NUM_PAIRS = 20_000
TRAIN_SHARE = 20
"""One pair for validation and one for test to this many for training."""
MOST_SCORED = 1000
"""Pairs for validation and for test at most: more would change the time of a score, not what it says."""


def pairs_asked(words: str, *, where: str) -> tuple[str, int]:
    """Read "both:100000" as a variant and a number of training pairs; either may be left out.

    Raises:
        ValueError: the number is none.
    """
    variant, _, number = words.rpartition(":") if ":" in words or words.strip().isdigit() else (words, "", "")
    if number and not number.strip().isdigit():
        raise ValueError(f"{where} must be given with a number of pairs, got {number!r}. Use {where}:100000.")
    return variant, int(number) if number else NUM_PAIRS


@dataclass(frozen=True, kw_only=True)
class MadePairs:
    """Made-up pairs as a source of them; see `PairSource` in _pairs.py."""

    name: str
    languages: tuple[str, str]
    make: Callable[[random.Random], tuple[str, str]]
    """Draws a pair; the same source must always have the same target."""
    version: int
    """Raised whenever a pair changes: a run that used the old ones is then not mistaken for one with the new."""
    about: str
    count: int = NUM_PAIRS
    seed: int = 0
    splits: tuple[str, ...] = ("train", "valid", "test")

    def __post_init__(self) -> None:
        if self.count < 1:
            raise ValueError(
                f"{self.name}.num_pairs must be at least 1, got {self.count}. Leave it out for {NUM_PAIRS}."
            )

    @property
    def fingerprint(self) -> str:
        return sha256(f"{self.name} {self.version} {self.count} {self.seed}".encode()).hexdigest()

    @property
    def report(self) -> list[str]:
        counts = ", ".join(f"{self.num_pairs(split):,} for {split}" for split in self.splits)
        return [f"{self.about}: {counts}; no source is in two parts."]

    def num_pairs(self, split: str) -> int:
        """Count the pairs of a part."""
        part = catalog.choose(split, self.splits, where=f"the parts of {self.name}")
        return self.count if part == "train" else min(MOST_SCORED, max(1, self.count // TRAIN_SHARE))

    def pairs(self, split: str) -> Iterator[tuple[str, str]]:
        """Yield the pairs of a part; for training one may come twice, for a score each counts once."""
        left = self.num_pairs(split)
        chance = random.Random(f"{self.name} {self.version} {self.seed} {split}")
        seen: set[str] = set()
        while left:
            source, target = self.make(chance)
            if _part_of(source) == split and source not in seen:
                yield source, target
                left -= 1
                if split != "train":
                    seen.add(source)


def _part_of(source: str) -> str:
    """Tell the part of a source by a fixed hash, whatever the seed."""
    draw = int.from_bytes(blake2b(source.encode("utf-8"), digest_size=8).digest(), "big") % (TRAIN_SHARE + 2)
    return ("valid", "test")[draw] if draw < 2 else "train"
