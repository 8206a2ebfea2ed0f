"""What simpler ways say of texts: the counts of their words, weighed, and a linear model on them.

A text is one string, or two that are read beside each other. Read with: baselines.py (for rows of numbers)
"""

import warnings
from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np
from jaxtyping import Bool, Integer

from clearhead.metrics.baselines import Baseline

NAME = "TF-IDF + logistic regression"
MAX_ROWS, MAX_CHARACTERS, MAX_FEATURES, MAX_ITERATIONS = 20_000, 2_000, 200_000, 100
STRENGTH = 10.0
"""Inverse of the penalty on the weights: TF-IDF rows have length 1, for which scikit-learn's 1 is too much."""
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_WORD = rf"</?e[12]>|[{_HAN}]|(?:(?![{_HAN}])\w)+|[^\w\s]"
"""Words, marks of entities, punctuation; Chinese characters each alone, as no spaces stand between their words."""
_NGRAMS: dict[str, dict[str, Any]] = {
    "words": {"analyzer": "word", "ngram_range": (1, 2), "token_pattern": _WORD},
    "characters": {"analyzer": "char", "ngram_range": (1, 3)},
}


def tfidf_logistic_regression(
    train_texts: Sequence[tuple[str, ...]],
    train_targets: Integer[np.ndarray, "train *labels"],
    texts: Sequence[tuple[str, ...]],
    *,
    num_classes: int | None = None,
    by: Literal["words", "characters"] = "words",
    seed: int = 0,
    poll: Callable[[], None] = lambda: None,
) -> Baseline:
    """Predict by a linear model on weighed counts of words and pairs of words, or of one to three characters.

    Args:
        num_classes: None for labels, each of which gets a model of its own.
        poll: called between the parts of the work; raises to stop it.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer

    rows, notes = np.arange(len(train_texts)), []
    if len(rows) > MAX_ROWS:
        rows = np.sort(np.random.default_rng(seed).choice(len(rows), MAX_ROWS, replace=False))
        notes.append(f"Fitted on {MAX_ROWS:,} of {len(train_texts):,} training texts.")
    if max((len(text) for row in train_texts for text in row), default=0) > MAX_CHARACTERS:
        notes.append(f"Read the first {MAX_CHARACTERS:,} characters of each text.")
    known, asked = [], []
    for side in range(len(train_texts[0])):
        poll()
        vectorizer = TfidfVectorizer(**_NGRAMS[by], sublinear_tf=True, max_features=MAX_FEATURES, dtype=np.float32)
        try:
            known.append(vectorizer.fit_transform([train_texts[row][side][:MAX_CHARACTERS] for row in rows.tolist()]))
        except ValueError:  # texts without a single word
            continue
        asked.append(vectorizer.transform([row[side][:MAX_CHARACTERS] for row in texts]))
    targets = train_targets[rows]
    classes = [targets] if num_classes is not None else list(targets.T)
    shares = []
    for column in classes:
        poll()
        shares.append(_linear(known, column, asked, num_classes or 2, len(texts)))
    if num_classes is not None:
        return Baseline(NAME, shares[0].argmax(axis=1), shares[0], notes)
    probabilities = np.stack([share[:, 1] for share in shares], axis=1)
    return Baseline(NAME, (probabilities > 0.5).astype(np.uint8), probabilities, notes)


def _linear(known: list[Any], targets: Any, asked: list[Any], num_classes: int, num_rows: int) -> Any:
    from scipy.sparse import hstack
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    probabilities = np.zeros((num_rows, num_classes))
    seen, counts = np.unique(targets, return_counts=True)
    if len(seen) == 1 or not known:  # scikit-learn refuses a single class
        probabilities[:, seen] = counts / counts.sum()
        return probabilities
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model = LogisticRegression(C=STRENGTH, max_iter=MAX_ITERATIONS).fit(hstack(known, format="csr"), targets)
    probabilities[:, model.classes_] = model.predict_proba(hstack(asked, format="csr"))
    return probabilities


def sign_test(is_right: Bool[np.ndarray, "rows"], is_rival_right: Bool[np.ndarray, "rows"]) -> float:
    """Return how likely chance alone parts two methods as much as on these rows, if both are equally good.

    Only rows on which exactly one of them is right tell anything; of these each is won by either with a chance of 1/2.

    Source: McNemar 1947, "Note on the sampling error of the difference between correlated proportions"; the exact
    binomial form of Dietterich 1998.
    """
    from scipy.stats import binomtest

    won, lost = int((is_right & ~is_rival_right).sum()), int((~is_right & is_rival_right).sum())
    return float(binomtest(won, won + lost).pvalue) if won + lost else 1.0
