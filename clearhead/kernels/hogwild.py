"""Training word vectors with several threads that change the same weights without locks.

A text is learned in blocks; each thread takes the next block that is left. Two threads rarely touch the same row at the
same time, and when they do one of two small steps is lost. With one thread the result depends on the seed and the
position in the text alone, bit for bit.

Source: Niu et al. 2011 (HOGWILD!), arXiv 1106.5730; word2vec.c works the same way.
Read with: word2vec.py
"""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from queue import Empty, SimpleQueue
from typing import Literal, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from clearhead.core import catalog
from clearhead.kernels import word2vec
from clearhead.kernels.word_tables import Tree, alias_table, answer_table, huffman_tree, keep_chances

BLOCK_WORDS = 10_000
"""Words between two looks at the learning rate, as in word2vec.c."""
Mode = Literal["skip_gram", "cbow"]
Objective = Literal["negative_sampling", "hierarchical_softmax", "full_softmax"]
_MODES = {"cbow": word2vec.CBOW, "skip_gram": word2vec.SKIP_GRAM}
_OBJECTIVES = {
    "negative_sampling": word2vec.NEGATIVE_SAMPLING,
    "hierarchical_softmax": word2vec.HIERARCHICAL_SOFTMAX,
    "full_softmax": word2vec.FULL_SOFTMAX,
}


@dataclass(frozen=True, kw_only=True)
class WordTraining:
    """How word vectors are learned."""

    mode: Mode = "skip_gram"
    objective: Objective = "negative_sampling"
    window: int = 5
    """Words on each side at most; how many is drawn anew at every position."""
    num_negatives: int = 5
    """Words drawn at random beside each right one."""
    shares_negatives: bool = True
    """All words around one position meet the same drawn words: twice as fast (skip-gram)."""
    power: float = 0.75
    """Negatives are drawn in proportion to count^power."""
    sample: float = 1e-4
    """Words that are a greater share of the text than this are thinned out; 0 keeps all."""

    def __post_init__(self) -> None:
        catalog.choose(self.mode, _MODES, where="WordTraining.mode")
        catalog.choose(self.objective, _OBJECTIVES, where="WordTraining.objective")
        for name in ("window", "num_negatives"):
            if getattr(self, name) < 1:
                raise ValueError(f"WordTraining.{name} must be at least 1, got {getattr(self, name)}. Use 5.")
        if not 0.0 <= self.sample < 1.0:
            raise ValueError(f"WordTraining.sample must be in [0, 1), got {self.sample}. Use 1e-4, or 0 to keep all.")


@dataclass(frozen=True)
class Tables:
    """What the update looks up, made once for a vocabulary."""

    keep: NDArray[np.uint64]
    alias: NDArray[np.uint64]
    tree: Tree
    answers: NDArray[np.float32]

    @classmethod
    def of(cls, counts: NDArray[np.int64], training: WordTraining) -> Self:
        """Prepare the tables for words that were seen so often."""
        counts = np.asarray(counts, np.int64)
        if len(counts) < 2 or counts.min() < 1:
            raise ValueError(
                f"Tables.counts must hold two words or more, each seen at least once, got {len(counts)} words. "
                "Give more text, or a lower minimum count."
            )
        has_tree = training.objective == "hierarchical_softmax"
        return cls(
            keep_chances(counts, training.sample),
            alias_table(counts, training.power),
            huffman_tree(counts if has_tree else counts[:2]),
            answer_table(),
        )


class Learned(NamedTuple):
    """What a piece of training did."""

    loss: float
    """Summed −log p in nats, each before the update it led to; a mean over predictions is the loss of an epoch."""
    num_predictions: int
    """Predicted words: pairs with skip-gram, positions with CBOW."""
    num_words: int
    """Words of the text that were read, with those thinned out."""


