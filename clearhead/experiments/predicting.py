"""The command `predict`: where inputs come from, where answers go, and how far it is."""

import json
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, TextIO

from clearhead.experiments.predict import decode_lines, open_predictor, read_lines
from clearhead.inspector.legible import printable
from clearhead.tasks.base import Prediction, Predictor

TOLD_EVERY_SECONDS = 2.0
COLUMNS_ENDING = ".conll"


def answer(
    run: str,
    inputs: Sequence[str],
    *,
    file: str | None,
    out: str | None,
    as_json: bool,
    device: str,
    options: dict[str, Any],
) -> None:
    """Answer the inputs given, those of a file, or standard input line by line.

    Raises:
        ValueError: inputs and a file together, an output file that exists, or columns asked of what are no tags.
    """
    if inputs and file:
        raise ValueError(f"predict takes inputs or --file, got both ({inputs[0]!r} and {file!r}). Leave one of them.")
    if out is not None and Path(out).exists():
        raise ValueError(f"--out must be a new file, got {out}, which exists. Choose another name.")
    predictor = open_predictor(run, device=device, **options)
    read_file = getattr(predictor, "read_file", read_lines)
    is_interactive = not inputs and file is None and sys.stdin.isatty()
    if out is None:
        _answer_all(predictor, _given(inputs, file, read_file, is_interactive), sys.stdout, as_json)
        return
    target = Path(out)
    try:
        with target.open("w", encoding="utf-8", newline="\n") as stream:
            groups, has_columns = _given(inputs, file, read_file, is_interactive), target.suffix == COLUMNS_ENDING
            _answer_all(predictor, groups, stream, as_json, has_columns=has_columns, errors=sys.stderr)
    except BaseException:
        if target.is_file() and not target.stat().st_size:  # the same command, mended, must find it new
            target.unlink()
        raise


def _given(inputs: Sequence[str], file: str | None, read_file: Any, is_interactive: bool) -> Iterable[Sequence[Any]]:
    if inputs:
        yield list(inputs)
    elif file is not None:
        yield read_file(file)
    elif is_interactive:
        for line in sys.stdin:
            yield [line.rstrip("\n")]
    else:
        yield decode_lines(sys.stdin.buffer.read(), where="standard input")


def _answer_all(
    predictor: Predictor,
    groups: Iterable[Sequence[Any]],
    stream: TextIO,
    as_json: bool,
    *,
    has_columns: bool = False,
    errors: TextIO | None = None,
) -> None:
    started = told = time.perf_counter()
    done = 0
    for group in groups:
        for prediction in predictor.predict(group):
            stream.write((_columns(prediction) if has_columns else _line(prediction, as_json)) + "\n")
            done += 1
            now = time.perf_counter()
            if errors is not None and now - told > TOLD_EVERY_SECONDS:
                told = now
                left = (now - started) / done * (len(group) - done)
                errors.write(f"{done:,} of {len(group):,}, {left:.0f} s left\n")
        stream.flush()


def _line(prediction: Prediction, as_json: bool) -> str:
    if as_json:
        return json.dumps({"text": prediction.text, **prediction.facts}, ensure_ascii=False)
    return "\t".join(map(printable, prediction.text.split("\t")))  # tabs part the columns of an answer


def _columns(prediction: Prediction) -> str:
    """Write a word and its tag on each line; the line end that follows every answer then parts the sentences."""
    if "tags" not in prediction.facts:
        raise ValueError(
            f"--out must not end with {COLUMNS_ENDING}, the columns of a tagger, for this run. Use NAME.txt or --json."
        )
    return "".join(
        f"{word}\t{tag}\n" for word, tag in zip(prediction.facts["tokens"], prediction.facts["tags"], strict=True)
    )
