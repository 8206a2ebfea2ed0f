"""Tags without a network: the commonest one, and the one that each word most often had."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from clearhead.metrics import tagging as metrics

Rows = list[NDArray[np.int64]]


def simple_tags(
    train: Sequence[Sequence[str]],
    tags: Sequence[NDArray[np.int64]],
    sentences: Sequence[Sequence[str]],
    names: Sequence[str],
) -> dict[str, Rows]:
    """Return what simpler methods say of sentences, by the method: rows of tag ids.

    Args:
        train: sentences with known tags.
        tags: theirs, by id.
        names: of the tags, by id.
    """
    commonest = Counter(int(tag) for row in tags for tag in row).most_common(1)[0][0]
    place_of = {name: index for index, name in enumerate(names)}
    named = metrics.most_frequent_tag(train, [[names[tag] for tag in row] for row in tags], sentences)
    return {
        "commonest tag": [np.full(len(row), commonest, dtype=np.int64) for row in sentences],
        "commonest tag of each word": [np.array([place_of[name] for name in row], dtype=np.int64) for row in named],
    }
