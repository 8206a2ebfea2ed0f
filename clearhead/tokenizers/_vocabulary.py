"""The bytes that every token of a vocabulary stands for, found by asking the library's own decoder.

Decoders differ in what they put between tokens: nothing (byte-level BPE), or a space before a word that does not
open the text (WordPiece, Metaspace). So a token says one thing at the start and perhaps another later.
"""

import re
from dataclasses import dataclass
from typing import Any

import tokenizers

BYTE_TOKEN = re.compile(r"<0x([0-9A-Fa-f]{2})>")
SEPARATE = {"WordPiece", "Metaspace", "Fuse", "ByteFallback", "Replace", "Strip", "ByteLevel"}
"""Decoders under which a token's text depends on nothing but whether it is the first."""


@dataclass(frozen=True)
class Vocabulary:
    """What each id is; lists indexed by id. An id without a token, and a control token, say nothing."""

    names: list[str]
    opening: list[bytes]
    """What the token says as the first of a text."""
    following: list[bytes]
    """What it says after another token."""
    own: list[bytes]
    """Its own bytes, without a space that the decoder puts before a word."""


def read_vocabulary(backend: tokenizers.Tokenizer, decoder: dict[str, Any] | None) -> Vocabulary:
    """Find the bytes of every token.

    Args:
        decoder: the decoder as in tokenizer.json, one that `check_decoder` accepts.
    """
    vocab = backend.get_vocab(with_added_tokens=True)
    size = max(vocab.values()) + 1
    special = {index for index, token in backend.get_added_tokens_decoder().items() if token.special}
    names = [""] * size
    opening, following, own = ([b""] * size for _ in range(3))
    kinds = _kinds(decoder)
    for name, index in vocab.items():
        names[index] = name
        if index in special:
            continue
        byte = BYTE_TOKEN.fullmatch(name) if "ByteFallback" in kinds else None
        if "ByteLevel" in kinds:
            opening[index] = following[index] = own[index] = byte_level_bytes(name)
        elif byte:
            opening[index] = following[index] = own[index] = bytes([int(byte[1], 16)])
        else:
            opening[index] = _decode(backend, [name]).encode("utf-8")
            following[index] = _decode(backend, ["a", name]).removeprefix("a").encode("utf-8")
            own[index] = following[index]
            if "WordPiece" in kinds or not kinds:
                own[index] = name.removeprefix(_prefix(decoder)).encode("utf-8")
    return Vocabulary(names, opening, following, own)


def check_decoder(decoder: dict[str, Any] | None, *, where: str) -> None:
    """Refuse a decoder under which a token's text depends on its neighbours: its bytes could not be told."""
    kinds = _kinds(decoder)
    strips_the_end = any(part["type"] == "Strip" and part.get("stop", 0) for part in _parts(decoder))
    odd = sorted(kinds - SEPARATE) or (["Strip at the end"] if strips_the_end else [])
    if "ByteLevel" in kinds and len(kinds) > 1:
        odd = odd or ["ByteLevel beside another"]
    if odd:
        raise ValueError(
            f"{where}.decoder must be made of {', '.join(sorted(SEPARATE))}, got {odd[0]}. "
            f"Use a byte-level BPE, SentencePiece or WordPiece tokenizer."
        )


def _parts(decoder: dict[str, Any] | None) -> list[dict[str, Any]]:
    if decoder is None:
        return []
    if decoder["type"] == "Sequence":
        return [part for child in decoder["decoders"] for part in _parts(child)]
    return [decoder]


def _kinds(decoder: dict[str, Any] | None) -> set[str]:
    return {part["type"] for part in _parts(decoder)}


def _prefix(decoder: dict[str, Any] | None) -> str:
    return next((part["prefix"] for part in _parts(decoder) if part["type"] == "WordPiece"), "")


def _decode(backend: tokenizers.Tokenizer, names: list[str]) -> str:
    decoder = backend.decoder
    return " ".join(names) if decoder is None else decoder.decode(names)


def _byte_alphabet() -> dict[str, int]:
    """Make the table of byte-level BPE: printable Latin-1 bytes are themselves, the others follow from U+0100 on."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in set(printable)]
    return {chr(byte): byte for byte in printable} | {chr(0x100 + n): byte for n, byte in enumerate(others)}


BYTE_OF_LETTER = _byte_alphabet()
LETTER_OF_BYTE = {byte: letter for letter, byte in BYTE_OF_LETTER.items()}


def byte_level_bytes(name: str) -> bytes:
    """Return the bytes of a byte-level token; a name with other letters (an added token) is plain text."""
    try:
        return bytes([BYTE_OF_LETTER[letter] for letter in name])
    except KeyError:
        return name.encode("utf-8")


def unknown_id(model: dict[str, Any]) -> int | None:
    """Return the id of the token for what the vocabulary cannot say, from the "model" of a tokenizer.json."""
    if model["type"] == "Unigram":
        index: int | None = model["unk_id"]
        return index
    name = model.get("unk_token")
    return None if name is None else model["vocab"].get(name)


def beginning_ids(processor: dict[str, Any] | None) -> list[int]:
    """Return the ids that stand before every single text, from the "post_processor" of a tokenizer.json."""
    if processor is None:
        return []
    if processor["type"] == "Sequence":
        return [token for child in processor["processors"] for token in beginning_ids(child)]
    names = [part["SpecialToken"]["id"] if "SpecialToken" in part else None for part in processor.get("single", [])]
    first = names[: names.index(None)] if None in names else []
    return [token for name in first for token in processor["special_tokens"][name]["ids"]]
