"""Sizes and control tokens, checked before anything is learned."""

from typing import Any

import pytest

from clearhead.core import catalog
from clearhead.tokenizers._training import check_is_number, room_for_pieces
from clearhead.tokenizers.base import END_OF_TEXT, train_tokenizer

KINDS = catalog.entries("tokenizers")


def test_control_tokens_take_their_room() -> None:
    assert room_for_pieces("bpe", 300, special_tokens=(END_OF_TEXT, "<|pad|>"), at_least=256) == 298


def test_too_small_a_size_is_answered_with_the_smallest() -> None:
    message = (
        r"unigram\.vocab_size must be at least 301 to say this text \(300 single pieces and 1 for control\), got 300\. "
    )
    with pytest.raises(ValueError, match=message + r"Use vocab_size=512, or kind bpe, which needs 257\."):
        room_for_pieces("unigram", 300, special_tokens=(END_OF_TEXT,), at_least=300)
    with pytest.raises(ValueError, match=r"bpe\.vocab_size must be at least 257 .*Use vocab_size=512\."):
        room_for_pieces("bpe", 256, special_tokens=(END_OF_TEXT,), at_least=256)


@pytest.mark.parametrize("name", ["the", "§", "<|>", "< pad >", "<>", "[1]", "", "PAD"])
def test_a_control_token_that_could_be_a_piece_of_text_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"word\.special_tokens must look like <name> or \[NAME\].*Use '<\|\w+\|>'\."):
        room_for_pieces("word", None, special_tokens=(name,), at_least=2)


def test_no_control_token_at_all_is_refused() -> None:
    with pytest.raises(ValueError, match=r"word\.special_tokens must name the token that ends a text, got none"):
        room_for_pieces("word", None, special_tokens=(), at_least=2)


def test_a_size_must_be_a_number() -> None:
    with pytest.raises(ValueError, match=r"bpe\.vocab_size must be a number of tokens, got None.*--vocab-size"):
        check_is_number("bpe", None)
    with pytest.raises(ValueError, match=r"bpe\.vocab_size must be a whole number from 1 to 1000000, got '300'\. Use"):
        check_is_number("bpe", "300")  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [0, -3, 10**12, True, 2.5])
def test_an_absurd_size_is_refused_before_the_text_is_read(kind: str, size: Any) -> None:
    def texts() -> Any:
        raise AssertionError("read")
        yield

    with pytest.raises(ValueError, match=rf"{kind}\.vocab_size must be a whole number from 1 to 1000000, got {size}"):
        train_tokenizer(kind, texts(), vocab_size=size)


@pytest.mark.parametrize("kind", ["bpe", "unigram", "wordpiece"])
def test_a_kind_that_needs_a_size_says_so_before_the_text_is_read(kind: str) -> None:
    def texts() -> Any:
        raise AssertionError("read")
        yield

    with pytest.raises(ValueError, match=rf"{kind}\.vocab_size must be a number of tokens, got None\. Choose it"):
        train_tokenizer(kind, texts(), vocab_size=None)
