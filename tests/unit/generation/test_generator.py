import math
from collections.abc import Callable
from typing import Any

import pytest
import torch

from clearhead.generation.generator import Generator
from clearhead.generation.sampling import SamplingConfig
from clearhead.generation.settings import several
from clearhead.models.gpt import GPT
from clearhead.tokenizers.base import Tokenizer

NewModel = Callable[..., GPT]
GREEDY = SamplingConfig(temperature=0, max_tokens=40)
SEEDED = SamplingConfig(temperature=1.0, max_tokens=40, seed=5)


def ids(generation: Any) -> list[int]:
    return [step.id for step in generation.tokens]


@pytest.mark.parametrize("config", [GREEDY, SEEDED, SamplingConfig(seed=1, top_k=5, repetition_penalty=1.2)])
def test_the_streamed_pieces_joined_are_the_text(generator: Generator, config: SamplingConfig) -> None:
    generation = generator.generate("The cat", config)
    steps = list(generator.stream("The cat", config))
    assert "".join(step.text for step in steps) == generation.text
    assert steps == generation.tokens
    assert [step.finish_reason for step in steps[:-1]] == [None] * (len(steps) - 1)
    assert steps[-1].finish_reason == generation.finish_reason


def test_many_texts_at_once_are_the_texts_of_each_alone(generator: Generator) -> None:
    prompts = ["The", "The cat sat on", "", "明月", "d", "疑是地上霜"]
    for config in (GREEDY, SEEDED, SamplingConfig(seed=9, top_p=0.9, min_p=0.01, repetition_penalty=1.1)):
        together = generator.generate_batch(prompts, config, report=True)
        for prompt, found in zip(prompts, together, strict=True):
            alone = generator.generate(prompt, config, report=True)
            assert ids(found) == ids(alone)
            assert found.text == alone.text
            for step, expected in zip(found.tokens, alone.tokens, strict=True):
                assert step.model_probability == pytest.approx(expected.model_probability, abs=1e-5)
                assert step.probability == pytest.approx(expected.probability, abs=1e-5)
                assert step.entropy == pytest.approx(expected.entropy, abs=1e-4)


def test_every_text_of_a_batch_may_have_settings_of_its_own(generator: Generator) -> None:
    prompts = ["The cat", "The", "明月光", "dog", "The"]
    configs = [
        SamplingConfig(max_tokens=3, temperature=0),
        SamplingConfig(max_tokens=50, seed=1),
        SamplingConfig(max_tokens=9, seed=2, top_k=4),
        SamplingConfig(max_tokens=20, seed=3, repetition_penalty=1.5, stop=("e",)),
        SamplingConfig(max_tokens=1, seed=4),
    ]
    together = generator.generate_batch(prompts, configs)
    alone = [generator.generate(prompt, config) for prompt, config in zip(prompts, configs, strict=True)]
    assert together == alone
    assert len({len(generation.tokens) for generation in alone}) > 2


def test_the_size_of_a_batch_changes_nothing(generator: Generator) -> None:
    prompts = ["The cat", "The", "明月光", "dog", "mat"]
    assert generator.generate_batch(prompts, SEEDED, batch_size=2) == generator.generate_batch(prompts, SEEDED)


def test_greedy_text_is_that_of_reading_everything_again_for_each_token(generator: Generator) -> None:
    tokens = generator.tokenizer.encode("The")
    expected = []
    with torch.inference_mode():
        for _ in range(generator.model.config.context_length - len(tokens)):
            logits = generator.model(torch.tensor([tokens + expected]))[0, -1, : generator.tokenizer.vocab_size]
            expected.append(int(logits.argmax()))
    config = SamplingConfig(temperature=0, max_tokens=len(expected), only_valid_text=False)
    assert ids(generator.generate("The", config)) == expected


def test_the_same_seed_gives_the_same_text_and_another_seed_another(generator: Generator) -> None:
    again, other = several(SEEDED, 2)
    assert generator.generate("The", SEEDED).text == generator.generate("The", again).text
    assert generator.generate("The", SEEDED).text != generator.generate("The", other).text


def test_without_a_seed_two_texts_differ(generator: Generator) -> None:
    first, second = generator.generate_batch(["The", "The"], SamplingConfig(max_tokens=40, temperature=1.5))
    assert first.text != second.text


def test_a_seed_leaves_everyone_elses_random_numbers_alone(generator: Generator) -> None:
    torch.manual_seed(3)
    expected = torch.rand(1)
    torch.manual_seed(3)
    generator.generate("The", SEEDED)
    assert torch.equal(torch.rand(1), expected)


