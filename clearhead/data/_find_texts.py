"""Whether a user's word means labelled texts, rather than images or a table of features."""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from clearhead.data import _files
from clearhead.data._known_labeled import known_name
from clearhead.data._labeled_columns import is_headerless_text, usual_texts
from clearhead.data._labeled_files import UNLABELED, class_folders, first_rows
from clearhead.data._table_files import table_format

_IMAGE_COLUMNS = {"image", "image_path"}


def are_labeled_texts(spec: str | Path, text_columns: Sequence[str] | None = None) -> bool:
    """Tell labelled texts by their known name, a column of texts in a table's first rows, or folders of .txt files.

    A table in which the user names the column of the text is one of texts. What cannot be read is not: whoever opens it
    says what is wrong with it.
    """
    if known_name(spec):
        return True
    path = Path(spec).expanduser()
    try:
        files = sorted(path.rglob("*")) if path.is_dir() else _files.find_files(path).files
        tables = [file for file in files if table_format(file) and file.is_file()]
        if tables:
            return bool(text_columns) or _holds_texts(_for_training(tables, path))
        return path.is_dir() and _holds_classes(path)
    except (OSError, ValueError, pa.ArrowException):
        return False


def _for_training(tables: list[Path], path: Path) -> Path:
    parts = _files.find_parts(tables, path if path.is_dir() else None)
    return parts["train"][0] if parts else tables[0]


def _holds_texts(table: Path) -> bool:
    rows = first_rows(table)
    if any(name.strip().lower() in _IMAGE_COLUMNS for row in rows for name in row):
        return False
    return bool(usual_texts(rows)) or is_headerless_text(rows)


def _holds_classes(folder: Path) -> bool:
    places = [child for child in folder.iterdir() if child.is_dir() and _files.part_of(child.name) == "train"]
    found = class_folders(places[0] if places else folder)
    return sum(child.name.lower() not in UNLABELED for child in found) >= 2
