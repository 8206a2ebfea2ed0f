"""Labelled texts known by name: built in, or published files in a folder of their name."""

from dataclasses import dataclass, field
from pathlib import Path

from clearhead.data._known import find as find_known
from clearhead.data._known import locate

BUILT_IN_LABELED = {
    "intents": "what people say to an assistant, with what they want; made here; intents:en, intents:zh, intents:both",
}
_SENTIMENT = {"0": "negative", "1": "positive"}


@dataclass(frozen=True, kw_only=True)
class KnownLabeled:
    """A published set of labelled texts: tables with a header lie in a folder of its name."""

    name: str
    files: dict[str, str]
    """File of each part; without "valid", the training part is split."""
    labels: tuple[str, ...] = ("label",)
    """Columns that can be predicted; the first one is, unless the user names another (trec:fine)."""
    label_names: dict[str, str] = field(default_factory=dict)
    """What the labels of the first column are called, where the files only number them."""
    note: str
    licence: str


_TSV = {"train": "train.tsv", "valid": "valid.tsv", "test": "test.tsv"}
LABELED = {
    known.name: known
    for known in (
        KnownLabeled(
            name="sst2",
            files=_TSV,
            label_names=_SENTIMENT,
            note="9,613 sentences of film reviews, negative or positive",
            licence="none stated; cite Socher et al. 2013",
        ),
        KnownLabeled(
            name="mr",
            files=_TSV,
            label_names=_SENTIMENT,
            note="10,662 sentences of film reviews, negative or positive; our own split",
            licence="none stated; cite Pang and Lee 2005",
        ),
        KnownLabeled(
            name="trec",
            files={"train": "train.tsv", "test": "test.tsv"},
            labels=("coarse", "fine"),
            note="5,952 questions with what they ask for, in 6 classes; trec:fine in 50",
            licence="none stated; cite Li and Roth 2002",
        ),
        KnownLabeled(
            name="chnsenticorp",
            files=_TSV,
            label_names=_SENTIMENT,
            note="7,765 Chinese hotel reviews, negative or positive; our own split",
            licence="none stated; cite Tan (ChnSentiCorp_htl)",
        ),
        KnownLabeled(
            name="semeval2010_task8",
            files={"train": "train.jsonl", "test": "test.jsonl"},
            labels=("relation",),
            note="10,717 sentences that mark two things, with the relation between them, 19 kinds with direction",
            licence="CC BY 3.0",
        ),
    )
}


def known_name(spec: str | Path) -> tuple[str, str] | None:
    """Return the name of a known or built-in set and what stands behind its colon; None for all else."""
    name, _, variant = str(spec).strip().lower().replace("-", "_").partition(":")
    if not isinstance(spec, str) or (name not in LABELED and name not in BUILT_IN_LABELED):
        return None
    return name, variant


def find(known: KnownLabeled) -> Path:
    """Return the folder of a known set.

    Raises:
        FileNotFoundError: it is not on this machine; the message says where it was looked for and what to do.
    """
    return find_known(known, kind="set")


def listing() -> list[dict[str, str]]:
    """Return a row for each set known by name: name, note, licence, where ("" when it is not on this machine)."""
    rows = [{"name": name, "note": note, "licence": "", "where": "built in"} for name, note in BUILT_IN_LABELED.items()]
    for known in LABELED.values():
        where = str(locate(known) or "")
        rows.append({"name": known.name, "note": known.note, "licence": known.licence, "where": where})
    return rows
