"""Ask word vectors: which words are near, what is to c as b is to a, how similar two words are, how good it all is."""

import difflib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clearhead.core import catalog
from clearhead.interop._word2vec_format import (
    is_text,
    read_binary_vectors,
    read_text_vectors,
    write_binary_vectors,
    write_projector,
    write_text_vectors,
)
from clearhead.metrics.word_vectors import analogy, nearest, normalised
from clearhead.models.word2vec import Word2Vec
from clearhead.runs.run import Run, open_run
from clearhead.tasks._word_list import WORDS_FILE, read_words
from clearhead.tasks._word_tests import TestScore, find_tests, score_file

ACTIONS = {"near": 1, "analogy": 3, "similarity": 2, "score": None, "export": 1}
"""What can be asked, and how many words it takes; None: any number."""
FORMATS = {"text": write_text_vectors, "binary": write_binary_vectors, "projector": write_projector}
SPELLINGS, SPELLING_WORDS, SPELLING_CUTOFF = 3, 100_000, 0.5


@dataclass(frozen=True)
class Neighbour:
    """A word and the cosine of its angle to what was asked."""

    word: str
    cosine: float


class WordVectors:
    """Words and their vectors, ready to be asked."""

    def __init__(self, name: str, words: Sequence[str], vectors: NDArray[np.float32]) -> None:
        self.name, self.words, self.vectors = name, list(words), vectors

    @cached_property
    def id_of(self) -> dict[str, int]:
        """The row of each word; of equal words the first, which is the most frequent."""
        return {word: row for row, word in reversed(list(enumerate(self.words)))}

    @cached_property
    def unit(self) -> NDArray[np.float32]:
        """The vectors with length 1."""
        return normalised(self.vectors)

    def row(self, word: str) -> int:
        """Return the row of a word; where it is unknown, in lower case, and a phrase with _ for its spaces.

        Raises:
            ValueError: an unknown word; the message offers the nearest spellings.
        """
        joined = "_".join(word.split())
        for spelling in (word, joined, joined.lower()):
            if spelling in self.id_of:
                return self.id_of[spelling]
        near = self._spellings(joined.lower())
        hint = f"Did you mean {' or '.join(map(repr, near))}?" if near else "It was too rare, or is not in the text."
        raise ValueError(f"No {word!r} among the {len(self.words):,} words of {self.name}. {hint}")

    def _spellings(self, word: str) -> list[str]:
        known = [other for other in self.words[:SPELLING_WORDS] if abs(len(other) - len(word)) <= 2]
        return difflib.get_close_matches(word, known, n=SPELLINGS, cutoff=SPELLING_CUTOFF)

    def vector(self, word: str) -> NDArray[np.float32]:
        """Return the vector of a word."""
        return self.vectors[self.row(word)]

    def near(self, word: str, *, top: int = 10) -> list[Neighbour]:
        """Return the words nearest to a word, nearest first."""
        row = self.row(word)
        return self._named(*nearest(self.unit, self.unit[row], count=_checked(top), excluded=(row,)))

    def analogy(self, a: str, b: str, c: str, *, top: int = 10) -> list[Neighbour]:
        """Return what is to c as b is to a: the words nearest to b − a + c, those three left out."""
        return self._named(*analogy(self.unit, self.row(a), self.row(b), self.row(c), count=_checked(top)))

    def nearest_of_all(self, a: str, b: str, c: str) -> Neighbour:
        """Return the word nearest to b − a + c when a, b and c themselves are allowed: often one of them."""
        unit = self.unit
        return self._named(*nearest(unit, unit[self.row(b)] - unit[self.row(a)] + unit[self.row(c)], count=1))[0]

    def similarity(self, a: str, b: str) -> float:
        """Return the cosine of two words, −1 to 1."""
        return float(self.unit[self.row(a)] @ self.unit[self.row(b)])

    def score(self, files: Sequence[Path | str] = ()) -> list[TestScore]:
        """Answer files of analogies and similarities; without any, the published ones of the words' language.

        Raises:
            FileNotFoundError: none named, and none on this machine.
        """
        paths = [Path(file) for file in files] or find_tests(self.words)
        if not paths:
            raise FileNotFoundError(
                "score needs files of analogies or similarities, found none in word_tests/ of $CLEARHEAD_DATA. "
                "Name a file: lines of four words, or of two words and a number."
            )
        return [score_file(path, self.words, self.vectors) for path in paths]

    def export(self, out: Path | str, *, format: str = "text") -> None:
        """Write the vectors for other tools: word2vec's text or binary form, or a folder for the Embedding Projector.

        Raises:
            ValueError: no such format, or something that exists.
        """
        write = FORMATS[catalog.choose(format, FORMATS, where="the formats of word vectors")]
        path = Path(out)
        if path.exists():
            raise ValueError(f"words.export.out must be new, got {path}, which exists. Give another name.")
        path.parent.mkdir(parents=True, exist_ok=True)
        write(path, self.words, self.vectors)

    def _named(self, rows: NDArray[Any], cosines: NDArray[Any]) -> list[Neighbour]:
        return [Neighbour(self.words[row], float(cosine)) for row, cosine in zip(rows, cosines, strict=True)]


