"""The vectors of words, whichever model has them: the matrix of a word2vec, or the embedding of a model of texts."""

from dataclasses import dataclass

import numpy as np
from torch import Tensor, nn

from clearhead.core import catalog
from clearhead.inspector.views.base import Looked, numbers
from clearhead.panels.base import Name
from clearhead.panels.tokens import token_label

MOST_WORDS = 40


@dataclass(frozen=True)
class WordMatrix:
    """Rows of vectors, and how a word finds its row."""

    vectors: np.ndarray
    """(rows, width)"""
    look: Looked

    def row(self, word: str) -> int:
        """Return the row of a word.

        Raises:
            ValueError: the word is unknown, or no single token of the model's vocabulary.
        """
        if self.look.kind == "words":
            words = self.look.tokenizer.words
            if word not in words:
                near = catalog.nearest(word, words)
                hint = f" Did you mean {near!r}?" if near else ""
                raise ValueError(f"word_geometry.words must be words the model knows, got {word!r}.{hint}")
            return int(words.index(word))
        for spelled in (f" {word}", word):  # within a text most words have a space before them
            tokens = self.look.tokenizer.encode(spelled)
            if len(tokens) == 1:
                return int(tokens[0])
        raise ValueError(
            f"word_geometry.words must be single tokens of the model, got {word!r}, which it reads as {len(tokens)}. "
            "Choose words that are one token (--view tokenization shows them)."
        )

    @property
    def num_words(self) -> int:
        """Return how many rows stand for a word; a matrix may have more, which nothing uses."""
        tokenizer = self.look.tokenizer
        return len(tokenizer.words) if self.look.kind == "words" else min(len(self.vectors), tokenizer.vocab_size)

    def name(self, row: int) -> str:
        """Return what stands in a row."""
        if self.look.kind == "words":
            return Name(self.look.tokenizer.words[row])
        known = self.look.tokenizer.vocab_size
        return token_label(self.look.tokenizer.token_text(row)) if row < known else f"(unused {row})"


def embedding_of(model: nn.Module) -> Tensor | None:
    """Return the matrix with one row for each word or token, or None for a model without."""
    role = getattr(model, "role", "")
    if role == "WordVectors":
        return model.input_vectors  # type: ignore[return-value]
    if role in ("SequenceToSequence", "FeatureModel", "ImageModel"):
        return None
    size = getattr(getattr(model, "config", None), "vocab_size", None)
    tables = (module for module in model.modules() if isinstance(module, nn.Embedding))
    return next((table.weight for table in tables if table.num_embeddings == size), None)


def word_matrix(look: Looked) -> WordMatrix:
    """Return the vectors of the model that is looked at."""
    matrix = embedding_of(look.model)
    assert matrix is not None, "a view of words applies only to models that have them"
    return WordMatrix(numbers(matrix), look)


def default_words(look: Looked) -> list[Name]:
    """Return the words that were looked at, or the tokens of the text, each once."""
    if look.kind == "words":
        return list(map(Name, dict.fromkeys(look.words)))[:MOST_WORDS]
    given = [piece.text.strip() for piece in look.pieces]
    alone = [word for word in given if word and "⟨" not in word and len(look.tokenizer.encode(f" {word}")) == 1]
    single = [word for word in given if word and "⟨" not in word and len(look.tokenizer.encode(word)) == 1]
    return list(map(Name, dict.fromkeys([*alone, *single])))[:MOST_WORDS]
