"""Word vectors learned by predicting a word from the words around it.

Each word has an input vector, which is what one keeps, and takes part in the output matrix, which asks questions about
vectors: one row a word, or one row an inner node of a Huffman tree. On a CPU the loops of kernels/word2vec.py change
both matrices in place (`arrays`); on a GPU `learn` takes the same steps for a batch of positions at once.

Source: Mikolov et al. 2013, arXiv 1301.3781 (skip-gram, CBOW) and 1310.4546 (negative sampling, subsampling).
Differs: `learn` takes the steps of a batch at once.
Read with: kernels/word2vec.py
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Literal, Self

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, one_hot, softplus

from clearhead.kernels.word_tables import LARGEST_SCORE
from clearhead.layers.tap import Tap
from clearhead.models.base import Model

LARGEST_SUM = 0.5
"""Learning rate times meetings in one batch, at most (`Word2Vec.learn`)."""


@dataclass(frozen=True, kw_only=True)
class Word2VecConfig:
    """Sizes of a word2vec, and what its output matrix is asked."""

    vocab_size: int
    """Number of different words."""
    embedding_dim: int = 100
    """Numbers in a word's vector."""
    mode: Literal["skip_gram", "cbow"] = "skip_gram"
    """Predict from each word of the window alone (skip_gram), or from their mean (cbow)."""
    objective: Literal["negative_sampling", "hierarchical_softmax", "full_softmax"] = "negative_sampling"
    """Tell the word from words drawn at random, find it in a tree, or choose among all (small vocabularies)."""

    def __post_init__(self) -> None:
        for name, least in (("vocab_size", 2), ("embedding_dim", 1)):
            if getattr(self, name) < least:
                raise ValueError(
                    f"Word2VecConfig.{name} must be at least {least}, got {getattr(self, name)}. Use {least} or more."
                )

    @property
    def num_output_rows(self) -> int:
        """Rows of the output matrix: the words, or the inner nodes of a tree over them."""
        return self.vocab_size - (self.objective == "hierarchical_softmax")


