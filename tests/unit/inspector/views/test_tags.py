"""The tags view: the path's steps add up to the CRF's own score, against every row of tags there is."""

import itertools
from collections.abc import Callable

import numpy as np
import pytest
import torch
from text_looks import TAGS, look_at_tags
from torch import nn

from clearhead.inspector.look import Look

TEXT = "John Smith saw Rome"
NUM_WORDS = 4


@pytest.fixture(scope="module")
def look() -> Look:
    return look_at_tags(TEXT)


def every_row(look: Look) -> dict[tuple[int, ...], float]:
    """Score every row of tags that the scheme allows, with loops."""
    crf, emissions = look.model.crf, look.logits.numpy()
    transitions, start, end = (getattr(crf, name).detach().numpy() for name in ("transitions", "start", "end"))
    found = {}
    for row in itertools.product(range(len(TAGS)), repeat=NUM_WORDS):
        names = ["O", *(TAGS[tag] for tag in row)]
        is_broken = any(
            after == "I-PER" and before not in ("B-PER", "I-PER") for before, after in itertools.pairwise(names)
        )
        if not is_broken:
            steps = sum(transitions[pair] for pair in itertools.pairwise(row))
            found[row] = float(start[row[0]] + emissions[range(NUM_WORDS), row].sum() + steps + end[row[-1]])
    return found


def test_the_path_is_the_best_of_all_rows_of_tags_and_its_steps_add_up(look: Look) -> None:
    rows = every_row(look)
    best = max(rows, key=lambda row: rows[row])
    path = look.tags()["path"]
    assert path.column("tag")[:-1] == [TAGS[tag] for tag in best]
    added = sum(path.column("transition")) + sum(path.column("emission")[:-1])
    assert added == pytest.approx(rows[best], abs=1e-5)
    assert path.column("score so far")[-1] == pytest.approx(rows[best], abs=1e-5)


def test_the_total_is_the_score_that_the_models_own_search_found(look: Look) -> None:
    own = look.model.crf.best(look.logits[None], torch.ones(1, NUM_WORDS, dtype=torch.bool))[1]
    total = dict(look.tags()["total"].rows)
    assert total["score, as the model's search found it"] == float(own[0])
    assert total["score, added up from the steps"] == pytest.approx(float(own[0]), abs=1e-5)
    assert total["difference"] < 1e-5


def test_the_probability_of_the_row_is_its_share_of_all_rows(look: Look) -> None:
    scores = np.array(list(every_row(look).values()))
    log_sum = float(np.log(np.exp(scores).sum()))
    total = dict(look.tags()["total"].rows)
    assert total["log Σ exp(score) over all rows of tags"] == pytest.approx(log_sum, abs=1e-5)
    assert total["probability of this row"] == pytest.approx(float(np.exp(scores.max() - log_sum)), abs=1e-5)


def test_marginals_are_shares_of_all_rows(look: Look) -> None:
    rows = every_row(look)
    expected = np.zeros((NUM_WORDS, len(TAGS)))
    for row, score in rows.items():
        expected[range(NUM_WORDS), row] += np.exp(score)
    expected /= sum(np.exp(list(rows.values())))
    drawing = look.tags()
    np.testing.assert_allclose(drawing["marginals"].array, expected, atol=1e-5)
    best = [TAGS.index(tag) for tag in drawing["path"].column("tag")[:-1]]
    assert drawing["path"].column("probability")[:-1] == pytest.approx(expected[range(NUM_WORDS), best], abs=1e-5)


def test_what_is_reached_is_the_best_of_all_beginnings(look: Look) -> None:
    rows, end = every_row(look), look.model.crf.end.detach().numpy()
    reached = look.tags()["reached"].array
    for tag in range(len(TAGS)):
        expected = max(score - end[tag] for row, score in rows.items() if row[-1] == tag)
        assert reached[-1, tag] == pytest.approx(expected, abs=1e-5)
    assert reached[0, TAGS.index("I-PER")] == -np.inf


def test_one_step_of_the_search_adds_up(look: Look) -> None:
    reached = look.tags()["reached"].array
    for place in range(NUM_WORDS):
        step = look.tags(token=place)["path"]
        assert step.column("tag") == TAGS
        for tag, (_, before, score, transition, emission, total) in enumerate(step.rows):
            assert emission == pytest.approx(float(look.logits[place, tag]), abs=1e-6)
            if total is None:
                assert before == "no way leads here" and reached[place, tag] == -np.inf
                continue
            assert score + transition + emission == pytest.approx(total, abs=1e-9)
            assert total == pytest.approx(reached[place, tag], abs=1e-9)
            assert before == "(start)" if place == 0 else score == reached[place - 1, TAGS.index(before)]


