"""Branches: the text as the generator writes it, what else could have come, and how it goes on from there."""

from collections.abc import Callable

import numpy as np
import pytest
import torch

from clearhead.generation.generator import Generator
from clearhead.generation.sampling import SamplingConfig
from clearhead.inspector.look import Look

LookAt = Callable[[str], Look]
TEXT = "the cat"


def plain(look: Look, tokens: list[int]) -> torch.Tensor:
    """Return the model's probabilities after some tokens, read in one go."""
    with torch.no_grad():
        return look.model(torch.tensor([tokens]))[0, -1].softmax(-1)


def known(look: Look, tokens: list[int]) -> torch.Tensor:
    """Return the same of the tokens that can be written: the model has more rows."""
    return plain(look, tokens)[: look.tokenizer.vocab_size]


def ids(look: Look, **options: object) -> list[int]:
    return np.asarray(look.branches(**options)["text"].array).tolist()


@pytest.mark.parametrize(
    "options", [{"temperature": 0.0}, {"temperature": 1.2, "seed": 5}, {"temperature": 1.0, "top_k": 3, "seed": 2}]
)
def test_it_writes_what_the_generator_writes(look_at: LookAt, options: dict[str, float]) -> None:
    look = look_at(TEXT)
    written = Generator(look.model, look.tokenizer).generate(TEXT, SamplingConfig(max_tokens=8, **options))  # type: ignore[arg-type]
    assert ids(look, length=8, **options) == [step.id for step in written.tokens]
    assert look.branches(length=8, **options)["text"].text == written.text


def test_probabilities_ranks_and_entropies_are_the_models(look_at: LookAt) -> None:
    look = look_at(TEXT)
    drawing = look.branches(length=5, temperature=1.5, seed=3)
    tokens = list(look.tokens)
    for row, token in zip(drawing["steps"].rows, drawing["text"].array.tolist(), strict=True):
        own = plain(look, tokens).double()
        assert row[3] == pytest.approx(float(own[token]), rel=1e-4)
        assert row[4] == 1 + int((own > own[token]).sum())
        assert row[5] == pytest.approx(float(-(own * own.log2()).sum()), rel=1e-4)
        tokens.append(token)


def test_the_alternatives_are_the_most_probable_tokens(look_at: LookAt) -> None:
    look = look_at(TEXT)
    drawing = look.branches(length=3, top=4)
    rows, tokens = drawing["alternatives"].rows, list(look.tokens)
    for number, token in enumerate(drawing["text"].array.tolist()):
        best = known(look, tokens).topk(4)
        mine = rows[4 * number : 4 * number + 4]
        assert [row[3] for row in mine] == best.indices.tolist()
        assert [row[4] for row in mine] == pytest.approx(best.values.tolist(), rel=1e-4)
        assert np.allclose(drawing["map"].values[number], best.values, rtol=1e-4)
        assert [row[5] for row in mine] == [f"{number + 1}:{rank}" for rank in (1, 2, 3, 4)]
        tokens.append(token)


def test_from_a_chosen_alternative_the_text_goes_on(look_at: LookAt) -> None:
    look = look_at(TEXT)
    intact = look.branches(length=6)
    chosen = next(row for row in intact["alternatives"].rows if row[5] == "3:2")[3]
    drawing = look.branches(length=6, choose="3:2")
    branch = drawing["text"].array.tolist()
    assert branch[:2] == intact["text"].array.tolist()[:2]
    assert branch[2] == chosen
    tokens = [*look.tokens, *branch[:3]]
    for token in branch[3:]:
        assert token == int(known(look, tokens).argmax())
        tokens.append(token)
    assert [row[2] for row in drawing["steps"].rows] == ["the best", "the best", "chosen here", *["the best"] * 3]


def test_several_choices_may_be_made(look_at: LookAt) -> None:
    look = look_at(TEXT)
    branch = ids(look, length=4, choose="1:3, 4:2")
    assert branch[0] == int(known(look, look.tokens).topk(3).indices[-1])
    assert branch[3] == int(known(look, [*look.tokens, *branch[:3]]).topk(2).indices[-1])


def test_the_best_token_chosen_changes_nothing(look_at: LookAt) -> None:
    look = look_at(TEXT)
    assert ids(look, choose="2:1") == ids(look)


def test_the_line_shows_the_probability_of_what_was_written(look_at: LookAt) -> None:
    drawing = look_at(TEXT).branches(length=4)
    assert drawing["probability"].series["written"] == pytest.approx(drawing["steps"].column("probability"))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"length": 0}, "branches.length must be between 1 and 500, got 0. Use 12."),
        ({"top": 0}, "branches.top must be between 1 and "),
        ({"choose": "3"}, "branches.choose must look like \"3:2\" (step 3, the second most probable), got '3'."),
        ({"choose": "a:b"}, "branches.choose must look like \"3:2\" (step 3, the second most probable), got 'a:b'."),
        ({"choose": "13:1"}, "branches.choose must name a step between 1 and 12 and a rank between 1 and "),
        ({"choose": "0:1"}, "branches.choose must name a step between 1 and 12 and a rank between 1 and "),
        ({"choose": "1:99"}, "branches.choose must name a step between 1 and 12 and a rank between 1 and "),
        ({"temperature": -1.0}, "SamplingConfig.temperature must be a number of at least 0, got -1.0."),
    ],
)
def test_impossible_options_are_refused(look_at: LookAt, options: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError) as caught:
        look_at(TEXT).branches(**options)
    assert str(caught.value).startswith(message)


def test_a_choice_after_the_end_of_the_text_is_refused(look_at: LookAt) -> None:
    look = look_at(TEXT)
    end = look.tokenizer.end_of_text_id
    with torch.no_grad():  # every vector now speaks for the end
        look.model.final_norm.weight.fill_(1)
        look.model.head.weight.zero_()
        look.model.head.weight[end] = look.model.hidden(torch.tensor([look.tokens]))[0, -1]
    look = look.again(TEXT)
    assert ids(look) == [end]
    with pytest.raises(ValueError, match="must name steps between 1 and 1, where this text ends, got 2"):
        look.branches(choose="2:1")
