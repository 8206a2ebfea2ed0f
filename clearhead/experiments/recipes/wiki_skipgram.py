"""Word vectors of English Wikipedia by skip-gram with negative sampling, no worse than gensim's on the same text.

Target: gensim run beside us (benchmarks/word_vectors.py): the text a to z only, words seen five times, 100 dimensions,
window 5, 5 negatives, sample 1e-4, five passes.
"""

from typing import Any

from clearhead.experiments.recipes.base import Target
from clearhead.runs.run import Run
from clearhead.tasks._word_list import read_words
from clearhead.tasks._word_tests import find_tests, score_file

GENSIM_ANALOGIES = 0.164
"""Mean share of analogies that gensim 4.4.0 answers after the same training, in benchmarks/word_vectors.py."""

TARGETS = (
    Target(
        score="analogies",
        value=GENSIM_ANALOGIES,
        direction="at_least",
        protocol="questions:questions-words.txt words:30000 case:folded",
        source="The mean of gensim 4.4.0 beside us in benchmarks/word_vectors.py: same text, settings and questions.",
    ),
    Target(
        score="loss",
        baseline="word frequencies",
        source="Who knows how frequent each word is and looks at no neighbour: below it, vectors say what stands near.",
    ),
)

WORDS = {"kind": "letters", "min_count": 5, "window": 5, "num_negatives": 5, "sample": 1e-4}
MODEL = {"embedding_dim": 100, "mode": "skip_gram", "objective": "negative_sampling"}


def recipe() -> dict[str, Any]:
    """Return the options of the training."""
    return {
        "task": "word_vectors",
        "model": "word2vec",
        "data": "enwiki_sample",
        "epochs": 5.0,
        "task_options": dict(WORDS),
        "model_options": dict(MODEL),
    }


def tiny() -> dict[str, Any]:
    """Return the options of a training of a few seconds."""
    return {**recipe(), "data": "stories:en", "epochs": 1.0, "model_options": {**MODEL, "embedding_dim": 16}}


def measure(run: Run) -> dict[str, float]:
    """Answer the analogies; of a vocabulary that knows none of their words, none is answered."""
    vectors = run.model().input_vectors.detach().numpy()
    words = read_words(run.path).words
    tests = [score_file(path, words, vectors) for path in find_tests(words)[:1]]
    return {
        "analogies": tests[0].score if tests else 0.0,
        "analogies_asked": float(tests[0].num_asked) if tests else 0.0,
    }
