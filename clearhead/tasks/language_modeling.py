"""Predict the next token of a text.

Loss: cross-entropy with the token that follows. Scores: loss in nats per token, perplexity, bits per byte, over the
whole validation part. Baselines: a bigram model on the same tokens, and the compressor xz.

A model that carries a state is trained on windows that begin with the state of the tokens before them, and scored on
the whole text, its state never forgotten (data/_windows.py).
Read with: layers/linear_cross_entropy.py, layers/sampled_vocabulary.py
"""

import lzma
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
import torch
from torch import Tensor, nn

from clearhead.core import config
from clearhead.data._tokens import TokenData, TokenSplit, tokenize
from clearhead.data._windows import IGNORE_INDEX, check_lengths, train_batch, valid_streams, valid_windows
from clearhead.data.base import TextSource, open_text, raw_bytes, read_pieces
from clearhead.layers.linear_cross_entropy import linear_cross_entropy
from clearhead.layers.sampled_vocabulary import SampledVocabulary
from clearhead.metrics.language_modeling import bigram_nats, bits_per_byte, perplexity
from clearhead.models.base import LanguageModel
from clearhead.tasks.base import Asked, Poll, Task, Tell, never_stop
from clearhead.tokenizers.base import Tokenizer, train_tokenizer
from clearhead.tokenizers.base import load as load_tokenizer

EVALUATED_TOKENS = 1 << 15  # per forward pass of an evaluation
EVALUATED_STREAMS = 32
"""Places of a text that are read at once while a state is carried; a number of its own, or a score would depend on it
and on the machine."""
STREAM_SHARE = 16
"""A stream is at least this many times as long as what is read before it."""
XZ_LIMIT_BYTES = 32 << 20
BIGRAM_LIMIT_TOKENS = 20_000_000
"""Where counts of tokens are wanted, so many are counted."""


@dataclass(frozen=True, kw_only=True)
class LanguageModelingOptions:
    """How a language model learns from its text."""

    sampled_tokens: int | None = None
    """Compare each position of a training step with about so many tokens of a large vocabulary, half of them always the
    most frequent ones; every evaluation compares with all. None: always with all."""

    def __post_init__(self) -> None:
        if self.sampled_tokens is not None and self.sampled_tokens < 2:
            raise ValueError(
                f"LanguageModelingOptions.sampled_tokens must be at least 2, got {self.sampled_tokens}. "
                f"Use a quarter of the vocabulary, or leave it out."
            )


