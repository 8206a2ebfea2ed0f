"""Images as data: a number for each pixel, one or three channels."""

import numpy as np
import pytest

from clearhead.panels.image import Image


def test_the_array_holds_every_pixel_of_every_image() -> None:
    values = np.arange(24.0).reshape(2, 1, 3, 4)
    panel = Image(title="i", values=values, labels=("a", "b"))
    assert panel.array is values
    assert panel.to_json()["values"] == values.tolist()


@pytest.mark.parametrize(("shape", "labels"), [((1, 2, 3, 4), ("a",)), ((1, 3, 4), ("a",)), ((2, 1, 3, 4), ("a",))])
def test_other_channels_or_too_few_labels_are_our_own_mistake(shape: tuple[int, ...], labels: tuple[str, ...]) -> None:
    with pytest.raises(AssertionError):
        Image(title="i", values=np.zeros(shape), labels=labels)
