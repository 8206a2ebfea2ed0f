"""Write a run in another format: a folder of transformers' classes, ONNX files, or one GGUF file."""

from pathlib import Path
from typing import Literal


def main(run: Path, out: Path, /, *, to: str, dtype: Literal["float32", "bfloat16", "float16"] | None = None) -> None:
    """Write a run in another format.

    Args:
        run: The run, or a Hugging Face folder.
        out: A new folder; for gguf, a folder or a file name.
        to: The format: qwen3, llama, gpt2, marian, clearhead, onnx or gguf.
        dtype: How the numbers are stored; as in the run when not given.
    """
    from clearhead.runs.convert import export_run

    print(f"Written: {export_run(run, out, to=to, dtype=dtype)}")
