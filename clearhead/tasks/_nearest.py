"""Which text of many is most like another: the nearest neighbour as a baseline."""

from collections.abc import Sequence

import numpy as np

MOST_TEXTS = 100_000
"""Texts compared with; of more, the first ones."""
AT_ONCE = 256


def nearest_texts(asked: Sequence[str], texts: Sequence[str]) -> list[int]:
    """Return for each asked text the place of the most similar one: cosine of TF-IDF over 1 to 3 characters.

    Characters rather than words: they serve languages with and without spaces alike.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer  # takes a second to load, and training needs it not

    vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 3), sublinear_tf=True, dtype=np.float32)
    known = vectorizer.fit_transform(list(texts[:MOST_TEXTS]))
    wanted = vectorizer.transform(list(asked))
    found: list[int] = []
    for start in range(0, wanted.shape[0], AT_ONCE):
        similar = wanted[start : start + AT_ONCE] @ known.T
        found += np.asarray(similar.argmax(axis=1)).ravel().tolist()
    return found
