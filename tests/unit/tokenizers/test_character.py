"""Characters as tokens."""

import pytest

from clearhead.tokenizers import base
from clearhead.tokenizers.base import train_tokenizer


def test_the_vocabulary_is_sorted_and_complete() -> None:
    tokenizer = train_tokenizer("character", ["b猫a\n", "a b"], vocab_size=None)
    assert [tokenizer.token_text(token) for token in range(tokenizer.vocab_size)] == [
        "<unk>", "\n", " ", "a", "b", "猫", "<|endoftext|>",
    ]  # fmt: skip
    assert tokenizer.notes == ()


def test_a_limited_vocabulary_keeps_the_most_frequent_and_says_what_is_lost() -> None:
    tokenizer = train_tokenizer("character", ["aaaa bbb cc d"], vocab_size=5)
    assert tokenizer.vocab_size == 5
    assert tokenizer.decode(tokenizer.encode("abcd ")) == "ab "
    assert tokenizer.notes == ("2 rare characters, 23.08% of the text, are read as unknown.",)


def test_no_character_is_lost_in_a_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "SAMPLE_BYTES", 100)
    texts = [chr(0x4E00 + index) * 20 for index in range(500)]
    tokenizer = train_tokenizer("character", iter(texts), vocab_size=None)
    assert tokenizer.vocab_size == 502
    assert all(tokenizer.num_unknown(text) == 0 for text in texts)


def test_a_limit_that_leaves_no_character_is_refused() -> None:
    with pytest.raises(ValueError, match=r"character\.vocab_size must be at least 3 .*got 2"):
        train_tokenizer("character", ["abc"], vocab_size=2)


def test_signs_that_are_written_with_several_characters_come_back() -> None:
    text = "e\u0301 👩\u200d👧 \r\n \x00 \u2028"
    tokenizer = train_tokenizer("character", [text], vocab_size=None)
    assert tokenizer.decode(tokenizer.encode(text)) == text
    assert len(tokenizer.encode(text)) == len(text)
