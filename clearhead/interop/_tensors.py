"""Tensors of a model folder: `model.safetensors`, or the shards that its index names.

The header is held against the file before anything is allocated: a hostile or broken file gives one sentence.
A pickle is never opened.
"""

import math
import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from clearhead.core import catalog
from clearhead.interop._json import parse_json, read_json

FILE = "model.safetensors"
INDEX = "model.safetensors.index.json"
BYTES_PER_NUMBER = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2}
MAX_AXES = 8
MAX_HEADER_BYTES = 100_000_000  # the limit of the safetensors format itself
COPY_AGAIN = "Copy or download the file again."


@dataclass(frozen=True)
class StoredTensor:
    """One tensor as a file's header describes it."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    path: Path


def find_tensors(directory: Path) -> dict[str, StoredTensor]:
    """Describe every tensor of a model folder by name, from checked headers; no tensor is read.

    Raises:
        FileNotFoundError: no tensors in the folder, or a shard is missing.
        ValueError: a header or an index that does not fit its files.
    """
    directory = Path(directory)
    if (directory / FILE).is_file():
        return {tensor.name: tensor for tensor in read_header(directory / FILE)}
    if (directory / INDEX).is_file():
        return _find_sharded(directory)
    pickles = sorted(path.name for path in directory.glob("*.bin")) + sorted(
        path.name for path in directory.glob("*.pt*")
    )
    if pickles:
        raise ValueError(
            f"{directory.name} must hold {FILE}, got {pickles[0]}, a pickle, which can run code when opened. "
            f"Where you trust it, convert it with transformers: "
            f"AutoModelForCausalLM.from_pretrained(folder).save_pretrained(new_folder)."
        )
    raise FileNotFoundError(
        f"{directory.name} must hold {FILE}, got no such file in {directory}. Save the model again."
    )


def read_header(path: Path) -> list[StoredTensor]:
    """Read and check the header of a safetensors file: every byte after it belongs to exactly one tensor."""
    where, size = path.name, path.stat().st_size
    with path.open("rb") as file:
        start = file.read(8)
        length = struct.unpack("<Q", start)[0] if len(start) == 8 else -1
        if not 2 <= length <= min(size - 8, MAX_HEADER_BYTES):
            raise ValueError(
                f"{where} must begin with the length of its header, got {length} in a file of {size} bytes. "
                f"{COPY_AGAIN}"
            )
        header = parse_json(file.read(length), where=f"{where} header")
    notes = header.pop("__metadata__", {})
    if not isinstance(notes, dict) or not all(isinstance(note, str) for note in notes.values()):
        raise ValueError(f"{where}: __metadata__ must be an object of texts, got {notes!r:.80}. {COPY_AGAIN}")
    spans = sorted((_span(where, name, entry), name) for name, entry in header.items())
    end = 0
    for (begin, stop), name in spans:
        if begin != end:
            problem = "overlaps the tensor before it" if begin < end else "leaves a gap before it"
            raise ValueError(
                f"{where}: tensor {name!r:.80} must begin at byte {end}, got {begin}; it {problem}. {COPY_AGAIN}"
            )
        end = stop
    if 8 + length + end != size:
        raise ValueError(f"{where} must have {8 + length + end} bytes as its header says, got {size}. {COPY_AGAIN}")
    return [StoredTensor(name, entry["dtype"], tuple(entry["shape"]), path) for name, entry in header.items()]


def check_tensors(
    tensors: Mapping[str, StoredTensor],
    expected: Mapping[str, tuple[int, ...]],
    *,
    ignored: Iterable[str] = (),
    where: str,
) -> None:
    """Hold the stored tensors against the shapes that the configuration asks for; none missing, none too many."""
    for name, shape in expected.items():
        if name not in tensors:
            others = [other for other in tensors if other not in expected]
            near = catalog.nearest(name, others) if len(others) < 1000 else None
            hint = f" The nearest there is {near!r:.80}." if near else ""
            raise ValueError(
                f"{where} must hold the tensor {name!r:.80}, got {len(tensors)} tensors without it.{hint} "
                f"Save the model again."
            )
        if tensors[name].shape != shape:
            found = list(tensors[name].shape)
            raise ValueError(
                f"{where}: tensor {name!r:.80} must have the shape {list(shape)} of config.json, got {found}. "
                f"Use config.json and weights of the same model."
            )
    extra = sorted(set(tensors) - set(expected) - set(ignored))
    if extra:
        raise ValueError(
            f"{where} must hold only tensors of the model in config.json, got {len(extra)} more, "
            f"for example {extra[0]!r:.80}. "
            f"Use config.json and weights of the same model."
        )


def read_tensors(tensors: Iterable[StoredTensor]) -> Iterator[tuple[str, Tensor]]:
    """Read tensors one after the other, grouped by file, as float32 in memory of their own."""
    by_path: dict[Path, list[StoredTensor]] = {}
    for tensor in tensors:
        by_path.setdefault(tensor.path, []).append(tensor)
    for path, group in by_path.items():
        try:
            with safe_open(str(path), framework="pt") as file:
                for tensor in group:
                    yield tensor.name, file.get_tensor(tensor.name).to(torch.float32, copy=True)
        except SafetensorError as error:
            raise ValueError(f"{path.name} must be a safetensors file, got {error!s:.200}. {COPY_AGAIN}") from None


def _find_sharded(directory: Path) -> dict[str, StoredTensor]:
    names = read_json(directory / INDEX, max_bytes=MAX_HEADER_BYTES).get("weight_map")
    if not isinstance(names, dict) or not names:
        raise ValueError(
            f"{INDEX}.weight_map must say which file holds each tensor, got {type(names).__name__}. {COPY_AGAIN}"
        )
    found: dict[str, StoredTensor] = {}
    for file in sorted({str(value) for value in names.values()}):
        # A name with a path in it could reach any file of this machine.
        is_plain = (
            file == Path(file).name
            and not set(file) & set('\\/:*?"<>|')
            and file.endswith(".safetensors")
            and not file.startswith(".")
        )
        if not is_plain:
            raise ValueError(f"{INDEX} must name plain .safetensors files beside it, got {file!r:.80}. {COPY_AGAIN}")
        if not (directory / file).is_file():
            raise FileNotFoundError(
                f"{INDEX} must name files that are there, got {file!r:.80}. Download the missing part into {directory}."
            )
        for tensor in read_header(directory / file):
            if names.get(tensor.name) != file or tensor.name in found:
                raise ValueError(
                    f"{INDEX} must name the file of each tensor, got {names.get(tensor.name)!r:.80} "
                    f"for {tensor.name!r:.80}, which {file!r:.80} holds. {COPY_AGAIN}"
                )
            found[tensor.name] = tensor
    missing = sorted(set(names) - set(found))
    if missing:
        raise ValueError(
            f"{INDEX} must name tensors that are there, got {missing[0]!r:.80}, which {names[missing[0]]!r:.80} lacks. "
            f"{COPY_AGAIN}"
        )
    return found


def _span(where: str, name: str, entry: Any) -> tuple[int, int]:
    """Return [begin, end) of a tensor in the data, after checking that its dtype and shape fill it exactly."""
    keys = sorted(entry) if isinstance(entry, dict) else entry
    if keys != ["data_offsets", "dtype", "shape"]:
        raise ValueError(
            f"{where}: tensor {name!r:.80} must have dtype, shape and data_offsets, got {str(keys)[:80]}. {COPY_AGAIN}"
        )
    dtype, shape, offsets = entry["dtype"], entry["shape"], entry["data_offsets"]
    if not isinstance(dtype, str) or dtype not in BYTES_PER_NUMBER:
        raise ValueError(
            f"{where}: tensor {name!r:.80} must be one of {', '.join(BYTES_PER_NUMBER)}, got {dtype!r:.80}. "
            f"Use the model before it was quantized."
        )
    for label, numbers in (("shape", shape), ("data_offsets", offsets)):
        is_whole = isinstance(numbers, list) and all(type(number) is int and 0 <= number < 2**63 for number in numbers)
        if not is_whole or len(numbers) > MAX_AXES or (label == "data_offsets" and len(numbers) != 2):
            raise ValueError(
                f"{where}: {label} of tensor {name!r:.80} must be whole numbers, got {str(numbers)[:80]}. {COPY_AGAIN}"
            )
    begin, stop = offsets
    needed = math.prod(shape) * BYTES_PER_NUMBER[dtype]
    if stop - begin != needed:
        raise ValueError(
            f"{where}: tensor {name!r:.80} of shape {shape} must fill {needed} bytes, got {stop - begin}. {COPY_AGAIN}"
        )
    return begin, stop
