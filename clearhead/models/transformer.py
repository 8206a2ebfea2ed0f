"""The Transformer as published: an encoder reads the source, a decoder writes the target and looks back at it.

Source: Vaswani et al. 2017, "Attention Is All You Need", arXiv 1706.03762. Differs: the linear maps of attention have
biases. Two presets: "marian" puts all sines before all cosines and keeps one matrix for both embeddings and the output
(saved files load as MarianMTModel); "tutorial" is what most tutorials write down: sine and cosine as neighbours, a
vocabulary for each side, an output layer of its own.
Read with: layers/cross_attention.py, _transformer_config.py, _transformer_state.py
"""

import math
from collections.abc import Callable, Sequence
from typing import Self

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from clearhead.layers.cross_attention import MultiHeadAttention
from clearhead.layers.dropout import dropout
from clearhead.layers.linear import Linear, linear
from clearhead.layers.positions import sinusoids
from clearhead.layers.tap import Tap, listening
from clearhead.models._transformer_config import TransformerConfig
from clearhead.models._transformer_state import TransformerState
from clearhead.models.base import DecodingState, Encoded, Head, SequenceToSequence

ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "relu": nn.functional.relu,
    "swish": nn.functional.silu,
    "gelu": nn.functional.gelu,
}


class FeedForward(nn.Module):
    """Widen, bend, narrow: the part of a block that works on each position alone."""

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        self.up = Linear(config.d_model, config.inner_width)
        self.down = Linear(config.inner_width, config.d_model)
        self.bend = ACTIVATIONS[config.activation]
        self.hidden_tap, self.output_tap = Tap("hidden"), Tap("output")

    def forward(self, x: Float[Tensor, "batch seq d_model"]) -> Float[Tensor, "batch seq d_model"]:
        hidden = self.hidden_tap(self.bend(self.up(x)))  # (batch, seq, d_ff)
        return self.output_tap(self.down(hidden))


class EncoderBlock(nn.Module):
    """Look at the whole source, then think about what was seen; the norm stands after each sum."""

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        self.attention = MultiHeadAttention(config.d_model, config.num_heads)
        self.attention_norm = nn.LayerNorm(config.d_model, eps=config.epsilon)
        self.feed_forward = FeedForward(config)
        self.feed_forward_norm = nn.LayerNorm(config.d_model, eps=config.epsilon)
        self.dropout = config.dropout
        self.attention_residual_tap, self.residual_tap = Tap("attention_residual"), Tap("residual")

    def forward(
        self, x: Float[Tensor, "batch source d_model"], visible: Bool[Tensor, "batch 1 1 source"] | None
    ) -> Float[Tensor, "batch source d_model"]:
        attended = self.attention(x, x, visible=visible)
        x = self.attention_residual_tap(self.attention_norm(x + _drop(self, attended)))
        return self.residual_tap(self.feed_forward_norm(x + _drop(self, self.feed_forward(x))))


class DecoderBlock(nn.Module):
    """Look at what was written, then at the source, then think; the norm stands after each sum."""

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        self.self_attention = MultiHeadAttention(config.d_model, config.num_heads)
        self.self_attention_norm = nn.LayerNorm(config.d_model, eps=config.epsilon)
        self.cross_attention = MultiHeadAttention(config.d_model, config.num_heads)
        self.cross_attention_norm = nn.LayerNorm(config.d_model, eps=config.epsilon)
        self.feed_forward = FeedForward(config)
        self.feed_forward_norm = nn.LayerNorm(config.d_model, eps=config.epsilon)
        self.dropout = config.dropout
        self.self_residual_tap, self.cross_residual_tap = (
            Tap("self_attention_residual"),
            Tap("cross_attention_residual"),
        )
        self.residual_tap = Tap("residual")

    def forward(
        self,
        x: Float[Tensor, "batch target d_model"],
        memory: Float[Tensor, "batch source d_model"],
        visible: Bool[Tensor, "batch 1 1 source"] | None,
    ) -> Float[Tensor, "batch target d_model"]:
        written = self.self_attention(x, x, is_causal=x.shape[1] > 1)
        x = self.self_residual_tap(self.self_attention_norm(x + _drop(self, written)))
        attended = self.cross_attention(x, memory, visible=visible)
        x = self.cross_residual_tap(self.cross_attention_norm(x + _drop(self, attended)))
        return self.residual_tap(self.feed_forward_norm(x + _drop(self, self.feed_forward(x))))

    def step(
        self, x: Float[Tensor, "batch 1 d_model"], state: TransformerState, layer_index: int
    ) -> Float[Tensor, "batch 1 d_model"]:
        """Do the same for one more token of each row, with the keys and values that are already there."""
        key, value = state.append(layer_index, *self.self_attention.offer(x))
        written = self.self_attention.answer(self.self_attention.ask(x), key, value)
        x = self.self_residual_tap(self.self_attention_norm(x + written))
        beams = x.reshape(-1, state.rows_per_source, x.shape[-1])  # the rows of one source ask it together
        key, value = state.sources[layer_index]
        query = self.cross_attention.ask(beams)
        if state.keeps_alignment:  # that of the last block stays
            state.note_alignment(query, key)
        attended = self.cross_attention.answer(query, key, value, visible=state.visible)
        x = self.cross_residual_tap(self.cross_attention_norm(x + attended.view(x.shape)))
        return self.residual_tap(self.feed_forward_norm(x + self.feed_forward(x)))


