"""Words laid out in a plane: by principal components, or by t-SNE.

    PCA      turns the vectors so that the two directions of largest spread lie in the plane; distances are honest as
             far as the plane keeps the spread
    t-SNE    moves points until neighbours in the plane are the neighbours among the vectors; only who is near whom
             means something, not how far groups lie apart nor how large they are

Source: van der Maaten and Hinton 2008, JMLR 9. Differs: the exact method, from the principal components on, so that the
same words give the same picture.
"""

from collections.abc import Sequence

import numpy as np

from clearhead.panels.scatter import Scatter

MAPS = ("pca", "tsne")
FEWEST_WORDS = 4
MOST_PERPLEXITY = 30.0
SEED = 0

Arrows = tuple[tuple[int, int], ...]


def pca_map(words: Sequence[str], vectors: np.ndarray, arrows: Arrows, *, num_around: int) -> Scatter:
    """Lay the plane through the words in which they differ most (principal components)."""
    places, shares = _components(vectors)
    return Scatter(
        name="plane",
        title="The words in the plane that shows most of them",
        note=f"It keeps {shares[:2].sum():.1%} of the spread of {len(words)} vectors of {vectors.shape[1]} numbers; "
        "what looks near in a plane need not be near.",
        points=places,
        labels=tuple(words),
        x_axis=f"component 1 ({shares[0]:.1%} of the spread)",
        y_axis=f"component 2 ({shares[1]:.1%})",
        arrows=arrows,
        num_around=num_around,
    )


def tsne_map(words: Sequence[str], vectors: np.ndarray, arrows: Arrows, *, num_around: int) -> Scatter:
    """Lay the words out so that those with a high cosine are neighbours (t-SNE).

    Raises:
        ValueError: there are too few words to have neighbours.
    """
    if len(words) < FEWEST_WORDS:
        raise ValueError(
            f"word_geometry.words must be at least {FEWEST_WORDS} words for t-SNE, got {len(words)} "
            f"({' '.join(words)}). Name more words, let others stand around them, or use --map pca."
        )
    from sklearn.manifold import TSNE  # takes a second to load, and few look at this

    lengths = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    unit = vectors / lengths
    places = _components(unit)[0]
    # A rule of thumb: a perplexity needs about three times as many neighbours to choose from.
    perplexity = min(MOST_PERPLEXITY, (len(words) - 1) / 3)
    begin = places / max(float(places[:, 0].std()), 1e-12) * 1e-4
    solver = TSNE(perplexity=perplexity, init=begin, method="exact", random_state=SEED, learning_rate="auto", n_jobs=1)
    points = np.asarray(solver.fit_transform(unit), dtype=np.float64)
    return Scatter(
        name="plane",
        title="The words, each near those that are like it",
        note=f"t-SNE of {len(words)} vectors of length 1, perplexity {perplexity:.3g}, Kullback-Leibler divergence "
        f"{float(solver.kl_divergence_):.3f}. Who is near whom means something; how far apart groups lie, how large "
        "they are and where the axes point mean nothing.",
        points=points - points.mean(0),
        labels=tuple(words),
        x_axis="first coordinate",
        y_axis="second coordinate",
        arrows=arrows,
        num_around=num_around,
    )


def _components(vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the places of vectors along their two principal components, and every component's share of the spread."""
    left, sizes, axes = np.linalg.svd(vectors - vectors.mean(0), full_matrices=False)
    # Each axis may be turned round; the largest part of its direction is taken to be positive.
    signs = np.sign(np.take_along_axis(axes, np.abs(axes).argmax(1)[:, None], axis=1)[:, 0])
    places = left * sizes * np.where(signs == 0, 1, signs)
    if places.shape[1] < 2:
        places = np.pad(places, ((0, 0), (0, 2 - places.shape[1])))
    shares = np.append(sizes**2, [0.0, 0.0])
    return places[:, :2], shares / max(float(shares.sum()), 1e-300)
