"""Rows of a table or images: which of the two a user named, and how they are opened."""

from collections.abc import Sequence
from pathlib import Path

from clearhead.core import catalog
from clearhead.data._examples import Examples
from clearhead.data._known_examples import BUILT_IN_IMAGES, IMAGES, TABLES
from clearhead.data._table_files import read_batches, table_format

_IMAGE_COLUMNS = {"image", "image_path"}
"""A table with one of these lists images; other columns it may share with a table of features."""


def open_examples(
    spec: str | Path,
    *,
    target: str | Sequence[str] | None = None,
    valid: str | Path | None = None,
    target_kind: str | None = None,
    image_size: int | None = None,
) -> Examples:
    """Open rows of a table or images, whichever a user named; see `open_table` and `open_images`."""
    if are_images(spec):
        images: Examples = catalog.load("data", "labeled_images").open_images(spec, size=image_size, valid=valid)
        return images
    options = {"target": target, "valid": valid, "target_kind": target_kind}
    rows: Examples = catalog.load("data", "table").open_table(spec, **options)
    return rows


def are_images(spec: str | Path) -> bool:
    """Tell images from tables: by the known name, the files of a folder, or the columns of a table of paths."""
    name = str(spec).strip().lower().replace("-", "_")
    if name in TABLES or name in IMAGES or name in BUILT_IN_IMAGES:
        return name not in TABLES
    path = Path(spec).expanduser()
    if path.is_dir():
        return all(_lists_images(child) for child in path.rglob("*") if table_format(child))
    return _lists_images(path) if table_format(path) else path.exists()


def _lists_images(path: Path) -> bool:
    try:
        columns = next(iter(read_batches(path)), {})
    except (ValueError, OSError):  # whoever opens the table says what is wrong with it
        return False
    return any(column.strip().lower() in _IMAGE_COLUMNS for column in columns)
