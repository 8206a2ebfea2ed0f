"""The short ways from text to ids are the library's."""

import random

import pytest

from clearhead.tokenizers.base import train_tokenizer

ALPHABET = ["a", "b", "\n", " ", "\r", "é", "猫", "😀", "\u200d", "\x00", "<", "|", ">", "\u2028"]


@pytest.mark.parametrize("kind", ["character", "byte"])
def test_the_direct_way_gives_what_the_library_gives(kind: str) -> None:
    tokenizer = train_tokenizer(kind, ["ab\n 猫<|>"], vocab_size=None)
    chance = random.Random(1)
    for _ in range(300):
        text = "".join(chance.choices(ALPHABET, k=chance.randrange(30))) + chance.choice(["", "<|endoftext|>", "<unk>"])
        assert tokenizer.encode(text) == tokenizer.backend.encode(text, add_special_tokens=False).ids
        assert tokenizer.encode_batch([text, "a"]) == [tokenizer.encode(text), tokenizer.encode("a")]


def test_an_unknown_character_does_not_enter_the_table() -> None:
    tokenizer = train_tokenizer("character", ["ab"], vocab_size=None)
    assert tokenizer.encode("xyx") == [tokenizer.unknown_id] * 3
    assert "x" not in tokenizer.structure["model"]["vocab"]
