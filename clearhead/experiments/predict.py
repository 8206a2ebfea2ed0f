"""Answer new inputs with a saved run: words of a command line, lines of a file or of standard input."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from clearhead.core import catalog
from clearhead.runs.info import TASK_OF_TYPE
from clearhead.runs.run import Run, open_run
from clearhead.tasks.base import Prediction, Predictor


def predict(
    run: Run | Path | str, inputs: Sequence[Any] | str, *, device: str = "auto", **options: Any
) -> list[Prediction]:
    """Answer inputs: texts to translate, summarise or classify, rows of a table, paths of images.

    Args:
        run: an opened run, or the path of one.
        inputs: one or several.
        options: those of the run's task (`clearhead predict --help`).
    Returns:
        An answer for each input, in order; its `text` is one line, its `facts` say more.
    Raises:
        ValueError: a task that answers no new inputs, an unknown option, or an input the model cannot read.
    """
    given = [inputs] if isinstance(inputs, str) else list(inputs)
    return list(open_predictor(run, device=device, **options).predict(given))


def open_predictor(run: Run | Path | str, *, device: str = "auto", **options: Any) -> Predictor:
    """Make what answers inputs with a run.

    Raises:
        ValueError: the run's task answers no new inputs; the message says which command does serve it.
    """
    from clearhead.training.distributed import choose_device

    opened = run if isinstance(run, Run) else open_run(run)
    name = opened.info.get("task") or TASK_OF_TYPE.get(opened.config["model_type"], "language_modeling")
    entry = catalog.load("tasks", name)
    if not hasattr(entry, "predictor"):
        other = {"language_modeling": "generate", "word_vectors": "words"}.get(name, "evaluate")
        raise ValueError(f"predict.run must be of a task that answers inputs, got {name}. Use clearhead {other}.")
    made: Predictor = entry.predictor(opened.model(choose_device(device)), opened.path, **options)
    return made


def read_lines(path: Path | str) -> list[str]:
    """Read the lines of a text file as inputs.

    Raises:
        FileNotFoundError: no such file.
        ValueError: bytes that are no UTF-8; the message names the line.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"--file must be a text file with an input on each line, got {path}, which is none.")
    return decode_lines(path.read_bytes(), where=str(path))


def decode_lines(data: bytes, *, where: str) -> list[str]:
    """Turn bytes into lines of text, without a byte order mark."""
    lines = data.removeprefix(b"\xef\xbb\xbf").splitlines()
    return list(_decoded(lines, where))


def _decoded(lines: Sequence[bytes], where: str) -> Iterator[str]:
    for number, line in enumerate(lines, 1):
        try:
            yield line.decode("utf-8")
        except UnicodeDecodeError as error:
            raise ValueError(
                f"{where} line {number} must be UTF-8, got byte {line[error.start]:#04x} at place {error.start}. "
                f"Save the file as UTF-8."
            ) from None
