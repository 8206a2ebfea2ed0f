"""Texts and sets of pairs known by name, one row each, and where on this machine they are looked for."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from clearhead.core import catalog
from clearhead.data._cache import cache_folder
from clearhead.data._read import shown


@dataclass(frozen=True, kw_only=True)
class KnownText:
    """A published text: its files lie in a folder of its name."""

    name: str
    files: dict[str, str]
    """File of each part; without "valid", the training part is split."""
    rule: str = "file"
    """What a document is: "file", "article" (begins with `= Title =`), "poem" (blank lines between)."""
    is_exact: bool = False
    """Split at exactly nine tenths of the characters, so that scores compare with published ones."""
    note: str
    licence: str


@dataclass(frozen=True, kw_only=True)
class KnownPairs:
    """A published set of pairs: TSV files with a header lie in a folder of its name."""

    name: str
    files: dict[str, str]
    """File of each part; without "valid", the training part is split."""
    source: str
    """Column read unless the user names another."""
    target: str
    """Column written unless the user names another."""
    note: str
    licence: str


BUILT_IN = {
    "stories": "small consistent stories, made here and endless; stories:en, stories:zh, stories:both",
    "stdlib": "the Python sources on this machine",
}

TEXTS = {
    text.name: text
    for text in (
        KnownText(
            name="tinyshakespeare",
            files={"train": "input.txt"},
            is_exact=True,
            note="1.1 million characters of plays; the first 90 % train, the rest validates",
            licence="public domain",
        ),
        KnownText(
            name="wikitext2",
            files={"train": "train.txt.gz", "valid": "valid.txt.gz", "test": "test.txt.gz"},
            note="English Wikipedia articles in words, rare ones as <unk>; one document a part, as published",
            licence="CC BY-SA 3.0",
        ),
        KnownText(
            name="enwiki_sample",
            files={"train": "train.txt.gz", "valid": "valid.txt.gz"},
            rule="article",
            note="2,422 English Wikipedia articles of 2015, 34 MB",
            licence="CC BY-SA 3.0",
        ),
        KnownText(
            name="tang_poems_zh",
            files={"train": "quantangshi.txt.gz"},
            rule="poem",
            note="57,603 Tang poems in traditional Chinese, 13 MB; split by poem",
            licence="MIT",
        ),
    )
}


BUILT_IN_PAIRS = {
    "dates": "dates and numbers in English and Chinese to normal form, made here; dates:en, dates:zh, dates:100000",
    "reversal": "words of letters to the same word backwards, made here",
    "docstrings": "documentation of Python functions on this machine to its first line",
}

PAIRS = {
    pairs.name: pairs
    for pairs in (
        KnownPairs(
            name="multi30k",
            files={
                "train": "train.tsv.gz",
                "valid": "valid.tsv",
                "test": "test.tsv",
                "test_2017": "test_2017.tsv",
                "test_2017_mscoco": "test_2017_mscoco.tsv",
            },
            source="en",
            target="de",
            note="29,000 captions of pictures in English and German; test is test_2016_flickr",
            licence="non-commercial research and education",
        ),
        KnownPairs(
            name="tatoeba_en_zh",
            files={"train": "train.tsv.gz", "valid": "valid.tsv.gz", "test": "test.tsv.gz"},
            source="en",
            target="zh",
            note="29,155 short sentences in English and Chinese",
            licence="CC BY 2.0 FR",
        ),
        KnownPairs(
            name="csl_titles_zh",
            files={"train": "valid.tsv", "test": "test.tsv"},
            source="abstract",
            target="title",
            note="Chinese abstracts and their titles; trains on the 1,000 published for validation, for want of others",
            licence="Apache-2.0",
        ),
    )
}


def folders() -> list[Path]:
    """Return the folders that are searched for known sets, in order."""
    named = os.environ.get("CLEARHEAD_DATA")
    repository = catalog.PACKAGE_PATH.parent
    found = [Path(named).expanduser()] if named else []
    found += [Path.cwd().parent / "shared" / "data", repository.parent / "shared" / "data", cache_folder() / "data"]
    return list(dict.fromkeys(found))


class KnownSet(Protocol):
    """A set known by name: its files lie in a folder of that name."""

    @property
    def name(self) -> str:
        """Its name, and that of its folder."""

    @property
    def files(self) -> Mapping[str, str]:
        """The file of each part."""


def locate(known: KnownSet) -> Path | None:
    """Return the folder that holds every file of a known set, or None when it is not on this machine."""
    for folder in folders():
        if all((folder / known.name / file).is_file() for file in known.files.values()):
            return folder / known.name
    return None


def find(known: KnownSet, *, kind: str | None = None) -> Path:
    """Return the folder of a known set.

    Args:
        kind: what the message calls it; None for a text or a set of pairs.
    Raises:
        FileNotFoundError: it is not on this machine; the message says where it was looked for and what to do.
    """
    folder = locate(known)
    if folder:
        return folder
    kind = kind or ("text" if isinstance(known, KnownText) else "set of pairs")
    looked = ", ".join(shown(place / known.name) for place in folders())
    raise FileNotFoundError(
        f"The known {kind} {known.name!r} must be on this machine, looked in {looked}. "
        f"Put {', '.join(known.files.values())} into one of these folders, "
        "or set CLEARHEAD_DATA to the folder above yours."
    )


def listing() -> list[dict[str, str]]:
    """Return a row for each set known by name: name, note, licence, where ("" when it is not on this machine)."""
    groups: tuple[tuple[dict[str, str], Iterable[KnownText | KnownPairs]], ...] = (
        (BUILT_IN, TEXTS.values()),
        (BUILT_IN_PAIRS, PAIRS.values()),
    )
    rows = []
    for built_in, published in groups:
        rows += [{"name": name, "note": note, "licence": "", "where": "built in"} for name, note in built_in.items()]
        for known in published:
            where = str(locate(known) or "")
            rows.append({"name": known.name, "note": known.note, "licence": known.licence, "where": where})
    return rows


def tell(rows: list[dict[str, str]]) -> list[str]:
    """Say a listing in lines that a person reads."""
    lines = []
    for row in rows:
        where = shown(row["where"]) or f"not on this machine; put it into {shown(folders()[0] / row['name'])}"
        licence = f" ({row['licence']})" if row["licence"] else ""
        lines.append(f"{row['name']:<16} {row['note']}{licence}")
        lines.append(f"{'':<16} {where}")
    return lines