def open_words(run: Run | Path | str) -> WordVectors:
    """Open the word vectors of a run, or of a file in word2vec's text or binary form (.vec, .txt, .bin).

    Raises:
        FileNotFoundError: neither a run nor a file there.
        ValueError: a run of another task, or a file that is broken or cut off.
    """
    if not isinstance(run, Run) and Path(run).is_file():
        read = read_text_vectors if is_text(Path(run)) else read_binary_vectors
        return WordVectors(Path(run).name, *read(Path(run)))
    opened = run if isinstance(run, Run) else open_run(run)
    model = opened.model() if (opened.path / WORDS_FILE).is_file() else None
    if not isinstance(model, Word2Vec):
        task = opened.info.get("task") or opened.config.get("model_type")
        raise ValueError(
            f"words.run must be a run of word vectors or a file of vectors, got a run of {task}. "
            f"Make one with: clearhead train word_vectors"
        )
    words, vectors = read_words(opened.path).words, model.input_vectors.detach().numpy()
    if len(words) != len(vectors):
        raise ValueError(
            f"{opened.path}/{WORDS_FILE} must list the {len(vectors):,} words of the model, got {len(words):,}. "
            f"Put the run's own file back."
        )
    return WordVectors(opened.name, words, vectors)


def _checked(top: int) -> int:
    if top < 1:
        raise ValueError(f"words.top must be at least 1, got {top}. Use 10.")
    return top


def answer(
    run: str, action: str, given: Sequence[str], *, top: int = 10, format: str = "text", as_json: bool = False
) -> str:
    """Do what the command `words` asks for and return what it prints.

    Raises:
        ValueError: another number of words than the action takes, or an unknown word.
    """
    wanted = ACTIONS[catalog.choose(action, ACTIONS, where="clearhead words RUN")]
    if wanted not in (None, len(given)):
        raise ValueError(
            f"clearhead words RUN {action} takes {wanted} word{'s' * (wanted != 1)}, got {len(given)}. "
            f"See clearhead words --help."
        )
    words = open_words(run)
    lines, facts = _SAY[action](words, given, top, format)
    return json.dumps(facts, ensure_ascii=False, allow_nan=False) if as_json else "\n".join(lines)


Said = tuple[list[str], dict[str, Any]]


def _say_near(words: WordVectors, given: Sequence[str], top: int, format: str) -> Said:
    near = words.near(given[0], top=top)
    return _columns(near), {"word": given[0], "near": [asdict(each) for each in near]}


def _say_analogy(words: WordVectors, given: Sequence[str], top: int, format: str) -> Said:
    a, b, c = given
    near, best = words.analogy(a, b, c, top=top), words.nearest_of_all(a, b, c)
    lines = [f"{a} is to {b} as {c} is to", *_columns(near)]
    if best.word != near[0].word:
        lines.append(f"Were the words of the question allowed, it would be {best.word} ({best.cosine:.4f}).")
    found = [asdict(each) for each in near]
    return lines, {"a": a, "b": b, "c": c, "answers": found, "nearest_of_all": asdict(best)}


def _say_similarity(words: WordVectors, given: Sequence[str], top: int, format: str) -> Said:
    cosine = words.similarity(*given)
    return [f"{cosine:.4f}"], {"words": list(given), "cosine": cosine}


def _say_score(words: WordVectors, given: Sequence[str], top: int, format: str) -> Said:
    scores = words.score(given)
    lines = []
    for each in scores:
        value = f"{100 * each.score:.2f} % right" if each.kind == "analogies" else f"Spearman {each.score:.4f}"
        honest = (
            "" if each.score_among_all is None else f" ({100 * each.score_among_all:.2f} % if all words may answer)"
        )
        lines.append(f"{each.name}: {value}{honest}; {each.num_asked:,} asked, {each.num_left_out:,} left out")
        lines += [f"  {name}: {100 * share:.2f} %" for name, share in each.sections.items()]
    return lines, {"run": words.name, "tests": [asdict(each) for each in scores]}


def _say_export(words: WordVectors, given: Sequence[str], top: int, format: str) -> Said:
    words.export(given[0], format=format)
    facts = {"out": given[0], "format": format, "num_words": len(words.words), "embedding_dim": words.vectors.shape[1]}
    return [f"Wrote {len(words.words):,} words of {words.vectors.shape[1]} numbers: {given[0]}"], facts


def _columns(near: Sequence[Neighbour]) -> list[str]:
    return [f"{each.cosine:8.4f}  {each.word}" for each in near]


_SAY = {
    "near": _say_near,
    "analogy": _say_analogy,
    "similarity": _say_similarity,
    "score": _say_score,
    "export": _say_export,
}
