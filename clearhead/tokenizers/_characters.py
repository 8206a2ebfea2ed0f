"""Which bytes make which character: how a token is shown that holds only a part of one."""

import codecs
from bisect import bisect_right

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


class Characters:
    """Bytes and the text they say; ill-formed bytes count as one U+FFFD each run, as in every UTF-8 decoder."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.text = ""
        self._starts: list[int] = []
        """Byte at which each character begins; last, the number of bytes."""
        position = 0
        while True:
            valid, end, ill = _valid_prefix(data, position)
            for character in valid:
                self._starts.append(position)
                position += len(character.encode("utf-8"))
            self.text += valid
            if ill == end:
                break
            self._starts.append(position)
            self.text += REPLACEMENT
            position = end
        self._starts.append(len(data))

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Return the characters [start, end) that the bytes [first, last) touch."""
        start = bisect_right(self._starts, first) - 1
        if first == last:
            return min(start, len(self.text)), min(start, len(self.text))
        return start, bisect_right(self._starts, last - 1)

    def show(self, first: int, last: int) -> str:
        """Return the bytes [first, last) readably: whole characters as they are, the rest as ⟨e8 8b⟩."""
        start, end = self.span(first, last)
        shown = ""
        loose = b""
        for index in range(start, end):
            begin, stop = self._starts[index], self._starts[index + 1]
            bytes_here = self.data[max(begin, first) : min(stop, last)]
            is_whole = first <= begin and stop <= last
            if is_whole and (self.text[index] != REPLACEMENT or bytes_here == REPLACEMENT.encode()):
                shown += hexed(loose) + self.text[index]
                loose = b""
            else:
                loose += bytes_here
        return shown + hexed(loose)


def readable(data: bytes) -> str:
    """Return bytes that stand alone readably."""
    return Characters(data).show(0, len(data))


def hexed(data: bytes) -> str:
    """Return bytes that are no character of their own as ⟨e8 8b⟩."""
    return f"⟨{data.hex(' ')}⟩" if data else ""


class StreamDecoder:
    """Token bytes in, text out as soon as it is certain: joined, it is what decoding all at once gives."""

    def __init__(self, opening: list[bytes], following: list[bytes], *, has_begun: bool) -> None:
        self._opening, self._following = opening, following
        self._has_begun = has_begun
        self._utf8 = codecs.getincrementaldecoder("utf-8")(errors="replace")

    def push(self, token: int) -> str:
        """Take the next token; return the characters that are complete now, perhaps none."""
        if not 0 <= token < len(self._following):
            raise unknown_token("StreamDecoder.push.token", token, len(self._following))
        said = self._following[token] if self._has_begun else self._opening[token]
        # A control token says nothing, also no beginning: the library leaves it out before it decodes.
        self._has_begun = self._has_begun or bool(self._following[token])
        return self._utf8.decode(said)

    def finish(self) -> str:
        """Return what is left when no token follows: U+FFFD for half a character, otherwise nothing."""
        rest = self._utf8.decode(b"", final=True)
        self._has_begun = False
        return rest


def unknown_token(where: str, token: int, vocab_size: int) -> ValueError:
    """Make the error for an id that the vocabulary does not have."""
    return ValueError(
        f"{where} must be an id from 0 to {vocab_size - 1}, got {token}. Use the tokenizer the ids were made with."
    )


def _valid_prefix(data: bytes, position: int) -> tuple[str, int, int]:
    """Decode up to the first ill-formed run; return the text, the end of that run and its start."""
    try:
        text, _ = codecs.utf_8_decode(memoryview(data)[position:], "strict", True)
        return text, len(data), len(data)
    except UnicodeDecodeError as error:
        text = data[position : position + error.start].decode("utf-8")
        return text, position + error.end, position + error.start
