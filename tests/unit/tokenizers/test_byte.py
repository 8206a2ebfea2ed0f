"""Bytes as tokens."""

from collections.abc import Iterator

import pytest

from clearhead.tokenizers.base import train_tokenizer


def test_the_id_of_a_byte_is_its_value() -> None:
    tokenizer = train_tokenizer("byte", [], vocab_size=None)
    assert tokenizer.encode("aé猫") == list("aé猫".encode())
    assert [tokenizer.token_bytes(byte) for byte in range(256)] == [bytes([byte]) for byte in range(256)]
    assert (tokenizer.vocab_size, tokenizer.end_of_text_id) == (257, 256)


def test_the_text_is_not_read() -> None:
    def texts() -> Iterator[str]:
        raise AssertionError("read")
        yield ""

    assert train_tokenizer("byte", texts(), vocab_size=257).vocab_size == 257


def test_another_size_is_refused() -> None:
    with pytest.raises(
        ValueError, match=r"byte\.vocab_size must be 257 \(256 bytes and 1 for control\), got 1000\. Leave"
    ):
        train_tokenizer("byte", ["a"], vocab_size=1000)
