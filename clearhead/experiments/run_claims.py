"""Test claims and tell what came of them: on the terminal, as JSON, as pages in English and Chinese."""

import json
import time
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import torch

from clearhead.core import catalog
from clearhead.experiments.claims.base import LANGUAGES, ROOM, VERDICTS, Figure, Outcome, Words, load_claim
from clearhead.experiments.reproduce import machine
from clearhead.runs.info import now, versions
from clearhead.tasks.base import Poll, never_stop

ALL = "all"
RECORD_FILE = "claims.json"
PAGE_FILE = "claims.md"
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


def choose_claims(names: Sequence[str]) -> list[str]:
    """Return the claims that a user's words mean; "all" means each.

    Raises:
        ValueError: no such claim; the message lists them and the nearest name.
    """
    if ALL in names:
        return list(catalog.entries(ROOM))
    return list(dict.fromkeys(catalog.find(ROOM, name) for name in names))


def run_claim(name: str, *, seed: int = 0, poll: Poll = never_stop, is_quick: bool = False) -> Finding:
    """Test a claim.

    Args:
        name: an entry of `clearhead claims`.
        seed: drives every random choice.
        poll: called often; raises to stop.
        is_quick: take seconds only: a test of the way, whose verdict means nothing.
    Raises:
        ValueError: no such claim, or a seed below 0.
    """
    name = catalog.find(ROOM, name)
    if not 0 <= seed < 2**31:
        raise ValueError(f"claims.seed must be from 0 to {2**31 - 1}, got {seed}. Use 0.")
    started = time.perf_counter()
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        outcome = load_claim(name).measure(seed=seed, poll=poll, is_quick=is_quick)
    return Finding(
        claim=name,
        outcome=outcome,
        seed=seed,
        seconds=time.perf_counter() - started,
        date=now()[:10],
        machine=machine(),
        versions=versions(),
    )


def listing(language: str = "en") -> dict[str, dict[str, Any]]:
    """Return each claim in its words, with the seconds that testing it takes."""
    loaded = {name: load_claim(name) for name in catalog.entries(ROOM)}
    return {name: {"claim": one.WORDS[language].claim, "seconds": one.SECONDS} for name, one in loaded.items()}


def write_pages(folder: Path, findings: Sequence[Finding]) -> list[Path]:
    """Write en/claims.md and zh/claims.md, with what claims.json in the same folder tells of claims tested before.

    Returns:
        The files that were written.
    Raises:
        ValueError: a claims.json that this command did not write.
    """
    record = folder / RECORD_FILE
    known = {finding.claim: finding for finding in [*_read_record(record), *findings]}
    shown = [known[name] for name in catalog.entries(ROOM) if name in known]
    texts = {folder / language / PAGE_FILE: page(shown, language) for language in LANGUAGES}
    texts[record] = json.dumps([finding.to_json() for finding in shown], ensure_ascii=False, indent=1) + "\n"
    for path, written in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(written, encoding="utf-8", newline="\n")
    return list(texts)


def page(findings: Sequence[Finding], language: str) -> str:
    """Return the page about claims that were tested, as Markdown."""
    words = PAGE_WORDS[language]
    claims = [
        f"| {_cell(finding.words[language].claim)} | {VERDICTS[finding.outcome.verdict][language]} |"
        for finding in findings
    ]
    lines = [
        f"# {words['title']}",
        "",
        words["intro"],
        "",
        words["list"],
        "",
        *_block(["clearhead claims"]),
        "",
        f"| {words['claim']} | {words['verdict']} |",
        "|---|---|",
        *claims,
    ]
    for finding in findings:
        lines += ["", *_section(finding, language)]
    return "\n".join(lines) + "\n"


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


def _section(finding: Finding, language: str) -> list[str]:
    words, page_words, outcome = finding.words[language], PAGE_WORDS[language], finding.outcome
    colon = page_words["colon"]
    lines = [f"## {words.claim}", ""]
    for name in ("where", "how", "reading"):
        lines += [f"**{page_words[name]}**{colon}{getattr(words, name)}", ""]
    for figure in outcome.figures:
        heads, *rows = figure.texts(language)
        lines += [
            f"*{figure.name[language]}*",
            "",
            _row(heads),
            "|---" + "|---:" * (len(heads) - 1) + "|",
        ]
        lines += [*map(_row, rows), ""]
    verdict = f"{page_words['verdict'].capitalize()}{colon}{VERDICTS[outcome.verdict][language]}"
    lines += [f"**{verdict}**", "", outcome.sentence[language], ""]
    return [*lines, *_block([f"clearhead claims {finding.claim}"]), "", finding.circumstances(language)]


def _block(commands: Sequence[str]) -> list[str]:
    return ["```bash", *commands, "```"]


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(map(_cell, cells)) + " |"


def _cell(written: str) -> str:
    return written.replace("|", "\\|")


def _width(written: str) -> int:
    """Return the columns that a text takes in a terminal: Chinese signs take two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in written)


def _read_record(path: Path) -> list[Finding]:
    if not path.is_file():
        return []
    try:
        return [Finding.from_json(values) for values in json.loads(path.read_text(encoding="utf-8"))]
    except (ValueError, KeyError, TypeError, AssertionError) as error:
        raise ValueError(f"{path} must be what this command wrote, got {error!r:.200}. Remove it.") from None
