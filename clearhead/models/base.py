"""What a model promises, so that tasks, budget, optimizers, tests and views need not know which one it is.

An entry of this room exports two names: `CONFIG`, its frozen dataclass, and `MODEL`, its `nn.Module`.
"""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple, Protocol, Self, runtime_checkable

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from clearhead.core import catalog
from clearhead.layers.crf import CRF


@runtime_checkable
class Cache(Protocol):
    """What is kept of the tokens read so far, one sequence a row: `KVCache` or `RecurrentCache` of layers/."""

    length: int


class Model(nn.Module):
    """What every role promises: the trainer, the budget and the tests need to know no more."""

    role: ClassVar[str]
    usual_training: ClassVar[Mapping[str, Any]] = {}
    """Settings of TrainingConfig that suit this kind of model; those of a task and of the user come first."""
    config: Any
    """A frozen dataclass; `from_json` and `to_json` of core/config carry it."""

    @abstractmethod
    def blocks(self) -> Sequence[nn.Module]:
        """Return the repeated blocks in order (for compiling, wrapping and counting); none where nothing repeats."""

    @abstractmethod
    def parameter_groups(self) -> dict[str, list[nn.Parameter]]:
        """Split the parameters by how they are best trained.

        Keys: "matrices" (hidden weights of two or more axes, for Muon), "embeddings", "head" (empty when tied),
        "vectors" (norms, biases).
        Every trainable parameter is in exactly one list.
        """

    @classmethod
    @abstractmethod
    def tiny(cls) -> Self:
        """Return a model small enough for a test to train in a second."""


class LanguageModel(Model):
    """Role: reads tokens left to right and scores what comes next. No position sees a later one."""

    role: ClassVar[str] = "LanguageModel"
    carries_state: ClassVar[bool] = False
    """Whether what was read is kept in a state of fixed size. Then context_length is only the length of a training
    window, and config has carried_length: how many tokens before a window are read first, to bring its state."""
    config: Any
    """A frozen dataclass with at least vocab_size, context_length, d_model."""

    @property
    def longest_text(self) -> int | None:
        """How many tokens can be read one after the other; None where a state is carried on and on."""
        return None if self.carries_state else self.config.context_length

    @abstractmethod
    def hidden(self, tokens: Int[Tensor, "batch seq"], cache: Any = None) -> Float[Tensor, "batch seq d_model"]:
        """Return the final vectors, normalised, ready for the output head."""

    @abstractmethod
    def head_weight(self) -> Float[Tensor, "vocab d_model"]:
        """Return the output matrix: logits are hidden @ head_weight.T (tied models return the embedding)."""

    def forward(self, tokens: Int[Tensor, "batch seq"], cache: Any = None) -> Float[Tensor, "batch seq vocab"]:
        """Score every token of the vocabulary at every position.

        Args:
            tokens: ids; with a cache, only the tokens that follow those already in it.
            cache: made by `new_cache`, or None to read the sequence from its start.
        """
        return nn.functional.linear(self.hidden(tokens, cache), self.head_weight())

    @abstractmethod
    def new_cache(self, batch_size: int, length: int | None = None) -> Any:
        """Make an empty cache for `batch_size` sequences of at most `length` tokens (default: the longest text)."""

    @classmethod
    @abstractmethod
    def sizes(cls, vocab_size: int, context_length: int) -> list[Any]:
        """Return configurations from small to large, from which a budget of minutes picks one."""


class SequenceToSequence(Model):
    """Role: reads a source sequence and writes a target sequence, token by token.

    `config` has at least source_vocab_size, target_vocab_size, context_length (longest source and longest target, in
    tokens), d_model, padding_id, start_id (what the decoder reads first) and end_id. The target side is shifted by the
    task: the decoder reads start_id, y1 … yn and should say y1 … yn, end_id.
    """

    role: ClassVar[str] = "SequenceToSequence"

    @abstractmethod
    def encode(self, source: Int[Tensor, "batch source"]) -> "Encoded":
        """Read source sequences; padding_id fills shorter ones at the right and is never seen."""

    @abstractmethod
    def decode(self, encoded: "Encoded", target: Int[Tensor, "batch target"]) -> Float[Tensor, "batch target d_model"]:
        """Read targets that are known (training, scoring) and return the vectors from which the next token is told."""

    @abstractmethod
    def head(self) -> "Head":
        """Return how logits come from those vectors."""

    def forward(
        self, source: Int[Tensor, "batch source"], target: Int[Tensor, "batch target"]
    ) -> Float[Tensor, "batch target vocab"]:
        """Score every token of the target vocabulary after every position of the target."""
        head = self.head()
        logits = nn.functional.linear(self.decode(self.encode(source), target), head.weight, head.bias)
        return logits if head.excluded is None else logits.index_fill(-1, head.excluded, -torch.inf)

    @abstractmethod
    def start(self, encoded: "Encoded", length: int) -> "DecodingState":
        """Begin to write: a state for as many rows as `encoded` has, with room for `length` tokens."""

    @abstractmethod
    def step(self, tokens: Int[Tensor, "batch"], state: "DecodingState") -> Float[Tensor, "batch vocab"]:
        """Read one more token of each row and return the logits of the next (excluded tokens at −inf)."""

    @abstractmethod
    def alignment(
        self, source: Int[Tensor, "batch source"], target: Int[Tensor, "batch target"]
    ) -> Float[Tensor, "batch target source"] | None:
        """Return how much each written position looked at each source token (rows sum to 1); None without attention."""


