"""ONNX files for ONNX Runtime and the many programs and devices that read the same; only written.

    rows of a table, images    model.onnx      x → outputs
    pairs of sequences         encoder.onnx    source → state
                               step.onnx       tokens, state → logits, next state

config.json beside them names the inputs and outputs of each file and holds the model's configuration, with the special
tokens. Batches and lengths may be of any size. Numbers are float32.
Read with: _onnx_graphs.py
"""

import copy
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch

from clearhead.core.config import to_json
from clearhead.interop._json import write_json
from clearhead.interop._onnx_graphs import Graph, graphs_of
from clearhead.models.attention_seq2seq import AttentionSeq2Seq
from clearhead.models.base import FeatureModel, ImageModel, Model
from clearhead.models.transformer import Transformer

MODEL_TYPE = "onnx"
OPSET = 20
LARGEST_FILE_BYTES = 1_900_000_000
"""A file of this format ends at 2 GB; the weights of a larger model stand in one of their own."""


def reads(config: dict[str, Any]) -> bool:
    """Say whether a folder with this config.json is one of these (a graph is not read back)."""
    return False


def writes(model: Model) -> bool:
    """Say whether this model can be written so that nothing is lost."""
    return isinstance(model, Transformer | AttentionSeq2Seq | FeatureModel | ImageModel)


def write(model: Model, directory: Path, *, tokenizer: Any = None, dtype: str | None = None) -> None:
    """Write the graphs, config.json and, where there is a tokenizer, its files.

    Raises:
        ModuleNotFoundError: the packages that write ONNX are not installed.
        ValueError: another number type than float32.
    """
    _check_packages()
    if dtype not in (None, "float32"):
        raise ValueError(
            f"interop.onnx.dtype must be float32, got {dtype!r}. Leave --dtype out; the tools of onnxruntime make "
            f"numbers smaller."
        )
    directory = Path(directory)
    ready = copy.deepcopy(model).float().cpu().eval()
    graphs = graphs_of(ready)
    for name, graph in graphs.items():
        _record(graph, directory / f"{name}.onnx")
    entry = type(model).__module__.rpartition(".")[2]
    files = {
        f"{name}.onnx": {"inputs": list(graph.inputs), "outputs": list(graph.outputs)} for name, graph in graphs.items()
    }
    described = {"model_type": MODEL_TYPE, "architectures": [type(model).__name__], "model": entry, "files": files}
    write_json(directory / "config.json", {**described, "config": to_json(model.config)})
    if tokenizer is not None:
        tokenizer.save(directory, model_max_length=getattr(model.config, "context_length", None))


def _record(graph: Graph, path: Path) -> None:
    """Run a graph's module once on its examples and write down the operations."""
    size = sum(tensor.numel() * tensor.element_size() for tensor in graph.module.state_dict().values())
    with _quiet():
        torch.onnx.export(
            graph.module,
            tuple(graph.inputs.values()),
            path,
            input_names=list(graph.inputs),
            output_names=list(graph.outputs),
            dynamic_shapes=(tuple(dict(graph.axes.get(name, {})) for name in graph.inputs),),
            opset_version=OPSET,
            external_data=size > LARGEST_FILE_BYTES,
            verbose=False,
            dynamo=True,
        )


def _check_packages() -> None:
    try:
        import onnx  # noqa: F401
        import onnxscript  # noqa: F401
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            f"export --to onnx needs the package {error.name!r}, which is not installed. "
            f"Run pip install 'clearhead[export]'.",
            name=error.name,
        ) from None


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep back what the exporter says about its own workings (packages it does not need, names it shares)."""
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)
