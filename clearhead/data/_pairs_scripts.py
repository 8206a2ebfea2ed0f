"""What the letters and the lengths of pairs tell: sides that are exchanged, the line where two files part."""

import math
import unicodedata
from collections import Counter
from collections.abc import Sequence
from itertools import accumulate

_LATIN = "en de fr es it pt nl sv da no fi pl cs ro hu tr vi ms sk sl hr et lv lt ca ga is"
_SCRIPTS = {
    "zh": ("CJK",), "yue": ("CJK",), "ja": ("CJK", "HIRAGANA", "KATAKANA"), "ko": ("HANGUL",), "ru": ("CYRILLIC",),
    "uk": ("CYRILLIC",), "bg": ("CYRILLIC",), "ar": ("ARABIC",), "fa": ("ARABIC",), "he": ("HEBREW",),
    "el": ("GREEK",), "hi": ("DEVANAGARI",), "th": ("THAI",),
}  # fmt: skip
LANGUAGES = {**_SCRIPTS, **dict.fromkeys(_LATIN.split(), ("LATIN",))}
"""How Unicode names the letters a language is written in, by the language's code."""
SAMPLE_PAIRS = 300
SAMPLE_CHARACTERS = 100
MOSTLY = 0.8
SURVEYED_LINES = 1_000_000
_SURE = 20.0
"""Twice the logarithm of how much likelier than one spread two must be."""
_LEAST = 1e-2
"""A few lines of just the same proportion are no spread of their own."""


class ScriptCount:
    """Letters by script, of the first pairs, source and target apart."""

    def __init__(self) -> None:
        self.sides: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
        self._num_pairs = 0

    def add(self, source: str, target: str) -> None:
        """Count the letters of a pair while few pairs are counted."""
        if self._num_pairs < SAMPLE_PAIRS:
            self._num_pairs += 1
            for counter, text in zip(self.sides, (source, target), strict=True):
                letters = filter(str.isalpha, text[:SAMPLE_CHARACTERS])
                counter.update(unicodedata.name(letter, "other").split()[0] for letter in letters)


def told_exchanged(languages: tuple[str, str], counted: ScriptCount) -> str | None:
    """Say that the sides are exchanged when each is mostly in the other's letters; None when they are not."""
    codes = [name.replace("_", "-").split("-")[0].lower() for name in languages]
    scripts = [LANGUAGES.get(code) for code in codes]
    if scripts[0] is None or scripts[1] is None or set(scripts[0]) & set(scripts[1]):
        return None
    for counter, other in zip(counted.sides, (scripts[1], scripts[0]), strict=True):
        if not counter or sum(counter[script] for script in other) < MOSTLY * counter.total():
            return None
    found = [_spoken(counter.most_common(1)[0][0]) for counter in counted.sides]
    return (
        f"must have {languages[0]!r} as source and {languages[1]!r} as target, got {found[0]} letters in the source "
        f"and {found[1]} in the target. Exchange the files or the names of the columns, "
        f"or give --source {languages[1]} --target {languages[0]}."
    )


def find_parting(source: Sequence[str], target: Sequence[str]) -> tuple[int, str]:
    """Guess from which line on two files no longer belong together.

    Either where the first line stands that one file leaves empty, or where the proportions of the lengths, even until
    then, begin to scatter: the cut that makes two normal distributions of different spread most likely.

    Returns:
        The line's number, from 1, and why.
    """
    pairs = list(zip(source, target, strict=False))[:SURVEYED_LINES]
    for number, (first, second) in enumerate(pairs, start=1):
        if bool(first.strip()) != bool(second.strip()):
            return number, f"where the {'target' if first.strip() else 'source'} is empty"
    ratios = [math.log((len(second) + 1) / (len(first) + 1)) for first, second in pairs]
    middle = sorted(ratios)[len(ratios) // 2] if ratios else 0.0
    sums = list(accumulate(((ratio - middle) ** 2 for ratio in ratios), initial=0.0))
    total = place = len(ratios)
    best = _SURE + 4 * math.log(total + 1)  # many cuts are tried: one of them looks likely by chance
    whole = total * math.log(sums[-1] / total + _LEAST) if total else 0.0
    for cut in range(total):
        before = sums[cut] / cut if cut else 0.0
        after = (sums[-1] - sums[cut]) / (total - cut)
        if after > before:
            gain = whole - cut * math.log(before + _LEAST) - (total - cut) * math.log(after + _LEAST)
            if gain > best:
                best, place = gain, cut
    if place == total:
        return total + 1, "where the shorter one ends"
    return place + 1, "where the lengths begin to differ"


def _spoken(script: str) -> str:
    return {"CJK": "Han"}.get(script, script.capitalize())
