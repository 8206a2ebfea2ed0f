"""What a token says in bytes, read off the tokenizer's own description, and how a person reads it."""

from functools import cache
from typing import Any

import tokenizers

SPACE_MARK = "▁"


class Speech:
    """From an id to the exact bytes it stands for.

    `is_exact` says that the bytes of a row of ids, joined, are the decoded text. WordPiece leaves out the spaces between
    words and some foreign tokenizers the first one: their text comes from the library's decoder.
    """

    def __init__(self, backend: tokenizers.Tokenizer, description: dict[str, Any], special: set[str]) -> None:
        self.backend = backend
        self.special = special
        model = description.get("model") or {}
        steps = _steps(description.get("decoder"))
        names = [step["type"] for step in steps]
        self.is_byte_level = "ByteLevel" in names
        self.has_byte_fallback = "ByteFallback" in names
        strips = any(step["type"] == "Strip" for step in steps)
        adds_space = any(step["type"] == "Metaspace" and step.get("prepend_scheme") != "never" for step in steps)
        self.marks_spaces = "Metaspace" in names or any(
            step["type"] == "Replace" and (step.get("pattern") or {}).get("String") == SPACE_MARK for step in steps
        )
        self.prefix = model.get("continuing_subword_prefix") if model.get("type") == "WordPiece" else None
        self.is_exact = "WordPiece" not in names and not strips and not adds_space and bool(steps)
        unknown = model.get("unk_token")
        if unknown is None and isinstance(model.get("unk_id"), int) and model.get("vocab"):
            unknown = model["vocab"][model["unk_id"]][0]
        self.unknown_id = None if unknown is None else backend.token_to_id(unknown)
        self.says_every_byte = self.is_byte_level or (self.has_byte_fallback and bool(model.get("byte_fallback")))
        self._known: dict[int, bytes] = {}

    def bytes_of(self, token: int) -> bytes:
        """Return the bytes of one token; none for a control token or an id without a token."""
        found = self._known.get(token)
        if found is None:
            found = self._known[token] = self._say(self.backend.id_to_token(token))
        return found

    def _say(self, name: str | None) -> bytes:
        if name is None or name in self.special:
            return b""
        if self.is_byte_level:
            table = byte_level_table()
            if all(character in table for character in name):
                return bytes(table[character] for character in name)
            return name.encode("utf-8")
        if self.has_byte_fallback and len(name) == 6 and name.startswith("<0x") and name.endswith(">"):
            return bytes([int(name[3:5], 16)])
        if self.marks_spaces:
            name = name.replace(SPACE_MARK, " ")
        if self.prefix and name.startswith(self.prefix):
            name = name[len(self.prefix) :]
        return name.encode("utf-8")


@cache
def byte_level_table() -> dict[str, int]:
    """Return the byte that each character of a byte-level vocabulary stands for.

    Printable bytes of Latin-1 stand for themselves, the others for the characters from U+0100 on, in order.
    Source: Radford et al. 2019 (GPT-2), as every byte-level vocabulary has it since.
    """
    themselves = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in themselves]
    return {chr(byte): byte for byte in themselves} | {chr(256 + index): byte for index, byte in enumerate(others)}


def readable(data: bytes) -> str:
    """Show bytes as characters; those that are part of a split character as ⟨e8 8b⟩."""
    shown, place = [], 0
    while place < len(data):
        try:
            shown.append(data[place:].decode("utf-8"))
            break
        except UnicodeDecodeError as error:
            shown.append(data[place : place + error.start].decode("utf-8"))
            broken = data[place + error.start : place + error.end]
            shown.append(f"⟨{broken.hex(' ')}⟩")
            place += error.end
    return "".join(shown)


def character_of_byte(data: bytes) -> list[int]:
    """Return for each byte the index of the character it belongs to, and at the end the number of characters.

    A broken sequence counts as the replacement characters that decoding makes of it.
    """
    places: list[int] = []
    place, count = 0, 0
    while place < len(data):
        try:
            text, stop, broken = data[place:].decode("utf-8"), len(data), 0
        except UnicodeDecodeError as error:
            text, stop, broken = data[place : place + error.start].decode("utf-8"), place + error.end, 1
            broken_bytes = error.end - error.start
        for character in text:
            places.extend([count] * len(character.encode("utf-8")))
            count += 1
        if broken:
            places.extend([count] * broken_bytes)
            count += 1
        place = stop
    return [*places, count]


def guess_kind(description: dict[str, Any]) -> str:
    """Name the kind of a foreign tokenizer by its model."""
    kind = str((description.get("model") or {}).get("type", "")).lower()
    return {"bpe": "bpe", "wordpiece": "wordpiece", "unigram": "unigram"}.get(kind, "word")


def _steps(decoder: dict[str, Any] | None) -> list[dict[str, Any]]:
    if not decoder:
        return []
    if decoder.get("type") == "Sequence":
        return [step for inner in decoder.get("decoders", []) for step in _steps(inner)]
    return [decoder]