def test_the_lattice_shows_the_path_with_its_transitions_over_the_emissions(look: Look) -> None:
    drawing = look.tags()
    lattice, path = drawing["lattice"], drawing["path"]
    np.testing.assert_array_equal(lattice.values, look.logits.numpy().T)
    assert lattice.rows == tuple(TAGS) and lattice.columns == tuple(TEXT.split())
    assert [TAGS[row] for row in lattice.path] == path.column("tag")[:-1]
    np.testing.assert_allclose(lattice.steps, path.column("transition")[:-1])


def test_the_ways_of_the_lattice_are_those_that_the_search_kept(look: Look) -> None:
    came_from = look.tags()["lattice"].came_from
    assert (came_from[:, 0] == -1).all()
    for place in range(1, NUM_WORDS):
        for tag, (_, before, *_) in enumerate(look.tags(token=place)["path"].rows):
            is_open = before != "no way leads here"
            assert came_from[tag, place] == (TAGS.index(before) if is_open else -1)


def test_what_the_tags_mark_stands_below_its_words() -> None:
    look = look_at_tags(TEXT)
    with torch.no_grad():
        look.model.head.bias[:] = 0.0
        look.model.head.weight[:] = 0.0
        look.model.crf.transitions[:] = 0.0
        look.model.crf.end[:] = 0.0
        look.model.crf.start[:] = torch.tensor([0.0, 9.0, 0.0, 0.0])  # a person begins
        look.model.crf.transitions[TAGS.index("B-PER"), TAGS.index("I-PER")] = 9.0  # goes on
        look.model.crf.transitions[TAGS.index("I-PER"), TAGS.index("O")] = 9.0
        look.model.crf.end[TAGS.index("B-LOC")] = 9.0  # and a place ends the sentence
    lattice = look.tags()["lattice"]
    assert [TAGS[row] for row in lattice.path] == ["B-PER", "I-PER", "O", "B-LOC"]
    assert [(each.first, each.last, each.label) for each in lattice.brackets] == [(0, 1, "PER"), (3, 3, "LOC")]


def test_transitions_are_the_models_and_what_is_forbidden_is_empty(look: Look) -> None:
    drawn = look.tags()["transitions"]
    assert drawn.rows == ("(start)", *TAGS) and drawn.columns == (*TAGS, "(end)")
    crf, inside = look.model.crf, TAGS.index("I-PER")
    np.testing.assert_allclose(drawn.values[1:, -1], crf.end.detach().numpy(), rtol=1e-6)
    own = crf.transitions.detach().numpy().astype(np.float64)
    own[[TAGS.index("O"), TAGS.index("B-LOC")], inside] = -np.inf
    np.testing.assert_allclose(drawn.values[1:, :-1], own, rtol=1e-6)
    assert drawn.values[0, inside] == -np.inf


def test_emissions_are_what_the_head_says(look: Look) -> None:
    np.testing.assert_array_equal(look.tags()["emissions"].array, look.logits.numpy())


def test_the_note_counts_what_transitions_changed() -> None:
    look = look_at_tags(TEXT)
    with torch.no_grad():
        look.model.crf.transitions[:, TAGS.index("B-LOC")] += 50.0
    drawing = look.tags()["path"]
    changed = sum(row[1] != row[2] for row in drawing.rows[:-1])
    assert changed > 0 and f"Transitions changed {changed} of 4 tags" in drawing.note


def test_without_a_crf_each_word_takes_its_likeliest_tag() -> None:
    look = look_at_tags(TEXT, has_crf=False)
    drawing = look.tags()
    assert [panel.name for panel in drawing.panels] == ["lattice", "path", "emissions", "probabilities"]
    assert drawing["lattice"].path == tuple(look.logits.argmax(-1).tolist())
    assert drawing["lattice"].steps is None and drawing["lattice"].came_from is None
    shares = nn.functional.softmax(look.logits.double(), -1).numpy()
    assert drawing["path"].column("tag") == [TAGS[tag] for tag in shares.argmax(1)]
    assert drawing["path"].column("probability") == pytest.approx(shares.max(1), abs=1e-6)
    np.testing.assert_allclose(drawing["probabilities"].array, shares, atol=1e-6)


def test_a_step_of_a_search_needs_one() -> None:
    with pytest.raises(ValueError, match=r"tags.token must be left out for a model without a CRF, got 1\."):
        look_at_tags(TEXT, has_crf=False).tags(token=1)


def test_a_word_beyond_the_end_is_refused(look: Look) -> None:
    with pytest.raises(ValueError, match=r"tags.token must be between 0 and 3 \(there are 4 words\), got 4\."):
        look.tags(token=4)


def test_a_model_that_tags_nothing_says_so(look_at: Callable[[str], Look]) -> None:
    with pytest.raises(ValueError, match="a GPT of this kind gives no tag to each word"):
        look_at("the").tags()
