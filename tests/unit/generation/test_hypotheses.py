"""The tensors of a search beside plain lists."""

import math

import torch

from clearhead.generation.hypotheses import Hypotheses


def begun(scores: list[list[float]]) -> Hypotheses:
    """Return texts of one token each, which is the number of their place."""
    texts = Hypotheses.new(len(scores), len(scores[0]), score=0.0, device=torch.device("cpu"))
    totals = torch.tensor(scores)
    tokens = torch.arange(totals.shape[1]).expand(len(scores), -1)[..., None]
    return Hypotheses(totals, totals, texts.lengths + 1, tokens, totals[..., None])


def test_the_best_continuations_are_those_of_a_full_sort() -> None:
    generator = torch.Generator().manual_seed(0)
    next_tokens = torch.randn(2 * 3, 11, generator=generator).log_softmax(-1)
    texts = begun([[-1.0, -1.5, -math.inf], [-0.2, -3.0, -0.1]])
    found, parents = texts.extend(next_tokens, 4)
    for sentence in range(2):
        every = sorted(
            (
                (float(texts.totals[sentence, place] + next_tokens[3 * sentence + place, token]), place, token)
                for place in range(3)
                for token in range(11)
            ),
            reverse=True,
        )[:4]
        assert parents[sentence].tolist() == [place for _, place, _ in every]
        assert found.tokens[sentence].tolist() == [[place, token] for _, place, token in every]
        assert torch.allclose(found.totals[sentence], torch.tensor([total for total, _, _ in every]))
    assert torch.allclose(found.log_probabilities.sum(-1), found.totals)
    assert bool((found.lengths == 2).all())


def test_a_small_vocabulary_gives_as_many_as_there_are() -> None:
    found, _ = begun([[-1.0]]).extend(torch.tensor([[0.5, 0.25, 0.25]]).log(), 8)
    assert found.tokens[0, 0].tolist() == [0, 0] and found.scores.shape == (1, 3)


def test_finished_texts_of_different_lengths_stand_side_by_side() -> None:
    short = begun([[-1.0, -5.0]])
    longer, _ = begun([[-2.0, -3.0]]).extend(torch.zeros(2, 1), 2)
    best, places = short.join(longer).best(3)
    assert best.scores.tolist() == [[-1.0, -2.0, -3.0]]
    assert places.tolist() == [[0, 2, 3]]
    assert [row[:length] for row, length in zip(best.tokens[0].tolist(), best.lengths[0].tolist(), strict=True)] == [
        [0],
        [0, 0],
        [1, 0],
    ]


def test_sentences_are_kept_in_the_order_asked_for() -> None:
    texts = begun([[-1.0], [-2.0], [-3.0]]).keep(torch.tensor([2, 0]))
    assert texts.scores.tolist() == [[-3.0], [-1.0]]
