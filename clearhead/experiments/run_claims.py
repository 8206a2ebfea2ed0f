"""Test claims and tell what came of them: on the terminal, as JSON, as pages in English and Chinese, as one page.

Read with: _claims_document.py (the page for a browser)
"""

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from clearhead.core import catalog
from clearhead.experiments._claims_document import document
from clearhead.experiments._claims_finding import PAGE_WORDS, Finding
from clearhead.experiments.claims.base import LANGUAGES, ROOM, VERDICTS, load_claim
from clearhead.experiments.reproduce import machine
from clearhead.inspector.document import save
from clearhead.runs.info import now, versions
from clearhead.tasks.base import Poll, never_stop

ALL = "all"
RECORD_FILE = "claims.json"
PAGE_FILE = "claims.md"


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


def check_places(*, is_testing: bool, pages: Path | None, html: Path | None) -> None:
    """Refuse places where nothing could be written, before a minute is spent.

    Args:
        is_testing: whether claims are tested; otherwise what is written must be known already.
        pages: the folder of the pages.
        html: the file of the page for a browser.
    Raises:
        ValueError: a folder in place of a file, nothing known to write, or a claims.json that this command did not
            write.
    """
    if html is not None and html.is_dir():
        raise ValueError(f"claims.html must be a file, got the folder {html}. Use --html {html / 'claims.html'}.")
    known = [] if pages is None else _read_record(pages / RECORD_FILE)
    if is_testing or known:
        return
    if pages is None:
        raise ValueError(
            f"claims.ids must name what to test, or --pages a folder whose {RECORD_FILE} tells of earlier tests, got "
            f"neither beside --html {html}. Try: clearhead claims all --html {html}"
        )
    raise ValueError(
        f"claims.ids must name what to test where {pages / RECORD_FILE} tells of no claim, got none. "
        f"Try: clearhead claims all --pages {pages}"
    )


def write_found(findings: Sequence[Finding], *, pages: Path | None = None, html: Path | None = None) -> list[Path]:
    """Write what was found, with what claims.json in the folder of the pages tells of claims tested before.

    Args:
        findings: of the claims that were tested now; they take the place of earlier ones.
        pages: a folder for en/claims.md, zh/claims.md and claims.json; None writes none.
        html: a file for the page for a browser; None writes none.
    Returns:
        The files that were written.
    Raises:
        ValueError: a claims.json that this command did not write.
    """
    earlier = [] if pages is None else _read_record(pages / RECORD_FILE)
    known = {finding.claim: finding for finding in [*earlier, *findings]}
    shown = [known[name] for name in catalog.entries(ROOM) if name in known]
    written = [] if pages is None else _write_pages(pages, shown)
    if html is not None:
        written.append(save({language: document(shown, language) for language in LANGUAGES}, html))
    return written


def _write_pages(folder: Path, shown: Sequence[Finding]) -> list[Path]:
    texts = {folder / language / PAGE_FILE: page(shown, language) for language in LANGUAGES}
    texts[folder / RECORD_FILE] = (
        json.dumps([finding.to_json() for finding in shown], ensure_ascii=False, indent=1) + "\n"
    )
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


def _read_record(path: Path) -> list[Finding]:
    if not path.is_file():
        return []
    try:
        return [Finding.from_json(values) for values in json.loads(path.read_text(encoding="utf-8"))]
    except (ValueError, KeyError, TypeError, AssertionError) as error:
        raise ValueError(f"{path} must be what this command wrote, got {error!r:.200}. Remove it.") from None
