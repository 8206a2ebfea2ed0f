"""Published questions about words (analogies, similarities): where they lie, and how vectors answer them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clearhead.data._known import folders
from clearhead.metrics.word_vectors import (
    MOST_FREQUENT,
    Question,
    parse_analogies,
    parse_similarities,
    score_analogies,
    score_similarities,
)
from clearhead.tasks._word_text import is_chinese

FOLDER = "word_tests"
FILES = {
    "en": ("questions-words.txt", "wordsim353.tsv", "simlex999.tsv"),
    "zh": ("ca_translated.txt", "wordsim240_zh.tsv", "ca8_semantic.txt", "ca8_morphological.txt"),
}
"""Of each language; the first two are its standard: Google's analogies (in Chinese as translated) and WordSim."""
FEWEST_ASKED = 50
"""A score of fewer questions says nothing about the vectors."""
Vectors = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class TestScore:
    """How vectors answered one file."""

    __test__ = False
    """For pytest, which takes it for tests by its name."""
    name: str
    kind: str
    """analogies: the share answered rightly; similarities: rank correlation with people's judgement."""
    score: float
    num_asked: int
    num_left_out: int
    """Questions with a word that is unknown (analogies: or not among the 30,000 most frequent)."""
    score_among_all: float | None = None
    """Of analogies: the share if the words of the question were allowed as answers, which is the honest rule."""
    sections: dict[str, float] = field(default_factory=dict)
    """Of analogies: the share of each section."""


def find_tests(words: Sequence[str]) -> list[Path]:
    """Return the files of the vocabulary's language that are on this machine; the standard ones first."""
    names = FILES["zh" if is_chinese(" ".join(words[:MOST_FREQUENT])) else "en"]
    for folder in folders():
        found = [folder / FOLDER / name for name in names if (folder / FOLDER / name).is_file()]
        if found:
            return found
    return []


def score_file(path: Path, words: Sequence[str], vectors: Vectors) -> TestScore:
    """Answer the questions of a file: analogies (lines of four words) or similarities (two words and a number).

    Raises:
        ValueError: neither, or a line that is broken; the message names the line.
        FileNotFoundError: no such file.
    """
    if not path.is_file():
        raise FileNotFoundError(f"A test must be a file of analogies or similarities, got {path}, which is none.")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} must be UTF-8, got byte {error.start:,} that is not. Save it as UTF-8.") from None
    if not _is_analogies(text):
        similarity = score_similarities(words, vectors, parse_similarities(text))
        return TestScore(
            name=path.name,
            kind="similarities",
            score=similarity.spearman if np.isfinite(similarity.spearman) else 0.0,
            num_asked=similarity.num_asked,
            num_left_out=similarity.num_left_out,
        )
    total, sections = score_analogies(words, vectors, parse_analogies(text))
    return TestScore(
        name=path.name,
        kind="analogies",
        score=total.accuracy,
        num_asked=total.num_asked,
        num_left_out=total.num_left_out,
        score_among_all=total.num_right_among_all / max(1, total.num_asked),
        sections={name: score.accuracy for name, score in sections.items() if score.num_asked},
    )


def _is_analogies(text: str) -> bool:
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            return line.startswith(":") or len(line.split()) == 4
    return False


class StandardTests:
    """The two standard files of a vocabulary's language, read once; a file with few known words is left out."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words = words
        self.sections: dict[str, list[Question]] = {}
        self.judgements: list[tuple[str, str, float]] = []
        is_known = {word.lower() for word in words}.__contains__
        is_frequent = {word.lower() for word in words[:MOST_FREQUENT]}.__contains__
        for path in find_tests(words)[:2]:
            text = path.read_text(encoding="utf-8-sig")
            if not _is_analogies(text):
                rows = parse_similarities(text)
                self.judgements = [row for row in rows if is_known(row[0].lower()) and is_known(row[1].lower())]
                continue
            for name, questions in parse_analogies(text).items():
                self.sections[name] = [asked for asked in questions if all(is_frequent(w.lower()) for w in asked)]
        self.num_analogies = sum(map(len, self.sections.values()))
        if self.num_analogies < FEWEST_ASKED:
            self.sections, self.num_analogies = {}, 0

    def analogies(self, vectors: Vectors) -> dict[str, float]:
        """Return the share of analogies answered rightly; nothing where too few can be asked."""
        if not self.num_analogies:
            return {}
        return {"analogies": score_analogies(self.words, vectors, self.sections)[0].accuracy}

    def similarities(self, vectors: Vectors) -> dict[str, float]:
        """Return the rank correlation with people's judgement of the words with a vector, by the name wordsim."""
        words = self.words[: len(vectors)]
        found = score_similarities(words, vectors, self.judgements)
        if found.num_asked < FEWEST_ASKED or not np.isfinite(found.spearman):
            return {}
        return {"wordsim": found.spearman}
