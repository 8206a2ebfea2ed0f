"""Labelled examples known by name: built in with scikit-learn, or published files in a folder of their name."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clearhead.data._known import folders
from clearhead.data._read import shown

TABLES = {
    "iris": "150 flowers of three kinds, four measures each (Fisher 1936)",
    "wine": "178 wines of three growers, 13 measures each",
    "breast_cancer": "569 tumours, benign or malignant, 30 measures each",
    "diabetes": "442 patients, ten measures each; the progress of the disease after a year is a number",
}
"""Tables that scikit-learn brings."""

BUILT_IN_IMAGES = {"digits": "1,797 handwritten digits of 8 × 8 pixels"}
"""Images that scikit-learn brings."""

CIFAR_NAMES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")


@dataclass(frozen=True, kw_only=True)
class KnownImages:
    """A published set of images: its files lie in a folder of its name."""

    name: str
    files: dict[str, tuple[str, ...]]
    """Files of each part: images and labels, or one file with both."""
    label_names: tuple[str, ...]
    note: str
    licence: str


IMAGES = {
    known.name: known
    for known in (
        KnownImages(
            name="mnist",
            files={
                "train": ("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"),
                "test": ("t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"),
            },
            label_names=tuple("0123456789"),
            note="70,000 handwritten digits of 28 × 28 pixels; 10,000 of them for the test",
            licence="CC BY-SA 3.0",
        ),
        KnownImages(
            name="cifar10_mini",
            files={"train": ("train.bin.gz",), "test": ("test.bin.gz",)},
            label_names=CIFAR_NAMES,
            note="6,000 photographs of CIFAR-10, 32 × 32 pixels in ten classes; 1,000 of them for the test",
            licence="none stated; cite Krizhevsky 2009",
        ),
    )
}


def locate(known: KnownImages) -> Path | None:
    """Return the folder that holds every file of a known set, or None when it is not on this machine."""
    names = [name for files in known.files.values() for name in files]
    for folder in folders():
        if all((folder / known.name / name).is_file() for name in names):
            return folder / known.name
    return None


def find(known: KnownImages) -> Path:
    """Return the folder of a known set.

    Raises:
        FileNotFoundError: it is not on this machine; the message says where it was looked for and what to do.
    """
    folder = locate(known)
    if folder:
        return folder
    looked = ", ".join(shown(place / known.name) for place in folders())
    names = ", ".join(name for files in known.files.values() for name in files)
    raise FileNotFoundError(
        f"The known set {known.name!r} must be on this machine, looked in {looked}. "
        f"Put {names} into one of these folders, or set CLEARHEAD_DATA to the folder above yours."
    )


def listing() -> list[dict[str, str]]:
    """Return a row for each set known by name: name, note, licence, where ("" when it is not on this machine)."""
    built_in = {**TABLES, **BUILT_IN_IMAGES}
    rows = [{"name": name, "note": note, "licence": "", "where": "built in"} for name, note in built_in.items()]
    for known in IMAGES.values():
        where = str(locate(known) or "")
        rows.append({"name": known.name, "note": known.note, "licence": known.licence, "where": where})
    return rows


def load_table(name: str) -> tuple[dict[str, Any], str]:
    """Return the columns of a built-in table (names to values) and the name of its target."""
    from sklearn import datasets

    loader = {
        "iris": datasets.load_iris,
        "wine": datasets.load_wine,
        "breast_cancer": datasets.load_breast_cancer,
        "diabetes": lambda: datasets.load_diabetes(scaled=False),
    }[name]
    found = loader()
    columns: dict[str, Any] = {
        str(column): np.ascontiguousarray(found.data[:, index]) for index, column in enumerate(found.feature_names)
    }
    target = "progression" if name == "diabetes" else "class"
    names: Sequence[str] | None = None if name == "diabetes" else [str(label) for label in found.target_names]
    columns[target] = found.target if names is None else [names[index] for index in found.target]
    return columns, target


def load_digits() -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return scikit-learn's digits as images (rows, 1, 8, 8) from 0 to 255, and their classes."""
    from sklearn import datasets

    found = datasets.load_digits()
    images = np.rint(found.images * (255 / 16)).astype(np.uint8)
    return images[:, None], found.target.astype(np.int64)
