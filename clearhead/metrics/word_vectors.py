"""What word vectors know: neighbours, analogies (man is to king as woman is to …), similarity as people judge it.

Source: Mikolov et al. 2013, arXiv 1301.3781 (questions-words); Levy and Goldberg 2014 (the sum of cosines is called
3CosAdd there); Finkelstein et al. 2002 (WordSim-353). Published conventions: the 30,000 most frequent words, upper and
lower case are one, questions with unknown words are left out and counted, the three words of a question are no answers.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

MOST_FREQUENT = 30_000
_SCORES_AT_ONCE = 1 << 25
Question = tuple[str, str, str, str]


def normalised(vectors: Float[np.ndarray, "vocab embedding_dim"]) -> Float[np.ndarray, "vocab embedding_dim"]:
    """Return the vectors with length 1, so that a product is a cosine; zeros stay."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return (vectors / np.where(lengths > 0, lengths, 1)).astype(np.float32)


def nearest(
    unit: Float[np.ndarray, "vocab embedding_dim"],
    query: Float[np.ndarray, "embedding_dim"],
    *,
    count: int = 10,
    excluded: Sequence[int] = (),
) -> tuple[Int[np.ndarray, "found"], Float[np.ndarray, "found"]]:
    """Return the words with the largest cosine to a query, nearest first, and those cosines.

    Args:
        unit: vectors of length 1.
        excluded: words that are no answer.
    """
    cosines = unit @ (query / max(float(np.linalg.norm(query)), 1e-12)).astype(np.float32)
    allowed = np.setdiff1d(np.arange(len(unit)), np.asarray(excluded, np.int64))
    order = allowed[np.argsort(-cosines[allowed], kind="stable")[:count]]
    return order, cosines[order]


def analogy(
    unit: Float[np.ndarray, "vocab embedding_dim"], a: int, b: int, c: int, *, count: int = 10
) -> tuple[Int[np.ndarray, "found"], Float[np.ndarray, "found"]]:
    """Return what is to c as b is to a: the words nearest to b − a + c, without those three."""
    return nearest(unit, unit[b] - unit[a] + unit[c], count=count, excluded=(a, b, c))


def parse_analogies(text: str) -> dict[str, list[Question]]:
    """Read a file of analogies: lines of four words, in sections that a line `: name` opens.

    Raises:
        ValueError: a line that is neither, with its number.
    """
    sections: dict[str, list[Question]] = {}
    name = ""
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        if line.startswith(":"):
            name = line[1:].strip()
        elif len(words) == 4:
            sections.setdefault(name, []).append((words[0], words[1], words[2], words[3]))
        elif words:
            raise ValueError(f"Analogies line {number} must hold four words, got {len(words)}. Mend or remove it.")
    return sections


def parse_similarities(text: str) -> list[tuple[str, str, float]]:
    """Read a file of similarities: two words and a score, parted by tabs or spaces; a header is passed over.

    Raises:
        ValueError: a line without a score, with its number.
    """
    rows = []
    for number, line in enumerate(text.splitlines(), 1):
        fields = line.split("\t") if "\t" in line else line.split()
        if not fields or line.startswith("#"):
            continue
        try:
            first, second, score = fields
            rows.append((first, second, float(score)))
        except ValueError:
            if number > 1:
                raise ValueError(
                    f"Similarities line {number} must hold two words and a number, got {line!r}. Mend or remove it."
                ) from None
    return rows


@dataclass(frozen=True)
class AnalogyScore:
    """How many questions of a section were answered."""

    num_right: int
    num_asked: int
    num_left_out: int
    """Questions with a word that is unknown, or not among the most frequent."""
    num_right_among_all: int
    """Right answers if the three words of the question were allowed as answers: the rule that flatters less."""

    @property
    def accuracy(self) -> float:
        """Share of the questions asked that were answered rightly; 0 where none could be asked."""
        return self.num_right / max(1, self.num_asked)


