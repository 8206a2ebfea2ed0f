"""Images made of numbers: pixels, filters, feature maps, weights in the shape of an image."""

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from clearhead.panels.base import Panel


@dataclass(frozen=True, kw_only=True, eq=False)
class Image(Panel):
    """One or more images of the same size, side by side."""

    kind: ClassVar[str] = "image"

    values: np.ndarray
    """(images, channels, height, width); 3 channels are red, green, blue, otherwise there is 1."""
    labels: tuple[str, ...]
    """What each image is."""
    scale: Literal["pixel", "signed"] = "signed"
    """"pixel": 0 is black, 255 is white. "signed": around 0, all images of the panel alike."""

    def __post_init__(self) -> None:
        assert self.values.ndim == 4 and self.values.shape[1] in (1, 3), self.values.shape
        assert len(self.values) == len(self.labels), self.labels

    @property
    def array(self) -> np.ndarray:
        """Return the numbers of all images."""
        return self.values
