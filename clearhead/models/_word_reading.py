"""What a text encoder reads of a word beside its vector: its letters, and how far it is from the marked words.

Source: letters by a convolution, Ma and Hovy 2016, arXiv 1603.01354; by an LSTM, Lample et al. 2016, arXiv 1603.01360;
distances to the two entities of a relation, Zeng et al. 2014, COLING, section 3.2.2. Differs: what the filters
find in a word is bent (tanh).
Read with: recurrent.py, text_cnn.py
"""

import math
from typing import Any, Literal

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from clearhead.layers.recurrent import Recurrent
from clearhead.layers.tap import Tap

NUM_MARKS = 2
"""Marked spans of a text about a relation: what it is a relation of."""
LETTERS_AT_ONCE = 3
Spelling = Literal["cnn", "lstm"]


class Letters(nn.Module):
    """A vector of each word from its letters: the strongest answer of every filter, or an LSTM's last states.

    The tap `vectors` shows them, (batch, seq, size).

    Args:
        size: width of a word's vector.
        kind: "cnn" or "lstm", which reads a word from both ends with half of the width each.
    """

    def __init__(self, num_characters: int, character_dim: int, size: int, kind: Spelling) -> None:
        super().__init__()
        self.size = size
        self.embedding = nn.Embedding(num_characters, character_dim)
        # Ma and Hovy 2016, section 3.1: uniform, with the variance 1 / dim.
        nn.init.uniform_(self.embedding.weight, -((3 / character_dim) ** 0.5), (3 / character_dim) ** 0.5)
        self.filters = nn.Conv1d(character_dim, size, LETTERS_AT_ONCE, padding=1) if kind == "cnn" else None
        self.net = None if kind == "cnn" else Recurrent(character_dim, size // 2, is_bidirectional=True)
        self.vectors_tap = Tap("vectors")

    def forward(self, characters: Int[Tensor, "batch seq letters"]) -> Float[Tensor, "batch seq size"]:
        """Read the letters of every word; 0 fills shorter words at the right, a word of none gets zeros."""
        has_letters = characters[:, :, 0] > 0
        words = characters[has_letters]
        found = self.embedding.weight.new_zeros(*characters.shape[:2], self.size)
        if len(words) > 0:
            found[has_letters] = self._strongest(words) if self.net is None else self._last(words, self.net)
        return self.vectors_tap(found)

    def _strongest(self, words: Tensor) -> Tensor:
        """Return the maximum of each filter over the windows whose middle is a letter, (words, size).

        A filter adds up what each of its letters says at its place. There are fewer different letters than letters, so
        that is worked out once for each and looked up.
        """
        assert self.filters is not None and self.filters.bias is not None
        says = torch.einsum("cd,fdp->pcf", self.embedding.weight, self.filters.weight)  # (place, letter, size)
        is_letter = torch.arange(says.shape[1], device=says.device) > 0
        seen = nn.functional.pad(words, (1, 1)).unfold(1, LETTERS_AT_ONCE, 1).unbind(2)
        left, middle, right = (
            nn.functional.embedding(at, table * is_letter[:, None]) for at, table in zip(seen, says, strict=True)
        )
        sums = (left + middle + right).masked_fill((words == 0)[:, :, None], -math.inf)
        # tanh rises: bent after the maximum, far fewer numbers are bent and the largest stays the largest.
        return torch.tanh(sums.amax(1) + self.filters.bias)

    def _last(self, words: Tensor, net: Recurrent) -> Tensor:
        """Return the last state from either end of each word, (words, size)."""
        _, state = net(self.embedding(words), (words > 0).sum(1))
        return state[0].flatten(1)


class Positions(nn.Module):
    """A vector for each distance from each marked span, all of a word side by side."""

    def __init__(self, num_positions: int, position_dim: int) -> None:
        super().__init__()
        self.tables = nn.ModuleList(nn.Embedding(num_positions, position_dim) for _ in range(NUM_MARKS))
        for table in self.tables:
            assert isinstance(table, nn.Embedding)
            nn.init.normal_(table.weight, std=0.1)
        self.vectors_tap = Tap("vectors")

    def forward(self, positions: Int[Tensor, "batch seq marks"]) -> Float[Tensor, "batch seq size"]:
        found = [table(of_mark) for table, of_mark in zip(self.tables, positions.unbind(2), strict=True)]
        return self.vectors_tap(torch.cat(found, 2))


def real_tokens(
    where: str,
    config: Any,
    tokens: Int[Tensor, "batch seq"],
    characters: Int[Tensor, "batch seq letters"] | None,
    positions: Int[Tensor, "batch seq marks"] | None,
) -> Bool[Tensor, "batch seq"]:
    """Return True where a token is no padding, having checked that the model can read what it was given.

    Args:
        where: name of the model, for messages.
    Raises:
        ValueError: the texts are too long, or an input is missing or would not be read.
    """
    longest = config.context_length
    if tokens.shape[1] > longest:
        raise ValueError(
            f"{where}.tokens must be at most {longest} long (the model's context), got {tokens.shape[1]}. "
            f"Cut the input or train with a longer --model.context-length."
        )
    for name, given in (("characters", characters), ("positions", positions)):
        count = getattr(config, f"num_{name}")
        if (count > 0) != (given is not None):
            raise ValueError(
                f"{where}.{name} must be {'left out' if given is not None else 'given'} with num_{name}={count}, "
                f"got {'some' if given is not None else 'none'}. Encode texts for this model's configuration."
            )
    return tokens != config.padding_id
