"""A run into a folder or file of another format, and a foreign folder into a run."""

import shutil
from pathlib import Path

from clearhead.data._units import VOCABULARY_FILE
from clearhead.interop import base as interop
from clearhead.runs.info import TASK_OF_TYPE, RunInfo
from clearhead.runs.model_card import model_card
from clearhead.runs.run import Run, open_run, save_run
from clearhead.tasks._examples import PREPROCESSING_FILE

READING_FILES = (PREPROCESSING_FILE, VOCABULARY_FILE, "tokenizer.json", "tokenizer_config.json")
"""How rows, images and labelled texts are read; a folder has those that its inputs need."""


def export_run(run: Path | str, out: Path | str, *, to: str, dtype: str | None = None) -> Path:
    """Write a run as another format.

    Args:
        out: a new folder; for gguf a file name is possible too.
        dtype: "float32", "bfloat16" or "float16"; None keeps what the run holds (onnx: always float32).
    Returns:
        What was written: the folder, or the GGUF file.
    """
    out = _new(out)
    opened = open_run(run)
    model, preprocessing = opened.model(), opened.path / PREPROCESSING_FILE
    entry = interop.choose_writer(model, to)
    is_file = entry.MODEL_TYPE == "gguf" and out.suffix == ".gguf"
    tokenizer = None if preprocessing.is_file() else opened.tokenizer  # inputs of these are read by `READING_FILES`
    if dtype is None and entry.MODEL_TYPE != "onnx":
        dtype = interop.stored_dtype(opened.path)

    def fill(folder: Path) -> None:
        entry.write(model, folder, tokenizer=tokenizer, dtype=dtype)
        for name in READING_FILES if preprocessing.is_file() else ():
            if (opened.path / name).is_file():
                shutil.copyfile(opened.path / name, folder / name)
        if is_file:
            (folder / entry.FILE).rename(folder / out.name)
        elif opened.about is not None:
            (folder / "README.md").write_text(model_card(opened.about), encoding="utf-8", newline="\n")

    interop.publish(out.parent if is_file else out, fill)
    return out


def import_run(directory: Path | str, out: Path | str, *, dtype: str | None = None) -> Run:
    """Make a run from a model folder of a supported class; its weights are kept as float32 unless `dtype` says else."""
    out = _new(out)
    foreign = open_run(directory)
    known = foreign.about or _told_by(foreign.config["model_type"])
    save_run(out, foreign.model(), foreign.tokenizer, known, dtype=dtype)
    return open_run(out)


def _told_by(model_type: str) -> RunInfo:
    """Say what is known of a folder of another program: its class, and what such models are for."""
    return RunInfo(imported_from=model_type, task=TASK_OF_TYPE.get(model_type, RunInfo.task))


def _new(out: Path | str) -> Path:
    """Refuse to write over what is there."""
    out = Path(out)
    if out.is_file() or (out.is_dir() and any(out.iterdir())):
        raise FileExistsError(f"OUT must be new or an empty folder, got {out}, which exists. Choose another name.")
    return out
