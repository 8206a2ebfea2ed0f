"""How well relations between two marked words are told: the official score of SemEval-2010 Task 8.

Relations are classes named `Cause-Effect(e1,e2)`: kind and direction; `Other` has neither and is left out of the mean.
"""

import re
from collections.abc import Sequence

import numpy as np
from jaxtyping import Integer

OTHER = "Other"
_NAME = re.compile(r"(.+)\((?:e1,\s*e2|e2,\s*e1)\)")


def are_relations(label_names: Sequence[str]) -> bool:
    """Tell relations with a direction (besides `Other`) from other classes, by their names."""
    kinds = [name for name in label_names if name != OTHER]
    return bool(kinds) and all(_NAME.fullmatch(name) for name in kinds)


def relation_f1(
    targets: Integer[np.ndarray, "rows"], predicted: Integer[np.ndarray, "rows"], label_names: Sequence[str]
) -> float:
    """Return the mean F1 of the relations without `Other`; the direction counts.

    A row is right when relation and direction are. The right relation with the wrong direction is an error of that
    relation: it counts among what was predicted and among what was to be found, not among what was. A relation that
    neither occurs nor is predicted is left out.

    Args:
        label_names: "Kind(e1,e2)", "Kind(e2,e1)" or "Other", by class.

    Source: Hendrickx et al. 2010, SemEval-2010 Task 8, "(9+1)-way evaluation taking directionality into account".
    """
    kinds = np.array([_kind(name) for name in label_names])
    is_right = targets == predicted
    scores = []
    for kind in sorted(set(kinds) - {OTHER}):
        is_true, is_said = kinds[targets] == kind, kinds[predicted] == kind
        total = int(is_true.sum()) + int(is_said.sum())
        if total:
            scores.append(2 * int((is_right & is_true).sum()) / total)
    return float(np.mean(scores)) if scores else 0.0


def _kind(name: str) -> str:
    found = _NAME.fullmatch(name)
    return found[1] if found else name
