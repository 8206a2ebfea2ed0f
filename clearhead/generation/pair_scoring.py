"""How probable a model holds given targets of given sources: the other direction of searching for one (search.py)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor

from clearhead.models.base import SequenceToSequence

_MAX_SEQUENCES = 128
"""Side by side at most: beyond this a step gains nothing on a CPU, and its logits leave the cache."""


@dataclass(frozen=True)
class PairScore:
    """Natural logarithms of the probabilities of a target's tokens, the last of them for the end token."""

    token_log_probabilities: tuple[float, ...]

    @property
    def total(self) -> float:
        """The logarithm of the probability of the whole target and its end."""
        return sum(self.token_log_probabilities)

    @property
    def per_token(self) -> float:
        """The mean over the tokens, end token included: comparable between targets of different lengths."""
        return self.total / len(self.token_log_probabilities)


@torch.inference_mode()
def score_pairs(
    model: SequenceToSequence,
    sources: Sequence[Sequence[int]],
    targets: Sequence[Sequence[int]],
    *,
    max_batch_tokens: int = 2048,
) -> list[PairScore]:
    """Score each target (ids without start and end token) as what its source is translated to.

    Args:
        max_batch_tokens: score pairs side by side up to this many tokens of both sides, padding included.
    Raises:
        ValueError: as many targets as sources are needed, none longer than the context, all ids known.
    """
    config = model.config
    check_sources(model, sources)
    check_targets(model, targets, "targets", num_sources=len(sources))
    scores: list[PairScore | None] = [None] * len(sources)
    device = model.head().weight.device
    was_training = model.training
    model.eval()
    try:
        lengths = [len(source) + len(target) + 1 for source, target in zip(sources, targets, strict=True)]
        for batch in batches(lengths, max_batch_tokens):
            source = pad_right([sources[index] for index in batch], config.padding_id).to(device)
            read = pad_right([[config.start_id, *targets[index]] for index in batch], config.padding_id).to(device)
            wanted = pad_right([[*targets[index], config.end_id] for index in batch], config.end_id).to(device)
            log_probabilities = model(source, read).float().log_softmax(-1)
            check_numbers(log_probabilities)
            found = log_probabilities.gather(-1, wanted[..., None])[..., 0].tolist()
            for index, row in zip(batch, found, strict=True):
                scores[index] = PairScore(tuple(row[: len(targets[index]) + 1]))
    finally:
        model.train(was_training)
    return [score for score in scores if score is not None]


def pad_right(rows: Sequence[Sequence[int]], padding_id: int) -> Int[Tensor, "batch seq"]:
    """Return rows of ids as one tensor, as wide as the longest."""
    width = max(map(len, rows))
    return torch.tensor([[*row, *[padding_id] * (width - len(row))] for row in rows], dtype=torch.long)


def batches(lengths: Sequence[int], max_tokens: int) -> Iterator[list[int]]:
    """Yield the places of sequences of similar length, longest first: what needs too much memory says so at once."""
    batch: list[int] = []
    for index in sorted(range(len(lengths)), key=lambda index: -lengths[index]):
        if batch and ((len(batch) + 1) * lengths[batch[0]] > max_tokens or len(batch) == _MAX_SEQUENCES):
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch


def check_sources(model: SequenceToSequence, sources: Sequence[Sequence[int]]) -> None:
    """Refuse sources that the model cannot read."""
    longest = model.config.context_length
    for place, source in enumerate(sources):
        if not 0 < len(source) <= longest:
            remedy = "Leave it out." if not source else f"Cut it, or split it into texts of at most {longest} tokens."
            raise ValueError(f"sources[{place}] must have 1 to {longest} tokens, got {len(source)}. {remedy}")
        _check_ids(f"sources[{place}]", source, model.config.source_vocab_size)


def check_targets(model: SequenceToSequence, targets: Sequence[Sequence[int]], name: str, *, num_sources: int) -> None:
    """Refuse targets, or beginnings of targets, that the model cannot write."""
    if len(targets) != num_sources:
        raise ValueError(f"{name} must be one for each of the {num_sources} sources, got {len(targets)}.")
    longest = model.config.context_length - 1
    for place, target in enumerate(targets):
        if len(target) > longest:
            raise ValueError(
                f"{name}[{place}] must have at most {longest} tokens, which leaves the context one for the end, "
                f"got {len(target)}. Cut it."
            )
        _check_ids(f"{name}[{place}]", target, model.config.target_vocab_size)
        if model.config.end_id in target:
            raise ValueError(f"{name}[{place}] must not hold the end token {model.config.end_id}. Leave it out.")


def check_numbers(log_probabilities: Float[Tensor, "*rows vocab"]) -> None:
    """Refuse scores that are no numbers."""
    if bool(log_probabilities.isnan().any()):
        raise ValueError(
            "The model's scores must be finite, got nan or inf. "
            "Its weights are broken, as after a training that diverged; use an earlier checkpoint."
        )


def _check_ids(name: str, tokens: Sequence[int], vocab_size: int) -> None:
    for token in tokens:
        if not 0 <= token < vocab_size:
            raise ValueError(
                f"{name} must hold ids from 0 to {vocab_size - 1}, got {token}. "
                "Encode the text with the tokenizer the model was trained with."
            )
