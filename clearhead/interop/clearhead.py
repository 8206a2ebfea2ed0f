"""Our own form: any model of models/ under its own names, for those that no other library has a faithful class for.

    config.json         {"model_type": "clearhead", "architectures": ["MLP"], "model": "mlp", "config": {…}}
    model.safetensors   each parameter and each kept buffer, by its name in the model

Read with: _weights.py, core/config.py
"""

import dataclasses
import math
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.modules.module import register_module_parameter_registration_hook
from torch.overrides import TorchFunctionMode

from clearhead.core import catalog
from clearhead.core.config import from_json, to_json
from clearhead.interop._json import HARMLESS, StrictConfig, read_json
from clearhead.interop._tensors import StoredTensor, check_tensors, find_tensors, read_tensors
from clearhead.interop._weights import Slot, write_model_folder
from clearhead.models.base import Model, load_config, load_model

MODEL_TYPE = "clearhead"
IS_FALLBACK = True
"""It holds every model, but other programs do not read it: the last choice."""
SMALL = 1 << 16
"""Sizes up to here need no tensor of the file to bear them out."""
LARGEST_TABLE = 1 << 24
"""Numbers that a model may compute for itself (positions, masks) however small its file is."""
SAME_MODEL = "Use config.json and weights of the same model."


def reads(config: dict[str, Any]) -> bool:
    """Say whether a folder with this config.json is one of these."""
    return config.get("model_type") == MODEL_TYPE


def writes(model: Model) -> bool:
    """Say whether this model can be written so that nothing is lost."""
    return _entry_of(model) in catalog.entries("models")


def read(directory: Path) -> Model:
    """Read a folder into a float32 model, once its tensors are those of the model that config.json describes."""
    directory = Path(directory)
    name, config = _read_config(StrictConfig(read_json(directory / "config.json"), where="config.json"))
    tensors = find_tensors(directory)
    _refuse_giants(config, tensors)
    check_tensors(tensors, _expected(name, config, tensors), where=directory.name)
    model: Model = load_model(name)(config)
    state = model.state_dict()  # the model's own memory, by name
    with torch.no_grad():
        for key, tensor in read_tensors(tensors.values()):
            state[key].copy_(tensor)
    return model


def write(model: Model, directory: Path, *, tokenizer: Any = None, dtype: str | None = None) -> None:
    """Write config.json, model.safetensors and, where there is a tokenizer, its files.

    Args:
        tokenizer: anything that can `save` itself into a folder, of one vocabulary or of one for each side.
    """
    _check_vocabularies(tokenizer, model.config)
    entry = _entry_of(model)
    described = {"model_type": MODEL_TYPE, "architectures": [type(model).__name__], "model": entry}
    config = {**described, "config": to_json(model.config)}
    write_model_folder(model, directory, slots=_slots_of(model), config=config, tokenizer=None, dtype=dtype)
    if tokenizer is not None:
        tokenizer.save(Path(directory), model_max_length=getattr(model.config, "context_length", None))


def slots(config: Any) -> list[Slot]:
    """List every stored tensor of the model with this configuration; nothing is allocated."""
    name = next(entry for entry in catalog.entries("models") if load_config(entry) is type(config))
    with torch.device("meta"), _Undrawn():
        return _slots_of(load_model(name)(config))


def _slots_of(model: Model) -> list[Slot]:
    kept = dict(model.named_parameters()) | _kept_buffers(model)
    return [Slot(name, (name,), tuple(tensor.shape)) for name, tensor in kept.items()]


def _kept_buffers(model: Model) -> dict[str, Tensor]:
    state = model.state_dict()
    return {name: buffer for name, buffer in model.named_buffers() if name in state}


def _entry_of(model: Model) -> str:
    """Return the entry of models/ that a model comes from."""
    return type(model).__module__.rpartition(".")[2]


