"""words.json: the vocabulary of a run of word vectors, and how its words were cut from the text.

    {"format": 1, "rules": {"kind": "words", "min_count": 5, …}, "words": ["the", …], "counts": [53211, …],
     "num_words": 1200345, "fingerprint": "…", "report": ["…"], "known": null}

Most frequent word first, as the rows of the model. A run that went on from another one says under `known` where each
word stood there (−1: nowhere) and how often that run had seen it, so that the text can be encoded again.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clearhead.core import config
from clearhead.data._corpus import WordCorpus
from clearhead.data._words import WordRules

WORDS_FILE = "words.json"
FORMAT = 1
Known = tuple[list[str], NDArray[np.int64]]
"""Words and how often they were seen, most frequent first."""


@dataclass(frozen=True, kw_only=True)
class WordList:
    """A vocabulary and where it comes from."""

    rules: WordRules
    words: list[str]
    counts: NDArray[np.int64]
    num_words: int
    """Words of the training part, with those that were too rare."""
    fingerprint: str
    """That of the text."""
    report: list[str]
    places: NDArray[np.int64] | None = None
    """Where each word stood in the vocabulary of the run gone on from, −1 for a new one; None where there was none."""
    old_counts: NDArray[np.int64] | None = None
    """How often that run had seen its words, in its order."""

    @classmethod
    def of(cls, corpus: WordCorpus, rules: WordRules, fingerprint: str, known: Known | None) -> "WordList":
        """Describe a text that was just read."""
        return cls(
            rules=rules,
            words=corpus.words,
            counts=corpus.counts,
            num_words=corpus.num_words,
            fingerprint=fingerprint,
            report=corpus.report,
            places=None if known is None else corpus.sources(known[0]),
            old_counts=None if known is None else known[1],
        )

    @property
    def known(self) -> Known | None:
        """Words and counts of the run gone on from."""
        if self.places is None or self.old_counts is None:
            return None
        words = [""] * len(self.old_counts)
        for word, place in zip(self.words, self.places.tolist(), strict=True):
            if place >= 0:
                words[place] = word
        return words, self.old_counts


def write_words(folder: Path, listed: WordList) -> None:
    """Write words.json into a run's folder."""
    known = None
    if listed.places is not None and listed.old_counts is not None:
        known = {"places": listed.places.tolist(), "counts": listed.old_counts.tolist()}
    values = {
        "format": FORMAT,
        "rules": config.to_json(listed.rules),
        "words": listed.words,
        "counts": listed.counts.tolist(),
        "num_words": listed.num_words,
        "fingerprint": listed.fingerprint,
        "report": listed.report,
        "known": known,
    }
    text = json.dumps(values, ensure_ascii=False)
    (folder / WORDS_FILE).write_text(f"{text}\n", encoding="utf-8", newline="\n")


def read_words(folder: Path) -> WordList:
    """Read words.json of a run.

    Raises:
        FileNotFoundError: the folder has none: it is no run of word vectors.
        ValueError: a file that is not what a training writes.
    """
    path = folder / WORDS_FILE
    if not path.is_file():
        raise FileNotFoundError(
            f"{folder} must hold {WORDS_FILE}, as a run of word vectors does, got none. "
            f"Make one with: clearhead train word_vectors"
        )
    try:
        values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        known = values["known"] or {"places": None, "counts": None}
        listed = WordList(
            rules=config.from_json(WordRules, values["rules"], where=f"{WORDS_FILE}.rules"),
            words=[str(word) for word in values["words"]],
            counts=np.array(values["counts"], np.int64),
            num_words=int(values["num_words"]),
            fingerprint=str(values["fingerprint"]),
            report=[str(line) for line in values["report"]],
            places=None if known["places"] is None else np.array(known["places"], np.int64),
            old_counts=None if known["counts"] is None else np.array(known["counts"], np.int64),
        )
    except (ValueError, KeyError, TypeError, OverflowError) as error:
        raise ValueError(f"{path} must be what a training wrote, got {error!r:.200}. Train again.") from None
    sizes = {len(listed.words), len(listed.counts), len(set(listed.words))}
    if listed.places is not None:
        sizes.add(len(listed.places))
    if len(sizes) > 1 or not listed.words or listed.counts.min() < 1 or not _is_order(listed):
        raise ValueError(
            f"{path} must list each word once with its count, got {len(listed.words)} words and "
            f"{len(listed.counts)} counts that do not fit. Train again."
        )
    return listed


def _is_order(listed: WordList) -> bool:
    """Whether the words known before stand each at one place of the old vocabulary."""
    if listed.places is None or listed.old_counts is None:
        return True
    old = np.sort(listed.places[listed.places >= 0])
    return np.array_equal(old, np.arange(len(listed.old_counts)))
