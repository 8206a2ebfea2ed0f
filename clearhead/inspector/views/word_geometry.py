"""Where words lie: a map of their vectors, how like they are, and analogies with honest ranks.

Source: Mikolov et al. 2013, arXiv 1301.3781 (king − man + woman is near queen); Linzen 2016, arXiv 1606.07736 (a word
of the question itself is often the nearest, and is left out without saying so).
"""

import re

import numpy as np
from torch import nn

from clearhead.inspector.views._word_map import MAPS, pca_map, tsne_map
from clearhead.inspector.views._word_matrix import WordMatrix, default_words, embedding_of, word_matrix
from clearhead.inspector.views.base import Looked
from clearhead.panels.base import Check, Name, Panel
from clearhead.panels.heatmap import Heatmap
from clearhead.panels.table import Cell, Table

TITLE = "Word geometry"
QUESTION = "Which words lie near each other, and does adding and subtracting them mean anything?"
ANSWER = "cosines"
MOST_AROUND = 200
AROUND = {"pca": 0, "tsne": 60}
"""How many words stand around the chosen ones unless it is said: a few points alone hold no groups to be found."""


def applies(model: nn.Module) -> str | None:
    """Return None for models with a vector for each word or token."""
    return None if embedding_of(model) is not None else f"a {type(model).__name__} has no vectors of words."


def view(
    look: Looked,
    *,
    words: str | None = None,
    map: str = "pca",
    around: int | None = None,
    analogy: str | None = None,
    top: int = 8,
) -> list[Panel]:
    """Show chosen words in a plane, with their cosines; with an analogy also the words nearest to its sum.

    Args:
        words: the words to show, with spaces between; none given means those looked at.
        map: how they are laid out: "pca" (principal components) or "tsne".
        around: how many of the words nearest to these stand around them; none given means none, and 60 for t-SNE.
        analogy: "king - man + woman", or with the answer expected "king - man + woman = queen".
        top: how many of the nearest words to list.
    """
    matrix = word_matrix(look)
    if top < 1:
        raise ValueError(f"word_geometry.top must be at least 1, got {top}. Use 8.")
    if map not in MAPS:
        raise ValueError(f"word_geometry.map must be one of {', '.join(MAPS)}, got {map!r}. Use pca.")
    around = AROUND[map] if around is None else around
    if not 0 <= around <= MOST_AROUND:
        raise ValueError(
            f"word_geometry.around must be between 0 and {MOST_AROUND}, got {around}. Use {AROUND['tsne']}."
        )
    asked = _parse(analogy) if analogy else []
    named = words.split() if words else default_words(look)
    chosen: list[str] = [Name(word) for word in dict.fromkeys([*named, *asked])]
    if not chosen:
        raise ValueError(
            "word_geometry.words must name words where the input has no token that is a word, got none. "
            'Give --words "king queen".'
        )
    rows = [matrix.row(word) for word in chosen]
    vectors = matrix.vectors[rows].astype(np.float64)
    arrows = [(chosen.index(asked[1]), chosen.index(asked[0]))] if asked else []
    if len(asked) == 4:
        arrows.append((chosen.index(asked[2]), chosen.index(asked[3])))
    others = _nearest_to_any(matrix, rows, around)
    everyone = matrix.vectors[[*rows, *others]].astype(np.float64)
    lay_out = tsne_map if map == "tsne" else pca_map
    named = [*chosen, *(matrix.name(row) for row in others)]
    panels: list[Panel] = [
        lay_out(named, everyone, tuple(arrows), num_around=len(others)),
        _cosines(chosen, vectors),
    ]
    if asked:
        panels += _analogy(matrix, asked, top)
    else:
        panels.append(_neighbours(matrix, chosen[0], top))
    return panels


def _parse(analogy: str) -> list[str]:
    """Return a, b, c of a − b + c and, where it is given, the answer expected."""
    words = [part for part in re.split(r"\s+(?:[-−+=]\s+)?|\s*=\s*", analogy.strip()) if part]
    if len(words) not in (3, 4):
        raise ValueError(
            f'word_geometry.analogy must look like "king - man + woman = queen", got {analogy!r}. '
            "Give three words, or four with the answer."
        )
    return words