class Word2Vec(Model):
    """Two matrices: the vectors of words, and the rows that are asked about them."""

    role: ClassVar[str] = "WordVectors"
    config: Word2VecConfig

    def __init__(self, config: Word2VecConfig) -> None:
        super().__init__()
        self.config = config
        self.input_vectors = nn.Parameter(torch.empty(config.vocab_size, config.embedding_dim))
        # Zeros: every answer starts at 1/2, and the first steps move the rows towards the vectors.
        self.output_vectors = nn.Parameter(torch.zeros(config.num_output_rows, config.embedding_dim))
        self.hidden_tap, self.scores_tap = Tap("hidden"), Tap("scores")
        # As wide as in gensim, twice as in word2vec.c: on a small text analogies came out slightly better with it.
        nn.init.uniform_(self.input_vectors, -1 / config.embedding_dim, 1 / config.embedding_dim)

    def hidden(self, contexts: Int[Tensor, "batch context"]) -> Float[Tensor, "batch embedding_dim"]:
        """Return the mean vector of the words of each row; −1 stands where there is no word."""
        is_word = contexts >= 0
        vectors = self.input_vectors[contexts.clamp_min(0)] * is_word[..., None]  # (batch, context, embedding_dim)
        return self.hidden_tap(vectors.sum(1) / is_word.sum(1, keepdim=True).clamp_min(1))

    def forward(
        self, contexts: Int[Tensor, "batch context"], rows: Int[Tensor, "batch questions"] | None = None
    ) -> Float[Tensor, "batch questions"]:
        """Score rows of the output matrix.

        Args:
            contexts: the words one predicts from: one with skip-gram, the window with CBOW; −1 where there is none.
            rows: which rows to score for each; none given scores all.
        """
        hidden = self.hidden(contexts)
        if rows is None:
            return self.scores_tap(hidden @ self.output_vectors.T)
        return self.scores_tap((self.output_vectors[rows] @ hidden[:, :, None])[:, :, 0])

    def answer_loss(
        self,
        contexts: Int[Tensor, "batch context"],
        rows: Int[Tensor, "batch questions"],
        truths: Bool[Tensor, "batch questions"],
    ) -> Float[Tensor, ""]:
        """Return the summed −log of the probabilities of the right answers; a row of −1 is no question."""
        scores = self(contexts, rows.clamp_min(0))
        return (softplus(torch.where(truths, -scores, scores)) * (rows >= 0)).sum()

    def choice_loss(self, contexts: Int[Tensor, "batch context"], words: Int[Tensor, "batch"]) -> Float[Tensor, ""]:
        """Return the summed −log of the probabilities of the right words among all."""
        return cross_entropy(self(contexts), words, reduction="sum")

    @torch.no_grad()
    def learn(
        self,
        contexts: Int[Tensor, "batch context"],
        rows: Int[Tensor, "batch questions"],
        truths: Bool[Tensor, "batch questions"],
        *,
        rate: float,
    ) -> Float[Tensor, ""]:
        """Take the kernels' step for a batch, on any device, and return the summed loss before it.

        Args:
            contexts, rows, truths: as `answer_loss`; full softmax takes the right words from the first column of rows.
            rate: learning rate of one prediction. What is met several times in a batch moves by the sum of its steps,
                held back where rate · meetings exceeds LARGEST_SUM: steps taken blindly at once would overshoot.
        """
        hidden = self.hidden(contexts)
        if self.config.objective == "full_softmax":
            logits = hidden @ self.output_vectors.T
            loss = cross_entropy(logits, rows[:, 0], reduction="sum")
            chances = logits.softmax(-1)
            is_target = one_hot(rows[:, 0], self.config.vocab_size)
            steps = rate * (is_target - chances)
            errors = steps @ self.output_vectors
            meetings = (is_target + chances).sum(0)
            self.output_vectors.add_(_held_back(meetings, rate)[:, None] * (steps.T @ hidden))
        else:
            asked = self.output_vectors[rows.clamp_min(0)]  # (batch, questions, embedding_dim)
            towards = (asked @ hidden[:, :, None])[:, :, 0]
            towards = torch.where(truths, towards, -towards)
            loss = (softplus(-towards) * (rows >= 0)).sum()
            # A right answer beyond the largest score is certain: it moves nothing, as in the kernels.
            missing = torch.sigmoid(-towards) * ((rows >= 0) & (towards < LARGEST_SCORE))
            missing = torch.where(towards <= -LARGEST_SCORE, (rows >= 0).to(missing.dtype), missing)
            steps = rate * torch.where(truths, missing, -missing)
            errors = (steps[:, None] @ asked)[:, 0]
            moves = steps[:, :, None] * hidden[:, None]
            _add(self.output_vectors, rows.clamp_min(0).flatten(), moves.flatten(0, 1), rate)
        # The mean's error goes undivided to each of its words: so does word2vec.c.
        row_index, column_index = torch.nonzero(contexts >= 0, as_tuple=True)
        _add(self.input_vectors, contexts[row_index, column_index], errors[row_index], rate)
        return loss

    def extended(self, sources: Sequence[int] | NDArray[np.int64]) -> "Word2Vec":
        """Return a model for another vocabulary: known words keep what they learned, new ones start.

        Args:
            sources: for each word of the new vocabulary its old id, −1 for a new word.

        The rows of a tree are its inner nodes, and another vocabulary has another tree: they start anew.
        """
        old = torch.as_tensor(np.asarray(sources, np.int64), device=self.input_vectors.device)
        model = Word2Vec(replace(self.config, vocab_size=len(old))).to(self.input_vectors)
        with torch.no_grad():
            model.input_vectors[old >= 0] = self.input_vectors[old[old >= 0]]
            if self.config.objective != "hierarchical_softmax":
                model.output_vectors[old >= 0] = self.output_vectors[old[old >= 0]]
        return model

    def arrays(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return both matrices as NumPy arrays that share the parameters' memory, for the kernels."""
        for name, parameter in self.named_parameters():
            if parameter.device.type != "cpu" or parameter.dtype != torch.float32:
                raise ValueError(
                    f"Word2Vec.{name} must be float32 on the CPU, got {parameter.dtype} on {parameter.device}. "
                    "Use .float().cpu(), or `learn`."
                )
        return self.input_vectors.detach().numpy(), self.output_vectors.detach().numpy()

    def blocks(self) -> Sequence[nn.Module]:
        """Return no block: nothing repeats."""
        return []

    def parameter_groups(self) -> dict[str, list[nn.Parameter]]:
        """Split the parameters by how they are best trained."""
        return {"matrices": [], "embeddings": [self.input_vectors], "head": [self.output_vectors], "vectors": []}

    @classmethod
    def tiny(cls) -> Self:
        """Return a model small enough for a test to train in a second."""
        return cls(Word2VecConfig(vocab_size=37, embedding_dim=16))


def _held_back(meetings: Float[Tensor, "vocab"], rate: float) -> Float[Tensor, "vocab"]:
    return (LARGEST_SUM / (rate * meetings.clamp_min(1))).clamp_max(1.0)


def _add(matrix: Tensor, rows: Int[Tensor, "moves"], moves: Float[Tensor, "moves embedding_dim"], rate: float) -> None:
    """Add each move to its row of a matrix."""
    meetings = torch.bincount(rows, minlength=len(matrix)).to(moves.dtype)
    matrix.index_add_(0, rows, moves * _held_back(meetings, rate)[rows][:, None])


CONFIG = Word2VecConfig
MODEL = Word2Vec