def _read_config(values: StrictConfig) -> tuple[str, Any]:
    values.get("model_type")
    given = values.get("model")
    name = catalog.choose(f"{given!s:.80}", catalog.entries("models"), where=f"{values.where}.model")
    values.must_be("architectures", [load_model(name).__name__])
    inner = values.get("config")
    values.finish(HARMLESS)
    try:
        return name, from_json(load_config(name), inner, where=f"{values.where}.config")
    except ValueError as error:  # it repeats what the file says, which may be long
        raise ValueError(f"{error!s:.600}") from None


def _refuse_giants(config: Any, tensors: Mapping[str, StoredTensor]) -> None:
    """Hold each size of a configuration against the file, before any loop or table is made as long as it says."""
    axes = [size for tensor in tensors.values() if math.prod(tensor.shape) for size in tensor.shape]
    largest = max([SMALL, *axes])
    for name, value in _integers(config):
        if abs(value) > largest:
            raise ValueError(
                f"config.json.config.{name} must fit the weights, whose largest axis is {max(axes, default=0)}, "
                f"got {value}. {SAME_MODEL}"
            )


def _integers(config: Any) -> Iterator[tuple[str, int]]:
    for field in dataclasses.fields(config):
        value = getattr(config, field.name)
        if dataclasses.is_dataclass(value):
            yield from ((f"{field.name}.{name}", number) for name, number in _integers(value))
        for number in value if isinstance(value, list | tuple) else (value,):
            if isinstance(number, int):
                yield field.name, number


def _expected(name: str, config: Any, tensors: Mapping[str, StoredTensor]) -> dict[str, tuple[int, ...]]:
    """Return the shape of each tensor that the model stores, from an outline of it that holds no numbers."""
    try:
        with torch.device("meta"), _Undrawn(), _at_most(len(tensors)):
            outline = load_model(name)(config)
    except (ArithmeticError, RuntimeError) as error:  # sizes whose product no machine can count
        raise ValueError(f"config.json.config must be a possible model, got: {error!s:.200}. {SAME_MODEL}") from None
    expected = {slot.theirs: slot.shape for slot in _slots_of(outline)}
    computed = sum(buffer.numel() for name, buffer in outline.named_buffers() if name not in expected)
    stored = sum(math.prod(tensor.shape) for tensor in tensors.values())
    if computed > max(LARGEST_TABLE, 16 * stored):
        raise ValueError(
            f"config.json.config must fit the weights, got a model that computes tables of {computed} numbers beside "
            f"{stored} stored ones. {SAME_MODEL}"
        )
    return expected


class _Undrawn(TorchFunctionMode):
    """Leave first weights undrawn: without memory to draw into, PyTorch still takes a second to prepare for it."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        if func in (Tensor.normal_, nn.init.normal_):
            return args[0] if args else kwargs["tensor"]
        return func(*args, **kwargs)


@contextmanager
def _at_most(num_tensors: int) -> Iterator[None]:
    """Stop a model from being built as soon as it has more parameters than the file has tensors (a tied one twice)."""
    thread, count = threading.get_ident(), 0

    def registered(module: nn.Module, name: str, parameter: nn.Parameter) -> None:
        nonlocal count
        count += threading.get_ident() == thread
        if count > 2 * num_tensors + 8:
            raise ValueError(
                f"The layers in config.json must fit the weights, got more of them than {num_tensors} tensors can be. "
                f"{SAME_MODEL}"
            )

    with register_module_parameter_registration_hook(registered):
        yield


def _check_vocabularies(tokenizer: Any, config: Any) -> None:
    """Refuse a tokenizer that can say more than the model knows, on either side; a model may have spare rows."""
    for name in ("vocab_size", "source_vocab_size", "target_vocab_size"):
        size, known = getattr(tokenizer, name, None), getattr(config, name, None)
        if size is not None and known is not None and size > known:
            raise ValueError(
                f"interop.write.tokenizer.{name} must be at most {known}, that of the model, got {size}. "
                f"Use the tokenizer that the model was trained with."
            )