def _nearest_to_any(matrix: WordMatrix, rows: list[int], count: int) -> list[int]:
    """Return the rows, without the given ones, that are most like any of these."""
    if count == 0:
        return []
    known = matrix.vectors[: matrix.num_words]
    likeness = _cosine(matrix.vectors[rows], known).max(0)
    likeness[[row for row in rows if row < len(known)]] = -np.inf
    order = np.argsort(-likeness, kind="stable")[: min(count, len(known) - len(set(rows)))]
    return [int(row) for row in order]


def _cosines(words: list[str], vectors: np.ndarray) -> Heatmap:
    return Heatmap(
        name="cosines",
        title="How like the words are",
        note="Cosine: 1 is the same direction, 0 has nothing in common.",
        values=_cosine(vectors, vectors),
        rows=tuple(words),
        columns=tuple(words),
        row_axis="word",
        column_axis="word",
        scale="signed",
        check=Check(
            rule="dot",
            formula="a · b, with both vectors divided by their lengths",
            arrays={"left": _unit(vectors), "right": _unit(vectors)},
        ),
    )


def _neighbours(matrix: WordMatrix, word: str, top: int) -> Table:
    own = matrix.row(word)
    cosines = _cosine(matrix.vectors[own][None], matrix.vectors)[0]
    order = [int(row) for row in np.argsort(-cosines, kind="stable") if row != own][:top]
    rows: tuple[tuple[Cell, ...], ...] = tuple((matrix.name(row), float(cosines[row])) for row in order)
    return Table(
        name="neighbours", title=f"Nearest to {word!r} in the vocabulary", columns=("word", "cosine"), rows=rows
    )


def _analogy(matrix: WordMatrix, asked: list[str], top: int) -> list[Panel]:
    """Show what is nearest to a − b + c, and at which place the expected answer stands with either way to count."""
    unit = _unit(matrix.vectors.astype(np.float64))
    rows = [matrix.row(word) for word in asked]
    sum_ = unit[rows[0]] - unit[rows[1]] + unit[rows[2]]
    cosines = _cosine(sum_[None], unit)[0]
    order = np.argsort(-cosines, kind="stable")
    is_asked = np.isin(order, rows[:3])
    without = np.cumsum(~is_asked)
    listed: list[tuple[Cell, ...]] = [
        (matrix.name(int(row)), float(cosines[row]), place + 1, None if is_asked[place] else int(without[place]))
        for place, row in enumerate(order[: top + 3])
    ]
    a, b, c = asked[:3]
    nearest = Table(
        name="analogy",
        title=f"Nearest to {a} − {b} + {c}",
        note="Vectors of length 1 are added. Usually the words of the question are left out; here both ranks stand.",
        columns=("word", "cosine", "rank among all", "rank without the question's words"),
        rows=tuple(listed),
    )
    if len(asked) == 3:
        return [nearest]
    answer = rows[3]
    place = int(np.flatnonzero(order == answer)[0])
    step = {word: unit[row] for word, row in zip(asked, rows, strict=True)}
    differences: list[tuple[Cell, ...]] = []
    for one, two, three, four in ((a, b, asked[3], c), (a, asked[3], b, c)):
        cosine = _cosine((step[one] - step[two])[None], (step[three] - step[four])[None])[0, 0]
        differences.append((Name(f"{one} − {two}"), Name(f"{three} − {four}"), float(cosine)))
    said = f"{asked[3]!r} stands at rank {place + 1} among all {len(order):,} words"
    said += f", at rank {int(without[place])} without those of the question." if not is_asked[place] else "."
    return [
        nearest,
        Table(
            name="differences",
            title="Is the step from one word to the other the same?",
            note=f"Cosine of the two differences; 1 would be exactly the same direction. {said}",
            columns=("first difference", "second difference", "cosine"),
            rows=tuple(differences),
        ),
    ]


def _unit(vectors: np.ndarray) -> np.ndarray:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12))


def _cosine(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    return np.asarray(_unit(first) @ _unit(second).T)
