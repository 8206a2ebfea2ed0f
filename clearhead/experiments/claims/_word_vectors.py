"""Words of a text, and vectors learned from them in seconds, for the experiments on word vectors."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from clearhead.data import _known
from clearhead.data._words import KINDS
from clearhead.data.base import open_text
from clearhead.kernels.hogwild import BLOCK_WORDS, Tables, WordTraining, train_words
from clearhead.metrics.word_vectors import normalised
from clearhead.models.word2vec import Word2Vec, Word2VecConfig
from clearhead.tasks.base import Poll

WIKIPEDIA, STORIES = "enwiki_sample", "stories:en"
SENTENCE_END = -1
RATE = 0.025
WINDOW = WordTraining.window
BLOCKS_AT_ONCE = 5


@dataclass(frozen=True, kw_only=True)
class Corpus:
    """A text as word ids, most frequent word first."""

    name: str
    words: list[str]
    counts: NDArray[np.int64]
    ids: NDArray[np.int32]
    """−1 after each line; rare words are left out."""

    @property
    def told(self) -> dict[str, str]:
        """Say what text this is, by language."""
        size = f"{int(self.counts.sum()):,}"
        if self.name == WIKIPEDIA:
            return {"en": f"{size} words of Wikipedia", "zh": f"维基百科 {size} 词"}
        return {"en": f"{size} words of made-up stories", "zh": f"自编故事 {size} 词"}


def text_name() -> str:
    """Return the text to learn from: Wikipedia where it is on this machine, otherwise our own stories."""
    return WIKIPEDIA if _known.locate(_known.TEXTS[WIKIPEDIA]) else STORIES


def read_lines(name: str, num_words: int, poll: Poll, *, split: str = "train") -> list[list[str]]:
    """Return the first words of a text, line by line."""
    lines: list[list[str]] = []
    left = num_words
    for document in open_text(name).documents(split):
        poll()
        for line in document.split("\n"):
            found = KINDS["words"](line)[:left]
            if found:
                lines.append(found)
                left -= len(found)
        if left <= 0:
            break
    return lines


def count_words(name: str, lines: list[list[str]], *, min_count: int = 5) -> Corpus:
    """Turn lines of words into ids; words seen less often are left out."""
    seen = Counter(word for line in lines for word in line)
    words = [word for word, count in seen.most_common() if count >= min_count]
    id_of = {word: index for index, word in enumerate(words)}
    ids: list[int] = []
    for line in lines:
        ids += [id_of[word] for word in line if word in id_of]
        ids.append(SENTENCE_END)
    counts = np.array([seen[word] for word in words], np.int64)
    return Corpus(name=name, words=words, counts=counts, ids=np.array(ids, np.int32))


def learn_vectors(
    ids: NDArray[np.int32],
    counts: NDArray[np.int64],
    *,
    epochs: int,
    seed: int,
    poll: Poll,
    training: WordTraining | None = None,
    embedding_dim: int = 100,
) -> NDArray[np.float32]:
    """Learn a vector for each word with skip-gram, on one thread, and return them with length 1."""
    training = training or WordTraining()
    torch.manual_seed(seed)
    model = Word2Vec(Word2VecConfig(vocab_size=len(counts), embedding_dim=embedding_dim))
    tables, total = Tables.of(counts, training), epochs * len(ids)
    piece = BLOCKS_AT_ONCE * BLOCK_WORDS
    for epoch in range(epochs):
        for start in range(0, len(ids), piece):
            poll()
            stop = min(start + piece, len(ids))
            first, last = (RATE * (1 - (epoch * len(ids) + place) / total) for place in (start, stop))
            train_words(
                *model.arrays(),
                ids,
                training=training,
                tables=tables,
                start=start,
                stop=stop,
                first_rate=first,
                last_rate=last,
                seed=seed,
                epoch=epoch,
            )
    return normalised(model.input_vectors.detach().numpy())
