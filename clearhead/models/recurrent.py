"""A recurrent net reads a text, both ways; its states tell about the whole text or about each of its tokens.

Word vectors (with letters and distances beside them, where the data have them) → layers of LSTM, GRU or plain cells →
for a text: states pooled into one vector; for tokens: each state, with a CRF the whole row of tags at once.

Source: Graves and Schmidhuber 2005, Neural Networks 18 (both ways); Lample et al. 2016, arXiv 1603.01360, and Ma and
Hovy 2016, arXiv 1603.01354 (tagging with letters and a CRF); Conneau et al. 2017, arXiv 1705.02364 (maximum or mean of
the states); Yang et al. 2016, NAACL, equations 5 to 7 (attention with a learned query). Differs: see the parts.
Read with: _recurrent_config.py, _word_reading.py, layers/recurrent.py, layers/crf.py
"""

import dataclasses
import math
from collections.abc import Sequence
from typing import Self

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from clearhead.layers.crf import CRF
from clearhead.layers.dropout import dropout
from clearhead.layers.recurrent import Recurrent
from clearhead.layers.tap import Tap
from clearhead.models._recurrent_config import RecurrentConfig
from clearhead.models._word_reading import NUM_MARKS, Letters, Positions, real_tokens
from clearhead.models.base import TextEncoder


