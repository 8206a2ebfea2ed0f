"""What tagged texts promise: sentences cut into words (or characters), each with a tag."""

from collections.abc import Sequence
from typing import Any, Protocol

from numpy.typing import NDArray

from clearhead.core.tags import SCHEMES as SCHEMES


class TaggedTexts(Protocol):
    """Tagged sentences, in parts for training, validation and test."""

    @property
    def name(self) -> str:
        """What a person calls it."""

    @property
    def splits(self) -> tuple[str, ...]:
        """The parts there are: "train", "valid", perhaps "test"."""

    @property
    def fingerprint(self) -> str:
        """The same sentences read in the same way have the same fingerprint, on any machine."""

    @property
    def report(self) -> list[str]:
        """What was recognised, left out, mended and split, in sentences."""

    @property
    def scheme(self) -> str:
        """One of `SCHEMES`."""

    @property
    def tag_names(self) -> list[str]:
        """Names of the tags by id, those of the training part ("O", "B-person", …)."""

    def sentences(self, split: str) -> Sequence[list[str]]:
        """Return the words of each sentence; no sentence is empty."""

    def tags(self, split: str) -> Sequence[NDArray[Any]]:
        """Return the tag ids of each sentence, int64 (words,); −1 for a tag never seen in training."""

    def tag_rows(self, split: str) -> Sequence[list[str]]:
        """Return the tags of each sentence by name, also those never seen in training: what a score compares with."""

    def places(self, split: str) -> Sequence[str]:
        """Return where each sentence stands: "test.conll line 17"."""

    def preprocessing(self) -> dict[str, Any]:
        """Return {"kind": "tags", "scheme": …, "tag_names": […]} and more."""
