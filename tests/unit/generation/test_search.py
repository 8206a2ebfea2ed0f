"""Searching for target sequences: on a table of probabilities small enough to try every text."""

import itertools
import math

import pytest
import torch
from table_translator import TableTranslator

from clearhead.generation.search import Hypothesis, SearchConfig, score_pairs, translate_tokens

SOURCES = [[3, 4, 5], [7], [2, 2, 9, 9, 9], [11, 3], [5] * 12, [7], [19, 18, 17, 16]]


@pytest.fixture(scope="module")
def model() -> TableTranslator:
    """Texts of about four tokens; ids 2, 3 and 4 can be said."""
    return TableTranslator(end_bias=1.0).eval()


def tokens_of(found: list[list[Hypothesis]]) -> list[list[tuple[int, ...]]]:
    return [[text.tokens for text in texts] for texts in found]


def test_one_beam_takes_the_most_probable_token_each_time(model: TableTranslator) -> None:
    found = translate_tokens(model, SOURCES, SearchConfig(num_beams=1))
    for source, (text,) in zip(SOURCES, found, strict=True):
        read = [model.config.start_id, *text.tokens]
        logits = model(torch.tensor([source]), torch.tensor([read]))[0]
        assert logits.argmax(-1).tolist() == [*text.tokens, model.config.end_id]


@pytest.mark.parametrize("length_penalty", [0.0, 1.0])
def test_a_beam_as_wide_as_the_space_finds_the_best_text_there_is(
    model: TableTranslator, length_penalty: float
) -> None:
    longest = 4
    texts = [text for size in range(longest + 1) for text in itertools.product((2, 3, 4), repeat=size)]
    config = SearchConfig(num_beams=3**longest, max_tokens=longest, length_penalty=length_penalty, num_best=8)
    for source, found in zip(SOURCES, translate_tokens(model, SOURCES, config), strict=True):
        scores = {}
        for text, pair in zip(texts, score_pairs(model, [source] * len(texts), texts), strict=True):
            each = pair.token_log_probabilities[:longest]  # the longest are cut before their end token
            scores[text] = sum(each) / len(each) ** length_penalty
        best = sorted(texts, key=lambda text: -scores[text])[:8]
        assert [text.tokens for text in found] == best
        assert [text.score for text in found] == pytest.approx([scores[text] for text in best], abs=1e-5)
        assert [text.is_finished for text in found] == [len(text) < longest for text in best]


def test_side_by_side_is_as_one_by_one(model: TableTranslator) -> None:
    config = SearchConfig(num_beams=3, num_best=3)
    alone = [translate_tokens(model, [source], config)[0] for source in SOURCES]
    for max_batch_tokens in (1, 13, 10_000):
        together = translate_tokens(
            model, SOURCES, SearchConfig(num_beams=3, num_best=3, max_batch_tokens=max_batch_tokens)
        )
        assert tokens_of(together) == tokens_of(alone)


def test_the_best_come_first_and_are_different(model: TableTranslator) -> None:
    for texts in translate_tokens(model, SOURCES, SearchConfig(num_beams=4, num_best=4)):
        scores = [text.score for text in texts]
        assert scores == sorted(scores, reverse=True)
        assert len({text.tokens for text in texts}) == 4


def test_scores_are_those_of_the_pairs(model: TableTranslator) -> None:
    best = [texts[0] for texts in translate_tokens(model, SOURCES, SearchConfig(length_penalty=0.6))]
    for text, score in zip(best, score_pairs(model, SOURCES, [text.tokens for text in best]), strict=True):
        assert text.is_finished
        assert text.token_log_probabilities == pytest.approx(score.token_log_probabilities, abs=1e-5)
        assert text.log_probability == pytest.approx(score.total, abs=1e-5)
        assert text.score == pytest.approx(score.total / (len(text.tokens) + 1) ** 0.6, abs=1e-5)


def test_a_text_that_reaches_the_limit_is_cut_and_says_so() -> None:
    endless = TableTranslator(end_bias=-100.0)
    for text in itertools.chain(*translate_tokens(endless, SOURCES, SearchConfig(max_tokens=6))):
        assert not text.is_finished
        assert len(text.tokens) == len(text.token_log_probabilities) == 6
    default = translate_tokens(endless, [[3], [3] * 5, [3] * 30], SearchConfig())
    assert [len(texts[0].tokens) for texts in default] == [22, 30, 40]  # twice and 20, but not beyond the context


def test_no_text_ends_before_its_least_length(model: TableTranslator) -> None:
    found = translate_tokens(model, SOURCES, SearchConfig(min_tokens=7, num_best=4))
    assert min(len(text.tokens) for texts in found for text in texts) == 7


