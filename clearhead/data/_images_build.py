"""Labelled images read twice: once for their sizes and content, once to write them as arrays of bytes."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from clearhead.data._arrays import ArrayWriter
from clearhead.data._examples import count_classes, never_seen
from clearhead.data._images_files import BrokenImageError, Look, common_size, look, read_image, resized
from clearhead.data._images_find import Pictures, PictureSet
from clearhead.data._read import EXAMPLES, shown
from clearhead.data._splits import NUM_DRAWS, TOO_FEW, is_fair, is_valid_side
from clearhead.data._table_values import in_order

BATCH = 512


def build(found: PictureSet, size: tuple[int, int] | None, writer: ArrayWriter) -> dict[str, Any]:
    """Read images and write their arrays.

    Args:
        size: (height, width) of all; None takes what `common_size` says.
    Returns:
        The facts to keep: "report", "feature_names" and "recipe" (`Examples.preprocessing`).
    """
    told = [*found.notes]
    parts, looks = {}, {}
    for part, pictures in found.parts.items():
        parts[part], looks[part] = _usable(f"{found.name} ({part})", pictures, found.has_several, told)
    label_names = _label_names(found, parts)
    height, width = size or common_size([(one.height, one.width) for one in looks["train"]])
    seen = [one for part in looks.values() for one in part]
    shape = {"height": height, "width": width, "num_channels": 1 if all(one.is_grey for one in seen) else 3}
    if num_resized := sum((one.height, one.width) != (height, width) for one in seen):
        told.append(f"Resized {num_resized:,} of {len(seen):,} images to {height} × {width} (height × width).")
    if "valid" not in parts:
        parts, split = _split(parts)
    else:
        split = f"Parts as the files name them: {', '.join(parts)}."

    sums = _Sums(shape["num_channels"], len(label_names))
    for part, pictures in parts.items():
        broken: list[str] = []
        for images, labels in _batches(pictures, shape, broken):
            targets = _targets(labels, label_names, found.has_several)
            writer.append(f"{part}.inputs", images)
            writer.append(f"{part}.targets", targets)
            if part == "train":
                sums.add(images, targets)
        told += _tell_broken(f"{found.name} ({part})", broken, len(pictures))
    told.append(f"In training: {count_classes(label_names, sums.classes[None])}.")
    if unseen := never_seen(label_names, sums.classes[None]):
        told.append(f"Never in training, so never predicted: {', '.join(unseen[:10])}.")
    told.append(split)
    kind = "labels" if found.has_several else "class"
    recipe = {"kind": "images", **shape, **sums.scaling(), "target": {"kind": kind, "label_names": label_names}}
    return {"report": told, "feature_names": [], "recipe": recipe}


class _Sums:
    """Sums over the training images, for the mean and deviation of each channel."""

    def __init__(self, num_channels: int, num_labels: int) -> None:
        self.num_pixels = 0
        self.first, self.second = np.zeros(num_channels), np.zeros(num_channels)
        self.classes = np.zeros(num_labels, np.int64)

    def add(self, images: NDArray[np.uint8], targets: NDArray[Any]) -> None:
        self.num_pixels += images.size // images.shape[1]
        for channel in range(images.shape[1]):
            counts = np.bincount(images[:, channel].ravel(), minlength=256)
            self.first[channel] += counts @ (np.arange(256) / 255)
            self.second[channel] += counts @ (np.arange(256) / 255) ** 2
        is_many = targets.ndim == 2
        self.classes += targets.sum(0, dtype=np.int64) if is_many else np.bincount(targets, minlength=len(self.classes))

    def scaling(self) -> dict[str, list[float]]:
        """Return mean and deviation of each channel, of pixels from 0 to 1."""
        means = self.first / self.num_pixels
        deviations = np.sqrt(np.maximum(self.second / self.num_pixels - means**2, 0))
        return {"means": means.tolist(), "scales": np.where(deviations > 1e-6, deviations, 1.0).tolist()}


def _usable(name: str, pictures: Pictures, has_several: bool, told: list[str]) -> tuple[Pictures, list[Look]]:
    """Look at each image and leave out what is broken, missing or without a label."""
    if pictures.pixels is not None:
        _, channels, height, width = pictures.pixels.shape
        if channels not in (1, 3):
            raise ValueError(f"{name} must have 1 or 3 channels, got {channels}. Give grey or colour images.")
        return pictures, [Look(height, width, channels == 1)] * len(pictures)
    looks: list[Look | None] = []
    broken = []
    for file in pictures.files:
        try:
            looks.append(look(file))
        except BrokenImageError as error:
            looks.append(None)
            broken.append(str(error))
    told += _tell_broken(name, broken, len(pictures))
    has_label = np.array([has_several or bool(label) for label in pictures.labels])
    if num_without := int((~has_label).sum()):
        told.append(f"Left out {num_without:,} images of {name} without a label.")
    is_good = has_label & np.array([one is not None for one in looks])
    if not is_good.any():
        raise ValueError(f"{name} must have images with labels, got {len(pictures):,} images without. Label them.")
    return pictures.chosen(is_good), [one for one, is_here in zip(looks, is_good, strict=True) if one and is_here]


def _tell_broken(name: str, broken: list[str], num_images: int) -> list[str]:
    if not broken:
        return []
    if len(broken) == num_images:
        raise ValueError(f"{name} must have a readable image, got {num_images:,} that are not. The first: {broken[0]}")
    more = [f"  … and {len(broken) - EXAMPLES:,} more."] if len(broken) > EXAMPLES else []
    return [f"Left out {len(broken):,} images of {name}:", *(f"  {one}" for one in broken[:EXAMPLES]), *more]


def _label_names(found: PictureSet, parts: dict[str, Pictures]) -> list[str]:
    labels = {label for pictures in parts.values() for label in pictures.labels}
    if found.has_several:
        labels = {part for label in labels for part in _parted(label)}
    names = [*found.label_names] or in_order(labels)
    if len(names) < (1 if found.has_several else 2):
        only = f"only {shown(names[0])!r}" if names else "none"
        raise ValueError(f"{found.name} must have at least two classes, got {only}. Add images of another class.")
    return names


def _parted(label: str) -> list[str]:
    return [part.strip() for part in label.split("|") if part.strip()]


def _targets(labels: list[str], label_names: list[str], has_several: bool) -> NDArray[Any]:
    ids = {name: index for index, name in enumerate(label_names)}
    if not has_several:
        return np.array([ids[label] for label in labels], np.int64)
    targets = np.zeros((len(labels), len(label_names)), np.uint8)
    for row, label in enumerate(labels):
        targets[row, [ids[part] for part in _parted(label)]] = 1
    return targets


def _split(parts: dict[str, Pictures]) -> tuple[dict[str, Pictures], str]:
    """Set a tenth of the training images aside; equal images are on one side."""
    train = parts["train"]
    others = {part: pictures for part, pictures in parts.items() if part != "train"}
    for draw in range(NUM_DRAWS):
        is_valid = is_valid_side(_contents(train), draw)
        num_valid = int(is_valid.sum())
        if is_fair(num_valid, len(train)):
            told = (
                f"Split by a hash of each image: {num_valid:,} of {len(train):,} images "
                f"({num_valid / len(train):.1%}) are for validation."
            )
            return {"train": train.chosen(~is_valid), "valid": train.chosen(is_valid), **others}, told
    return {"train": train, "valid": train, **others}, TOO_FEW


def _contents(pictures: Pictures) -> Iterator[bytes]:
    if pictures.pixels is not None:
        yield from (image.tobytes() for image in pictures.pixels)
    else:
        yield from (file.read_bytes() for file in pictures.files)


def _batches(
    pictures: Pictures, shape: dict[str, int], broken: list[str]
) -> Iterator[tuple[NDArray[np.uint8], list[str]]]:
    for start in range(0, len(pictures), BATCH):
        labels = pictures.labels[start : start + BATCH]
        if pictures.pixels is not None:
            yield _fitted(pictures.pixels[start : start + BATCH], shape), labels
            continue
        images, kept = [], []
        for file, label in zip(pictures.files[start : start + BATCH], labels, strict=True):
            try:
                images.append(read_image(file, **shape))
                kept.append(label)
            except BrokenImageError as error:
                broken.append(str(error))
        if images:
            yield np.stack(images), kept


def _fitted(images: NDArray[np.uint8], shape: dict[str, int]) -> NDArray[np.uint8]:
    """Bring images that came as arrays to the size and channels of the set."""
    if images.shape[1] < shape["num_channels"]:
        images = np.repeat(images, 3, axis=1)
    if images.shape[2:] == (shape["height"], shape["width"]):
        return images
    made = np.empty((*images.shape[:2], shape["height"], shape["width"]), np.uint8)
    for row, image in enumerate(images):
        for channel, plane in enumerate(image):
            made[row, channel] = np.asarray(resized(Image.fromarray(plane), shape["height"], shape["width"]))
    return made
