"""Labelled images: a folder for each class, a list of files with labels, IDX or CIFAR files; kept as uint8 arrays.

A folder whose parts say train, valid, test is taken so; otherwise a fixed hash of each image sets a tenth aside for
validation. Broken images are left out and told; one size and one kind of colour is made for all.
"""

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from clearhead.data._arrays import keep
from clearhead.data._examples import Examples, KeptExamples
from clearhead.data._images_build import build
from clearhead.data._images_files import checked_size
from clearhead.data._images_find import find_pictures

_RULES_VERSION = 1


def open_images(
    spec: str | Path, *, size: int | Sequence[int] | None = None, valid: str | Path | None = None
) -> Examples:
    """Open labelled images as examples: uint8 (rows, channels, height, width) and the class or labels of each.

    Args:
        spec: a known name (digits, mnist, cifar10_mini), a folder with a folder for each class, a table with the
            columns image and label (or labels, with | between them), IDX or CIFAR files.
        size: side, or (height, width), of all images; None takes the commonest or the median of what is there.
        valid: another such word; its images are for validation, and all of `spec` that is for no other part trains.
    Raises:
        FileNotFoundError: neither a known name nor a path.
        ValueError: no usable images, one class only, or too few to split.
    """
    wanted = checked_size(size)
    found = find_pictures(spec)
    if valid is not None:
        other = find_pictures(valid)
        found.parts["valid"] = other.parts.get("valid") or other.parts["train"]
        found.notes += [*other.notes, f"Validation images: {other.name}."]
        found.mark += f" {other.mark}"
    mark = sha256(f"{_RULES_VERSION} {found.mark} {wanted}".encode("utf-8", "backslashreplace")).hexdigest()
    kept = keep("images", mark, lambda writer: build(found, wanted, writer))
    return KeptExamples.of(found.name, mark, kept)