@pytest.mark.parametrize("size", [1, 2, 3])
def test_no_run_is_written_twice(size: int) -> None:
    model = TableTranslator(end_bias=-2.0, target_vocab_size=9)
    for text in itertools.chain(*translate_tokens(model, SOURCES, SearchConfig(no_repeat_ngram=size, num_best=4))):
        runs = list(zip(*(text.tokens[start:] for start in range(size)), strict=False))
        assert len(runs) == len(set(runs))


def test_every_text_begins_with_its_forced_prefix(model: TableTranslator) -> None:
    prefixes = [[4, 4], [], [3], [2, 3, 4, 2], [], [4], [3, 3, 3]]
    found = translate_tokens(model, SOURCES, SearchConfig(num_best=3), prefixes=prefixes)
    for prefix, texts in zip(prefixes, found, strict=True):
        assert all(list(text.tokens[: len(prefix)]) == prefix for text in texts)
        assert len({text.tokens for text in texts}) == 3
    free = translate_tokens(model, SOURCES, SearchConfig(num_best=3))
    assert found[1] == free[1]
    totals = [score.total for score in score_pairs(model, SOURCES, [texts[0].tokens for texts in found])]
    assert [texts[0].log_probability for texts in found] == pytest.approx(totals, abs=1e-5)


def test_a_prefix_may_do_what_settings_forbid(model: TableTranslator) -> None:
    config = SearchConfig(no_repeat_ngram=1, max_tokens=4, num_beams=2)
    assert translate_tokens(model, [[3]], config, prefixes=[[4, 4, 4]])[0][0].tokens[:3] == (4, 4, 4)


def test_the_coverage_penalty_is_the_published_formula(model: TableTranslator) -> None:
    source, weight = [3, 4, 5], 0.7
    config = SearchConfig(num_beams=3, num_best=3, coverage_penalty=weight)
    # Beside a longer source, so that padding is there and must not count.
    penalties = []
    for text in translate_tokens(model, [source, [6] * 7], config)[0]:
        state = model.start(model.encode(torch.tensor([source])), 10)
        looked = torch.zeros(len(source))
        for token in [model.config.start_id, *text.tokens]:
            model.step(torch.tensor([token]), state)
            assert state.alignment is not None
            looked += state.alignment[0].detach()
        penalties.append(weight * float(looked.clamp_max(1).log().sum()))
        normalised = text.log_probability / (len(text.tokens) + 1)
        assert text.score == pytest.approx(normalised + penalties[-1], abs=1e-5)
    assert min(penalties) < -0.01


def test_coverage_needs_a_model_that_says_where_it_looks() -> None:
    with pytest.raises(ValueError, match=r"coverage_penalty must be 0 for a model .* got 0\.5\. Use 0"):
        translate_tokens(TableTranslator(has_alignment=False), SOURCES, SearchConfig(coverage_penalty=0.5))


def test_each_source_is_told_once_as_soon_as_it_is_done(model: TableTranslator) -> None:
    told: dict[int, list[Hypothesis]] = {}
    steps: list[int] = []

    def tell(index: int, texts: list[Hypothesis]) -> None:
        assert index not in told
        told[index] = texts

    found = translate_tokens(model, SOURCES, on_done=tell, poll=lambda: steps.append(len(told)))
    assert [told[index] for index in range(len(SOURCES))] == found
    assert steps[0] == 0 and 0 < steps[-1] < len(SOURCES)


def test_what_poll_raises_ends_the_search_and_leaves_the_model_as_it_was() -> None:
    model = TableTranslator().train()

    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        translate_tokens(model, SOURCES, poll=stop)
    assert model.training


def test_no_sources_have_no_translations(model: TableTranslator) -> None:
    assert translate_tokens(model, []) == []


def test_settings_that_leave_nothing_to_say_are_refused(model: TableTranslator) -> None:
    config = SearchConfig(num_beams=2, min_tokens=9, no_repeat_ngram=1)  # three tokens can be said, each once
    with pytest.raises(ValueError, match=r"got none for source 0\. Lower min_tokens or no_repeat_ngram"):
        translate_tokens(model, [[3, 4, 5]], config)


def test_a_prefix_must_leave_room(model: TableTranslator) -> None:
    with pytest.raises(ValueError, match=r"shorter than the 3 tokens .* got one of 3\. Use max_tokens"):
        translate_tokens(model, [[3]], SearchConfig(max_tokens=3), prefixes=[[2, 2, 2]])


def test_broken_weights_are_named() -> None:
    model = TableTranslator()
    torch.nn.init.constant_(model.table, math.nan)
    with pytest.raises(ValueError, match="scores must be finite, got nan or inf"):
        translate_tokens(model, SOURCES)
