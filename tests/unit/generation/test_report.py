import math

import pytest
import torch

from clearhead.generation.report import judge


def test_among_equals_the_lower_id_ranks_first() -> None:
    logits = torch.tensor([[1.0, 4.0, 2.0, 4.0, 4.0]]).expand(5, -1)
    judgements = judge(logits, torch.arange(5), [1.0] * 5, num_alternatives=2)
    assert [judgement.rank for judgement in judgements] == [5, 1, 4, 2, 3]


def test_a_certain_model_has_no_entropy_and_one_that_knows_nothing_has_it_all() -> None:
    certain, clueless = torch.tensor([0.0, 500.0, 0.0, 0.0]), torch.zeros(4)
    first, second = judge(torch.stack([certain, clueless]), torch.tensor([1, 1]), [1.0, 0.25], num_alternatives=4)
    assert first.entropy == 0
    assert second.entropy == pytest.approx(2)
    assert (first.probability, second.probability) == (pytest.approx(1), pytest.approx(0.25))


def test_alternatives_are_the_most_probable_tokens_best_first() -> None:
    logits = torch.tensor([[math.log(share) for share in (0.1, 0.6, 0.05, 0.25)]])
    (judgement,) = judge(logits, torch.tensor([0]), [0.1], num_alternatives=3)
    assert [token for token, _ in judgement.alternatives] == [1, 3, 0]
    assert [share for _, share in judgement.alternatives] == pytest.approx([0.6, 0.25, 0.1])


def test_a_vocabulary_smaller_than_the_list_of_alternatives_is_listed_whole() -> None:
    (judgement,) = judge(torch.zeros(1, 3), torch.tensor([0]), [1.0], num_alternatives=10)
    assert len(judgement.alternatives) == 3
