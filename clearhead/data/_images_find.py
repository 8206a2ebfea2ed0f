"""Which images a user means, and the label of each: folders, lists, arrays."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clearhead.core import catalog
from clearhead.data import _files
from clearhead.data._images_binary import is_idx, read_cifar, read_idx_pair
from clearhead.data._images_files import ENDINGS
from clearhead.data._known_examples import BUILT_IN_IMAGES, IMAGES, find, load_digits
from clearhead.data._read import EXAMPLES, shown
from clearhead.data._table_files import RowReport, read_batches, table_format
from clearhead.data._table_values import number_name, read_texts

IMAGE_COLUMNS = ("image", "path", "file", "filename", "image_path")
LABEL_COLUMNS = ("label", "labels", "class", "category")


@dataclass
class Pictures:
    """The images of one part with their labels."""

    labels: list[str]
    """As written; several labels have | between them."""
    files: list[Path] = field(default_factory=list)
    pixels: NDArray[np.uint8] | None = None
    """(rows, channels, height, width) where the images come as an array."""

    def __len__(self) -> int:
        return len(self.labels)

    def chosen(self, is_chosen: NDArray[np.bool_]) -> "Pictures":
        """Return those where `is_chosen` is true."""
        labels = [label for label, is_here in zip(self.labels, is_chosen, strict=True) if is_here]
        files = [file for file, is_here in zip(self.files, is_chosen, strict=True) if is_here] if self.files else []
        return Pictures(labels, files, None if self.pixels is None else self.pixels[is_chosen])

    def add(self, other: "Pictures") -> None:
        """Append the images of another file of the same part."""
        self.labels += other.labels
        self.files += other.files
        if other.pixels is not None:
            self.pixels = other.pixels if self.pixels is None else np.concatenate([self.pixels, other.pixels])


@dataclass
class PictureSet:
    """Where the images of each part come from."""

    name: str
    parts: dict[str, Pictures]
    mark: str
    """Names the content, with the labels."""
    notes: list[str] = field(default_factory=list)
    label_names: tuple[str, ...] = ()
    """In the order of their ids, where a set has one."""
    has_several: bool = False
    """Whether an image may have several labels."""


def find_pictures(spec: str | Path) -> PictureSet:
    """Find the images a word means: a known set, a folder, a list, IDX or CIFAR files.

    Raises:
        FileNotFoundError: neither a known name nor a path.
        ValueError: no labelled images there; the message says what was looked for.
    """
    name = str(spec).strip().lower().replace("-", "_")
    if not name:
        raise ValueError(f"open_images.spec must name images, got {str(spec)!r}. Give a known name or a folder.")
    if isinstance(spec, str) and name in BUILT_IN_IMAGES:
        pixels, ids = load_digits()
        mark = f"{name} {pixels.shape} {int(pixels.sum())}"
        notes = [f"Built in: {BUILT_IN_IMAGES[name]}, their 17 shades spread over 0 to 255."]
        return PictureSet(name, {"train": Pictures([*map(str, ids)], pixels=pixels)}, mark, notes)
    if isinstance(spec, str) and name in IMAGES:
        folder, known = find(IMAGES[name]), IMAGES[name]
        files = {part: [folder / file for file in names] for part, names in known.files.items()}
        return _of_arrays(name, files, [], known.label_names)
    path = Path(spec).expanduser()
    try:
        found = _files.find_files(path)
    except FileNotFoundError as error:
        names = [*BUILT_IN_IMAGES, *IMAGES]
        near = catalog.nearest(name, names)
        hint = f" Did you mean the known set {near!r}?" if near else f" Known sets: {', '.join(names)}."
        raise FileNotFoundError(f"{error}{hint}") from None
    title = shown(path.name or path)
    if path.is_dir() and any(file.suffix.lower() in ENDINGS and file.parent != path for file in found.files):
        lists = [file for file in found.files if table_format(file) and file.parent == path]
        return _of_lists(title, lists, path, found.notes) if lists else _of_folder(title, path, found)
    if lists := [file for file in found.files if table_format(file)]:
        return _of_lists(title, lists, path if path.is_dir() else path.parent, found.notes)
    arrays = [file for file in found.files if _is_cifar(file) or is_idx(file)]
    if arrays:
        parts = _files.find_parts(_renamed(arrays), None)
        return _of_arrays(title, _true_names(parts, arrays) if parts else {"train": arrays}, found.notes, ())
    raise ValueError(
        f"{title} must hold a folder of images for each class, a table with the columns image and label, IDX or CIFAR "
        f"files, got {', '.join(shown(file.name) for file in found.files[:EXAMPLES])}. Put images into such folders."
    )


def _is_cifar(path: Path) -> bool:
    return ".bin" in [ending.lower() for ending in path.suffixes[-2:]]


def _renamed(files: Sequence[Path]) -> list[Path]:
    """Return names that say their part as others do: MNIST's test files are called t10k, CIFAR's `test_batch`."""
    return [file.with_name(file.name.replace("t10k", "test").replace("_batch", "-batch")) for file in files]


def _true_names(parts: Mapping[str, list[Path]], files: Sequence[Path]) -> dict[str, list[Path]]:
    names = dict(zip(_renamed(files), files, strict=True))
    return {part: [names[file] for file in found] for part, found in parts.items()}


def _of_arrays(
    name: str, files: dict[str, list[Path]], notes: Iterable[str], label_names: tuple[str, ...]
) -> PictureSet:
    parts = {}
    for part, paths in files.items():
        pictures = Pictures([])
        for pair in _pairs(name, paths):
            pixels, ids = read_idx_pair(*pair) if len(pair) == 2 else read_cifar(pair[0])
            if label_names and ids.size and ids.max() >= len(label_names):
                raise ValueError(
                    f"{shown(pair[-1])} must hold labels below {len(label_names)}, got {ids.max()}. Fetch it again."
                )
            pictures.add(Pictures([label_names[index] if label_names else str(index) for index in ids], pixels=pixels))
        parts[part] = pictures
    return PictureSet(name, parts, _files.fingerprint(files, "images"), [*notes], label_names)


def _pairs(name: str, paths: Sequence[Path]) -> list[tuple[Path, ...]]:
    if all(map(_is_cifar, paths)):
        return [(path,) for path in paths]
    labels = [path for path in paths if "label" in path.name.lower()]
    images = [path for path in paths if path not in labels]
    if len(images) != 1 or len(labels) != 1:
        raise ValueError(
            f"{name} must have one IDX file of images and one with 'labels' in its name for each part, "
            f"got {', '.join(shown(path.name) for path in paths)}. Put only these two there."
        )
    return [(images[0], labels[0])]


def _of_folder(name: str, folder: Path, found: _files.Found) -> PictureSet:
    files = [file for file in found.files if file.suffix.lower() in ENDINGS]
    others = len(found.files) - len(files)
    notes = [*found.notes, *([f"Left out {others:,} files that are no images by their ending."] if others else [])]
    named = _files.find_parts(files, folder) or {}
    part_of = {file: part for part, inside in named.items() for file in inside}
    parts: dict[str, Pictures] = {}
    loose = []
    for file in files:
        classes = file.relative_to(folder).parts[1 if named else 0 : -1]
        if not classes:
            loose.append(file)
            continue
        parts.setdefault(part_of.get(file, "train"), Pictures([])).add(Pictures(["/".join(classes)], [file]))
    if loose:
        notes.append(f"Left out {len(loose):,} images that lie in no class folder ({shown(loose[0])}).")
    if "train" not in parts:
        raise ValueError(
            f"{name} must hold a folder of images for each class, got only loose images. Put them into class folders."
        )
    empty = [place for place in folder.rglob("*") if place.is_dir() and not any(place.iterdir())]
    notes += [f"The folder {shown(place.name)} is empty: no class of that name." for place in empty[:EXAMPLES]]
    ordered: dict[str, Pictures] = {part: parts[part] for part in ("train", "valid", "test") if part in parts}
    return PictureSet(name, ordered, _mark(ordered), notes)


def _of_lists(name: str, lists: Sequence[Path], folder: Path, notes: Iterable[str]) -> PictureSet:
    parts_of_files = _files.find_parts([*lists], None) or {"train": [*lists]}
    parts: dict[str, Pictures] = {}
    told, has_several = [*notes], False
    for part, paths in parts_of_files.items():
        parts[part] = Pictures([])
        for path in paths:
            report = RowReport()
            for batch in read_batches(path, report):
                image_column = _column(path, batch, IMAGE_COLUMNS, "image")
                label_column = _column(path, batch, LABEL_COLUMNS, "label")
                has_several = has_several or label_column == "labels"
                names, labels = (read_texts(batch[column]).to_pylist() for column in (image_column, label_column))
                rows = [(folder / file, label or "") for file, label in zip(names, labels, strict=True) if file]
                parts[part].add(Pictures([number_name(label) for _, label in rows], [file for file, _ in rows]))
                if len(rows) < len(names):
                    told.append(f"Left out {len(names) - len(rows):,} rows of {shown(path.name)} that name no image.")
            told += report.told(path)
    return PictureSet(name, parts, _mark(parts), told, has_several=has_several)


def _column(path: Path, names: Iterable[str], wanted: Sequence[str], what: str) -> str:
    for name in names:
        if name.lower() in wanted:
            return name
    raise ValueError(
        f"{shown(path)} must have a column for the {what} ({', '.join(wanted)}), got {', '.join(map(shown, names))}. "
        "Rename it."
    )


def _mark(parts: dict[str, Pictures]) -> str:
    labels = "\n".join(label for pictures in parts.values() for label in pictures.labels)
    existing = {part: [file for file in pictures.files if file.is_file()] for part, pictures in parts.items()}
    return f"{_files.fingerprint(existing, 'images')} {labels}"
