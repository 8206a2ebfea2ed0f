"""Word vectors that a model begins with: those of a run, or of a file of word2vec, GloVe or fastText."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from clearhead.data._read import shown
from clearhead.interop import base as interop
from clearhead.interop._word2vec_format import (
    WordVectors,
    has_header,
    is_text,
    read_binary_vectors,
    read_glove_vectors,
    read_text_vectors,
)
from clearhead.tasks._word_list import read_words


@dataclass(frozen=True)
class KnownVectors:
    """A vector for each word of a vocabulary, where a file has one."""

    source: str
    """What a person calls the file."""
    values: NDArray[np.float32]
    """(words, width); zeros for words without a vector."""
    is_known: NDArray[np.bool_]
    """Whether the file has a vector for the word."""

    @property
    def width(self) -> int:
        """Numbers of one vector."""
        return int(self.values.shape[1])


def find_vectors(path: Path | str) -> Path:
    """Return where vectors lie, read by nobody yet.

    Raises:
        FileNotFoundError: nothing there.
    """
    found = Path(path).expanduser()
    if not found.exists():
        raise FileNotFoundError(
            f"No word vectors at {shown(found)}. Name a run of clearhead train word_vectors, or a file of word2vec, "
            f"GloVe or fastText."
        )
    return found


def load_vectors(path: Path | str) -> WordVectors:
    """Read words and their vectors: a run of word vectors, word2vec's text or binary form, GloVe's or fastText's text.

    Raises:
        FileNotFoundError: neither a run nor a file there.
        ValueError: a run of another task, or a file that is broken.
    """
    path = find_vectors(path)
    if path.is_dir():
        words = read_words(path).words
        model: Any = interop.read_model(path)
        vectors = model.input_vectors.detach().numpy()
        if len(words) != len(vectors):
            raise ValueError(
                f"{shown(path)} must have a vector for each of {len(words):,} words, got {len(vectors):,}."
            )
        return words, vectors
    if not has_header(path):
        return read_glove_vectors(path)
    return read_text_vectors(path) if is_text(path) else read_binary_vectors(path)


def vectors_for(path: Path | str, words: Sequence[str], *, num_control: int = 0) -> KnownVectors:
    """Find the vectors of a vocabulary in a file; a word it does not have is looked for in other letter cases.

    Args:
        words: the vocabulary by id.
        num_control: ids at the beginning that are no words (padding, unknown, separators).
    Raises:
        ValueError: the file has none of the words.
    """
    known, vectors = load_vectors(path)
    row_of = {word: row for row, word in reversed(list(enumerate(known)))}
    folded = {word.lower(): row for row, word in reversed(list(enumerate(known)))}
    values = np.zeros((len(words), vectors.shape[1]), np.float32)
    is_known = np.zeros(len(words), np.bool_)
    for index in range(num_control, len(words)):
        row = row_of.get(words[index], folded.get(words[index].lower(), -1))
        if row >= 0:
            values[index], is_known[index] = vectors[row], True
    if not is_known.any():
        raise ValueError(
            f"--task.vectors must hold words of the texts, got none of {len(words) - num_control:,} in {shown(path)}. "
            f"Are they of another language, or cut in another way (--task.units)?"
        )
    return KnownVectors(shown(path), values, is_known)


@torch.no_grad()
def put_vectors(model: Any, found: KnownVectors, *, num_control: int = 0) -> list[str]:
    """Put vectors into a model's `embedding` (and `static_embedding`), and say how many words have one.

    Vectors keep the scale of their file; words without one are drawn with the same deviation, padding stays zero.

    Raises:
        ValueError: the model's vectors have another width.
    """
    width = model.config.embedding_dim
    if width != found.width:
        raise ValueError(
            f"--model.embedding-dim must be the width of --task.vectors, {found.width}, got {width}. "
            f"Use --model.embedding-dim {found.width}, or leave it out."
        )
    deviation = float(found.values[found.is_known].std())
    made = torch.randn(found.values.shape) * deviation
    is_known = torch.from_numpy(found.is_known)
    made[is_known] = torch.from_numpy(found.values)[is_known]
    made[model.config.padding_id] = 0.0
    for name in ("embedding", "static_embedding"):
        table = getattr(model, name, None)
        if isinstance(table, nn.Embedding):
            table.weight.copy_(made)
    count = len(found.is_known) - num_control
    return [
        f"{int(found.is_known.sum()):,} of {count:,} words begin with a vector of {found.source}; "
        f"the others are drawn at the same scale."
    ]
