import math
from typing import Any

import pytest

from clearhead.generation.generator import Generator
from clearhead.generation.sampling import SamplingConfig

GREEDY = SamplingConfig(temperature=0, max_tokens=40)


def ids(generation: Any) -> list[int]:
    return [step.id for step in generation.tokens]


@pytest.mark.parametrize("config", [GREEDY, SamplingConfig(seed=4, max_tokens=90)])
def test_scoring_a_text_gives_the_numbers_it_was_written_with(generator: Generator, config: SamplingConfig) -> None:
    generation = generator.generate("The cat", config, report=True)
    assert len(generation.tokens) > generator.model.config.context_length  # far enough that the context slid
    score = generator.score("The cat", ids(generation))
    assert score.tokens == tuple(ids(generation))
    expected = [math.log(step.model_probability or 0) for step in generation.tokens]
    assert score.log_probabilities == pytest.approx(expected, abs=1e-4)
    assert score.total == pytest.approx(sum(expected), abs=1e-3)


def test_an_empty_continuation_is_certain(generator: Generator) -> None:
    assert generator.score("The cat", "").total == 0
