"""The best target sequences for given sources: greedy (one beam) and beam search.

Rules and lengths are those of `generate` of Hugging Face `transformers` with `early_stopping=False`. Of the 2·beams
most probable continuations, those among the first `beams` that end join the finished ones; the most probable that do
not end are continued. A sentence is done when `beams` have finished and the best open one, if it ended now, would not
beat the worst of them. A text that is as long as it may be has ended too; it says that it is not finished.

Sources: Graves 2012, arXiv 1211.3711, algorithm 1 (beam search over sequences); Wu et al. 2016, arXiv 1609.08144,
equation 14 (the coverage penalty; the length is normalised as `transformers` does, not as there).
Read with: hypotheses.py (the tensors of it)
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor

from clearhead.generation.hypotheses import Hypotheses
from clearhead.generation.pair_scoring import PairScore as PairScore
from clearhead.generation.pair_scoring import batches, check_numbers, check_sources, check_targets, pad_right
from clearhead.generation.pair_scoring import score_pairs as score_pairs
from clearhead.generation.search_settings import SearchConfig as SearchConfig
from clearhead.models.base import SequenceToSequence


@dataclass(frozen=True)
class Hypothesis:
    """One target sequence that was found."""

    tokens: tuple[int, ...]
    """Without start and end token; a forced prefix is part of them."""
    score: float
    """What it was ranked by: log-probability / length ** penalty, the end token counted, and the coverage penalty."""
    log_probability: float
    """The natural logarithm of the probability of all its tokens, the end token included if it is finished."""
    is_finished: bool
    """Whether the model ended it; otherwise it was cut where the limit stood."""
    token_log_probabilities: tuple[float, ...]
    """One for each of the tokens and, if it is finished, one for the end token."""


@torch.inference_mode()
def translate_tokens(
    model: SequenceToSequence,
    sources: Sequence[Sequence[int]],
    config: SearchConfig | None = None,
    *,
    prefixes: Sequence[Sequence[int]] | None = None,
    poll: Callable[[], None] | None = None,
    on_done: Callable[[int, list[Hypothesis]], None] | None = None,
) -> list[list[Hypothesis]]:
    """Find the `num_best` best targets of each source, best first, each as if it were searched alone.

    Args:
        sources: ids as the encoder reads them (an end token included where the model was trained with one).
        prefixes: for each source the tokens its targets begin with; they count as written, with their probability.
        poll: called before each step; what it raises ends the search.
        on_done: called with (which source, its hypotheses) as soon as these are found; not in the order of sources.
    Raises:
        ValueError: sources or prefixes too long for the context or with unknown ids; settings that leave no token to
            say; a coverage penalty for a model without attention; scores that are no numbers.
    """
    config = config or SearchConfig()
    prefixes = [()] * len(sources) if prefixes is None else prefixes
    check_sources(model, sources)
    check_targets(model, prefixes, "prefixes", num_sources=len(sources))
    limits = [_limit(model, config, *pair) for pair in zip(sources, prefixes, strict=True)]
    results: list[list[Hypothesis]] = [[] for _ in sources]
    was_training = model.training
    model.eval()
    try:
        for batch in batches([len(source) for source in sources], config.max_batch_tokens):
            search = _Search(
                model,
                config,
                batch,
                [sources[index] for index in batch],
                [prefixes[index] for index in batch],
                [limits[index] for index in batch],
            )
            while search.sentences:
                if poll is not None:
                    poll()
                for index, found in search.advance():
                    results[index] = found
                    if on_done is not None:
                        on_done(index, found)
    finally:
        model.train(was_training)
    return results


def _limit(model: SequenceToSequence, config: SearchConfig, source: Sequence[int], prefix: Sequence[int]) -> int:
    """Return how many tokens may be written for a source, end token included; each but the last is read again."""
    wanted = 2 * len(source) + 20 if config.max_tokens is None else config.max_tokens
    limit = min(wanted, model.config.context_length)
    if len(prefix) >= limit:
        raise ValueError(
            f"prefixes must be shorter than the {limit} tokens that may be written, got one of {len(prefix)}. "
            f"Use max_tokens={len(prefix) + 20} or a shorter prefix."
        )
    return limit


class _Search:
    """A batch of sentences being translated; those that are done leave it at once."""

    def __init__(
        self,
        model: SequenceToSequence,
        config: SearchConfig,
        sentences: Sequence[int],
        sources: Sequence[Sequence[int]],
        prefixes: Sequence[Sequence[int]],
        limits: Sequence[int],
    ) -> None:
        self.model = model
        self.config = config
        self.sentences = list(sentences)
        self.device = model.head().weight.device
        self.limits = torch.tensor(limits, device=self.device)
        self.forced = pad_right(prefixes, _NOT_FORCED).to(self.device)
        source = pad_right(sources, model.config.padding_id).to(self.device)
        encoded = model.encode(source)
        self.is_padding = encoded.is_padding
        # One row a sentence until the first token is known, then as many as there are beams: all copies of the first.
        self.state = model.start(encoded, max(limits))
        if config.coverage_penalty and hasattr(self.state, "keeps_alignment"):
            self.state.keeps_alignment = True
        self.next_tokens = torch.full((len(sources),), model.config.start_id, device=self.device)
        self.length = 0
        self.coverage = torch.zeros(source.shape, device=self.device)
        """How much each row looked at each source token so far."""
        self.running = Hypotheses.new(len(sources), 1, score=0.0, device=self.device)
        self.finished = Hypotheses.new(len(sources), config.num_beams, score=-math.inf, device=self.device)

    def advance(self) -> list[tuple[int, list[Hypothesis]]]:
        """Write one more token everywhere; return the sentences that are done, with what was found for them."""
        num_beams = self.config.num_beams
        log_probabilities = self.model.step(self.next_tokens, self.state).float().log_softmax(-1)
        self.length += 1
        if self.length == 1:
            check_numbers(log_probabilities)
        self._exclude(log_probabilities)
        coverage = self._look_at_coverage()

        texts, parents = self.running.extend(log_probabilities, 2 * num_beams)
        has_end = texts.tokens[..., -1] == self.model.config.end_id
        has_end |= (self.limits <= self.length)[:, None]
        if bool(has_end[:, :num_beams].any()):
            self._finish(texts, parents, has_end, coverage)
        texts, places = texts.ranked_by(texts.totals.masked_fill(has_end, -math.inf)).best(num_beams)
        # A place without a text is −inf in its total as well, lest it ends after all in a later step.
        self.running = texts = Hypotheses(
            texts.scores, texts.scores, texts.lengths, texts.tokens, texts.log_probabilities
        )

        first = texts.scores[:, 0]
        worst = self.finished.scores.amin(1)
        is_open = first > -math.inf
        is_open &= first / self.length**self.config.length_penalty > worst
        if num_beams == 1:
            is_open &= worst == -math.inf
        return self._regroup(parents.gather(1, places), is_open)

    def _finish(self, texts: Hypotheses, parents: Tensor, has_end: Tensor, coverage: Tensor | None) -> None:
        """Let the texts that ended compete with those that ended before."""
        scores = texts.totals / self.length**self.config.length_penalty
        if coverage is not None:
            scores = scores + coverage.gather(1, parents)
        scores = scores.masked_fill(~has_end, -math.inf)
        count = self.config.num_beams
        ended = texts.ranked_by(scores)
        front = torch.arange(min(count, scores.shape[1]), device=self.device).expand(len(scores), -1)
        self.finished, _ = self.finished.join(ended.pick(front)).best(count)

    def _regroup(self, parents: Int[Tensor, "sentences beams"], is_open: Tensor) -> list[tuple[int, list[Hypothesis]]]:
        """Bring every row behind the text that goes on from it, and let the sentences that are done leave."""
        num_sentences, num_rows = len(parents), len(self.next_tokens)
        rows = parents + torch.arange(0, num_rows, num_rows // num_sentences, device=self.device)[:, None]
        done: list[tuple[int, list[Hypothesis]]] = []
        flags = is_open.tolist()
        if not all(flags):
            done = [self._collect(place) for place, flag in enumerate(flags) if not flag]
            kept = is_open.nonzero()[:, 0]
            self.sentences = [sentence for sentence, flag in zip(self.sentences, flags, strict=True) if flag]
            if not self.sentences:
                return done
            rows, self.limits, self.forced = rows[kept], self.limits[kept], self.forced[kept]
            self.is_padding = self.is_padding[kept]
            self.running, self.finished = self.running.keep(kept), self.finished.keep(kept)
        rows = rows.flatten()
        if len(rows) != num_rows or not torch.equal(rows, torch.arange(num_rows, device=self.device)):
            self.state.reorder(rows)
            self.coverage = self.coverage[rows]
        self.next_tokens = self.running.tokens[..., -1].flatten()
        return done

    def _collect(self, place: int) -> tuple[int, list[Hypothesis]]:
        """Return what was found for the sentence at a place."""
        texts = self.finished
        found = []
        for beam, score in enumerate(texts.scores[place, : self.config.num_best].tolist()):
            if score == -math.inf:
                break
            length = int(texts.lengths[place, beam])
            tokens = texts.tokens[place, beam, :length].tolist()
            each = texts.log_probabilities[place, beam, :length].tolist()
            is_finished = tokens[-1] == self.model.config.end_id
            said = tokens[:-1] if is_finished else tokens
            found.append(Hypothesis(tuple(said), score, float(texts.totals[place, beam]), is_finished, tuple(each)))
        if not found:
            raise ValueError(
                f"translate_tokens must find a token that may be said for each source, got none for source "
                f"{self.sentences[place]}. Lower min_tokens or no_repeat_ngram, or change its prefix."
            )
        return self.sentences[place], found

    def _exclude(self, log_probabilities: Float[Tensor, "rows vocab"]) -> None:
        """Take away, in place, what the settings and the prefixes do not allow next."""
        is_inside = self.length <= self.forced.shape[1]
        if is_inside:
            num_places = self.running.totals.shape[1]
            forced = self.forced[:, self.length - 1].repeat_interleave(num_places)[:, None]
            is_forced, token = forced != _NOT_FORCED, forced.clamp_min(0)
            # Kept aside: a prefix may say what the settings below forbid.
            wanted = log_probabilities.gather(1, token)
        if self.length <= self.config.min_tokens:
            log_probabilities[:, self.model.config.end_id] = -math.inf
        if self.config.no_repeat_ngram:
            _exclude_repeats(log_probabilities, self.running.tokens.flatten(0, 1), self.config.no_repeat_ngram)
        if is_inside:
            log_probabilities.masked_fill_(is_forced, -math.inf)
            log_probabilities.scatter_(1, token, wanted.where(is_forced, log_probabilities.gather(1, token)))

    def _look_at_coverage(self) -> Float[Tensor, "sentences places"] | None:
        """Add where each row looked now; return the penalty of each, 0 where every source token was looked at."""
        if not self.config.coverage_penalty:
            return None
        looked = getattr(self.state, "alignment", None)
        if looked is None:
            raise ValueError(
                f"SearchConfig.coverage_penalty must be 0 for a model that does not say where it looks, "
                f"got {self.config.coverage_penalty}. Use 0, or a model with attention."
            )
        self.coverage = self.coverage + looked
        num_places = self.running.totals.shape[1]
        # Not below 1e-9, whose logarithm is still a number: one source token never looked at must not decide alone.
        seen = self.coverage.clamp(1e-9, 1).log().view(-1, num_places, self.coverage.shape[1])
        return self.config.coverage_penalty * seen.masked_fill(self.is_padding[:, None], 0).sum(-1)


_NOT_FORCED = -1


def _exclude_repeats(
    log_probabilities: Float[Tensor, "rows vocab"], written: Int[Tensor, "rows seq"], size: int
) -> None:
    """Set to −inf, in place, each token that would write a run of `size` tokens a second time."""
    if written.shape[1] < size:
        return
    runs = written.unfold(1, size, 1)
    last = written[:, written.shape[1] - size + 1 :]
    rows, places = (runs[..., :-1] == last[:, None]).all(-1).nonzero(as_tuple=True)
    log_probabilities[rows, runs[rows, places, -1]] = -math.inf
