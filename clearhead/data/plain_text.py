"""Plain text from a file, a folder, a glob, `.gz`, or one column of `.jsonl`; it may be larger than memory.

A folder is searched to the bottom. Files named `train`, `valid` and `test` (or folders of these names) are those parts;
otherwise `data/_text_files.py` says how text is split.
"""

from pathlib import Path

from clearhead.data import _files
from clearhead.data._read import shown
from clearhead.data._text_files import TextFiles, open_parts


def open(path: str | Path, *, text_column: str = "text", is_whole: bool = False) -> TextFiles:
    """Open the text of a file, a folder, a glob.

    Args:
        text_column: which column of a .jsonl file holds the text.
        is_whole: do not split; what is not named a validation or test part is all for training.
    Raises:
        FileNotFoundError, ValueError: nothing there, or nothing that is text.
    """
    path = Path(path).expanduser()
    found = _files.find_files(path)
    parts = _files.find_parts(found.files, path if path.is_dir() else None) or {"train": found.files}
    beside = [shown(file.name) for file in found.files if not any(file in files for files in parts.values())]
    notes = [*found.notes, *([f"Left out {', '.join(beside)}: not text of the set."] if beside else [])]
    return open_parts(path.name or str(path), parts, text_column=text_column, is_whole=is_whole, notes=notes)