class LanguageModeling(Task):
    """Next-token prediction on windows of one tokenized text."""

    name = "language_modeling"
    default_data = "stories"
    role = "LanguageModel"
    default_model = "gpt"
    main_score = "loss"
    has_windows = True

    def __init__(
        self,
        source: TextSource,
        data: TokenData,
        tokenizer: Tokenizer,
        context_length: int,
        carried_length: int = 0,
        *,
        options: LanguageModelingOptions | None = None,
    ) -> None:
        check_lengths(len(data.train.tokens), len(data.valid.tokens), context_length)
        self.options = options or LanguageModelingOptions()
        self.source, self.data, self.tokenizer, self.context_length = source, data, tokenizer, context_length
        self.carried_length = carried_length

    @property
    def num_train_targets(self) -> int:
        """Tokens of the training part."""
        return len(self.data.train.tokens)

    @property
    def num_valid_targets(self) -> int:
        """Tokens of the validation part."""
        return len(self.data.valid.tokens)

    def steps_per_epoch(self, batch_size: int) -> int:
        """Return how many steps read every window once."""
        return math.ceil(max(1, (self.num_train_targets - 1) // self.context_length) / batch_size)

    def row_size(self, model_config: Any) -> int:
        """Return the tokens of a window."""
        return int(model_config.context_length)

    def model_facts(self, model: str) -> dict[str, Any]:
        """Return the size of the vocabulary."""
        return {"vocab_size": self.tokenizer.vocab_size}

    def for_model(self, model_config: Any, *, is_learning: bool = True) -> Self:
        """Return the task in windows of the model's context; to be scored, a short text is read in shorter ones."""
        length = int(model_config.context_length)
        if not is_learning:
            length = max(1, min(length, self.num_train_targets - 1))
        carried_length = getattr(model_config, "carried_length", 0)
        return type(self)(self.source, self.data, self.tokenizer, length, carried_length, options=self.options)

    def batch(self, step: int, *, seed: int, batch_size: int, rank: int = 0, world_size: int = 1) -> tuple[Tensor, ...]:
        """Return (tokens, targets), each (batch, seq), for a step; what stands before them too, for a carried state."""
        windows = train_batch(
            self.data.train.tokens,
            step=step,
            seed=seed,
            batch_size=batch_size,
            context_length=self.context_length,
            carried_length=self.carried_length,
            rank=rank,
            world_size=world_size,
        )
        return tuple(map(torch.from_numpy, windows))

    def loss(self, model: nn.Module, batch: tuple[Tensor, ...]) -> tuple[Tensor, int]:
        """Return the summed cross-entropy of a batch and its number of targets."""
        assert isinstance(model, LanguageModel)
        tokens, targets, *carried = batch
        cache = _read_before(model, carried[0]) if carried else None
        hidden, weight = model.hidden(tokens, cache), model.head_weight()
        if self._sampled is None:
            return linear_cross_entropy(hidden, weight, targets), targets.numel()
        sample = self._sampled.draw(targets)
        weight = weight.index_select(0, sample.tokens)
        return linear_cross_entropy(hidden, weight, sample.targets, bias=sample.log_weights), targets.numel()

    @cached_property
    def _sampled(self) -> SampledVocabulary | None:
        """The part of the vocabulary that training compares with; None where that is all of it."""
        size, vocab_size = self.options.sampled_tokens, self.tokenizer.vocab_size
        if size is None or size >= vocab_size:
            return None
        counts = np.bincount(self.data.train.tokens[:BIGRAM_LIMIT_TOKENS], minlength=vocab_size)
        return SampledVocabulary(torch.from_numpy(counts), size)

    @torch.inference_mode()
    def evaluate(self, model: nn.Module, split: str = "valid", *, poll: Poll = never_stop) -> dict[str, float]:
        """Score a model on every token of a split but the first, in windows of the context that do not overlap.

        A model that carries a state reads on from window to window; otherwise each is read by itself.
        """
        assert isinstance(model, LanguageModel)
        part = self.part(split)
        was_training = model.training
        model.eval()
        total = torch.zeros((), dtype=torch.float64)
        try:
            for inputs, targets, cache in self._windows(model, part):
                poll()
                total += linear_cross_entropy(model.hidden(inputs, cache), model.head_weight(), targets).double().cpu()
        finally:
            model.train(was_training)
        return scores_of(float(total), part)

    def _windows(self, model: LanguageModel, part: TokenSplit) -> Iterator[tuple[Tensor, Tensor, Any]]:
        """Yield (tokens, targets, cache) for all windows of a split; no cache where each is read by itself."""
        device = model.head_weight().device
        cache, length = None, self.context_length
        if model.carries_state:
            shortest = STREAM_SHARE * max(1, self.carried_length)
            streams = max(1, min(EVALUATED_STREAMS, (len(part.tokens) - 1) // shortest))
            carried, windows = valid_streams(
                part.tokens, context_length=length, carried_length=self.carried_length, num_streams=streams
            )
            padding = torch.from_numpy((carried == IGNORE_INDEX).sum(1))
            cache = _read_before(model, torch.from_numpy(carried).clamp_min(0).to(device), padding)
        else:
            rows = max(1, EVALUATED_TOKENS // length)
            windows = valid_windows(part.tokens, context_length=length, batch_size=rows)
        for inputs, targets in windows:
            yield torch.from_numpy(inputs).to(device), torch.from_numpy(targets).to(device), cache

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


@torch.no_grad()
def _read_before(model: LanguageModel, tokens: Tensor, padding: Tensor | None = None) -> Any:
    """Read what stands before windows and return the state it leaves; rows may begin with padding."""
    cache = model.new_cache(len(tokens))
    if padding is not None:
        cache.pad_left(padding)
    if tokens.shape[1]:
        model.hidden(tokens, cache)
    return cache


def scores_of(nats: float, part: TokenSplit) -> dict[str, float]:
    """Turn a summed −log p into the three scores."""
    num_targets = len(part.tokens) - 1
    return {
        "loss": nats / num_targets,
        "perplexity": perplexity(nats, num_targets),
        "bits_per_byte": bits_per_byte(nats, part.num_bytes),
    }


def learn(asked: Asked, folder: Path, *, parent: Path | None, tell: Tell) -> None:
    """Train a tokenizer on the training part (or take the parent run's), keep it, and encode the text."""
    source = _source(asked)
    tell(f"Reading {source.name}.")
    if parent is not None:
        tokenizer = load_tokenizer(parent)
    else:
        texts = (text for text, _ in read_pieces(source, "train"))
        kind = asked.tokenizer or "bpe"
        tokenizer = train_tokenizer(kind, texts, vocab_size=_vocab_size(asked, kind, source), seed=asked.seed)
    for note in tokenizer.notes:
        tell(note)
    tokenizer.save(folder)
    tokenize(source, load_tokenizer(folder))  # the other processes of a training find it in the cache


def open_task(asked: Asked, folder: Path) -> LanguageModeling:
    """Open a text, encoded by the folder's tokenizer; `for_model` then cuts the windows."""
    options = config.from_json(LanguageModelingOptions, dict(asked.options), where="--task")
    task = read_windows(_source(asked), load_tokenizer(folder), context_length=1, options=options)
    if asked.train_share < 1:
        train = task.data.train
        kept = train.tokens[: max(2, round(asked.train_share * len(train.tokens)))]
        task.data = replace(task.data, train=replace(train, tokens=kept))
    return task


def read_windows(
    source: TextSource, tokenizer: Tokenizer, *, context_length: int, options: LanguageModelingOptions | None = None
) -> LanguageModeling:
    """Tokenize a text (or find it tokenized) and make the task of it."""
    return LanguageModeling(source, tokenize(source, tokenizer), tokenizer, context_length, options=options)


def _source(asked: Asked) -> TextSource:
    return open_text(asked.data, text_column=asked.text_column, valid=asked.valid)


def _vocab_size(asked: Asked, kind: str, source: TextSource) -> int | None:
    """A token should be seen some hundred times to be learned: 512 for a novel, 8,192 from 25 MB on."""
    if asked.vocab_size is not None or kind in ("character", "byte"):
        return asked.vocab_size
    seen = 0
    for text, _ in read_pieces(source, "train"):
        seen += len(text.encode("utf-8"))
        if seen > 32 << 20:
            break
    return int(2 ** max(9, min(13, round(math.log2(max(1, seen) / 3000)))))


TASK = LanguageModeling
OPTIONS = LanguageModelingOptions
