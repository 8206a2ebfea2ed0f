"""Tested claims as a document: the verdicts, then each claim with its experiment, its figures and its verdict."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from clearhead.experiments._claims_finding import PAGE_WORDS, Finding
from clearhead.experiments.claims.base import VERDICTS, Cell, Figure, Several, Verdict, text
from clearhead.inspector.document import Document, Section
from clearhead.panels import table
from clearhead.panels.base import Panel
from clearhead.panels.dots import Dots

TONES: Mapping[Verdict, str] = {"holds": "good", "only_when": "mixed", "false": "bad"}
SEEN_SPREAD = 0.1
"""Measurements are drawn as dots where they scatter by this share of all that their column spans: there a dot tells
what a standard deviation does not."""
UNBROKEN = "\N{NO-BREAK SPACE}"
WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "facts": "{count} tested: {verdicts}",
        "all": "All of them",
        "claims": "Claims and verdicts",
        "said": "repetition {number} of {count}",
        "dots": "Every repetition is a dot, the bar is their mean. Of the columns above, the one that scatters most.",
        "comma": ", ",
        "space": " ",
    },
    "zh": {
        "facts": "共验证 {count} 句：{verdicts}",
        "all": "总览",
        "claims": "说法与结论",
        "said": "第 {number} 次，共 {count} 次",
        "dots": "每次重复测量是一个点，竖线是平均值。画的是上表中最分散的一列。",
        "comma": "，",
        "space": "",
    },
}


def document(findings: Sequence[Finding], language: str) -> Document:
    """Return the document about claims that were tested, in one language."""
    words, page = WORDS[language], PAGE_WORDS[language]
    counts = Counter(finding.outcome.verdict for finding in findings)
    verdicts = [f"{VERDICTS[verdict][language]} {counts[verdict]}" for verdict in VERDICTS if counts[verdict]]
    rows = tuple(
        (
            f"{number}. {finding.words[language].claim}",
            VERDICTS[finding.outcome.verdict][language].replace(" ", UNBROKEN),
        )
        for number, finding in enumerate(findings, 1)
    )
    heads = (page["claim"], page["verdict"])
    first = Section(
        title=words["all"],
        text=(page["intro"].replace("**", ""),),  # a paragraph here is plain text
        panels=(table.Table(name="verdicts", title=words["claims"], columns=heads, rows=rows),),
        commands=("clearhead claims", "clearhead claims all --html claims.html"),
    )
    facts = words["facts"].format(count=len(findings), verdicts=words["comma"].join(verdicts))
    sections = (first, *(_section(number, finding, language) for number, finding in enumerate(findings, 1)))
    return Document(title=page["title"], facts=facts, sections=sections)


def _section(number: int, finding: Finding, language: str) -> Section:
    words, page, outcome = finding.words[language], PAGE_WORDS[language], finding.outcome
    verdict = f"{page['verdict'].capitalize()}{page['colon']}{VERDICTS[outcome.verdict][language]}"
    stop = "" if verdict.endswith(".") else {"en": ".", "zh": "。"}[language]
    told = [f"{page[name]}{page['colon']}{getattr(words, name)}" for name in ("where", "how", "reading")]
    panels = [
        panel
        for place, figure in enumerate(outcome.figures, 1)
        for panel in _panels(figure, f"{finding.claim}-{place}", language)
    ]
    return Section(
        title=f"{number}. {words.claim}",
        text=(
            f"{verdict}{stop}{WORDS[language]['space']}{outcome.sentence[language]}",
            *told,
            finding.circumstances(language),
        ),
        panels=tuple(panels),
        commands=(f"clearhead claims {finding.claim}" + (f" --seed {finding.seed}" if finding.seed else ""),),
        tone=TONES[outcome.verdict],
    )


def _panels(figure: Figure, name: str, language: str) -> list[Panel]:
    """Return a figure as a table, and below it the column that scatters most as dots where that tells more."""
    rows = tuple(tuple(_cell(cell, language) for cell in row) for row in figure.rows)
    heads = tuple(figure.columns[language])
    panels: list[Panel] = [table.Table(name=name, title=figure.name[language], columns=heads, rows=rows)]
    column = _scattered(figure)
    if column is not None:
        panels.append(_dots(figure, column, f"{name}-dots", language))
    return panels


def _cell(cell: Cell, language: str) -> table.Cell:
    """Return a cell in the reader's language; a single number stays one."""
    return cell if isinstance(cell, int | float) else text(cell, language)


def _scattered(figure: Figure) -> int | None:
    """Return the column whose repeated measurements scatter most, or None where they do so too little to be seen."""
    most, found = 0.0, None
    for column in range(1, len(figure.rows[0]) if figure.rows else 0):
        cells = [row[column] for row in figure.rows if isinstance(row[column], Several)]
        spreads = [cell.spread for cell in cells if isinstance(cell, Several)]
        values = [value for cell in cells if isinstance(cell, Several) for value in cell.values]
        if len(spreads) > 1 and max(spreads) > most:
            most = max(spreads)
            found = column if most >= SEEN_SPREAD * (max(values) - min(values)) else None
    return found


def _dots(figure: Figure, column: int, name: str, language: str) -> Dots:
    words, heads = WORDS[language], figure.columns[language]
    labels, values, said = [], [], []
    for row in figure.rows:
        cell = row[column]
        if not isinstance(cell, Several | int | float):
            continue
        numbers = cell.values if isinstance(cell, Several) else (cell,)
        labels.append(_label(text(row[0], language), heads[0]))
        values.append(np.array(numbers, dtype=np.float64))
        count = len(numbers)
        said.append(tuple(words["said"].format(number=number, count=count) for number in range(1, count + 1)))
    title = f"{figure.name[language]}{PAGE_WORDS[language]['colon']}{heads[column]}"
    return Dots(
        name=name,
        title=title,
        note=words["dots"],
        labels=tuple(labels),
        values=tuple(values),
        axis=heads[column],
        said=tuple(said),
    )


def _label(cell: str, head: str) -> str:
    """Return the name of a row; a bare number is told with what it counts ("distance 8")."""
    return cell if any(sign.isalpha() for sign in cell) else f"{head} {cell}"
