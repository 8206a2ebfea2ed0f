"""What a Markdown page says, for the tests beside this file: headings, blocks of code, commands."""

import re
import shlex
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Page:
    """One Markdown file, taken apart."""

    path: Path
    levels: tuple[int, ...]
    """The level of each heading, in order: 1 for "#"."""
    blocks: tuple[tuple[str, str], ...]
    """Each fenced block: its language and its text."""


def read(path: Path) -> Page:
    """Take a Markdown file apart."""
    levels, blocks = [], []
    language: str | None = None
    lines: list[str] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        fence = re.match(r"\s*```\s*(\w*)", line)
        if fence and language is None:
            language, lines = fence[1], []
        elif fence:
            blocks.append((str(language), "\n".join(lines)))
            language = None
        elif language is not None:
            lines.append(line)
        elif heading := re.match(r"(#{1,6})\s", line):
            levels.append(len(heading[1]))
    assert language is None, f"{path} opens a block of code and does not close it"
    return Page(path, tuple(levels), tuple(blocks))


def commands(page: Page) -> list[list[str]]:
    """List the commands of a page's shell blocks, each as its words; a line that ends in \\ goes on."""
    found = []
    for language, text in page.blocks:
        if language not in ("bash", "sh", "shell", "console", ""):
            continue
        for line in text.replace("\\\n", " ").splitlines():
            line = line.strip().removeprefix("$ ")
            if line.startswith(("clearhead ", "python3 dev.py ", "python dev.py ", "pip ", "torchrun ")):
                found.append(shlex.split(line, comments=True))
    return found


def folders(page: Page) -> tuple[set[str], set[str]]:
    """Return the top-level folders and the rooms that a page's listings of folders name.

    A listing is a block in which a line is `clearhead/`, perhaps with words after it; rooms stand below it, two spaces
    in; other top-level folders stand at the margin.
    """
    top: set[str] = set()
    rooms: set[str] = set()
    for _, text in page.blocks:
        if not re.search(r"^clearhead/(\s|$)", text, re.MULTILINE):
            continue
        parent = ""
        for line in text.splitlines():
            if outer := re.match(r"(\.?[\w-]+)/(\s|$)", line):
                parent = outer[1]
                top.add(parent)
            elif (inner := re.match(r"  (\w+)/(\s|$)", line)) and parent == "clearhead":
                rooms.add(inner[1])
    return top, rooms
