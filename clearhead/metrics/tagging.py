"""How well words are tagged: spans found whole and of the right kind, tags that are right, and the simplest tagger.

Tags come by name, a row a sentence.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain
from operator import eq

import numpy as np
from jaxtyping import Bool

from clearhead.core import catalog, tags
from clearhead.core.tags import Span as Span

Rows = Sequence[Sequence[str]]


@dataclass(frozen=True)
class EntityScores:
    """What conlleval prints: all spans thrown together (micro), and kind by kind.

    A ratio without a denominator is 0.
    """

    precision: float
    """Of the spans predicted, the share that is right: same first word, same last word, same kind."""
    recall: float
    """Of the true spans, the share predicted so."""
    f1: float
    """The harmonic mean of the two."""
    num_true: int
    num_predicted: int
    num_right: int
    per_kind: "dict[str, EntityScores]" = field(default_factory=dict)
    """The same for the spans of each kind, by name, also for kinds that were only predicted; empty for one kind."""


def spans(row: Sequence[str], scheme: str) -> list[Span]:
    """Return the spans that a row of tags marks, as conlleval counts chunks, also where the row breaks its scheme.

    A chunk begins at B; at I after O or at the start of the row; and wherever the kind changes: B-PER I-LOC is a chunk
    of PER and then one of LOC. It ends before O and before the next chunk. E is the last word of its chunk: E and I
    after E begin another. Differs in what conlleval has no rule for: S is a chunk by itself, M is read as I, and B
    begins a chunk after E too.

    Args:
        scheme: "BIO", "BIOES" or "BMES".
    Raises:
        ValueError: a scheme that marks no spans.

    Source: conlleval.pl of the CoNLL-2000 shared task (Tjong Kim Sang and Buchholz), startOfChunk and endOfChunk.
    """
    catalog.choose(scheme, tags.LETTERS, where="the schemes that mark spans")
    return tags.read_spans(row)


def entity_scores(true: Rows, predicted: Rows, scheme: str) -> EntityScores:
    """Score spans strictly: one counts when its first word, its last word and its kind are right.

    Raises:
        ValueError: rows that do not belong to the same sentences, or a scheme that marks no spans.
    """
    _check_rows(true, predicted, "entity_scores")
    return span_scores([spans(row, scheme) for row in true], [spans(row, scheme) for row in predicted])


def span_scores(true: Sequence[Sequence[Span]], predicted: Sequence[Sequence[Span]]) -> EntityScores:
    """Score spans given as such, a sequence of them for each sentence."""
    num_true, num_predicted, num_right = Counter[str](), Counter[str](), Counter[str]()
    for wanted, said in zip(true, predicted, strict=True):
        num_true.update(span.kind for span in wanted)
        num_predicted.update(span.kind for span in said)
        num_right.update(span.kind for span in set(wanted) & set(said))
    per_kind = {
        kind: _scores(num_true[kind], num_predicted[kind], num_right[kind])
        for kind in sorted(num_true.keys() | num_predicted.keys())
    }
    return _scores(num_true.total(), num_predicted.total(), num_right.total(), per_kind)


def token_accuracy(true: Rows, predicted: Rows) -> float:
    """Return the share of words whose tag is right; 0 when there is no word.

    Raises:
        ValueError: rows that do not belong to the same sentences.
    """
    _check_rows(true, predicted, "token_accuracy")
    wanted, said = (list(chain.from_iterable(rows)) for rows in (true, predicted))
    return sum(map(eq, wanted, said)) / max(1, len(wanted))


def most_frequent_tag(train_sentences: Rows, train_tags: Rows, sentences: Rows) -> list[list[str]]:
    """Tag each word as it was tagged most often in training: the baseline of every tagger.

    A word never seen gets the tag most frequent among words seen once, which it resembles more than the common ones.
    Of tags that are equally frequent the first by name is taken.
    """
    counts: dict[str, Counter[str]] = {}
    for words, row in zip(train_sentences, train_tags, strict=True):
        for word, tag in zip(words, row, strict=True):
            counts.setdefault(word, Counter())[tag] += 1
    of_rare, of_all = Counter[str](), Counter[str]()
    for found in counts.values():
        of_all.update(found)
        if found.total() == 1:
            of_rare.update(found)
    known = {word: _commonest(found) for word, found in counts.items()}
    unknown = _commonest(of_rare or of_all)
    return [[known.get(word, unknown) for word in words] for words in sentences]


def allowed(
    tag_names: Sequence[str], scheme: str
) -> tuple[Bool[np.ndarray, "tags tags"], Bool[np.ndarray, "tags"], Bool[np.ndarray, "tags"]]:
    """Return which tag (across) may follow which (down), which may start a sentence and which may end one.

    With "none" all may. A scheme may leave no way to tag a sentence with the tags there are (a word alone without S).

    Raises:
        ValueError: no such scheme.
    """
    catalog.choose(scheme, tags.SCHEMES, where="the tagging schemes")
    follow = [[tags.may_follow(previous, tag, scheme) for tag in tag_names] for previous in tag_names]
    start = [tags.may_follow(None, tag, scheme) for tag in tag_names]
    end = [tags.may_follow(tag, None, scheme) for tag in tag_names]
    return np.array(follow, dtype=bool), np.array(start, dtype=bool), np.array(end, dtype=bool)


def _check_rows(true: Rows, predicted: Rows, where: str) -> None:
    lengths, others = [len(row) for row in true], [len(row) for row in predicted]
    if lengths == others:
        return
    if len(true) != len(predicted):
        raise ValueError(
            f"{where}.predicted must have a row for each true one, got {len(predicted):,} for {len(true):,}."
        )
    index = next(index for index, length in enumerate(lengths) if length != others[index])
    raise ValueError(
        f"{where}.predicted must have a tag for each word, got {others[index]} for {lengths[index]} in row {index}."
    )


def _scores(
    num_true: int, num_predicted: int, num_right: int, per_kind: dict[str, EntityScores] | None = None
) -> EntityScores:
    precision, recall = num_right / max(1, num_predicted), num_right / max(1, num_true)
    f1 = 2 * num_right / max(1, num_true + num_predicted)
    return EntityScores(precision, recall, f1, num_true, num_predicted, num_right, per_kind or {})


def _commonest(counts: Counter[str]) -> str:
    return min(counts, key=lambda tag: (-counts[tag], tag), default="O")
