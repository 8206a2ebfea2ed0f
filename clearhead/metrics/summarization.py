"""How much of a reference summary is found again: ROUGE-1, ROUGE-2 and ROUGE-L.

Source: Lin 2004, "ROUGE: A Package for Automatic Evaluation of Summaries", sections 2 and 3.1, aclanthology W04-1013;
F1 weighs precision and recall alike, as is reported since. Differs: no stemming, no stop words left out; Chinese counts
by character.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_TOKEN = re.compile(f"[{_HAN}]|[^\\W{_HAN}]+")


@dataclass(frozen=True)
class Rouge:
    """Mean F1 over the summaries, from 0 to 1."""

    rouge_1: float
    rouge_2: float
    rouge_l: float


def rouge(summaries: Sequence[str], references: Sequence[str]) -> Rouge:
    """Score summaries against one reference each: words and pairs of words in common, and the longest common order."""
    if not references or len(summaries) != len(references):
        raise ValueError(
            f"summaries must be one for each reference, at least one, "
            f"got {len(summaries)} for {len(references)} references. Summarise each text once."
        )
    ones, twos, longest = [], [], []
    for summary, reference in zip(map(split_words, summaries), map(split_words, references), strict=True):
        ones.append(_overlap(summary, reference, 1))
        twos.append(_overlap(summary, reference, 2))
        common = longest_common_subsequence(summary, reference)
        longest.append(_f1(common, len(summary), len(reference)))
    return Rouge(*(sum(scores) / len(references) for scores in (ones, twos, longest)))


def split_words(text: str) -> list[str]:
    """Return lower-cased words; each Chinese character is one; marks and spaces only separate."""
    return _TOKEN.findall(text.lower())


def longest_common_subsequence(first: Sequence[str], second: Sequence[str]) -> int:
    """Return how many words two texts have in common in the same order, gaps allowed.

    A row of the usual table is kept as the bits of one whole number: a bit is 0 where the row rises. So a text costs
    one addition for each word of the other.

    Source: Hyyrö 2004, "Bit-parallel LCS-length computation revisited", section 3.
    """
    places: dict[str, int] = {}
    for place, word in enumerate(first):
        places[word] = places.get(word, 0) | 1 << place
    everywhere = (1 << len(first)) - 1
    row = everywhere
    for word in second:
        matches = row & places.get(word, 0)
        row = ((row + matches) | (row - matches)) & everywhere
    return len(first) - row.bit_count()


def _overlap(summary: list[str], reference: list[str], size: int) -> float:
    """Return the F1 of runs of `size` words; each run of the reference can be found as often as it stands there."""
    ours, theirs = (
        Counter(zip(*(words[start:] for start in range(size)), strict=False)) for words in (summary, reference)
    )
    return _f1((ours & theirs).total(), ours.total(), theirs.total())


def _f1(num_common: int, num_ours: int, num_theirs: int) -> float:
    """Return 2PR / (P + R), which is this; 0 where there is nothing on either side."""
    return 2 * num_common / (num_ours + num_theirs) if num_ours + num_theirs else 0.0
