"""Find strings that end a text while it is still being written, and show nothing that may turn out to belong to one."""

from collections.abc import Sequence


class StopStrings:
    """Text goes in piece by piece; what is certainly part of the text comes out.

    How the text is cut into pieces changes nothing: the stop string that is complete first ends the text, and of those
    complete at the same character the longest.
    """

    def __init__(self, stops: Sequence[str]) -> None:
        self.stops = tuple(stops)
        self.held = ""
        """Seen but not yet shown: the beginning, perhaps, of a stop string."""
        self._longest = max((len(stop) for stop in self.stops), default=1) - 1

    def push(self, text: str) -> tuple[str, bool]:
        """Take the next piece; return what may be shown, and whether a stop string ended the text."""
        if not self.stops:
            return text, False
        text = self.held + text
        found = [(text.find(stop) + len(stop), text.find(stop)) for stop in self.stops if stop in text]
        if found:
            self.held = ""
            return text[: min(found)[1]], True
        size = self._size_of_beginning(text)
        self.held = text[len(text) - size :]
        return text[: len(text) - size], False

    def finish(self) -> str:
        """Return what was held back: no more text comes, so it is no stop string."""
        text, self.held = self.held, ""
        return text

    def _size_of_beginning(self, text: str) -> int:
        for size in range(min(self._longest, len(text)), 0, -1):
            if any(stop.startswith(text[-size:]) for stop in self.stops):
                return size
        return 0
