"""Make a run from a Hugging Face folder of a supported class."""
# ruff: noqa: N999 (the file is named as the command is)

from pathlib import Path
from typing import Literal


def main(folder: Path, out: Path, /, *, dtype: Literal["float32", "bfloat16", "float16"] | None = None) -> None:
    """Make a run from a Hugging Face folder of a supported class (Qwen3, Llama, GPT-2, Marian).

    Args:
        folder: The folder with config.json, model.safetensors and the files of its tokenizer.
        out: The new run.
        dtype: How the numbers are stored; float32 when not given.
    """
    from clearhead.runs.convert import import_run

    run = import_run(folder, out, dtype=dtype)
    print(
        f"Written: {run.path} ({run.info['num_parameters']:,} parameters). Look at it with: clearhead show {run.path}"
    )
