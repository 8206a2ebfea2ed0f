"""What labelled texts promise: one or two texts a row, and what is to be predicted from them."""

from collections.abc import Sequence
from typing import Any, Protocol

from numpy.typing import NDArray


class LabeledTexts(Protocol):
    """Texts with a class or with labels, in parts for training, validation and test."""

    @property
    def name(self) -> str:
        """What a person calls it."""

    @property
    def splits(self) -> tuple[str, ...]:
        """The parts there are: "train", "valid", perhaps "test"."""

    @property
    def fingerprint(self) -> str:
        """The same texts read in the same way have the same fingerprint, on any machine."""

    @property
    def report(self) -> list[str]:
        """What was recognised, left out, mended and split, in sentences."""

    @property
    def target_kind(self) -> str:
        """ "class" (one of several) or "labels" (any number of them)."""

    @property
    def label_names(self) -> list[str]:
        """Names of the classes or labels by id, those of the training part."""

    @property
    def num_texts(self) -> int:
        """1, or 2 where a row holds two texts to be read together."""

    @property
    def has_marks(self) -> bool:
        """Whether every text marks two entities: <e1>…</e1> and <e2>…</e2>."""

    def texts(self, split: str) -> Sequence[tuple[str, ...]]:
        """Return the texts of each row of a part."""

    def targets(self, split: str) -> NDArray[Any]:
        """Return int64 (rows,) class ids, or uint8 (rows, labels) of 0 and 1."""

    def places(self, split: str) -> Sequence[str]:
        """Return where each row stands: "test.tsv line 17"."""

    def preprocessing(self) -> dict[str, Any]:
        """Return {"kind": "text", "num_texts": …, "has_marks": …, "target": {"kind": …, "label_names": …}} and more."""
