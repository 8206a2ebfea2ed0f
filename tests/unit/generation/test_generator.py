import math
import re
from collections.abc import Sequence
from typing import Any

import pytest
import torch
from torch import Tensor

from clearhead.generation.generator import Generator
from clearhead.generation.sampling import SamplingConfig
from clearhead.generation.settings import several
from clearhead.layers.kv_cache import KVCache
from clearhead.models.base import LanguageModel
from clearhead.models.gpt import GPT, GPTConfig
from clearhead.tokenizers.base import Tokenizer, train_tokenizer

TEXTS = ["The cat sat on the mat. The dog ran to the cat.", "床前明月光，疑是地上霜。举头望明月，低头思故乡。"]
CONTEXT_LENGTH = 24
GREEDY = SamplingConfig(temperature=0, max_tokens=40)
SEEDED = SamplingConfig(temperature=1.0, max_tokens=40, seed=5)


@pytest.fixture(scope="module")
def bpe() -> Tokenizer:
    """Bytes and a few merges: most Chinese characters are several tokens."""
    return train_tokenizer("bpe", TEXTS, vocab_size=280)


@pytest.fixture(scope="module")
def characters() -> Tokenizer:
    return train_tokenizer("character", TEXTS, vocab_size=100)


def new_model(vocab_size: int, **options: Any) -> GPT:
    """A model whose opinions are strong and senseless."""
    config = GPTConfig(
        vocab_size=vocab_size, context_length=CONTEXT_LENGTH, d_model=32, num_layers=2, num_heads=2, **options
    )
    model = GPT(config).eval()
    generator = torch.Generator().manual_seed(0)
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.3, generator=generator)
    return model


@pytest.fixture(scope="module")
def generator(bpe: Tokenizer) -> Generator:
    return Generator(new_model(bpe.vocab_size + 7), bpe)


class Script(LanguageModel):
    """Says the tokens it is given, one after the other, whatever it reads; its prompt is one token long."""

    def __init__(self, says: Sequence[int], vocab_size: int) -> None:
        super().__init__()
        self.config = GPTConfig(vocab_size=vocab_size, context_length=1000)
        self.says = torch.tensor(says)
        self.head = torch.nn.Parameter(torch.eye(vocab_size))

    def hidden(self, tokens: Tensor, cache: Any = None) -> Tensor:
        start = cache.length
        cache.advance(tokens.shape[1])
        said = torch.nn.functional.one_hot(self.says[start : cache.length], self.config.vocab_size)
        return said[None].expand(len(tokens), -1, -1) * 100.0

    def head_weight(self) -> Tensor:
        return self.head

    def new_cache(self, batch_size: int, length: int | None = None) -> KVCache:
        return KVCache(num_layers=1, batch_size=batch_size, num_kv_heads=1, length=length or 1000, head_dim=1)

    blocks = parameter_groups = sizes = tiny = None  # type: ignore[assignment]


def saying(tokenizer: Tokenizer, says: Sequence[int]) -> Generator:
    return Generator(Script([*says, *[tokenizer.end_of_text_id] * 3], tokenizer.vocab_size), tokenizer)


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
        for _ in range(CONTEXT_LENGTH - len(tokens)):
            logits = generator.model(torch.tensor([tokens + expected]))[0, -1, : generator.tokenizer.vocab_size]
            expected.append(int(logits.argmax()))
    config = SamplingConfig(temperature=0, max_tokens=len(expected))
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
    config = SamplingConfig(temperature=0.7, top_k=3, seed=2, max_tokens=10)
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


def test_ids_that_stand_for_nothing_are_never_chosen_and_still_counted(bpe: Tokenizer) -> None:
    max_id = bpe.vocab_size
    model = new_model(max_id + 1)
    model.head_weight().data[-1] = model.head_weight().data.sum(0) * 3
    for sign in (1, -1):
        model.head_weight().data[-1] *= sign
        generation = Generator(model, bpe).generate("The", SEEDED, report=True)
        assert max(ids(generation)) < bpe.vocab_size
    shown = {text for step in generation.tokens for token, text, _ in step.alternatives or [] if token == max_id}
    assert shown == {f"(unused {bpe.vocab_size})"}


@pytest.mark.parametrize("config", [GREEDY, SamplingConfig(seed=4, max_tokens=90)])
def test_scoring_a_text_gives_the_numbers_it_was_written_with(generator: Generator, config: SamplingConfig) -> None:
    generation = generator.generate("The cat", config, report=True)
    assert len(generation.tokens) > CONTEXT_LENGTH  # far enough that the context slid
    score = generator.score("The cat", ids(generation))
    assert score.tokens == tuple(ids(generation))
    expected = [math.log(step.model_probability or 0) for step in generation.tokens]
    assert score.log_probabilities == pytest.approx(expected, abs=1e-4)
    assert score.total == pytest.approx(sum(expected), abs=1e-3)


