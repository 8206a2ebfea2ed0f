"""What a reader should see beside the scores of a tagger: each kind by itself, unseen words, the surest mistakes."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clearhead.data._units import UNKNOWN_ID, Units
from clearhead.metrics import tagging as metrics
from clearhead.tasks._tag_answers import Answer
from clearhead.tasks._tag_reading import ReadSentences

SHOWN_ERRORS, SHOWN_KINDS = 10, 30
AROUND = 4
"""Words shown on each side of a mistake."""
Names = Sequence[Sequence[str]]


def kind_lines(true: Names, said: Names, scheme: str) -> list[str]:
    """Return a table with a line for each kind of entity, or for each tag where every word has one of its own."""
    found = of_words(true, said) if scheme == "none" else metrics.entity_scores(true, said, scheme)
    kinds = sorted(found.per_kind.items(), key=lambda each: (-each[1].num_true, each[0]))
    width = max(4, *(len(kind) for kind, _ in kinds[:SHOWN_KINDS])) if kinds else 4
    lines = [f"{'kind':<{width}}  precision  recall     F1   true   said"]
    for kind, row in kinds[:SHOWN_KINDS]:
        shares = f"{row.precision:9.4f} {row.recall:7.4f} {row.f1:6.4f}"
        lines.append(f"{kind:<{width}}  {shares} {row.num_true:6,} {row.num_predicted:6,}")
    if len(kinds) > SHOWN_KINDS:
        lines.append(f"and {len(kinds) - SHOWN_KINDS} more kinds.")
    return lines


def of_words(true: Names, said: Names) -> metrics.EntityScores:
    """Score each tag as if every word with it were a span of its own."""
    return metrics.span_scores(_single_words(true), _single_words(said))


def unseen_line(
    read: ReadSentences, units: Units, said: Sequence[NDArray[np.int64]], true: Sequence[NDArray[np.int64]]
) -> list[str]:
    """Return one line on the words that are not in the vocabulary: how many of them, and of the others, are right."""
    if not read.rows:
        return []
    is_unknown = read.ids[np.concatenate(read.rows)] == UNKNOWN_ID
    is_right = np.concatenate(said) == np.concatenate(true)
    if not is_unknown.any() or is_unknown.all():
        return []
    least = units.rules.min_count
    which = "never seen in training" if least == 1 else f"seen fewer than {least} times in training"
    return [
        f"Of {int(is_unknown.sum()):,} words {which} {is_right[is_unknown].mean():.4f} are tagged right, "
        f"of the {int((~is_unknown).sum()):,} others {is_right[~is_unknown].mean():.4f}."
    ]


def errors(
    found: Sequence[Answer],
    true: Names,
    said: Names,
    sentences: Sequence[Sequence[str]],
    places: Sequence[str],
    *,
    limit: int,
    space: str = " ",
) -> list[dict[str, Any]]:
    """Return the words that were tagged wrong most surely, the surest first, and one of each sentence.

    Args:
        space: what stands between two words; nothing between Chinese characters.
    Returns:
        text (the word between its neighbours), true, said, probability, place of each.
    """
    wrong = [
        (-float(answer.probabilities[word]), index, word)
        for index, answer in enumerate(found)
        for word in range(len(answer.tags))
        if true[index][word] != said[index][word]
    ]
    worst: dict[int, dict[str, Any]] = {}
    for sure, index, word in sorted(wrong):
        if len(worst) == limit:
            break
        sentence = list(sentences[index])
        before, after = sentence[max(0, word - AROUND) : word], sentence[word + 1 : word + 1 + AROUND]
        row: dict[str, Any] = {"text": space.join([*before, f"«{sentence[word]}»", *after])}
        row |= {"true": true[index][word], "said": said[index][word], "probability": round(-sure, 6)}
        # One entity found wrong is several words found wrong: the surest of them stands for the sentence.
        worst.setdefault(index, {**row, "place": places[index]})
    return list(worst.values())


def error_lines(worst: Sequence[dict[str, Any]]) -> list[str]:
    """Return errors as lines."""
    lines = [
        f"  {row['place']}: {row['true']}, taken for {row['said']} ({row['probability']:.3f}): {row['text']}"
        for row in worst
    ]
    return ["The surest mistakes:", *lines] if lines else []


def _single_words(rows: Names) -> list[list[metrics.Span]]:
    return [[metrics.Span(kind, place, place + 1) for place, kind in enumerate(row)] for row in rows]
