import math
from typing import Any

import pytest
import torch

from clearhead.generation.generator import Generator
from clearhead.generation.sampling import SamplingConfig
from clearhead.models.recurrent_lm import RecurrentLM, RecurrentLMConfig
from clearhead.tokenizers.base import Tokenizer

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


@pytest.mark.parametrize("prompt_size", [1, 5, 6, 23])
def test_a_state_is_carried_through_prompt_and_continuation(characters: Tokenizer, prompt_size: int) -> None:
    torch.manual_seed(0)
    model = RecurrentLM(RecurrentLMConfig(vocab_size=characters.vocab_size, context_length=5, d_model=16)).eval()
    torch.nn.init.normal_(model.embedding.weight)
    tokens = characters.encode("The cat sat on the mat. The dog ran.")
    score = Generator(model, characters).score(tokens[:prompt_size], tokens[prompt_size:])
    with torch.inference_mode():
        logits = model(torch.tensor([tokens]))[0, prompt_size - 1 : -1].log_softmax(-1)
    expected = logits.gather(-1, torch.tensor(tokens[prompt_size:])[:, None])[:, 0]
    assert score.log_probabilities == pytest.approx(expected.tolist(), abs=1e-5)
