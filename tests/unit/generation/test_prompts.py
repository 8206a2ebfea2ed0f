import re
from collections.abc import Callable
from typing import Any

import pytest

from clearhead.generation.generator import Generator
from clearhead.generation.sampling import SamplingConfig
from clearhead.models.gpt import GPT
from clearhead.models.recurrent_lm import RecurrentLM, RecurrentLMConfig
from clearhead.tokenizers.base import Tokenizer

NewModel = Callable[..., GPT]
GREEDY = SamplingConfig(temperature=0, max_tokens=40)


def ids(generation: Any) -> list[int]:
    return [step.id for step in generation.tokens]


def test_an_empty_prompt_starts_a_document(generator: Generator) -> None:
    end = generator.tokenizer.end_of_text_id
    assert generator.read("").tokens == (end,)
    assert ids(generator.generate("", GREEDY)) == ids(generator.generate([end], GREEDY))
    assert generator.score("", "The").total == generator.score([end], "The").total


def test_a_prompt_as_long_as_the_context_is_read_whole(letters: Generator) -> None:
    generation = letters.generate(
        "T" * letters.model.config.context_length, SamplingConfig(temperature=0, max_tokens=5)
    )
    assert generation.notices == ()
    assert len(generation.tokens) == 5


def test_a_prompt_longer_than_the_context_is_an_error_that_names_both_lengths(letters: Generator) -> None:
    message = (
        "prompt must be at most 24 tokens (the model's context), got 30. "
        "Shorten it, or keep only its end with cut_prompt"
    )
    for write in (letters.generate, letters.stream):
        with pytest.raises(ValueError, match=re.escape(message)):
            write("The ca" * 5)


def test_a_long_prompt_is_cut_where_allowed_and_it_is_said(letters: Generator) -> None:
    text = "The cat sat on the mat. The dog ran."
    generation = letters.generate(text, GREEDY, cut_prompt=True)
    assert generation.notices == ("The prompt has 36 tokens, the model reads at most 24: its first 12 were left out.",)
    assert generation.prompt == text
    assert ids(generation) == ids(letters.generate(text[12:], GREEDY))


def test_a_model_that_carries_a_state_reads_a_prompt_of_any_length(characters: Tokenizer) -> None:
    sizes = {"context_length": 4, "d_model": 8, "num_layers": 1}
    generator = Generator(RecurrentLM(RecurrentLMConfig(vocab_size=characters.vocab_size, **sizes)), characters)
    generation = generator.generate("The ca" * 5, SamplingConfig(temperature=0, max_tokens=3))
    assert generation.notices == () and len(generation.prompt_tokens) == 30


def test_characters_the_vocabulary_lacks_are_named(letters: Generator) -> None:
    message = "characters of the model's vocabulary, got 'Q', 'ß'. Leave them out"
    with pytest.raises(ValueError, match=re.escape(message)):
        letters.generate("The Qaß Q")


def test_words_the_vocabulary_lacks_are_read_as_unknown_and_named(words: Tokenizer, new_model: NewModel) -> None:
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


def test_bytes_that_are_no_text_are_an_error_that_names_the_place(generator: Generator) -> None:
    with pytest.raises(ValueError, match=r"got half a surrogate pair \('\\udcff'\) at character 4"):
        generator.generate("The \udcff")