def test_an_empty_continuation_is_certain(generator: Generator) -> None:
    assert generator.score("The cat", "").total == 0


def test_a_character_split_over_tokens_appears_when_it_is_whole(bpe: Tokenizer) -> None:
    text = "The 鹿鹤 ran 🦌!"
    says = bpe.encode(text)
    assert len(says) > len(text)
    steps = list(saying(bpe, says).stream([0], SamplingConfig(temperature=0)))
    assert [step.id for step in steps] == [*says, bpe.end_of_text_id]
    assert b"".join(step.bytes for step in steps) == text.encode()
    assert "".join(step.text for step in steps) == text
    assert not any("\N{REPLACEMENT CHARACTER}" in step.text for step in steps)
    assert any(step.text == "" for step in steps[:-1])


@pytest.mark.parametrize("max_tokens", range(1, 14))
def test_a_text_cut_by_its_length_never_ends_in_half_a_character(bpe: Tokenizer, max_tokens: int) -> None:
    text = "鹿🦌鹤麝"
    generation = saying(bpe, bpe.encode(text)).generate([0], SamplingConfig(temperature=0, max_tokens=max_tokens))
    assert text.startswith(generation.text)
    spoken = b"".join(step.bytes for step in generation.tokens)
    assert generation.text == spoken.decode(errors="ignore")


def test_bytes_that_are_no_text_are_shown_as_such_not_hidden(bpe: Tokenizer) -> None:
    lead = bpe.encode("鹿")[0]
    assert bpe.token_bytes(lead)[0] >= 0xC0
    generation = saying(bpe, [lead, *bpe.encode("The")]).generate([0], SamplingConfig(temperature=0))
    assert generation.text == "\N{REPLACEMENT CHARACTER}The"


@pytest.mark.parametrize(
    ("text", "stop", "shown"),
    [
        ("The cat sat on the mat. END of it", ("END",), "The cat sat on the mat. "),
        ("The cat\n\nThe dog", ("\n\n",), "The cat"),
        ("明月光疑是地上霜", ("疑是",), "明月光"),
        ("The cat sat", ("nothing", "cat s"), "The "),
    ],
)
def test_a_stop_string_ends_the_text_before_it_however_tokens_cut_it(
    bpe: Tokenizer, text: str, stop: tuple[str, ...], shown: str
) -> None:
    generator = saying(bpe, bpe.encode(text))
    config = SamplingConfig(temperature=0, stop=stop)
    steps = list(generator.stream([0], config))
    assert "".join(step.text for step in steps) == shown
    assert steps[-1].finish_reason == "stop_string"
    assert all(shown.startswith("".join(step.text for step in steps[:count])) for count in range(len(steps)))
    assert generator.generate([0], config).text == shown


def test_the_beginning_of_a_stop_string_that_never_comes_is_shown_at_the_end(bpe: Tokenizer) -> None:
    generation = saying(bpe, bpe.encode("The cat EN")).generate([0], SamplingConfig(temperature=0, stop=("END",)))
    assert generation.text == "The cat EN"
    assert generation.finish_reason == "stop"


def test_end_of_text_ends_the_text_and_is_not_shown(bpe: Tokenizer) -> None:
    generation = saying(bpe, bpe.encode("The cat")).generate([0], SamplingConfig(temperature=0))
    assert generation.text == "The cat"
    assert str(generation) == "The cat"
    assert generation.finish_reason == "stop"
    assert generation.tokens[-1].id == bpe.end_of_text_id
    assert generation.tokens[-1].text == ""
    assert generation.tokens[-1].bytes == b""


def test_max_tokens_are_written_and_no_more(generator: Generator) -> None:
    generation = generator.generate("The", SamplingConfig(max_tokens=1, temperature=0))
    assert len(generation.tokens) == 1
    assert generation.finish_reason == "length"


def test_an_empty_prompt_starts_a_document(generator: Generator) -> None:
    end = generator.tokenizer.end_of_text_id
    assert generator.read("").tokens == (end,)
    assert ids(generator.generate("", GREEDY)) == ids(generator.generate([end], GREEDY))
    assert generator.score("", "The").total == generator.score([end], "The").total


