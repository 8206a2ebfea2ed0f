"""Tagged sentences known by name: published files in a folder of their name, and what is built in."""

from dataclasses import dataclass
from pathlib import Path

from clearhead.data._known import find as find_known
from clearhead.data._known import locate

BUILT_IN_TAGGED = {"python_tokens": "statements of the Python sources on this machine, each token with its kind"}


@dataclass(frozen=True, kw_only=True)
class KnownTagged:
    """A published set of tagged sentences: files of columns lie in a folder of its name."""

    name: str
    files: dict[str, str]
    """File of each part; without "valid", the training part is split."""
    columns: tuple[str, ...]
    """What the columns are called; the first one holds the words."""
    tag: str
    """Column of the tags unless the user names another."""
    scheme: str
    note: str
    licence: str


TAGGED = {
    known.name: known
    for known in (
        KnownTagged(
            name="wnut17",
            files={"train": "train.conll", "valid": "valid.conll", "test": "test.conll"},
            columns=("token", "tag"),
            tag="tag",
            scheme="BIO",
            note="5,690 English sentences of the web with new and rare names of six kinds; rude in part",
            licence="CC BY 4.0",
        ),
        KnownTagged(
            name="resume_ner",
            files={"train": "train.conll", "valid": "valid.conll", "test": "test.conll"},
            columns=("char", "tag"),
            tag="tag",
            scheme="BMES",
            note="4,761 sentences of Chinese CVs in characters, entities of eight kinds",
            licence="none stated; research use, cite Zhang and Yang 2018",
        ),
        KnownTagged(
            name="ud_english_ewt",
            files={"train": "train.conll.gz", "valid": "valid.conll.gz", "test": "test.conll.gz"},
            columns=("form", "UPOS", "XPOS"),
            tag="UPOS",
            scheme="none",
            note="16,622 English sentences of the web with parts of speech; ud_english_ewt:XPOS for Penn tags",
            licence="CC BY-SA 4.0",
        ),
    )
}


def find(known: KnownTagged) -> Path:
    """Return the folder of a known set.

    Raises:
        FileNotFoundError: it is not on this machine; the message says where it was looked for and what to do.
    """
    return find_known(known, kind="set of tagged sentences")


def listing() -> list[dict[str, str]]:
    """Return a row for each set known by name: name, note, licence, where ("" when it is not on this machine)."""
    rows = [{"name": name, "note": note, "licence": "", "where": "built in"} for name, note in BUILT_IN_TAGGED.items()]
    for known in TAGGED.values():
        where = str(locate(known) or "")
        rows.append({"name": known.name, "note": known.note, "licence": known.licence, "where": where})
    return rows
