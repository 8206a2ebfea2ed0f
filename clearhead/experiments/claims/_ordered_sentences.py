"""Sentences of two classes, made on the spot: in one task their words tell them apart, in the others only order does.

In the tasks of order a sentence and its twin of the other class consist of the same words.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FILLERS = "then so well now and they all stood there for some time in the yard near our old house".split()
TOPICS = ("boat wave sail harbour shore gull".split(), "train rail station ticket platform wagon".split())
OPPOSITES = (("good", "bad"), ("kind", "rude"), ("fine", "awful"))
MEN, WOMEN = "tom ben sam".split(), "anna mia lily".split()
FEWEST_OUTSIDE, MOST_OUTSIDE = 6, 10
"""Fillers before and after: no window of a filter sees the beginning or the end of a sentence with what matters."""
FEWEST_BETWEEN, MOST_BETWEEN = 8, 12
PADDING = 0
Chance = np.random.Generator


@dataclass(frozen=True)
class Sentences:
    """Sentences as rows of word ids, padded at the right, and the class of each."""

    tokens: NDArray[np.int64]
    targets: NDArray[np.int64]

    def counts(self) -> NDArray[np.float32]:
        """Return how often each word stands in each sentence: the bag of its words."""
        found = np.zeros((len(self.tokens), VOCAB_SIZE), np.float32)
        np.add.at(found, (np.arange(len(self.tokens))[:, None], self.tokens), 1.0)
        found[:, PADDING] = 0.0
        return found


def topic(chance: Chance, target: int) -> list[str]:
    """Tell of ships (class 0) or of trains (class 1): the words alone decide."""
    return [_one(chance, TOPICS[target]), *_fillers(chance, 1, 3), _one(chance, TOPICS[target])]


def negation(chance: Chance, target: int) -> list[str]:
    """Say that something was not good but bad (class 0), or the other way round (class 1)."""
    good, bad = OPPOSITES[chance.integers(len(OPPOSITES))]
    denied, meant = (good, bad) if target == 0 else (bad, good)
    return ["not", denied, "but", meant]


def who_near(chance: Chance, target: int) -> list[str]:
    """Say who thanked whom: a man a woman (class 0), or a woman a man (class 1)."""
    first, second = _pair(chance, target)
    return [first, "thanked", second]


def who_far(chance: Chance, target: int) -> list[str]:
    """Say who came first, a man (class 0) or a woman (class 1), with many words between the two."""
    first, second = _pair(chance, target)
    return [first, "came", *_fillers(chance, FEWEST_BETWEEN, MOST_BETWEEN), second, "came"]


TASKS: dict[str, Callable[[Chance, int], list[str]]] = {
    "topic": topic,
    "negation": negation,
    "who_near": who_near,
    "who_far": who_far,
}
_WORDS = [
    *FILLERS, *TOPICS[0], *TOPICS[1], *(word for pair in OPPOSITES for word in pair), *MEN, *WOMEN,
    "not", "but", "thanked", "came",
]  # fmt: skip
_ID_OF = {word: index for index, word in enumerate(dict.fromkeys(_WORDS), PADDING + 1)}
VOCAB_SIZE = len(_ID_OF) + 1


def make(task: str, count: int, chance: Chance) -> Sentences:
    """Make sentences of a task, half of each class."""
    targets = chance.permutation(np.arange(count) % 2)
    rows = []
    for target in targets.tolist():
        words = TASKS[task](chance, target)
        around = [_fillers(chance, FEWEST_OUTSIDE, MOST_OUTSIDE) for _ in range(2)]
        rows.append([_ID_OF[word] for word in (*around[0], *words, *around[1])])
    longest = max(map(len, rows))
    return Sentences(np.array([row + [PADDING] * (longest - len(row)) for row in rows], np.int64), targets)


def shuffled(sentences: Sentences, chance: Chance) -> Sentences:
    """Return the same sentences, the words of each in another order."""
    tokens = sentences.tokens.copy()
    for row in tokens:
        length = int((row != PADDING).sum())
        row[:length] = chance.permutation(row[:length])
    return Sentences(tokens, sentences.targets)


def _pair(chance: Chance, target: int) -> tuple[str, str]:
    man, woman = _one(chance, MEN), _one(chance, WOMEN)
    return (man, woman) if target == 0 else (woman, man)


def _one(chance: Chance, words: list[str]) -> str:
    return words[chance.integers(len(words))]


def _fillers(chance: Chance, fewest: int, most: int) -> list[str]:
    return [_one(chance, FILLERS) for _ in range(chance.integers(fewest, most + 1))]
