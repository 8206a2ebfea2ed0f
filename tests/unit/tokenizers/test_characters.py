"""Bytes shown as characters, and decoded as they come."""

import random

import pytest

from clearhead.tokenizers._characters import Characters, StreamDecoder, readable


def test_whole_characters_are_shown_as_they_are_and_parts_as_bytes() -> None:
    data = "a苹果".encode()
    characters = Characters(data)
    assert characters.text == "a苹果"
    assert characters.show(0, 1) == "a"
    assert characters.show(1, 4) == "苹"
    assert characters.show(1, 3) == "⟨e8 8b⟩"
    assert characters.show(3, 7) == "⟨b9⟩果"
    assert characters.show(0, 6) == "a苹⟨e6 9e⟩"
    assert characters.show(2, 2) == ""


def test_pieces_of_one_character_share_its_span() -> None:
    characters = Characters("a苹果".encode())
    assert characters.span(1, 2) == characters.span(2, 4) == (1, 2)
    assert characters.span(3, 7) == (1, 3)
    assert characters.span(7, 7) == (3, 3)
    assert characters.span(0, 0) == (0, 0)


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        (b"\xff", "⟨ff⟩"),
        (b"a\xff\xfeb", "a⟨ff fe⟩b"),
        (b"\xe8\x8b", "⟨e8 8b⟩"),
        (b"\xe8\x8bx", "⟨e8 8b⟩x"),
        ("\ufffd".encode(), "\ufffd"),
        (b"", ""),
    ],
)
def test_what_is_no_utf8_is_shown_as_bytes(data: bytes, shown: str) -> None:
    assert readable(data) == shown


def test_ill_formed_bytes_count_as_the_characters_that_decoding_makes_of_them() -> None:
    chance = random.Random(3)
    for _ in range(400):
        data = bytes(
            chance.choice([0x61, 0xE8, 0x8B, 0xB9, 0xF0, 0x9F, 0xFF, 0xC3]) for _ in range(chance.randrange(9))
        )
        characters = Characters(data)
        assert characters.text == data.decode("utf-8", "replace")
        assert characters.span(0, len(data))[1] == (len(characters.text) if data else 0)
        hexadecimal = [characters.show(place, place + 1) for place in range(len(data))]
        assert b"".join(bytes.fromhex(part[1:-1]) if part[0] == "⟨" else part.encode() for part in hexadecimal) == data


def test_a_stream_says_a_character_only_when_it_is_whole() -> None:
    bytes_of = [bytes([byte]) for byte in "苹a".encode()]
    stream = StreamDecoder(bytes_of, bytes_of, has_begun=False)
    assert [stream.push(token) for token in range(4)] == ["", "", "苹", "a"]
    assert stream.finish() == ""
    assert [stream.push(0), stream.push(1), stream.finish()] == ["", "", "\ufffd"]


def test_a_stream_opens_with_what_a_token_says_first_and_control_tokens_open_nothing() -> None:
    stream = StreamDecoder([b"", b"the", b"cat"], [b"", b" the", b" cat"], has_begun=False)
    assert [stream.push(token) for token in (0, 1, 0, 2)] == ["", "the", "", " cat"]
    going_on = StreamDecoder([b"", b"the"], [b"", b" the"], has_begun=True)
    assert going_on.push(1) == " the"
