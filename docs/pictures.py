"""Make the pictures of these documents again, from nothing: `python3 dev.py pictures [NAME ...]`.

A page says how its picture comes about: the commands above it train a model and look into it. Those very commands are
run here (in build/pictures/LANGUAGE), so what a reader types is what made the picture. A model is trained once, and
again when its command has changed or build/pictures is gone. The Chromium of this machine, without a window, draws the
one-file report, or the live page; of a report only the panels are kept that `SHOWN` names (picture_drawing.py).
"""

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from docs.picture_drawing import BUILD, DOCS, IMAGES, Picture, PictureError, draw, smaller

LANGUAGES = ("en", "zh")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SAMPLE = "images/two.png"
"""A digit, for the pages about pictures: one of the built-in ones."""


def pictures_of(page: Path, language: str) -> list[Picture]:
    """Return the pictures of a page: each is drawn by the first `clearhead look` of the block of commands above it.

    Raises:
        PictureError: a picture stands below no such command.
    """
    found, trainings, look, block = [], [], (), None
    text = page.read_text(encoding="utf-8").replace("\\\n", " ")
    for line in text.splitlines():
        if line.startswith("```"):
            block = [] if block is None and line == "```bash" else None
        elif block is not None and line.startswith("clearhead "):
            words = tuple(shlex.split(line, comments=True))
            if words[1] == "train":
                trainings.append(words)
            elif words[1] == "look":
                look = words if not block else look
                block.append(words)
        elif image := re.match(rf"!\[.*\]\((?:\.\./)+images/([\w/-]+)\.{language}\.png\)", line):
            if not look:
                raise PictureError(f"{page.name} must have a clearhead look above {image[1]}, it has none. Add one.")
            found.append(Picture(image[1], language, tuple(trainings), look))
    return found


def all_pictures() -> list[Picture]:
    """Return the pictures of every page, in both languages."""
    pages = [(path, language) for language in LANGUAGES for path in sorted((DOCS / language).rglob("*.md"))]
    return [picture for path, language in pages for picture in pictures_of(path, language)]


def chosen(names: Sequence[str]) -> list[Picture]:
    """Return the pictures that are named ("attention", "attention.zh"), or all.

    Raises:
        PictureError: no picture has such a name.
    """
    every = all_pictures()
    short = {name.removeprefix("views/") for name in (picture.name for picture in every)}
    unknown = [name for name in names if name.partition(".")[0] not in short]
    if unknown:
        raise PictureError(f"No picture {unknown[0]!r} in the pages. Available: {', '.join(sorted(short))}.")

    def is_named(picture: Picture) -> bool:
        own = picture.name.removeprefix("views/")
        return not names or own in names or f"{own}.{picture.language}" in names

    return [picture for picture in every if is_named(picture)]


def option(words: Sequence[str], name: str) -> str:
    """Return the value of an option of a command."""
    return words[words.index(name) + 1]


def train(picture: Picture) -> None:
    """Train what a picture needs, unless this very command did already, for this or for the other language."""
    for words in picture.trainings:
        run = picture.folder / option(words, "--out")
        told = run.with_name(f"{run.name}.command")
        others = [BUILD / language / told.relative_to(picture.folder) for language in LANGUAGES]
        command = shlex.join(words)
        done = [path for path in others if path.is_file() and path.read_text(encoding="utf-8") == command]
        if told in done:
            continue
        shutil.rmtree(run, ignore_errors=True)
        if done:
            shutil.copytree(done[0].with_suffix(""), run)
        else:
            say(f"  {command}")
            run_command(words, picture.folder)
        told.write_text(command, encoding="utf-8")


def run_command(words: Sequence[str], folder: Path) -> None:
    """Run a command of a page in a process of its own.

    Raises:
        PictureError: it failed; the message is its own.
    """
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-m", *words], cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False
    )
    if done.returncode != 0:
        raise PictureError(f"{shlex.join(words)} failed: {done.stderr.strip().splitlines()[-1]}")


def write_sample() -> None:
    """Write the digit that the pages read, and put it where their commands find it."""
    import numpy as np
    from PIL import Image
    from sklearn.datasets import load_digits

    digits = load_digits()
    first = int(np.flatnonzero(digits.target == 2)[0])
    pixels = np.round(digits.images[first] * 255 / 16).astype(np.uint8)
    Image.fromarray(pixels).save(DOCS / SAMPLE, optimize=True)
    for language in LANGUAGES:
        (BUILD / language / "docs" / "images").mkdir(parents=True, exist_ok=True)
        shutil.copy(DOCS / SAMPLE, BUILD / language / "docs" / SAMPLE)


def say(text: str) -> None:
    """Tell what happens now."""
    print(text, flush=True)


def main(names: Sequence[str]) -> None:
    """Make the pictures that are named, or all."""
    wanted = chosen(names)
    program = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if program is None:
        raise PictureError(f"No browser draws the pages: there is no {', '.join(BROWSERS)}. Install Chromium.")
    write_sample()
    for picture in wanted:
        train(picture)
    from playwright.sync_api import sync_playwright

    (IMAGES / "views").mkdir(parents=True, exist_ok=True)
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for picture in wanted:
            data = smaller(draw(browser, picture), picture.path.name)
            picture.path.write_bytes(data)
            say(f"  {picture.path.relative_to(DOCS).as_posix()}  {len(data) / 1000:.0f} kB")
        browser.close()


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except PictureError as error:
        print(f"pictures: {error}", file=sys.stderr)
        sys.exit(2)
