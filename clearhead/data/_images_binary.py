"""Images in arrays: IDX (as MNIST has it) and CIFAR's binary format, packed with gzip or not.

Sources: LeCun, "The MNIST database", file formats; Krizhevsky, "The CIFAR-10 dataset", binary version.
"""

import gzip
import math
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clearhead.data._read import MAX_UNPACK_RATIO, UNPACK_ALWAYS_BYTES, shown

MAX_BYTES = 4 << 30
CIFAR_SIDE = 32
CIFAR_ROW_BYTES = 1 + 3 * CIFAR_SIDE * CIFAR_SIDE


def is_idx(path: Path) -> bool:
    """Whether a file begins as IDX of bytes does."""
    return _head(path)[:3] == b"\0\0\x08" and _head(path)[3:4] in (b"\1", b"\3", b"\4")


def read_idx(path: Path) -> NDArray[np.uint8]:
    """Read an IDX file of bytes: labels (rows,), or images (rows, height, width) or (rows, channels, height, width).

    Raises:
        ValueError: not IDX of bytes, or shorter or longer than its header says.
    """
    data = _read_all(path)
    if len(data) < 4 or data[:2] != b"\0\0" or data[2] != 8 or not 1 <= data[3] <= 4:
        raise ValueError(f"{shown(path)} must be an IDX file of bytes, got another beginning. Fetch it again.")
    num_axes = data[3]
    start = 4 + 4 * num_axes
    shape = tuple(int.from_bytes(data[4 + 4 * axis : 8 + 4 * axis], "big") for axis in range(num_axes))
    if len(data) < start or math.prod(shape) != len(data) - start:
        raise ValueError(
            f"{shown(path)} must hold {math.prod(shape):,} bytes as its header says ({' × '.join(map(str, shape))}), "
            f"got {max(0, len(data) - start):,}. Fetch it again."
        )
    return np.frombuffer(data, np.uint8, offset=start).reshape(shape)


def read_idx_pair(images_path: Path, labels_path: Path) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Read images (rows, channels, height, width) and their class numbers from two IDX files.

    Raises:
        ValueError: one of the two is something else, or their lengths differ.
    """
    images, labels = read_idx(images_path), read_idx(labels_path)
    if images.ndim not in (3, 4) or labels.ndim != 1 or len(images) != len(labels):
        raise ValueError(
            f"{shown(images_path.name)} and {shown(labels_path.name)} must hold as many images as labels, "
            f"got {images.shape} and {labels.shape}. Give the two files of one set."
        )
    return images[:, None] if images.ndim == 3 else images, labels.astype(np.int64)


def read_cifar(path: Path) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Read CIFAR-10's binary format: a label byte, then 1,024 bytes each of red, green and blue.

    Raises:
        ValueError: the file is not a whole number of such images.
    """
    data = np.frombuffer(_read_all(path), np.uint8)
    if not len(data) or len(data) % CIFAR_ROW_BYTES:
        raise ValueError(
            f"{shown(path)} must hold images of {CIFAR_ROW_BYTES:,} bytes (CIFAR-10, binary), got {len(data):,} bytes. "
            "Fetch it again."
        )
    rows = data.reshape(-1, CIFAR_ROW_BYTES)
    return rows[:, 1:].reshape(-1, 3, CIFAR_SIDE, CIFAR_SIDE), rows[:, 0].astype(np.int64)


def _head(path: Path) -> bytes:
    try:
        with gzip.open(path, "rb") if path.suffix.lower() == ".gz" else path.open("rb") as file:
            return file.read(4)
    except (OSError, EOFError, zlib.error):
        return b""


def _read_all(path: Path) -> bytes:
    packed = path.stat().st_size
    limit = MAX_BYTES
    try:
        if path.suffix.lower() != ".gz":
            with path.open("rb") as file:
                data = file.read(limit + 1)
        else:
            limit = min(limit, max(UNPACK_ALWAYS_BYTES, MAX_UNPACK_RATIO * packed))
            with gzip.open(path, "rb") as file:
                data = file.read(limit + 1)
    except (gzip.BadGzipFile, zlib.error, EOFError):
        raise ValueError(f"{shown(path)} is damaged, or no gzip data at all. Fetch it again.") from None
    except OSError as error:
        raise ValueError(f"{shown(path)} cannot be read: {error.strerror or error}. Copy it anew.") from None
    if len(data) > limit:
        raise ValueError(
            f"{shown(path)} must not hold more than {limit:,} bytes unpacked, got more. "
            "If you trust it, unpack it and give it in parts."
        )
    return data
