"""Text → the questions of word2vec as tensors, on any device: what kernels/word2vec.py does word by word, at once."""

from collections.abc import Iterator

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from numpy.typing import NDArray
from torch import Generator, Tensor

from clearhead.kernels.hogwild import WordTraining
from clearhead.kernels.word_tables import alias_table, huffman_tree, keep_chances

BATCH_POSITIONS = 128
"""Positions of a text whose steps are summed; more, and frequent words would be held back (`Word2Vec.learn`)."""


def windows(
    ids: Int[Tensor, "seq"], keep: Float[Tensor, "vocab"], *, window: int, generator: Generator
) -> tuple[Int[Tensor, "kept"], Int[Tensor, "kept context"]]:
    """Thin out frequent words and draw a window around each that is left.

    Args:
        ids: words, −1 after each sentence.
        keep: chance of each word to be kept.
    Returns:
        The words, and those around each: window · 2 columns, −1 where there is none.
    """
    device = ids.device
    chance = torch.rand(len(ids), generator=generator, device=device)
    ids = ids[(ids < 0) | (chance < keep[ids.clamp_min(0)])]
    sentence = (ids < 0).cumsum(0)
    places = torch.nonzero(ids >= 0)[:, 0]
    reach = torch.randint(1, window + 1, (len(places), 1), generator=generator, device=device)
    offsets = torch.tensor([*range(-window, 0), *range(1, window + 1)], device=device)
    others = places[:, None] + offsets
    inside = others.clamp(0, max(0, len(ids) - 1))
    is_near = (others == inside) & (offsets.abs() <= reach) & (sentence[inside] == sentence[places][:, None])
    return ids[places], torch.where(is_near & (ids[inside] >= 0), ids[inside], -1)


class WordBatches:
    """What to ask about each word of a text, on one device."""

    def __init__(self, counts: NDArray[np.int64], training: WordTraining, device: torch.device | str = "cpu") -> None:
        self.training = training
        self.keep = torch.tensor(keep_chances(counts, training.sample) / 2.0**32, dtype=torch.float32, device=device)
        if training.objective == "negative_sampling":
            alias = alias_table(counts, training.power)
            self.own_chance = torch.tensor((alias >> np.uint64(32)) / 2.0**32, dtype=torch.float32, device=device)
            self.otherwise = torch.tensor((alias & np.uint64(2**32 - 1)).astype(np.int64), device=device)
        elif training.objective == "hierarchical_softmax":
            tree = huffman_tree(counts)
            self.longest = tree.longest
            self.starts, self.nodes, self.turns = (
                torch.tensor(part, device=device) for part in (tree.starts, tree.nodes.astype(np.int64), tree.turns)
            )

    def __call__(
        self, ids: Int[Tensor, "seq"], generator: Generator
    ) -> Iterator[tuple[Int[Tensor, "batch context"], Int[Tensor, "batch questions"], Bool[Tensor, "batch questions"]]]:
        """Yield (contexts, rows, truths) for `Word2Vec.learn`, until the words are used up."""
        words, contexts = windows(ids, self.keep, window=self.training.window, generator=generator)
        for first in range(0, len(words), BATCH_POSITIONS):
            these = slice(first, first + BATCH_POSITIONS)
            around, word = contexts[these], words[these]
            if self.training.mode == "skip_gram":
                place, column = torch.nonzero(around >= 0, as_tuple=True)
                around, word = around[place, column][:, None], word[place]
            else:
                has_context = (around >= 0).any(1)
                around, word = around[has_context], word[has_context]
            if len(word):
                yield around, *self.ask_about(word, generator)

    def ask_about(
        self, words: Int[Tensor, "batch"], generator: Generator
    ) -> tuple[Int[Tensor, "batch questions"], Bool[Tensor, "batch questions"]]:
        """Return the rows to ask about for each word (−1: no question) and the right answers."""
        if self.training.objective == "full_softmax":
            return words[:, None], torch.ones_like(words, dtype=torch.bool)[:, None]
        if self.training.objective == "hierarchical_softmax":
            steps = torch.arange(self.longest, device=words.device)
            length = (self.starts[words + 1] - self.starts[words])[:, None]
            place = (self.starts[words][:, None] + steps).clamp_max(len(self.nodes) - 1)
            return torch.where(steps < length, self.nodes[place], -1), self.turns[place]
        size = (len(words), self.training.num_negatives)
        place = torch.randint(len(self.otherwise), size, generator=generator, device=words.device)
        chance = torch.rand(size, generator=generator, device=words.device)
        drawn = torch.where(chance < self.own_chance[place], place, self.otherwise[place])
        drawn = torch.where(drawn == words[:, None], -1, drawn)  # a word is never its own counter-example
        rows = torch.cat([words[:, None], drawn], dim=1)
        truths = torch.zeros_like(rows, dtype=torch.bool)
        truths[:, 0] = True
        return rows, truths