def test_reporting_changes_no_token_and_not_reporting_fills_nothing_in(generator: Generator) -> None:
    plain, reported = generator.generate("The", SEEDED), generator.generate("The", SEEDED, report=True)
    assert ids(plain) == ids(reported)
    assert plain.tokens[0].probability is None
    assert plain.tokens[0].alternatives is None
    assert set(plain.to_json()["tokens"][0]) == {"id", "text", "bytes"}


def test_the_report_is_the_models_own_numbers(generator: Generator) -> None:
    config = SamplingConfig(temperature=0.7, top_k=3, seed=2, max_tokens=10, only_valid_text=False)
    generation = generator.generate("The cat", config, report=True)
    tokens = generator.tokenizer.encode("The cat")
    for step in generation.tokens:
        with torch.inference_mode():
            logits = generator.model(torch.tensor([tokens]))[0, -1].double()
        share = logits.softmax(-1)
        assert step.model_probability == pytest.approx(share[step.id].item(), abs=1e-5)
        assert step.rank == int((share > share[step.id]).sum()) + 1
        assert step.entropy == pytest.approx(-(share * share.log2()).sum().item(), abs=1e-4)
        best = (logits[: generator.tokenizer.vocab_size] / 0.7).topk(3)
        drawn = best.values.softmax(-1)[best.indices.tolist().index(step.id)]
        assert step.probability == pytest.approx(drawn.item(), abs=1e-5)
        assert step.alternatives is not None and len(step.alternatives) == 10
        assert [token for token, _, _ in step.alternatives] == share.topk(10).indices.tolist()
        assert [probability for _, _, probability in step.alternatives] == pytest.approx(
            share.topk(10).values.tolist(), abs=1e-5
        )
        tokens.append(step.id)


def test_ids_that_stand_for_nothing_are_never_chosen_and_still_counted(bpe: Tokenizer, new_model: NewModel) -> None:
    max_id = bpe.vocab_size
    model = new_model(max_id + 1)
    model.head_weight().data[-1] = model.head_weight().data.sum(0) * 3
    for sign in (1, -1):
        model.head_weight().data[-1] *= sign
        generation = Generator(model, bpe).generate("The", SEEDED, report=True)
        assert max(ids(generation)) < bpe.vocab_size
    shown = {text for step in generation.tokens for token, text, _ in step.alternatives or [] if token == max_id}
    assert shown == {f"(unused {bpe.vocab_size})"}


def test_a_tokenizer_that_does_not_fit_the_model_is_an_error(bpe: Tokenizer, new_model: NewModel) -> None:
    message = f"at most the model's {bpe.vocab_size - 1} tokens, got {bpe.vocab_size}. Use the tokenizer"
    with pytest.raises(ValueError, match=message):
        Generator(new_model(bpe.vocab_size - 1), bpe)


def test_one_config_for_each_prompt_or_one_for_all(generator: Generator) -> None:
    with pytest.raises(ValueError, match=r"one for all prompts or one for each of the 3, got 2\."):
        generator.generate_batch(["a", "b", "c"], [GREEDY, GREEDY])


def test_no_prompts_give_no_texts(generator: Generator) -> None:
    assert generator.generate_batch([]) == []


def test_a_model_in_training_writes_without_dropout_and_stays_in_training(bpe: Tokenizer, new_model: NewModel) -> None:
    model = new_model(bpe.vocab_size, dropout=0.5)
    expected = Generator(model, bpe).generate("The", GREEDY).text
    model.train()
    assert Generator(model, bpe).generate("The", GREEDY).text == expected
    assert model.training
    stream = Generator(model, bpe).stream("The", GREEDY)
    next(stream)
    stream.close()  # as when the reader leaves
    assert model.training


def test_broken_weights_are_an_error_that_says_so(bpe: Tokenizer, new_model: NewModel) -> None:
    model = new_model(bpe.vocab_size)
    model.head_weight().data.fill_(math.nan)
    with pytest.raises(ValueError, match="weights are broken, as after a training that diverged"):
        Generator(model, bpe).generate("The")


def test_a_strong_penalty_repeats_nothing_of_the_prompt_or_the_text(generator: Generator) -> None:
    prompt = list(range(1, 200, 10))
    config = SamplingConfig(temperature=0, max_tokens=20, repetition_penalty=1e6)
    written = ids(generator.generate(prompt, config))
    assert len({*prompt, *written}) == len(prompt) + len(written)
