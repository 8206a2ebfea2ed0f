"""Two recurrent nets: one reads the source both ways, one writes the target and asks the first where to look.

`attention` says what the writer sees of the source:

- "general", "dot": Luong et al. 2015, arXiv 1508.04025. The state is computed first and then asks; the whole target is
  read in one fused call and asks all at once, which makes these the fast ones. With `use_input_feeding` (section 3.3)
  each position also reads the output vector of the one before, so that they run one by one.
- "additive": Bahdanau et al. 2015, arXiv 1409.0473. The previous state asks, and the cell reads the answer.
- "none": Cho et al. 2014, arXiv 1406.1078. One fixed summary of the source is read at every position (Sutskever et
  al. 2014, arXiv 1409.3215, give it as first state only).

Differs from all four: the output vector is Luong's tanh(W [hidden; context]) (equation 5) in place of maxout; every
first state of the writer is tanh(W [last from the left; last from the right]); each way of reading is d_model / 2
wide, so that the memory is d_model wide; cells and kinds of attention combine freely.
Read with: _attention_seq2seq_config.py, layers/recurrent.py, layers/alignment.py, layers/over_time.py
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from clearhead.layers.alignment import AlignmentAttention
from clearhead.layers.dropout import dropout
from clearhead.layers.over_time import At, over_time
from clearhead.layers.recurrent import Recurrent
from clearhead.layers.tap import Tap
from clearhead.models._attention_seq2seq_config import AttentionSeq2SeqConfig
from clearhead.models.base import DecodingState, Encoded, Head, SequenceToSequence


@dataclass
class Writing:
    """A decoder at work: what it knows of the source, and what it carries from token to token; one row a sequence."""

    memory: Tensor
    keys: Tensor | None
    is_padding: Tensor | None
    state: tuple[Tensor, ...]
    read: Tensor | None
    """What the cell reads beside the next token: the fixed summary, or the last output vector."""
    alignment: Tensor | None = None
    """How much the newest position looked at each source token, (batch, source)."""
    sources: Tensor | None = None
    """A number a row, equal where two rows write from the same source."""

    def reorder(self, rows: Int[Tensor, "rows"]) -> None:
        """Keep these rows, in this order; a row may come several times (a beam)."""
        self.state = tuple(part[rows] for part in self.state)
        self.read = None if self.read is None else self.read[rows]
        self.alignment = None if self.alignment is None else self.alignment[rows]
        assert self.sources is not None, "made by start"
        sources = self.sources[rows]
        if torch.equal(sources, self.sources):
            return  # hypotheses changed places within their beam, whose rows all hold the same source
        self.sources, self.memory = sources, self.memory[rows]
        self.keys = None if self.keys is None else self.keys[rows]
        self.is_padding = None if self.is_padding is None else self.is_padding[rows]


class AttentionSeq2Seq(SequenceToSequence):
    """Embedding → encoder → first state; embedding → decoder ⇄ attention → output vector → a score for every token."""

    def __init__(self, config: AttentionSeq2SeqConfig) -> None:
        super().__init__()
        self.config = config
        width, cell, num_layers = config.d_model, config.cell, config.num_layers
        self.source_embedding = nn.Embedding(config.source_vocab_size, config.embedding_dim)
        self.source_embedding_tap = Tap("source_embedding")
        self.encoder = Recurrent(
            config.embedding_dim,
            width // 2,
            cell=cell,
            num_layers=num_layers,
            is_bidirectional=True,
            dropout=config.dropout,
        )
        self.bridge = nn.ModuleList(nn.Linear(width, width) for _ in range(2 if cell == "lstm" else 1))
        self.target_embedding = nn.Embedding(config.target_vocab_size, config.embedding_dim)
        self.target_embedding_tap = Tap("target_embedding")
        self.decoder = Recurrent(
            config.embedding_dim + config.read_width, width, cell=cell, num_layers=num_layers, dropout=config.dropout
        )
        self.attention = None if config.attention == "none" else AlignmentAttention(config.attention, width, width)
        self.combine = nn.Linear(2 * width, config.output_width)
        self.output_tap = Tap("output")
        self.output = None if config.is_tied else nn.Linear(width, config.target_vocab_size, bias=False)
        self.output_bias = nn.Parameter(torch.zeros(config.target_vocab_size))
        self.register_buffer("excluded", torch.tensor(_never_said(config)), persistent=False)
        parts = (self.decoder, self.attention or nn.Identity())
        inside = [value for part in parts for module in part.modules() for value in vars(module).values()]
        self._taps = [value for value in inside if isinstance(value, Tap)] + [self.output_tap]
        self._initialise()

    def _initialise(self) -> None:
        """Start with vectors of length about one, and sums of them that are neither larger nor smaller."""
        for embedding in (self.source_embedding, self.target_embedding):
            nn.init.normal_(embedding.weight, std=self.config.embedding_dim**-0.5)
        for linear in (*self.bridge, self.combine):
            nn.init.xavier_uniform_(linear.weight)
            nn.init.zeros_(linear.bias)

    def encode(self, source: Int[Tensor, "batch source"]) -> Encoded:
        """Read source sequences; `summary` holds the decoder's first state, its parts as (batch, layers, d_model)."""
        self._check("source", source.shape[1])
        is_padding = source == self.config.padding_id
        x = self.source_embedding_tap(self._drop(self.source_embedding(source)))
        memory, last = self.encoder(x, (~is_padding).sum(1))
        ways = (part.reshape(len(source), self.config.num_layers, self.config.d_model) for part in last)
        summary = tuple(torch.tanh(bridge(part)) for bridge, part in zip(self.bridge, ways, strict=True))
        return Encoded(memory, is_padding, summary)

    def decode(self, encoded: Encoded, target: Int[Tensor, "batch target"]) -> Float[Tensor, "batch target width"]:
        """Read targets that are known and return the vectors from which the next token is told (`output_width`)."""
        return self._drop(self._read(encoded, target)[0])

    def head(self) -> Head:
        """Return how logits come from those vectors; padding and the start are never said."""
        weight = self.target_embedding.weight if self.output is None else self.output.weight
        return Head(weight, self.output_bias, self.get_buffer("excluded"))

    def start(self, encoded: Encoded, length: int) -> Writing:
        """Begin to write: a state for as many rows as `encoded` has, with room for `length` tokens."""
        self._check("target", length)
        writing = self._begin(encoded)
        if not encoded.is_padding.any():
            writing.is_padding = None
        memory = encoded.memory
        is_new = (memory[1:] != memory[:-1]).flatten(1).any(1)
        writing.sources = torch.cat([is_new.new_ones(1), is_new]).cumsum(0)
        return writing

    def step(self, tokens: Int[Tensor, "batch"], state: DecodingState) -> Float[Tensor, "batch vocab"]:
        """Read one more token of each row and return the logits of the next (excluded tokens at −inf)."""
        assert isinstance(state, Writing), "made by start"
        vectors, weights = self._advance(self._embed(tokens[:, None]), state)
        state.alignment = None if weights is None else weights[:, 0]
        head = self.head()
        logits = nn.functional.linear(self._drop(vectors[:, 0]), head.weight, head.bias)
        return logits if head.excluded is None else logits.index_fill(-1, head.excluded, -torch.inf)

    def alignment(
        self, source: Int[Tensor, "batch source"], target: Int[Tensor, "batch target"]
    ) -> Float[Tensor, "batch target source"] | None:
        """Return how much each written position looked at each source token (rows sum to 1); None without attention."""
        return self._read(self.encode(source), target)[1]

    def _embed(self, target: Tensor) -> Tensor:
        return self.target_embedding_tap(self._drop(self.target_embedding(target)))

    def _begin(self, encoded: Encoded) -> Writing:
        keys = None if self.attention is None else self.attention.keys(encoded.memory)
        read = encoded.summary[0][:, -1:] if self.attention is None else None
        if self.config.use_input_feeding:
            read = encoded.memory.new_zeros(len(encoded.memory), 1, self.config.output_width)
        return Writing(encoded.memory, keys, encoded.is_padding, encoded.summary, read)

    def _read(self, encoded: Encoded, target: Tensor) -> tuple[Tensor, Tensor | None]:
        """Return the output vectors and the attention weights of a whole target."""
        self._check("target", target.shape[1])
        x = self._embed(target)
        if not self.config.is_stepwise:
            return self._advance(x, self._begin(encoded))

        def one_by_one(at: At) -> tuple[Tensor, Tensor | None]:
            writing, vectors, weights = self._begin(encoded), [], []
            for position, here in enumerate(x.split(1, 1)):
                at(position, None)
                vector, weight = self._advance(here, writing)
                vectors.append(vector)
                weights.append(weight)
            return torch.cat(vectors, 1), torch.cat([weight for weight in weights if weight is not None], 1)

        return over_time(self._taps, one_by_one, lambda: one_by_one(lambda position, is_there: None))

    def _advance(self, x: Tensor, writing: Writing) -> tuple[Tensor, Tensor | None]:
        """Read more embedded tokens, (batch, target, embedding_dim); one at a time where the decoder `is_stepwise`."""
        read = None if writing.read is None else writing.read.expand(-1, x.shape[1], -1)
        context, weights = read, None
        if self.config.attention == "additive":
            context, weights = self._look(writing.state[0][:, -1:], writing)
            read = context
        if read is not None:
            x = torch.cat([x, read], -1)
        hidden, writing.state = self.decoder(x, state=writing.state)
        if self.config.attention in ("general", "dot"):
            context, weights = self._look(hidden, writing)
        assert context is not None, "without attention it is the summary, which is read too"
        vectors = self.output_tap(torch.tanh(self.combine(torch.cat([hidden, context], -1))))
        if self.config.use_input_feeding:
            writing.read = vectors
        return vectors, weights

    def _look(self, query: Tensor, writing: Writing) -> tuple[Tensor, Tensor]:
        assert self.attention is not None and writing.keys is not None, "only models with attention look"
        context, weights = self.attention(query, writing.keys, writing.memory, writing.is_padding)
        return context, weights

    def _drop(self, x: Tensor) -> Tensor:
        return dropout(x, self.config.dropout) if self.training else x

    def _check(self, side: str, length: int) -> None:
        longest = self.config.context_length
        if length > longest:
            raise ValueError(
                f"AttentionSeq2Seq.{side} must be at most {longest} long (the model's context), got {length}. "
                f"Cut the input or train with a longer --model.context-length."
            )

    def blocks(self) -> Sequence[nn.Module]:
        """Return the two nets; inside them the fused kernels leave nothing to wrap."""
        return [self.encoder, self.decoder]

    def parameter_groups(self) -> dict[str, list[nn.Parameter]]:
        """Split the parameters by how they are best trained."""
        groups: dict[str, list[nn.Parameter]] = {"matrices": [], "embeddings": [], "head": [], "vectors": []}
        for name, parameter in self.named_parameters():
            if name.endswith("_embedding.weight"):
                groups["embeddings"].append(parameter)
            elif name == "output.weight":
                groups["head"].append(parameter)
            else:
                groups["matrices" if parameter.dim() == 2 else "vectors"].append(parameter)
        return groups

    @classmethod
    def tiny(cls) -> Self:
        """Return a model small enough for a test to train in a second."""
        return cls(
            AttentionSeq2SeqConfig(
                source_vocab_size=37,
                target_vocab_size=37,
                padding_id=36,
                start_id=36,
                end_id=0,
                context_length=32,
                d_model=32,
                embedding_dim=32,
                dropout=0.0,
            )
        )


def _never_said(config: AttentionSeq2SeqConfig) -> list[int]:
    return sorted({config.padding_id, config.start_id} - {config.end_id})


CONFIG = AttentionSeq2SeqConfig
MODEL = AttentionSeq2Seq
