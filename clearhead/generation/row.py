"""One text being written: what its reader has been shown, its own random numbers, and why it ended."""

import random
from collections.abc import Sequence

import torch
from torch import Tensor

from clearhead.generation.sampling import SamplingConfig, choose, probabilities
from clearhead.generation.stop_strings import StopStrings
from clearhead.generation.text import FinishReason, TokenStep
from clearhead.generation.valid_text import UNWATCHED, valid_text
from clearhead.tokenizers.base import Tokenizer


class Row:
    """The state of one text between two tokens."""

    def __init__(self, index: int, prompt: Sequence[int], config: SamplingConfig, tokenizer: Tokenizer) -> None:
        self.index = index
        self.prompt = prompt
        self.config = config
        self.end_of_text_id = tokenizer.end_of_text_id
        self.valid_text = valid_text(tokenizer)
        self.state, num_open = self.valid_text.begin(prompt) if config.only_valid_text else (UNWATCHED, 0)
        """Which bytes the last character still needs (valid_text.py)."""
        self.decoder = tokenizer.stream(after=prompt[: len(prompt) - num_open])
        for token in prompt[len(prompt) - num_open :]:
            self.decoder.push(token)  # what completes the prompt's last character makes it readable
        self.stops = StopStrings(config.stop)
        self.num_written = 0
        self.random = random.Random(config.seed)
        self.is_seen: Tensor | None = None
        """Which tokens occurred, prompt included; kept only where a repetition penalty asks for it."""
        if config.repetition_penalty != 1:
            self.is_seen = torch.zeros(tokenizer.vocab_size, dtype=torch.bool)
            self.is_seen[torch.tensor(prompt)] = True

    def draw(self) -> float:
        """Return the row's next random number, in [0, 1 − 2⁻⁴⁸] (`sampling.choose` says why not nearer to 1)."""
        return self.random.getrandbits(48) * 2.0**-48

    def take(self, token: int, token_bytes: bytes) -> TokenStep:
        """Add the chosen token; return it with the text that became readable."""
        self.num_written += 1
        self.state = self.valid_text.after(self.state, token)
        if self.is_seen is not None:
            self.is_seen[token] = True
        reason: FinishReason | None = None
        text = ""
        if token == self.end_of_text_id:
            reason = "stop"
        else:
            text = self.decoder.push(token)
            if self.num_written == self.config.max_tokens:
                reason = "length"
        text, is_stopped = self.stops.push(text)
        if reason is not None and not is_stopped:
            rest, is_stopped = self.stops.push(self._unread(reason))
            text += rest if is_stopped else rest + self.stops.finish()
        return TokenStep(token, text, token_bytes, "stop_string" if is_stopped else reason)

    def _unread(self, reason: FinishReason) -> str:
        """Return what the decoder still held: at the end of the space, not the half of a character."""
        rest = self.decoder.finish()
        return rest.rstrip("\N{REPLACEMENT CHARACTER}") if reason == "length" else rest


@torch.inference_mode()
def choose_tokens(rows: Sequence[Row], logits: Tensor) -> Tensor:
    """Choose the next token of each row, (rows,); rows with the same settings are sampled together."""
    draws = [row.draw() for row in rows]
    logits = _that_may_come(rows, logits)
    if len({row.config.filters for row in rows}) == 1:
        return choose(logits, rows[0].config, draws, _seen(rows, logits.device))
    each = zip(rows, logits.split(1), draws, strict=True)
    return torch.cat([choose(scores, row.config, [draw], _seen([row], logits.device)) for row, scores, draw in each])


@torch.inference_mode()
def probabilities_of(rows: Sequence[Row], logits: Tensor, chosen: Sequence[int]) -> list[float]:
    """Return the probability with which each row's token was drawn (before `take` adds the token to it)."""
    each = zip(rows, _that_may_come(rows, logits).split(1), chosen, strict=True)
    return [
        float(probabilities(scores, row.config, _seen([row], logits.device))[0, token]) for row, scores, token in each
    ]


def _that_may_come(rows: Sequence[Row], logits: Tensor) -> Tensor:
    return rows[0].valid_text.remove_broken(logits, [row.state for row in rows])


def _seen(rows: Sequence[Row], device: torch.device) -> Tensor | None:
    seen = [row.is_seen for row in rows if row.is_seen is not None]
    return torch.stack(seen).to(device) if seen else None
