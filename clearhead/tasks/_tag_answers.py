"""What a model says of sentences: scores of the tags, the loss, the best row of tags, how sure it is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from clearhead.data._units import PADDING_ID
from clearhead.layers.linear_cross_entropy import IGNORE_INDEX
from clearhead.tasks._tag_data import padded_tags, windows
from clearhead.tasks._tag_reading import ReadSentences
from clearhead.tasks.base import Poll, never_stop

WORDS_AT_ONCE = 8192
"""Words, padding included, that are read at once."""


@dataclass(frozen=True)
class Answer:
    """The tags of one sentence."""

    tags: NDArray[np.int64]
    """Ids, one a word."""
    probabilities: NDArray[np.float32]
    """How sure each of them is, from 0 to 1: with a CRF over all rows of tags, otherwise word by word."""


@torch.inference_mode()
def emissions(
    model: Any, read: ReadSentences, *, poll: Poll = never_stop
) -> Iterator[tuple[list[int], Tensor, Tensor]]:
    """Yield, for some sentences at a time, the scores of every tag for every word.

    Yields:
        Which sentences they are; their scores, (sentences, longest, tags) in float32; where there is a word.
    """
    was_training = model.training
    model.eval()
    try:
        for group in _groups([len(row) for row in read.rows]):
            poll()
            yield group, *_scores(model, read, group)
    finally:
        model.train(was_training)


def _scores(model: Any, read: ReadSentences, group: Sequence[int]) -> tuple[Tensor, Tensor]:
    device = next(model.parameters()).device
    rows = [read.rows[index] for index in group]
    laid_out = [windows(len(row), model.config.context_length) for row in rows]
    if all(len(found) == 1 for found in laid_out):
        tokens, *letters = (each.to(device) for each in read.tensors(rows))
        return model(tokens, *letters).float(), tokens != PADDING_ID
    scores = [_joined(model, read, index, found) for index, found in zip(group, laid_out, strict=True)]
    filled = scores[0].new_zeros(len(group), max(map(len, rows)), scores[0].shape[1])
    is_there = torch.zeros(filled.shape[:2], dtype=torch.bool, device=device)
    for place, each in enumerate(scores):
        filled[place, : len(each)] = each
        is_there[place, : len(each)] = True
    return filled, is_there


def best_tags(model: Any, scores: Tensor, is_there: Tensor) -> Tensor:
    """Return the best row of tags of each sentence, (sentences, longest); 0 beyond the end."""
    if model.crf is not None:
        best: Tensor = model.crf.best(scores, is_there)[0]
        return best
    return scores.argmax(-1).masked_fill(~is_there, 0)


def shares(model: Any, scores: Tensor, is_there: Tensor) -> Tensor:
    """Return the probability of every tag for every word, (sentences, longest, tags)."""
    if model.crf is not None:
        found: Tensor = model.crf.marginals(scores, is_there)
        return found
    return scores.softmax(-1)


def tag_loss(model: Any, scores: Tensor, tags: Tensor, is_there: Tensor) -> tuple[Tensor, int]:
    """Return the summed loss of rows of tags, and over how many words it is summed.

    Without a CRF a word with an unknown tag is left out; with one the whole sentence, whose row nobody can score.

    Args:
        scores: (sentences, longest, tags).
        tags: ids; `IGNORE_INDEX` beyond the end and where the tag is unknown.
    """
    if model.crf is None:
        total = functional.cross_entropy(
            scores.flatten(0, 1), tags.flatten(), ignore_index=IGNORE_INDEX, reduction="sum"
        )
        return total, int((tags != IGNORE_INDEX).sum())
    is_scored = ((tags != IGNORE_INDEX) | ~is_there).all(1)
    log_likelihood = model.crf.log_likelihood(scores, tags.clamp_min(0), is_there)
    return -(log_likelihood * is_scored).sum(), int((is_there & is_scored[:, None]).sum())


@torch.inference_mode()
def answers(model: Any, read: ReadSentences, *, poll: Poll = never_stop) -> list[Answer]:
    """Return the tags of every sentence, in order, with how sure they are."""
    found: list[Answer | None] = [None] * len(read.rows)
    for group, scores, is_there in emissions(model, read, poll=poll):
        best = best_tags(model, scores, is_there)
        sure = shares(model, scores, is_there).gather(-1, best[..., None])[..., 0]
        tags, probabilities = best.cpu().numpy(), sure.clamp(0, 1).cpu().numpy()
        for place, index in enumerate(group):
            length = len(read.rows[index])
            found[index] = Answer(tags[place, :length], probabilities[place, :length])
    return [each for each in found if each is not None]


@torch.inference_mode()
def read_out(
    model: Any, read: ReadSentences, true: Sequence[NDArray[np.int64]], *, poll: Poll = never_stop
) -> tuple[list[NDArray[np.int64]], float]:
    """Return the tags of every sentence, in order, and the mean loss of a word against what is true."""
    total, count = 0.0, 0
    said: list[NDArray[np.int64]] = [np.zeros(0, dtype=np.int64)] * len(true)
    for group, scores, is_there in emissions(model, read, poll=poll):
        tags = padded_tags([true[index] for index in group]).to(scores.device)
        loss, words = tag_loss(model, scores, tags, is_there)
        total, count = total + float(loss), count + words
        best = best_tags(model, scores, is_there).cpu().numpy()
        for place, index in enumerate(group):
            said[index] = best[place, : len(true[index])]
    return said, total / max(1, count)


def _joined(model: Any, read: ReadSentences, index: int, laid_out: Sequence[tuple[int, int, int]]) -> Tensor:
    """Return the scores of one sentence, (words, tags), each word's from the window it is taken from."""
    device, limit = next(model.parameters()).device, model.config.context_length
    tokens, *letters = read.tensors([read.rows[index][start : start + limit] for start, _, _ in laid_out])
    scores = model(tokens.to(device), *(each.to(device) for each in letters)).float()
    return torch.cat(
        [row[first - start : end - start] for row, (start, first, end) in zip(scores, laid_out, strict=True)]
    )


def _groups(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Yield sentences of about one length together, at most `WORDS_AT_ONCE` words with their padding."""
    group: list[int] = []
    for index in np.argsort(np.asarray(lengths), kind="stable").tolist():
        if group and (len(group) + 1) * lengths[index] > WORDS_AT_ONCE:
            yield group
            group = []
        group.append(index)
    if group:
        yield group
