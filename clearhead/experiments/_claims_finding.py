"""A claim that was tested, and how it is told as plain text; the words around it in English and Chinese."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from clearhead.experiments.claims.base import VERDICTS, Figure, Outcome, Words, load_claim

PAGE_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "title": "What people say about these models, tested",
        "intro": "Each sentence below was put to the test on a small experiment that runs on one core in about a "
        "minute. The verdict is drawn from the figures by the rule under “How to read it”: the claim **holds**, holds "
        "**only when** something is given, or is **false** here. A small experiment settles a claim for its own size "
        "and data, not for all sizes and data. The page is written by the commands on it.",
        "list": "`clearhead claims all --pages docs` tests them all and writes these pages anew. The list:",
        "claim": "claim",
        "verdict": "verdict",
        "where": "Where it is said",
        "how": "Experiment",
        "reading": "How to read it",
        "measured": "Measured",
        "seed": "seed",
        "colon": ": ",
        "comma": ", ",
    },
    "zh": {
        "title": "人们常说的那些话，一句一句地验证",
        "intro": "下面每一句话都做了一个小实验，单核大约一分钟就能跑完。结论由“怎么看”一栏写明的规则从数据得出："
        "**成立**、**有条件地成立**，或在这里**不成立**。小实验只说明它自己的规模和数据，不代表一切规模和一切数据。"
        "本页由页内的命令自动生成。",
        "list": "`clearhead claims all --pages docs` 会全部验证一遍并重新生成这两页。列出全部说法：",
        "claim": "说法",
        "verdict": "结论",
        "where": "出处",
        "how": "实验",
        "reading": "怎么看",
        "measured": "测量",
        "seed": "随机种子",
        "colon": "：",
        "comma": "，",
    },
}


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A claim that was tested, where and when. Printing it prints the figures and the verdict in English."""

    claim: str
    outcome: Outcome
    seed: int
    seconds: float
    date: str
    machine: dict[str, Any]
    versions: dict[str, str]

    @property
    def words(self) -> Mapping[str, Words]:
        """The claim and its experiment in each language."""
        return load_claim(self.claim).WORDS

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {**vars(self), "outcome": self.outcome.to_json()}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """Build a finding from what `to_json` returned."""
        return cls(**{**values, "outcome": Outcome.from_json(values["outcome"])})

    def told(self, language: str) -> str:
        """Return claim, experiment, figures and verdict as plain text."""
        words, page = self.words[language], PAGE_WORDS[language]
        lines = [words.claim, ""]
        for name in ("where", "how", "reading"):
            lines.append(f"{page[name]}{page['colon']}{getattr(words, name)}")
        for figure in self.outcome.figures:
            lines += ["", figure.name[language], *aligned(figure, language)]
        verdict = VERDICTS[self.outcome.verdict][language]
        lines += ["", f"{page['verdict'].capitalize()}{page['colon']}{verdict}", self.outcome.sentence[language], ""]
        return "\n".join([*lines, self.circumstances(language)])

    def circumstances(self, language: str) -> str:
        """Say when, where and with which seed this was measured."""
        page = PAGE_WORDS[language]
        about = [self.date, f"{page['seed']} {self.seed}", f"{self.seconds:.0f} s", *map(str, self.machine.values())]
        about += [f"{name} {self.versions[name]}" for name in ("python", "torch") if name in self.versions]
        return f"{page['measured']}{page['colon']}{page['comma'].join(about)}"

    def __str__(self) -> str:
        return self.told("en")


def aligned(figure: Figure, language: str) -> list[str]:
    """Return a figure as lines of text, its columns below each other in a terminal."""
    rows = figure.texts(language)
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = []
        for index, (cell, width) in enumerate(zip(row, widths, strict=True)):
            space = " " * (width - _width(cell))
            cells.append(cell + space if index == 0 else space + cell)
        lines.append("  " + "  ".join(cells).rstrip())
    return lines


def _width(written: str) -> int:
    """Return the columns that a text takes in a terminal: Chinese signs take two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in written)
