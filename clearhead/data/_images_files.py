"""Image files → arrays of bytes, one size for all; what a file says of itself is checked before it is trusted."""

import warnings
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from clearhead.data._read import shown

MAX_PIXELS = 50_000_000
"""A larger image is refused before it is unpacked: a small file can claim to hold billions."""
MAX_AUTOMATIC_SIDE = 256
"""Images of mixed or large sizes become no larger than this by themselves; a size that is named may be."""
MAX_SIDE = 4_096
ENDINGS = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff", ".ppm", ".pgm")
_FORMATS = ("PNG", "JPEG", "BMP", "GIF", "WEBP", "TIFF", "PPM")
_GREY_MODES = ("1", "L", "LA", "I", "I;16", "I;16B", "F")
_ORIENTATION = 0x0112
"""The entry of EXIF that says how a camera was held."""
_DAMAGES = (OSError, ValueError, SyntaxError, TypeError, KeyError, EOFError, ArithmeticError, AttributeError)
"""What PIL's readers raise on files that are not what they claim."""


@dataclass(frozen=True)
class Look:
    """What an image file says of itself."""

    height: int
    width: int
    is_grey: bool


class BrokenImageError(ValueError):
    """A file that is no usable image; the message says which and why."""


def look(path: Path) -> Look:
    """Read an image's size and kind without unpacking it.

    Raises:
        BrokenImageError: no image, or one with more pixels than `MAX_PIXELS`.
    """
    with _opened(path) as image:
        width, height = image.size
        try:
            is_turned = image.getexif().get(_ORIENTATION, 1) >= 5
        except _DAMAGES as error:
            raise BrokenImageError(f"{shown(path)} is a damaged image ({error}).") from None
        if is_turned:  # by a quarter
            width, height = height, width
        return Look(height, width, image.mode in _GREY_MODES)


def read_image(path: Path, *, height: int, width: int, num_channels: int) -> NDArray[np.uint8]:
    """Read an image, upright, at this size: (channels, height, width), 1 channel grey or 3 channels red, green, blue.

    What is transparent becomes white. Another size is resampled without keeping the shape.

    Raises:
        BrokenImageError: no image, a damaged one, or one with too many pixels.
    """
    with _opened(path) as image:
        try:
            upright = ImageOps.exif_transpose(image)
            if "transparency" in upright.info or upright.mode in ("LA", "PA", "RGBA"):
                upright = upright.convert("RGBA")
                upright = Image.alpha_composite(Image.new("RGBA", upright.size, "white"), upright)
            if upright.mode.startswith("I"):  # 16 bits a pixel: the upper eight
                upright = Image.fromarray((np.asarray(upright).clip(0, 65_535) // 256).astype(np.uint8))
            flat = upright.convert("L" if num_channels == 1 else "RGB")
            pixels = np.asarray(resized(flat, height, width))
        except _DAMAGES as error:
            raise BrokenImageError(f"{shown(path)} is a damaged image ({error}).") from None
    return pixels[None] if num_channels == 1 else pixels.transpose(2, 0, 1)


def resized(image: Image.Image, height: int, width: int) -> Image.Image:
    """Return the image at this size; averages where it shrinks, so that thin lines do not vanish."""
    return image if image.size == (width, height) else image.resize((width, height), Image.Resampling.BILINEAR)


def common_size(looks: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Choose a (height, width) for all images: the commonest if it is that of half of them, otherwise the median."""
    sizes = Counter(looks)
    size, count = sizes.most_common(1)[0]
    if 2 * count < len(looks):
        middle = np.median(np.array(looks), axis=0)
        size = int(middle[0]), int(middle[1])
    shrink = min(1.0, MAX_AUTOMATIC_SIDE / max(size))
    return max(1, round(size[0] * shrink)), max(1, round(size[1] * shrink))


def checked_size(size: int | Sequence[int] | None) -> tuple[int, int] | None:
    """Return a size as (height, width); one number is both.

    Raises:
        ValueError: not one or two whole numbers from 1 to `MAX_SIDE`.
    """
    if size is None:
        return None
    sides = (size, size) if isinstance(size, int) else tuple(size)
    if len(sides) != 2 or not all(isinstance(side, int) and 1 <= side <= MAX_SIDE for side in sides):
        raise ValueError(
            f"open_images.size must be one or two whole numbers from 1 to {MAX_SIDE}, got {size!r}. "
            "Give 32, or 32 and 48."
        )
    return sides[0], sides[1]


def read_images(preprocessing: Mapping[str, Any], paths: Sequence[str | Path]) -> tuple[NDArray[np.uint8], list[str]]:
    """Read new images as the training images were read.

    Args:
        preprocessing: `Examples.preprocessing()` of labelled images.
    Returns:
        uint8 (rows, channels, height, width), and sentences on what was changed.
    Raises:
        ValueError: a file is no image; the message names it.
    """
    if not paths:
        raise ValueError("read_images.paths must name at least one image, got none. Give image files.")
    height, width = preprocessing["height"], preprocessing["width"]
    images = np.empty((len(paths), preprocessing["num_channels"], height, width), np.uint8)
    num_resized = num_grey = 0
    for index, path in enumerate(map(Path, paths)):
        seen = look(path)
        num_resized += (seen.height, seen.width) != (height, width)
        num_grey += not seen.is_grey and preprocessing["num_channels"] == 1
        images[index] = read_image(path, height=height, width=width, num_channels=preprocessing["num_channels"])
    told = [f"Resized {num_resized:,} images to {height} × {width} (height × width)."] if num_resized else []
    return images, [*told, *([f"Turned {num_grey:,} images from colour to grey."] if num_grey else [])]


@contextmanager
def _opened(path: Path) -> Iterator[Image.Image]:
    """Open an image file whose kind and number of pixels are allowed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # our own limit is lower than the one PIL warns at
            image = Image.open(path, formats=_FORMATS)
    except FileNotFoundError:
        raise BrokenImageError(f"{shown(path)} does not exist.") from None
    except Image.DecompressionBombError:
        raise BrokenImageError(f"{shown(path)} must have at most {MAX_PIXELS:,} pixels, got more.") from None
    except _DAMAGES as error:
        reason = "not permitted" if isinstance(error, PermissionError) else f"not one of {', '.join(_FORMATS)}"
        raise BrokenImageError(f"{shown(path)} is no readable image ({reason}).") from None
    with image:
        width, height = image.size
        if width * height > MAX_PIXELS:
            raise BrokenImageError(
                f"{shown(path)} must have at most {MAX_PIXELS:,} pixels, got {width:,} × {height:,}."
            )
        yield image
