"""What the rows of one part are like: counted in one reading and in little memory, however many there are."""

import heapq
import math
from collections import Counter
from hashlib import blake2b
from itertools import accumulate

from clearhead.data._pairs_scripts import ScriptCount
from clearhead.data._read import EXAMPLES

STEPS = 100
"""Proportions are told apart to a hundredth of their logarithm, so that a table of counts holds them all."""
MAX_VALID_PAIRS = 2_000
VALID_BELOW = (1 << 64) // 10
DUPLICATES_AMONG = 1 << 20
"""Repeated pairs are looked for among so many, which takes about a hundred megabytes."""


class Counts:
    """What the rows of one part are like."""

    def __init__(self, max_characters: int | None) -> None:
        self.max_characters = max_characters
        self.proportions: Counter[int] = Counter()
        self.extremes: list[tuple[int, str]] = []
        self.empty: list[str] = []
        self.long: list[str] = []
        self.num_empty = self.num_long = self.num_repeated = 0
        self.scripts = ScriptCount()
        self.held = Held()
        self._seen: set[int] = set()

    def add(self, place: str, source: str, target: str) -> None:
        """Count a row; `place` says where it stands."""
        if not source or not target:
            self.num_empty += 1
            self.empty += [place] if len(self.empty) < EXAMPLES else []
            return
        if self.max_characters is not None and max(len(source), len(target)) > self.max_characters:
            self.num_long += 1
            self.long += [place] if len(self.long) < EXAMPLES else []
            return
        found = proportion(source, target)
        self.proportions[found] += 1
        self._keep_extreme(found, place, source, target)
        self.scripts.add(source, target)
        self.held.add(draw(source), found)
        pair = hash((source, target))
        self.num_repeated += pair in self._seen
        if len(self._seen) < DUPLICATES_AMONG:
            self._seen.add(pair)

    def usual(self) -> int:
        """Return the median proportion."""
        ordered = sorted(self.proportions)
        passed = accumulate(self.proportions[each] for each in ordered)
        middle = self.proportions.total() / 2
        return next(each for each, count in zip(ordered, passed, strict=True) if count >= middle)

    def tell(self) -> list[str]:
        """Say what was left out, in sentences."""
        told = []
        if self.num_empty:
            told.append(
                f"Left out {self.num_empty:,} pairs with an empty side ({_places(self.empty, self.num_empty)})."
            )
        if self.num_long:
            what = f"{self.num_long:,} pairs with more than {self.max_characters:,} characters on a side"
            told.append(f"Left out {what} ({_places(self.long, self.num_long)}).")
        if self.num_repeated:
            told.append(f"{self.num_repeated:,} pairs repeat an earlier one of their part; they are kept.")
        return told

    def _keep_extreme(self, found: int, place: str, source: str, target: str) -> None:
        """Keep the few smallest and the few largest proportions: if any is out of bounds, these are."""
        kept = self.extremes
        if len(kept) < 2 * EXAMPLES or not kept[EXAMPLES - 1][0] <= found <= kept[EXAMPLES][0]:
            kept.append((found, f"{place} ({len(source)} and {len(target)} characters)"))
            kept.sort(key=lambda entry: entry[0])
            if len(kept) > 2 * EXAMPLES:
                del kept[EXAMPLES]


class Held:
    """The sources with the smallest draws, no more than may be for validation."""

    def __init__(self) -> None:
        self._groups: dict[int, Counter[int]] = {}
        self._order: list[int] = []
        self._size = 0
        self._ceiling = 1 << 64

    def add(self, drawn: int, found: int) -> None:
        """Count a pair by what its source draws and by its proportion."""
        if drawn >= self._ceiling:
            return
        if drawn not in self._groups:
            self._groups[drawn] = Counter()
            heapq.heappush(self._order, -drawn)
        self._groups[drawn][found] += 1
        self._size += 1
        while self._size > MAX_VALID_PAIRS and len(self._groups) > 1:
            self._ceiling = -heapq.heappop(self._order)
            self._size -= self._groups.pop(self._ceiling).total()

    def cut(self, good: set[int], num_good: int) -> tuple[int, int]:
        """Return below which draw a source is for validation, and how many pairs these are; 0 where it would be all."""
        sizes = {
            drawn: size
            for drawn, group in sorted(self._groups.items(), key=lambda item: item[0])
            if (size := sum(count for found, count in group.items() if found in good))
        }
        chosen = [drawn for drawn in sizes if drawn < VALID_BELOW] or list(sizes)[:1]
        if sum(sizes[drawn] for drawn in chosen) == num_good:
            chosen.pop()
        return (chosen[-1] + 1, sum(sizes[drawn] for drawn in chosen)) if chosen else (0, 0)


def proportion(source: str, target: str) -> int:
    """Return how many times longer than the source a target is, as the logarithm in hundredths."""
    return round(STEPS * math.log(len(target) / len(source)))


def draw(source: str) -> int:
    """Draw a number of 64 bits by a fixed hash: the same text always draws the same."""
    return int.from_bytes(blake2b(source.encode("utf-8"), digest_size=8).digest(), "big")


def _places(examples: list[str], count: int) -> str:
    return f"{', '.join(examples)}{' …' if count > len(examples) else ''}"
