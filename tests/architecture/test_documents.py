"""The documents: English and Chinese in step, folders as they are, commands that exist, public names explained."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from architecture import documents, source

from clearhead.core import catalog

READMES = (source.REPOSITORY / "README.md", source.REPOSITORY / "README.zh-CN.md")
ENGLISH, CHINESE = source.REPOSITORY / "docs" / "en", source.REPOSITORY / "docs" / "zh"
PAIRS = [READMES] + [(path, CHINESE / path.relative_to(ENGLISH)) for path in source.files(ENGLISH, "*.md")]
PAGES = [path for pair in PAIRS for path in pair]
DEV_COMMANDS = ("demo", "test", "check", "bench", "pictures")
TOP_FOLDERS_LEFT_OUT = {".ci", "requirements"}
"""Folders that a listing may leave out."""


def named(value: object) -> str:
    """Name a parameter by the file it is about."""
    path = value[0] if isinstance(value, tuple) else value
    return source.shown(path) if isinstance(path, Path) else ""


def test_both_languages_have_the_same_pages() -> None:
    english = {path.relative_to(ENGLISH).as_posix() for path in source.files(ENGLISH)}
    chinese = {path.relative_to(CHINESE).as_posix() for path in source.files(CHINESE)}
    assert english == chinese
    assert english


@pytest.mark.parametrize("pair", PAIRS, ids=named)
def test_both_languages_have_the_same_headings_and_the_same_commands(pair: tuple[Path, Path]) -> None:
    english, chinese = map(documents.read, pair)
    assert chinese.levels == english.levels
    assert len(chinese.blocks) == len(english.blocks)
    # A prompt may be in the reader's language; the command and its options may not differ.
    assert shape(documents.commands(chinese)) == shape(documents.commands(english))


def shape(commands: list[list[str]]) -> list[list[str]]:
    """Keep of each command its name and its options."""
    return [[*words[:2], *(word for word in words[2:] if word.startswith("--"))] for words in commands]


@pytest.mark.parametrize("pair", PAIRS, ids=named)
def test_the_chinese_page_is_written_in_chinese(pair: tuple[Path, Path]) -> None:
    text = re.sub(r"```.*?```", "", pair[1].read_text(encoding="utf-8"), flags=re.DOTALL)
    signs = len(re.findall(r"[\u4e00-\u9fff]", text))
    assert signs > 0.1 * len(text)


@pytest.mark.parametrize("path", READMES, ids=named)
def test_the_readmes_folders_are_the_real_folders(path: Path) -> None:
    top, rooms = documents.folders(documents.read(path))
    real_rooms = {p.relative_to(source.PACKAGE).parts[0] for p in source.python_files() if p.parent != source.PACKAGE}
    assert rooms == real_rooms
    real_top = {
        p.relative_to(source.REPOSITORY).parts[0]
        for p in source.files(source.REPOSITORY)
        if p.parent != source.REPOSITORY
    }
    assert top <= real_top
    assert real_top - TOP_FOLDERS_LEFT_OUT <= top


@pytest.mark.parametrize("path", READMES, ids=named)
def test_a_readme_opens_with_the_two_commands(path: Path) -> None:
    first = [" ".join(words) for words in documents.commands(documents.read(path))[:2]]
    assert first == ["python3 dev.py demo", "python3 dev.py test"]


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_links_between_files_lead_somewhere(path: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", path.read_text(encoding="utf-8"))
    inside = [target for target in targets if "://" not in target and not target.startswith("mailto:")]
    assert [target for target in inside if not (path.parent / target).exists()] == []


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_the_commands_of_a_page_exist_with_their_options(path: Path, command: Callable[..., Any]) -> None:
    for words in documents.commands(documents.read(path)):
        if "dev.py" in words:
            assert words[2] in DEV_COMMANDS, words
        if "clearhead" in words:
            after = words[words.index("clearhead") + 1 :]
            options = {word.split("=")[0].replace("_", "-") for word in after if word.startswith("--")}
            if not after or after[0].startswith("-") or words[0] == "pip":
                continue
            name = catalog.find("cli", after[0])
            unknown = options - set(re.findall(r"--[a-z0-9][\w.-]*", help_page(command, name, after)))
            assert not unknown, f"{' '.join(words)}: clearhead {name} has no {unknown}"


def help_page(command: Callable[..., Any], name: str, words: list[str]) -> str:
    """Return every option a command shows: its own page, that of its task or action, and with the model's own keys."""
    page = command(name, "--help").out
    if len(words) > 1 and not words[1].startswith("-"):
        model = ["--model", words[words.index("--model") + 1]] if name == "train" and "--model" in words else []
        page += command(name, words[1], *model, "--help").out
    return str(page)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("path", PAGES, ids=named)
def test_the_commands_of_a_page_run_in_order(path: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(source.REPOSITORY), "COLUMNS": "120"}
    environment.setdefault("CLEARHEAD_DATA", str(source.REPOSITORY.parent / "shared" / "data"))
    for words in documents.commands(documents.read(path)):
        if words[0] != "clearhead" or words[1] in ("chat", "serve") or any(re.fullmatch(r"[A-Z]+", w) for w in words):
            continue
        for file in (word for word in words if re.fullmatch(r"[\w./-]*my_[\w.-]+/?", word)):
            make_text(tmp_path / file, is_folder="." not in file)
        for file in (word for word in words if word.startswith("docs/")):
            (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source.REPOSITORY / file, tmp_path / file)
        quick = shorten(words)
        done = subprocess.run(
            [sys.executable, "-m", *quick],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, f"{' '.join(quick)}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"


def shorten(words: list[str]) -> list[str]:
    """Return a training's command with 20 steps in place of its minutes, steps or epochs."""
    limits = ("--minutes", "--steps", "--epochs")
    kept = [w for i, w in enumerate(words) if w not in limits and (i == 0 or words[i - 1] not in limits)]
    return [*kept, "--steps", "20"] if words[1] == "train" and "--resume" not in words else kept


def make_text(path: Path, *, is_folder: bool) -> None:
    """Write the text that a page speaks of as the reader's own ("my_texts/")."""
    if path.exists():
        return
    file = path / "one.txt" if is_folder else path
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = (
        f"Day {i}: {i % 7} foxes and {i % 5} owls met at the well, and one of them slept.\n\n" for i in range(3000)
    )
    file.write_text("".join(lines), encoding="utf-8")


def test_every_public_name_is_explained() -> None:
    import clearhead

    pages = "\n".join(path.read_text(encoding="utf-8") for path in source.files(ENGLISH, "*.md"))
    assert [name for name in clearhead.__all__ if not re.search(rf"\b(ch|clearhead)\.{name}\b", pages)] == []
    assert [name for name in clearhead.__all__ if not hasattr(clearhead, name)] == []
