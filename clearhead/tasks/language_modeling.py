"""Predict the next token of a text.

Loss: cross-entropy with the token that follows. Scores: loss in nats per token, perplexity, bits per byte, over the
whole validation part. Baselines: a bigram model on the same tokens, and the compressor xz.
"""

import lzma
from typing import Any

import torch
from torch import Tensor, nn

from clearhead.data._tokens import TokenData, TokenSplit, tokenize
from clearhead.data._windows import check_lengths, train_batch, valid_windows
from clearhead.data.base import TextSource, raw_bytes
from clearhead.layers.linear_cross_entropy import linear_cross_entropy
from clearhead.metrics.language_modeling import bigram_nats, bits_per_byte, perplexity
from clearhead.models.base import LanguageModel
from clearhead.tasks.base import Poll, Task, never_stop
from clearhead.tokenizers.base import Tokenizer

EVALUATED_TOKENS = 1 << 15  # per forward pass of an evaluation
XZ_LIMIT_BYTES = 32 << 20
BIGRAM_LIMIT_TOKENS = 20_000_000


class LanguageModeling(Task):
    """Next-token prediction on windows of one tokenized text."""

    name = "language_modeling"
    role = "LanguageModel"
    main_score = "loss"

    def __init__(self, source: TextSource, data: TokenData, tokenizer: Tokenizer, context_length: int) -> None:
        check_lengths(len(data.train.tokens), len(data.valid.tokens), context_length)
        self.source, self.data, self.tokenizer, self.context_length = source, data, tokenizer, context_length

    @property
    def num_train_tokens(self) -> int:
        """Tokens of the training part."""
        return len(self.data.train.tokens)

    @property
    def num_valid_tokens(self) -> int:
        """Tokens of the validation part."""
        return len(self.data.valid.tokens)

    def batch(self, step: int, *, seed: int, batch_size: int, rank: int = 0, world_size: int = 1) -> tuple[Tensor, ...]:
        """Return (tokens, targets), each (batch, seq), for a step."""
        inputs, targets = train_batch(
            self.data.train.tokens,
            step=step,
            seed=seed,
            batch_size=batch_size,
            context_length=self.context_length,
            rank=rank,
            world_size=world_size,
        )
        return torch.from_numpy(inputs), torch.from_numpy(targets)

    def loss(self, model: nn.Module, batch: tuple[Tensor, ...]) -> tuple[Tensor, int]:
        """Return the summed cross-entropy of a batch and its number of targets."""
        assert isinstance(model, LanguageModel)
        tokens, targets = batch
        return linear_cross_entropy(model.hidden(tokens), model.head_weight(), targets), targets.numel()

    @torch.inference_mode()
    def evaluate(self, model: nn.Module, split: str = "valid", *, poll: Poll = never_stop) -> dict[str, float]:
        """Score a model on every token of a split but the first, in windows of the context that do not overlap."""
        part = self.part(split)
        device = next(model.parameters()).device
        was_training = model.training
        model.eval()
        total = torch.zeros((), dtype=torch.float64)
        rows = max(1, EVALUATED_TOKENS // self.context_length)
        try:
            for inputs, targets in valid_windows(part.tokens, context_length=self.context_length, batch_size=rows):
                poll()
                batch = torch.from_numpy(inputs).to(device), torch.from_numpy(targets).to(device)
                total += self.loss(model, batch)[0].double().cpu()
        finally:
            model.train(was_training)
        return scores_of(float(total), part)

    def baselines(self, split: str = "valid", *, poll: Poll = never_stop) -> dict[str, dict[str, float]]:
        """Score the bigram model on the same tokens, and the compressor `xz -9` on the text of the split alone."""
        train, part = self.data.train.tokens[-BIGRAM_LIMIT_TOKENS:], self.part(split)
        assert self.tokenizer is not None
        poll()
        nats = bigram_nats(train, part.tokens, self.tokenizer.vocab_size)
        poll()
        return {"bigram": scores_of(nats, part), "xz -9": {"bits_per_byte": self._xz_bits_per_byte(split)}}

    def _xz_bits_per_byte(self, split: str) -> float:
        text = b"".join(raw_bytes(self.source, split, XZ_LIMIT_BYTES))
        return 8 * len(lzma.compress(text, preset=9)) / max(1, len(text))

    def part(self, split: str) -> TokenSplit:
        """Return the tokens of a split."""
        if split == "test" and self.data.test is None:
            raise ValueError(f"{self.data.name} has no test part. Evaluate on 'valid'.")
        chosen: TokenSplit = getattr(self.data, split)
        return chosen

    def describe(self) -> dict[str, Any]:
        """Return the facts about the data that belong into the saved run."""
        parts = {"train": self.data.train, "valid": self.data.valid, "test": self.data.test}
        return {
            "name": self.data.name,
            "fingerprint": self.data.fingerprint,
            "splits": {
                name: {"documents": part.num_documents, "tokens": len(part.tokens), "bytes": part.num_bytes}
                for name, part in parts.items()
                if part is not None
            },
            "report": list(self.data.report),
        }


def scores_of(nats: float, part: TokenSplit) -> dict[str, float]:
    """Turn a summed −log p into the three scores."""
    num_targets = len(part.tokens) - 1
    return {
        "loss": nats / num_targets,
        "perplexity": perplexity(nats, num_targets),
        "bits_per_byte": bits_per_byte(nats, part.num_bytes),
    }


def open_task(source: TextSource, tokenizer: Tokenizer, *, context_length: int) -> LanguageModeling:
    """Tokenize a text (or find it tokenized) and make the task of it."""
    return LanguageModeling(source, tokenize(source, tokenizer), tokenizer, context_length)


TASK = LanguageModeling