@dataclass(frozen=True)
class Encoded:
    """What an encoder made of a batch of sources."""

    memory: Float[Tensor, "batch source d_model"]
    is_padding: Bool[Tensor, "batch source"]
    summary: tuple[Tensor, ...] = ()
    """Further values, each with the batch as first axis (a recurrent decoder's first states)."""

    def rows(self, index: Int[Tensor, "rows"]) -> "Encoded":
        """Return these rows, in this order; a row may come several times (a beam)."""
        summary = tuple(part[index] for part in self.summary)
        return Encoded(self.memory[index], self.is_padding[index], summary)


class DecodingState(Protocol):
    """What a decoder remembers between two steps, one row a sequence."""

    def reorder(self, rows: Int[Tensor, "rows"]) -> None:
        """Keep these rows, in this order; a row may come several times (a beam)."""


class Head(NamedTuple):
    """The output layer: logits = vectors @ weight.T + bias, and the tokens that can never be said."""

    weight: Float[Tensor, "vocab d_model"]
    bias: Float[Tensor, "vocab"] | None = None
    excluded: Int[Tensor, "tokens"] | None = None


class FeatureModel(Model):
    """Role: rows of numbers in, raw outputs out. `config` has at least num_features and num_outputs."""

    role: ClassVar[str] = "FeatureModel"

    @abstractmethod
    def forward(self, x: Float[Tensor, "batch features"]) -> Float[Tensor, "batch outputs"]:
        """Return raw scores (before sigmoid or softmax)."""


class ImageModel(Model):
    """Role: images in, raw outputs out. `config` has at least num_channels, height, width and num_outputs."""

    role: ClassVar[str] = "ImageModel"

    @abstractmethod
    def forward(self, x: Float[Tensor, "batch channels height width"]) -> Float[Tensor, "batch outputs"]:
        """Return raw scores (before sigmoid or softmax)."""


class TextEncoder(Model):
    """Role: reads a text; its head gives raw outputs for the whole text or for each of its tokens.

    `config` has at least vocab_size, padding_id, context_length (longest text, in tokens), num_outputs, output ("text":
    outputs for the whole; "tokens": outputs for each token), num_characters (letters a word is also read by, 0: none),
    num_positions (distances to a marked word that are told apart, 0: none). `crf` scores whole rows of tags, where the
    model was made with one.
    """

    role: ClassVar[str] = "TextEncoder"
    crf: CRF | None
    """No default here: a value of the class would hide the module of the same name."""

    @abstractmethod
    def states(
        self,
        tokens: Int[Tensor, "batch seq"],
        characters: Int[Tensor, "batch seq letters"] | None = None,
        positions: Int[Tensor, "batch seq marks"] | None = None,
    ) -> Float[Tensor, "batch seq width"]:
        """Return a vector for each token; padding_id fills shorter rows at the right, is never seen and gives zeros.

        Args:
            characters: letters of each word, 0 after its last one; given where num_characters says so.
            positions: for each marked span how far each token is from it, as an id from 0 to num_positions − 1.
        """

    @abstractmethod
    def forward(
        self,
        tokens: Int[Tensor, "batch seq"],
        characters: Int[Tensor, "batch seq letters"] | None = None,
        positions: Int[Tensor, "batch seq marks"] | None = None,
    ) -> Float[Tensor, "batch *outputs"]:
        """Return raw scores: (batch, outputs) of the texts, or (batch, seq, outputs) of their tokens."""


def load_model(name: str) -> Any:
    """Return the model class of an entry of this room."""
    return catalog.load("models", name).MODEL


def load_config(name: str) -> type:
    """Return the configuration class of an entry of this room."""
    return catalog.load("models", name).CONFIG


def count_parameters(model: nn.Module) -> int:
    """Count the trainable numbers of a model; a tied matrix counts once."""
    return sum(parameter.numel() for parameter in model.parameters())