class Stack(nn.Module):
    """The blocks of one side, and the positions that are added before the first."""

    positions: Tensor

    def __init__(self, config: TransformerConfig, blocks: Sequence[nn.Module]) -> None:
        super().__init__()
        table = sinusoids(config.context_length, config.d_model, is_interleaved=config.preset == "tutorial")
        self.register_buffer("positions", table, persistent=False)
        self.layers = nn.ModuleList(blocks)
        self.dropout = config.dropout
        self.positions_tap, self.embedding_tap = Tap("positions"), Tap("embedding")

    def enter(self, vectors: Float[Tensor, "batch seq d_model"], start: int = 0) -> Float[Tensor, "batch seq d_model"]:
        """Add the positions; the tap `embedding` shows the sum that enters the first block."""
        seq, longest = vectors.shape[1], self.positions.shape[0]
        if start + seq > longest:
            raise ValueError(
                f"Transformer.tokens must be at most {longest} long (the model's context), got {start + seq}. "
                f"Cut the input or train with a longer --model.context-length."
            )
        # The table stays in float32 while the weights may be rounded to bf16.
        positions = self.positions_tap(self.positions[None, start : start + seq].to(vectors.dtype))
        return self.embedding_tap(_drop(self, vectors + positions))


class Transformer(SequenceToSequence):
    """Source vectors + positions → encoder; target vectors + positions → decoder → a score for every target token."""

    final_logits_bias: Tensor
    excluded: Tensor

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        self.config = config
        self.embedding = nn.Embedding(config.source_vocab_size, config.d_model)
        self.target_embedding: nn.Embedding | None = None
        self.output: Linear | None = None
        if config.is_joint:
            # No training changes these numbers; files of other libraries may hold some.
            self.register_buffer("final_logits_bias", torch.zeros(1, config.target_vocab_size))
            self.register_buffer("excluded", torch.tensor([config.padding_id]), persistent=False)
        else:
            self.target_embedding = nn.Embedding(config.target_vocab_size, config.d_model)
            self.output = Linear(config.d_model, config.target_vocab_size)
        self.encoder = Stack(config, [EncoderBlock(config) for _ in range(config.num_layers)])
        self.decoder = Stack(config, [DecoderBlock(config) for _ in range(config.count_of_decoder_layers)])
        self._initialise()

    @torch.no_grad()
    def _initialise(self) -> None:
        for name, parameter in self.named_parameters():
            if "embedding" in name:
                parameter.normal_(std=self.config.d_model**-0.5)  # times √d_model: vectors as long as the positions'
            elif parameter.dim() == 2:
                nn.init.xavier_uniform_(parameter)
            elif name.endswith("bias"):
                parameter.zero_()
        if self.config.is_joint:
            self.embedding.weight[self.config.padding_id] = 0.0

    def encode(self, source: Int[Tensor, "batch source"]) -> Encoded:
        """Read source sequences; padding_id fills shorter ones at the right and is never seen."""
        is_padding = source == self.config.padding_id
        is_padding[:, 0] = False  # a source of nothing sees its padding: a softmax over no place at all is NaN
        visible = _visible(is_padding)
        x = self.encoder.enter(self._vectors(source, self.embedding))
        for layer in self.encoder.layers:
            x = layer(x, visible)
        return Encoded(x, is_padding)

    def decode(self, encoded: Encoded, target: Int[Tensor, "batch target"]) -> Float[Tensor, "batch target d_model"]:
        """Read known targets, each position only those before it, and return the vectors for the output layer.

        Targets need no mask: what fills them stands at the right, where nobody looks.
        """
        visible = _visible(encoded.is_padding)
        x = self.decoder.enter(self._vectors(target, self.target_embedding or self.embedding))
        for layer in self.decoder.layers:
            x = layer(x, encoded.memory, visible)
        return x

    def head(self) -> Head:
        """Return how logits come from those vectors; in a joint vocabulary the padding is never said.

        With its column excluded here and no gradient as an input, the padding's vector stays what it was: 0.
        """
        if self.output is not None:
            return Head(self.output.weight, self.output.bias)
        weight = self.embedding.weight
        return Head(weight, self.final_logits_bias[0].to(weight.dtype), self.excluded)

    @torch.no_grad()
    def start(self, encoded: Encoded, length: int) -> TransformerState:
        """Begin to write: a state for as many rows as `encoded` has, with room for `length` tokens.

        Beams cost least when each source comes once here and `state.reorder` then repeats it.
        """
        sources = [layer.cross_attention.offer(encoded.memory) for layer in self._decoder_blocks()]
        return TransformerState(sources, _visible(encoded.is_padding), capacity=length)

    @torch.no_grad()
    def step(self, tokens: Int[Tensor, "batch"], state: DecodingState) -> Float[Tensor, "batch vocab"]:
        """Read one more token of each row and return the logits of the next (excluded tokens at −inf)."""
        assert isinstance(state, TransformerState), "a state that this model started"
        x = self._vectors(tokens[:, None], self.target_embedding or self.embedding)
        x = self.decoder.enter(x, state.length)
        for index, layer in enumerate(self._decoder_blocks()):
            x = layer.step(x, state, index)
        state.length += 1
        weight, bias, excluded = self.head()
        logits = linear(x[:, 0], weight, bias)
        return logits if excluded is None else logits.index_fill_(-1, excluded, -torch.inf)

    @torch.no_grad()
    def alignment(
        self, source: Int[Tensor, "batch source"], target: Int[Tensor, "batch target"]
    ) -> Float[Tensor, "batch target source"]:
        """Return how much each written position looked at each source token: the last block, mean over its heads."""
        seen: dict[str, Tensor] = {}
        last = f"decoder.layers.{len(self.decoder.layers) - 1}.cross_attention.weights"
        with listening(self, lambda name, value: seen.setdefault(name, value), lambda name: name == last):
            self.decode(self.encode(source), target)
        return seen[last].mean(1)

    def _decoder_blocks(self) -> list[DecoderBlock]:
        return [layer for layer in self.decoder.layers if isinstance(layer, DecoderBlock)]

    def _vectors(self, tokens: Tensor, embedding: nn.Embedding) -> Tensor:
        padding = self.config.padding_id if self.config.is_joint else None
        return nn.functional.embedding(tokens, embedding.weight, padding) * math.sqrt(self.config.d_model)

    def blocks(self) -> Sequence[nn.Module]:
        """Return the blocks in order, the encoder's first."""
        return [*self.encoder.layers, *self.decoder.layers]

    def parameter_groups(self) -> dict[str, list[nn.Parameter]]:
        """Split the parameters by how they are best trained."""
        hidden = [p for block in self.blocks() for p in block.parameters()]
        return {
            "matrices": [p for p in hidden if p.dim() == 2],
            "embeddings": [p for name, p in self.named_parameters() if "embedding" in name],
            "head": [] if self.output is None else list(self.output.parameters()),
            "vectors": [p for p in hidden if p.dim() < 2],
        }

    @classmethod
    def tiny(cls) -> Self:
        """Return a model small enough for a test to train in a second."""
        config = TransformerConfig(
            source_vocab_size=37,
            target_vocab_size=37,
            padding_id=36,
            start_id=36,
            end_id=0,
            context_length=32,
            d_model=32,
            num_layers=2,
            num_heads=4,
        )
        return cls(config)


def _drop(part: EncoderBlock | DecoderBlock | Stack, x: Tensor) -> Tensor:
    return dropout(x, part.dropout) if part.training else x


def _visible(is_padding: Tensor) -> Tensor | None:
    """Return where one may look, for all heads and queries; on a CPU None where that is everywhere, which is faster."""
    if is_padding.device.type == "cpu" and not is_padding.any():
        return None
    return ~is_padding[:, None, None, :]


CONFIG = TransformerConfig
MODEL = Transformer
