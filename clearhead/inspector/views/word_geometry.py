"""Where words lie: a plane through their vectors, how like they are, and analogies with honest ranks.

Source: Mikolov et al. 2013, arXiv 1301.3781 (king − man + woman is near queen); Linzen 2016, arXiv 1606.07736 (a word
of the question itself is often the nearest, and is left out without saying so).
"""

import re

import numpy as np
from torch import nn

from clearhead.inspector.views._word_matrix import WordMatrix, default_words, embedding_of, word_matrix
from clearhead.inspector.views.base import Looked
from clearhead.panels.base import Check, Panel
from clearhead.panels.heatmap import Heatmap
from clearhead.panels.scatter import Scatter
from clearhead.panels.table import Cell, Table

TITLE = "Word geometry"
QUESTION = "Which words lie near each other, and does adding and subtracting them mean anything?"
ANSWER = "cosines"


def applies(model: nn.Module) -> str | None:
    """Return None for models with a vector for each word or token."""
    return None if embedding_of(model) is not None else f"a {type(model).__name__} has no vectors of words."


def view(look: Looked, *, words: str | None = None, analogy: str | None = None, top: int = 8) -> list[Panel]:
    """Show chosen words in a plane, with their cosines; with an analogy also the words nearest to its sum.

    Args:
        words: the words to show, with spaces between; none given means those looked at.
        analogy: "king - man + woman", or with the answer expected "king - man + woman = queen".
        top: how many of the nearest words to list.
    """
    matrix = word_matrix(look)
    if top < 1:
        raise ValueError(f"word_geometry.top must be at least 1, got {top}. Use 8.")
    asked = _parse(analogy) if analogy else []
    chosen = words.split() if words else default_words(look)
    chosen = list(dict.fromkeys([*chosen, *asked]))
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
    panels: list[Panel] = [_plane(chosen, vectors, tuple(arrows)), _cosines(chosen, vectors)]
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


def _plane(words: list[str], vectors: np.ndarray, arrows: tuple[tuple[int, int], ...]) -> Scatter:
    """Lay the plane through the words in which they differ most (principal components)."""
    centred = vectors - vectors.mean(0)
    left, sizes, axes = np.linalg.svd(centred, full_matrices=False)
    places = left * sizes
    # Each axis may be turned round; the largest part of its direction is taken to be positive.
    signs = np.sign(np.take_along_axis(axes, np.abs(axes).argmax(1)[:, None], axis=1)[:, 0])
    places = places * np.where(signs == 0, 1, signs)
    if places.shape[1] < 2:
        places = np.pad(places, ((0, 0), (0, 2 - places.shape[1])))
    shares = np.append(sizes**2, [0.0, 0.0])
    shares = shares / max(float(shares.sum()), 1e-300)
    return Scatter(
        name="plane",
        title="The words in the plane that shows most of them",
        note=f"It keeps {shares[:2].sum():.1%} of the spread of {len(words)} vectors of {vectors.shape[1]} numbers; "
        "what looks near in a plane need not be near.",
        points=places[:, :2],
        labels=tuple(words),
        x_axis=f"component 1 ({shares[0]:.1%} of the spread)",
        y_axis=f"component 2 ({shares[1]:.1%})",
        arrows=arrows,
    )


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
        differences.append((f"{one} − {two}", f"{three} − {four}", float(cosine)))
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
