"""The file of the worst errors of an evaluation: a table by its ending, .tsv or .jsonl."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from clearhead.tasks.base import Task

WRITTEN_ERRORS = 50
ENDINGS = (".tsv", ".jsonl")


def check_errors_file(path: Path, task: type[Task]) -> None:
    """Refuse a file that exists or has another ending, and a task without errors to list, before any work is done.

    Raises:
        ValueError: one of these.
    """
    if not hasattr(task, "errors"):
        raise ValueError(f"--errors must be of a task that lists single errors, got {task.name}. Leave it out.")
    if path.suffix.lower() not in ENDINGS:
        raise ValueError(f"--errors must end in {' or '.join(ENDINGS)}, got {str(path)!r}. Use errors.tsv.")
    if path.exists():
        raise ValueError(f"--errors must be a new file, got {path}, which exists. Choose another name.")
    if not path.parent.is_dir():
        raise ValueError(f"--errors must lie in a folder that exists, got {path}. Make {path.parent}.")


def write_errors(path: Path, errors: Sequence[dict[str, Any]]) -> None:
    """Write errors, a row each; the columns are those of the first one."""
    with path.open("x", encoding="utf-8", newline="\n") as file:
        if path.suffix.lower() == ".jsonl":
            file.writelines(f"{json.dumps(each, ensure_ascii=False)}\n" for each in errors)
            return
        columns = list(errors[0]) if errors else ["text", "true", "said"]
        file.write("\t".join(columns) + "\n")
        # No quoting: white space within a value becomes a space, so that it stays one field.
        file.writelines("\t".join(" ".join(str(each[name]).split()) for name in columns) + "\n" for each in errors)