def score_analogies(
    words: Sequence[str],
    vectors: Float[np.ndarray, "vocab embedding_dim"],
    sections: Mapping[str, Sequence[Question]],
    *,
    most_frequent: int = MOST_FREQUENT,
) -> tuple[AnalogyScore, dict[str, AnalogyScore]]:
    """Answer every question and return the total and the score of each section.

    Args:
        words: most frequent first; of words that differ only in case the most frequent stands for all.
    """
    place_of, rows = _folded(words[:most_frequent])
    unit = normalised(vectors[rows])
    scores = {}
    for name, questions in sections.items():
        known = [[place_of.get(word.lower(), -1) for word in question] for question in questions]
        asked = np.array([places for places in known if min(places) >= 0], np.int64).reshape(-1, 4)
        right, right_among_all = _answer(unit, asked)
        scores[name] = AnalogyScore(right, len(asked), len(questions) - len(asked), right_among_all)
    total = AnalogyScore(
        sum(score.num_right for score in scores.values()),
        sum(score.num_asked for score in scores.values()),
        sum(score.num_left_out for score in scores.values()),
        sum(score.num_right_among_all for score in scores.values()),
    )
    return total, scores


@dataclass(frozen=True)
class SimilarityScore:
    """How well cosines agree with people's judgement."""

    spearman: float
    """Rank correlation, −1 to 1; NaN when fewer than two pairs could be asked."""
    num_asked: int
    num_left_out: int


def score_similarities(
    words: Sequence[str],
    vectors: Float[np.ndarray, "vocab embedding_dim"],
    judgements: Iterable[tuple[str, str, float]],
) -> SimilarityScore:
    """Compare the cosines of pairs of words with the scores people gave them; unknown words leave a pair out."""
    place_of, rows = _folded(words)
    pairs = [(place_of.get(a.lower(), -1), place_of.get(b.lower(), -1), score) for a, b, score in judgements]
    asked = np.array([pair for pair in pairs if min(pair[:2]) >= 0], np.float64).reshape(-1, 3)
    if len(asked) < 2:
        return SimilarityScore(float("nan"), len(asked), len(pairs) - len(asked))
    first, second = (normalised(vectors[rows[asked[:, side].astype(np.int64)]]) for side in (0, 1))
    spearman = rank_correlation((first * second).sum(1).astype(np.float64), asked[:, 2])
    return SimilarityScore(spearman, len(asked), len(pairs) - len(asked))


def rank_correlation(x: Float[np.ndarray, "pairs"], y: Float[np.ndarray, "pairs"]) -> float:
    """Return Spearman's ρ: the correlation of the ranks, equal values sharing their mean rank."""
    from scipy.stats import rankdata  # type: ignore[import-untyped, unused-ignore]

    ranks = np.stack([rankdata(x), rankdata(y)])
    ranks -= ranks.mean(1, keepdims=True)
    spread = float(np.sqrt((ranks[0] ** 2).sum() * (ranks[1] ** 2).sum()))
    return float((ranks[0] * ranks[1]).sum()) / spread if spread else float("nan")


def _folded(words: Sequence[str]) -> tuple[dict[str, int], Int[np.ndarray, "folded"]]:
    """Return the place of each word without regard to case, and the row of each place."""
    place_of: dict[str, int] = {}
    rows: list[int] = []
    for row, word in enumerate(words):
        if word.lower() not in place_of:
            place_of[word.lower()] = len(rows)
            rows.append(row)
    return place_of, np.array(rows, np.int64)


def _answer(
    unit: Float[np.ndarray, "vocab embedding_dim"], questions: Int[np.ndarray, "questions 4"]
) -> tuple[int, int]:
    """Count the right answers, without the words of the question and with them."""
    right = right_among_all = 0
    at_once = max(1, _SCORES_AT_ONCE // max(1, len(unit)))
    for first in range(0, len(questions), at_once):
        a, b, c, expected = questions[first : first + at_once].T
        scores = (unit[b] - unit[a] + unit[c]) @ unit.T
        of_expected = np.take_along_axis(scores, expected[:, None], axis=1)
        num_better = (scores > of_expected).sum(1)
        given = np.stack([a, b, c], axis=1)
        # A word given twice (a : b :: a : d) must not be taken off twice.
        is_first = np.stack([np.ones(len(a), bool), b != a, (c != a) & (c != b)], axis=1)
        num_given_better = ((np.take_along_axis(scores, given, axis=1) > of_expected) & is_first).sum(1)
        right += int(((num_better == num_given_better) & (given != expected[:, None]).all(1)).sum())
        right_among_all += int((num_better == 0).sum())
    return right, right_among_all