class AttentionPooling(nn.Module):
    """Mix the states of a text by how well each answers one learned question.

        weights = softmax(query · tanh(W states + b))  over the real tokens

    The tap `weights` shows them as those of one head and one query, (batch, 1, 1, seq).
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.key = nn.Linear(width, width)
        self.query = nn.Parameter(torch.empty(width))
        nn.init.xavier_uniform_(self.key.weight)
        nn.init.zeros_(self.key.bias)
        nn.init.normal_(self.query, std=width**-0.5)
        self.scores_tap, self.weights_tap = Tap("scores"), Tap("weights")

    def forward(
        self, states: Float[Tensor, "batch seq width"], is_there: Bool[Tensor, "batch seq"]
    ) -> Float[Tensor, "batch width"]:
        scores = (torch.tanh(self.key(states)) @ self.query).masked_fill(~is_there, -math.inf)
        weights = self.weights_tap(self.scores_tap(scores[:, None, None]).softmax(-1))[:, 0]
        return torch.bmm(weights, states)[:, 0]


class RecurrentEncoder(TextEncoder):
    """Embedding → recurrent layers → pooling → raw outputs of the text; or a head on every state, for tokens."""

    def __init__(self, config: RecurrentConfig) -> None:
        super().__init__()
        self.config = config
        self.embedding = nn.Embedding(config.vocab_size, config.embedding_dim)
        nn.init.normal_(self.embedding.weight, std=config.embedding_dim**-0.5)
        self.letters = (
            Letters(config.num_characters, config.character_dim, config.character_size, config.characters)
            if config.num_characters
            else None
        )
        self.positions = Positions(config.num_positions, config.position_dim) if config.num_positions else None
        self.embedding_tap = Tap("embedding")
        self.encoder = Recurrent(
            config.embedding_dim
            + (config.character_size if config.num_characters else 0)
            + (NUM_MARKS * config.position_dim if config.num_positions else 0),
            config.hidden_size,
            cell=config.cell,
            num_layers=config.num_layers,
            is_bidirectional=config.is_bidirectional,
            dropout=config.dropout,
        )
        self.states_tap = Tap("states")
        self.pooling = AttentionPooling(config.width) if config.pooling == "attention" else None
        if config.output == "text":
            self.pooled_tap = Tap("pooled")
        self.head = nn.Linear(config.width, config.num_outputs)
        # Near 0, so that the first answers are all but equal and the first loss is that of knowing nothing.
        nn.init.normal_(self.head.weight, std=0.1 / math.sqrt(config.width))
        nn.init.zeros_(self.head.bias)
        self.crf = CRF(config.num_outputs) if config.has_crf else None
        self.logits_tap = Tap("logits")

    def forward(
        self,
        tokens: Int[Tensor, "batch seq"],
        characters: Int[Tensor, "batch seq letters"] | None = None,
        positions: Int[Tensor, "batch seq marks"] | None = None,
    ) -> Float[Tensor, "batch *outputs"]:
        """Return raw scores: (batch, outputs) of the texts, or (batch, seq, outputs) of their tokens."""
        found = self.states(tokens, characters, positions)
        if self.config.output == "text":
            found = self.pooled_tap(self._pool(found, tokens != self.config.padding_id))
        return self.logits_tap(self.head(self._drop(found)))

    def states(
        self,
        tokens: Int[Tensor, "batch seq"],
        characters: Int[Tensor, "batch seq letters"] | None = None,
        positions: Int[Tensor, "batch seq marks"] | None = None,
    ) -> Float[Tensor, "batch seq width"]:
        """Return the top layer's state at each token, both ways side by side; zeros at padding.

        Args:
            characters: letters of each word, 0 after its last one; given where num_characters says so.
            positions: for each marked span how far each token is from it, as an id from 0 to num_positions − 1.
        """
        is_there = real_tokens("RecurrentEncoder", self.config, tokens, characters, positions)
        parts = [self.embedding(tokens)]
        if self.letters is not None and characters is not None:
            parts.append(self.letters(characters))
        if self.positions is not None and positions is not None:
            parts.append(self.positions(positions))
        x = self.embedding_tap(torch.cat(parts, 2) if len(parts) > 1 else parts[0])
        return self.states_tap(self.encoder(self._drop(x), is_there.sum(1))[0])

    def _pool(self, states: Tensor, is_there: Tensor) -> Tensor:
        if self.pooling is not None:
            return self.pooling(states, is_there)
        if self.config.pooling == "max":
            return states.masked_fill(~is_there[:, :, None], -math.inf).amax(1)
        if self.config.pooling == "mean":
            return (states * is_there[:, :, None]).sum(1) / is_there.sum(1, keepdim=True)
        size = self.config.hidden_size
        last = (is_there.sum(1) - 1).view(-1, 1, 1).expand(-1, 1, size)
        from_left = states[:, :, :size].gather(1, last)[:, 0]
        return torch.cat([from_left, states[:, 0, size:]], 1)  # from the right, the first token is read last

    def _drop(self, x: Tensor) -> Tensor:
        return dropout(x, self.config.dropout) if self.training else x

    def answering(self, num_outputs: int, *, vocab_size: int, has_crf: bool) -> "RecurrentEncoder":
        """Return a model that reads as this one does and has other outputs.

        Outputs and further tokens begin anew, at the same numbers each time, so that a training can be resumed.

        Args:
            vocab_size: at least that of this model, whose tokens come first.
        """
        known = self.config.vocab_size
        assert vocab_size >= known, (vocab_size, known)
        config = dataclasses.replace(self.config, num_outputs=num_outputs, vocab_size=vocab_size, has_crf=has_crf)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            made = RecurrentEncoder(config).to(self.embedding.weight)
        anew = ("embedding.", "head.", "crf.")
        made.load_state_dict({k: v for k, v in self.state_dict().items() if not k.startswith(anew)}, strict=False)
        with torch.no_grad():
            made.embedding.weight[:known] = self.embedding.weight
        return made

    def blocks(self) -> Sequence[nn.Module]:
        """Return the recurrent net; inside it the fused kernels leave nothing to wrap."""
        return [self.encoder]

    def parameter_groups(self) -> dict[str, list[nn.Parameter]]:
        """Split the parameters by how they are best trained; a CRF's transitions are no map from inputs to outputs."""
        groups: dict[str, list[nn.Parameter]] = {"matrices": [], "embeddings": [], "head": [], "vectors": []}
        tables = {id(part.weight) for part in self.modules() if isinstance(part, nn.Embedding)}
        for name, parameter in self.named_parameters():
            if id(parameter) in tables:
                groups["embeddings"].append(parameter)
            elif name in ("head.weight", "crf.transitions"):
                groups["head"].append(parameter)
            else:
                groups["matrices" if parameter.dim() > 1 else "vectors"].append(parameter)
        return groups

    @classmethod
    def tiny(cls) -> Self:
        """Return a model small enough for a test to train in a second."""
        return cls(
            RecurrentConfig(
                vocab_size=37, num_outputs=3, context_length=32, embedding_dim=12, hidden_size=10, dropout=0.0
            )
        )


CONFIG = RecurrentConfig
MODEL = RecurrentEncoder
