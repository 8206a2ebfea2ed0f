from collections.abc import Callable
from typing import Any

import pytest

from clearhead.generation.generator import Generator
from clearhead.generation.sampling import SamplingConfig
from clearhead.tokenizers.base import Tokenizer

Saying = Callable[..., Generator]


def test_a_character_split_over_tokens_appears_when_it_is_whole(bpe: Tokenizer, saying: Saying) -> None:
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
def test_a_text_cut_by_its_length_never_ends_in_half_a_character(
    bpe: Tokenizer, max_tokens: int, saying: Saying
) -> None:
    text = "鹿🦌鹤麝"
    generation = saying(bpe, bpe.encode(text)).generate([0], SamplingConfig(temperature=0, max_tokens=max_tokens))
    assert text.startswith(generation.text)
    spoken = b"".join(step.bytes for step in generation.tokens)
    assert generation.text == spoken.decode(errors="ignore")


def test_bytes_that_are_no_text_are_shown_as_such_where_they_are_asked_for(bpe: Tokenizer, saying: Saying) -> None:
    lead = bpe.encode("鹿")[0]
    assert bpe.token_bytes(lead)[0] >= 0xC0
    config = SamplingConfig(temperature=0, only_valid_text=False)
    generation = saying(bpe, [lead, *bpe.encode("The")]).generate([0], config)
    assert generation.text == "\N{REPLACEMENT CHARACTER}The"


@pytest.mark.parametrize("settings", [{"temperature": 0}, {"temperature": 1, "seed": 0}, {"top_k": 1, "min_p": 0.5}])
def test_a_character_that_was_begun_is_finished_before_anything_else(
    bpe: Tokenizer, saying: Saying, settings: dict[str, Any]
) -> None:
    lead = bpe.encode("鹿")[0]
    the_end = saying(bpe, [lead]).generate([0], SamplingConfig(**settings))
    assert [step.id for step in the_end.tokens][:1] == [lead]
    assert len(the_end.text) == 1 and the_end.finish_reason == "stop"
    going_on = saying(bpe, [lead, *bpe.encode("The")]).generate([0], SamplingConfig(**settings))
    assert going_on.tokens[1].id != bpe.encode("The")[0]
    assert "\N{REPLACEMENT CHARACTER}" not in going_on.text


def test_a_character_that_the_prompt_began_becomes_readable_when_it_is_whole(bpe: Tokenizer, saying: Saying) -> None:
    first, *rest = bpe.encode("鹿鹤")
    generation = saying(bpe, rest).generate([first], SamplingConfig(temperature=0))
    assert generation.text == "鹿鹤"
    assert [step.id for step in generation.tokens[:-1]] == rest


@pytest.mark.parametrize("broken", [b"\x80", b"\xe9\xe9", b"The\xff", b"\xe9\xb9T\x80"])
def test_a_prompt_that_is_no_text_is_followed_by_text(bpe: Tokenizer, saying: Saying, broken: bytes) -> None:
    id_of = {bpe.token_bytes(token): token for token in range(bpe.vocab_size)}
    prompt = [id_of[bytes([byte])] for byte in broken]
    generation = saying(bpe, [0] * (len(prompt) - 1) + bpe.encode("鹿!")).generate(
        prompt, SamplingConfig(temperature=0)
    )
    spoken = b"".join(step.bytes for step in generation.tokens)
    assert generation.finish_reason == "stop"
    assert (broken[-1:] if broken.endswith(b"\xe9") else b"") + spoken == generation.text.encode()


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
    bpe: Tokenizer, text: str, stop: tuple[str, ...], shown: str, saying: Saying
) -> None:
    generator = saying(bpe, bpe.encode(text))
    config = SamplingConfig(temperature=0, stop=stop)
    steps = list(generator.stream([0], config))
    assert "".join(step.text for step in steps) == shown
    assert steps[-1].finish_reason == "stop_string"
    assert all(shown.startswith("".join(step.text for step in steps[:count])) for count in range(len(steps)))
    assert generator.generate([0], config).text == shown


def test_the_beginning_of_a_stop_string_that_never_comes_is_shown_at_the_end(bpe: Tokenizer, saying: Saying) -> None:
    generation = saying(bpe, bpe.encode("The cat EN")).generate([0], SamplingConfig(temperature=0, stop=("END",)))
    assert generation.text == "The cat EN"
    assert generation.finish_reason == "stop"


def test_end_of_text_ends_the_text_and_is_not_shown(bpe: Tokenizer, saying: Saying) -> None:
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


def test_a_word_that_follows_the_prompt_keeps_its_space_and_one_that_begins_a_text_has_none(
    words: Tokenizer, saying: Saying
) -> None:
    the, cat = words.encode("The cat")
    config = SamplingConfig(temperature=0)
    assert saying(words, [cat]).generate([the], config).text == " cat"
    assert saying(words, [the, cat]).generate("", config).text == "The cat"