def test_a_prompt_as_long_as_the_context_is_read_whole(characters: Tokenizer) -> None:
    generator = Generator(new_model(characters.vocab_size), characters)
    generation = generator.generate("T" * CONTEXT_LENGTH, SamplingConfig(temperature=0, max_tokens=5))
    assert generation.notices == ()
    assert len(generation.tokens) == 5


def test_a_prompt_longer_than_the_context_is_an_error_that_names_both_lengths(characters: Tokenizer) -> None:
    generator = Generator(new_model(characters.vocab_size), characters)
    message = (
        "prompt must be at most 24 tokens (the model's context), got 30. "
        "Shorten it, or keep only its end with cut_prompt"
    )
    for write in (generator.generate, generator.stream):
        with pytest.raises(ValueError, match=re.escape(message)):
            write("The ca" * 5)


def test_a_long_prompt_is_cut_where_allowed_and_it_is_said(characters: Tokenizer) -> None:
    generator = Generator(new_model(characters.vocab_size), characters)
    text = "The cat sat on the mat. The dog ran."
    generation = generator.generate(text, GREEDY, cut_prompt=True)
    assert generation.notices == ("The prompt has 36 tokens, the model reads at most 24: its first 12 were left out.",)
    assert generation.prompt == text
    assert ids(generation) == ids(generator.generate(text[12:], GREEDY))


def test_characters_the_vocabulary_lacks_are_named(characters: Tokenizer) -> None:
    generator = Generator(new_model(characters.vocab_size), characters)
    message = "characters of the model's vocabulary, got 'Q', 'ß'. Leave them out"
    with pytest.raises(ValueError, match=re.escape(message)):
        generator.generate("The Qaß Q")


def test_words_the_vocabulary_lacks_are_read_as_unknown_and_named() -> None:
    words = train_tokenizer("word", [TEXTS[0]] * 3, vocab_size=50)
    generator = Generator(new_model(words.vocab_size), words)
    generation = generator.generate("The zebra sat", SamplingConfig(max_tokens=2, temperature=0))
    assert len(generation.notices) == 1
    assert "zebra" in generation.notices[0]
    assert "sat" not in generation.notices[0]


def test_ids_that_do_not_exist_are_an_error(generator: Generator) -> None:
    wrong = generator.tokenizer.vocab_size + 3
    for prompt in ([0, wrong], [-1]):
        with pytest.raises(ValueError, match=f"hold ids from 0 to {wrong - 4}, got {prompt[-1]}. Encode the text"):
            generator.generate(prompt)


def test_a_tokenizer_that_does_not_fit_the_model_is_an_error(bpe: Tokenizer) -> None:
    message = f"at most the model's {bpe.vocab_size - 1} tokens, got {bpe.vocab_size}. Use the tokenizer"
    with pytest.raises(ValueError, match=message):
        Generator(new_model(bpe.vocab_size - 1), bpe)


def test_one_config_for_each_prompt_or_one_for_all(generator: Generator) -> None:
    with pytest.raises(ValueError, match=r"one for all prompts or one for each of the 3, got 2\."):
        generator.generate_batch(["a", "b", "c"], [GREEDY, GREEDY])


def test_no_prompts_give_no_texts(generator: Generator) -> None:
    assert generator.generate_batch([]) == []


def test_fewer_texts_than_one_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"generate.num must be at least 1, got 0. Use 1 for one text."):
        several(GREEDY, 0)


def test_a_model_in_training_writes_without_dropout_and_stays_in_training(bpe: Tokenizer) -> None:
    model = new_model(bpe.vocab_size, dropout=0.5)
    expected = Generator(model, bpe).generate("The", GREEDY).text
    model.train()
    assert Generator(model, bpe).generate("The", GREEDY).text == expected
    assert model.training
    stream = Generator(model, bpe).stream("The", GREEDY)
    next(stream)
    stream.close()  # as when the reader leaves
    assert model.training


def test_broken_weights_are_an_error_that_says_so(bpe: Tokenizer) -> None:
    model = new_model(bpe.vocab_size)
    model.head_weight().data.fill_(math.nan)
    with pytest.raises(ValueError, match="weights are broken, as after a training that diverged"):
        Generator(model, bpe).generate("The")


def test_a_strong_penalty_repeats_nothing_of_the_prompt_or_the_text(generator: Generator) -> None:
    prompt = list(range(1, 200, 10))
    config = SamplingConfig(temperature=0, max_tokens=20, repetition_penalty=1e6)
    written = ids(generator.generate(prompt, config))
    assert len({*prompt, *written}) == len(prompt) + len(written)
