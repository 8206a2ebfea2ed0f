"""What word2vec looks up instead of computing: σ and its logarithm, chances to keep and to draw, the Huffman tree."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clearhead.kernels._compile import compiled

LARGEST_SCORE = 6.0
"""Beyond ± this an answer counts as certain, as in word2vec.c."""
STEPS_PER_UNIT = 128


def answer_table() -> NDArray[np.float32]:
    """Tabulate σ(x) and −log σ(x), one row each 1/128 from −6 to 6; between rows the kernels interpolate."""
    x = np.arange(int(2 * LARGEST_SCORE * STEPS_PER_UNIT) + 2) / STEPS_PER_UNIT - LARGEST_SCORE
    return np.stack([1 / (1 + np.exp(-x)), np.log1p(np.exp(-x))], axis=1).astype(np.float32)


def keep_chances(counts: NDArray[np.int64], sample: float) -> NDArray[np.uint64]:
    """Return each word's chance, of 2³², to be kept when the most frequent words are thinned out.

    A word with the share f of the text is kept with (√(f / sample) + 1) · sample / f, at most 1; a sample of 0 keeps
    all words.

    Source: word2vec.c, which differs from the formula in the paper (√(sample / f)).
    """
    if sample <= 0:
        return np.full(len(counts), 1 << 32, np.uint64)
    threshold = sample * counts.sum()
    ratio = np.maximum(counts, 1) / threshold
    return (np.minimum((np.sqrt(ratio) + 1) / ratio, 1.0) * 2.0**32).astype(np.uint64)


def alias_table(counts: NDArray[np.int64], power: float) -> NDArray[np.uint64]:
    """Prepare draws in proportion to counts^power, each in constant time.

    Returns:
        One entry a word: its own chance, of 2³², in the upper half; in the lower half the word drawn otherwise.

    Source: Vose 1991, "A linear algorithm for generating random numbers with a given distribution".
    """
    weights = counts.astype(np.float64) ** power
    return _alias_entries(weights * (len(weights) / weights.sum()))


@compiled
def _alias_entries(share: NDArray[np.float64]) -> NDArray[np.uint64]:
    size = share.shape[0]
    entries, order = np.empty(size, np.uint64), np.empty(size, np.int64)
    num_small, first_large = 0, size
    for word in range(size):
        if share[word] < 1.0:
            order[num_small] = word
            num_small += 1
        else:
            first_large -= 1
            order[first_large] = word
    while num_small > 0 and first_large < size:
        num_small -= 1
        small, large = order[num_small], order[first_large]
        entries[small] = (np.uint64(share[small] * 4294967296.0) << np.uint64(32)) | np.uint64(large)
        share[large] -= 1.0 - share[small]
        if share[large] < 1.0:
            first_large += 1
            order[num_small] = large
            num_small += 1
    # What is left has a share of 1 up to rounding: whatever is drawn, it is this word.
    for i in range(num_small):
        entries[order[i]] = np.uint64(order[i])
    for i in range(first_large, size):
        entries[order[i]] = np.uint64(order[i])
    return entries


@dataclass(frozen=True)
class Tree:
    """A binary tree over the words; frequent words have short paths. Inner nodes are numbered, the root is the last."""

    starts: NDArray[np.int64]
    """The path of word w is the range starts[w] to starts[w + 1] of the other two."""
    nodes: NDArray[np.int32]
    turns: NDArray[np.bool_]
    """Right answers at those nodes: σ(vector · node) is the chance of the first branch (True)."""

    @property
    def longest(self) -> int:
        """Nodes on the longest path."""
        return int(np.diff(self.starts).max(initial=0))


def huffman_tree(counts: NDArray[np.int64]) -> Tree:
    """Join the two rarest again and again until one tree is left.

    Source: Huffman 1952; Morin and Bengio 2005 for the use of a tree as softmax. A vocabulary of one word has an empty
    path, of two words one node.
    """
    order = np.argsort(-counts, kind="stable").astype(np.int64)
    parents, is_first = _join(counts[order].astype(np.int64))
    starts, nodes, turns = _paths(parents, is_first, np.argsort(order, kind="stable").astype(np.int64))
    return Tree(starts, nodes, turns)


@compiled
def _join(counts: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return the parent of every leaf (most frequent first) and then inner node, and which child of it each is."""
    size = counts.shape[0]
    weight = np.empty(2 * size, np.int64)
    weight[:size] = counts
    parents, is_first = np.zeros(2 * size, np.int64), np.zeros(2 * size, np.bool_)
    # Leaves from the rarest upwards and inner nodes in the order made are both sorted: no heap is needed.
    leaf, inner = size - 1, size
    for made in range(size, 2 * size - 1):
        for child in range(2):
            if leaf >= 0 and (inner >= made or weight[leaf] <= weight[inner]):
                taken = leaf
                leaf -= 1
            else:
                taken = inner
                inner += 1
            weight[made] = weight[taken] if child == 0 else weight[made] + weight[taken]
            parents[taken] = made
            is_first[taken] = child == 1
    return parents, is_first


@compiled
def _paths(
    parents: NDArray[np.int64], is_first: NDArray[np.bool_], leaves: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.bool_]]:
    """Write down the path of every word from the root; inner node n becomes row n − size."""
    size = leaves.shape[0]
    root = 2 * size - 2
    starts = np.zeros(size + 1, np.int64)
    for word in range(size):
        node, length = leaves[word], 0
        while node != root:
            node = parents[node]
            length += 1
        starts[word + 1] = starts[word] + length
    nodes, turns = np.empty(starts[size], np.int32), np.empty(starts[size], np.bool_)
    for word in range(size):
        node, place = leaves[word], starts[word + 1]
        while node != root:
            place -= 1
            nodes[place] = parents[node] - size
            turns[place] = is_first[node]
            node = parents[node]
    return starts, nodes, turns
