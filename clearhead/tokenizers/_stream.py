"""Text as it comes: whole characters only, and nothing that a later token could still change."""

import codecs
from collections.abc import Callable, Sequence

REPLACEMENT = "\ufffd"


class StreamDecoder:
    """Say ids one by one. The joined answers of `push`, with `finish` at the end, equal decoding all ids at once."""

    def __init__(self, token_bytes: Callable[[int], bytes] | None, decode: Callable[[Sequence[int]], str]) -> None:
        self._token_bytes = token_bytes
        self._decode = decode
        self._bytes = codecs.getincrementaldecoder("utf-8")("replace")
        self._ids: list[int] = []
        self._said = ""

    def push(self, token: int) -> str:
        """Take one id; return what can be read of it now."""
        if self._token_bytes is not None:
            return self._bytes.decode(self._token_bytes(token))
        self._ids.append(token)
        return self._grow(is_last=False)

    def finish(self) -> str:
        """Return what was held back; bytes that never became a character come as U+FFFD."""
        if self._token_bytes is not None:
            return self._bytes.decode(b"", final=True)
        return self._grow(is_last=True)

    def _grow(self, *, is_last: bool) -> str:
        text = self._decode(self._ids)
        if not is_last and text.endswith(REPLACEMENT):  # a character whose bytes are not all there yet
            return ""
        new, self._said = text[len(self._said) :], text
        return new