def train_words(
    inputs: NDArray[np.float32],
    output: NDArray[np.float32],
    ids: NDArray[np.int32],
    *,
    training: WordTraining,
    tables: Tables,
    start: int,
    stop: int,
    first_rate: float,
    last_rate: float,
    seed: int,
    epoch: int = 0,
    num_threads: int = 1,
) -> Learned:
    """Learn from ids[start:stop], changing both matrices in place.

    Args:
        inputs, output: float32, one row a word (`output` of a tree: one row an inner node), contiguous.
        ids: the words of the text, −1 after each sentence; may be a memory-mapped file.
        start, stop: from `start` on every BLOCK_WORDS ids are a block; pieces that start at multiples of that learn
            what one pass over all would, so that a training can stop between them and go on.
        first_rate, last_rate: learning rates at `start` and `stop`; between them it falls in a straight line.
        seed, epoch: with the position they are all that the random numbers depend on.
        num_threads: 0 takes all processors this process may use.
    """
    _check(inputs, output, training, len(tables.keep))
    waiting: SimpleQueue[tuple[int, int]] = SimpleQueue()
    for block in _blocks(start, stop):
        waiting.put(block)

    def learn_block(first: int, last: int) -> Learned:
        block = np.array(ids[first:last], np.int32)  # a copy: the kernel writes into it
        _check_ids(block, len(tables.keep))
        rate = first_rate + (last_rate - first_rate) * (first - start) / (stop - start)
        return Learned(
            *word2vec.train_block(
                block,
                inputs,
                output,
                _MODES[training.mode],
                _OBJECTIVES[training.objective],
                training.window,
                training.num_negatives,
                training.shares_negatives,
                np.float32(rate),
                tables.keep,
                tables.alias,
                (tables.tree.starts, tables.tree.nodes, tables.tree.turns),
                max(training.num_negatives + 1, tables.tree.longest),
                tables.answers,
                _block_seed(seed, epoch, first),
            )
        )

    def learn() -> Learned:
        total = Learned(0.0, 0, 0)
        try:
            while True:
                total = _sum([total, learn_block(*waiting.get_nowait())])
        except Empty:
            return total
        except BaseException:
            _empty(waiting)
            raise

    num_threads = num_threads or _processors()
    helpers = [_threads(num_threads).submit(learn) for _ in range(num_threads - 1)]
    try:
        parts = [learn(), *(helper.result() for helper in helpers)]
    finally:
        _empty(waiting)  # after an error or Ctrl-C every thread ends with the block it is in
        wait(helpers)
    return _sum(parts)


def _sum(parts: list[Learned]) -> Learned:
    return Learned(sum(p.loss for p in parts), sum(p.num_predictions for p in parts), sum(p.num_words for p in parts))


def _empty(waiting: "SimpleQueue[tuple[int, int]]") -> None:
    try:
        while True:
            waiting.get_nowait()
    except Empty:
        return


def _blocks(start: int, stop: int) -> Iterator[tuple[int, int]]:
    return ((first, min(first + BLOCK_WORDS, stop)) for first in range(start, stop, BLOCK_WORDS))


def _block_seed(seed: int, epoch: int, first: int) -> np.uint64:
    digest = blake2b(f"{seed} {epoch} {first}".encode(), digest_size=8).digest()
    return np.uint64(int.from_bytes(digest, "little"))


def _check(inputs: NDArray[np.float32], output: NDArray[np.float32], training: WordTraining, vocab_size: int) -> None:
    num_rows = vocab_size - (training.objective == "hierarchical_softmax")
    for name, matrix, rows in (("inputs", inputs, vocab_size), ("output", output, num_rows)):
        is_plain = matrix.dtype == np.float32 and matrix.flags.c_contiguous and matrix.flags.writeable
        if not is_plain or matrix.shape != (rows, inputs.shape[1]):
            raise ValueError(
                f"train_words.{name} must be writable contiguous float32 of shape ({rows}, {inputs.shape[1]}), "
                f"got {matrix.dtype} of shape {matrix.shape}. Build the model for this vocabulary and objective."
            )


def _check_ids(ids: NDArray[np.int32], vocab_size: int) -> None:
    """Stop before a kernel, which checks no bounds, would write anywhere in memory."""
    if len(ids) and (ids.min() < word2vec.SENTENCE_END or ids.max() >= vocab_size):
        wrong = ids.max() if ids.max() >= vocab_size else ids.min()
        raise ValueError(
            f"train_words.ids must be words from 0 to {vocab_size - 1} or {word2vec.SENTENCE_END}, got {wrong}. "
            "Encode the text with the vocabulary of the model."
        )


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@cache
def _threads(num_threads: int) -> ThreadPoolExecutor:
    """Return threads that live as long as the process: to start them for each call would cost more than some calls."""
    return ThreadPoolExecutor(max(1, num_threads - 1), thread_name_prefix="clearhead-words")
