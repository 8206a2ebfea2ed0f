"""Move weights between a model of ours and the tensors of a foreign folder, by one table for both directions."""

import errno
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import save_file

from clearhead.interop._json import read_json, write_json
from clearhead.interop._tensors import FILE, StoredTensor, check_tensors, find_tensors, read_tensors
from clearhead.models.base import Model
from clearhead.tokenizers.base import END_OF_TEXT, Tokenizer


@dataclass(frozen=True)
class Slot:
    """One stored tensor and the parameters of ours that it holds."""

    theirs: str
    ours: tuple[str, ...]
    """Parameters that are stacked along their rows, all of the same size."""
    shape: tuple[int, ...]
    """As stored."""
    is_transposed: bool = False
    """Stored as [in, out] where ours is [out, in]."""


def read_model_folder(
    directory: Path,
    *,
    num_layers: int,
    slots: Callable[[Mapping[str, StoredTensor]], Sequence[Slot]],
    build: Callable[[], Model],
    ignored: Iterable[str] = (),
    repeated: Mapping[str, str] | None = None,
) -> Model:
    """Check every stored tensor against the configuration, then build the model and fill it.

    Args:
        slots: makes the table for the tensors found.
        ignored: tensors that hold no weight (masks, frequencies).
        repeated: tensors that may be stored although they repeat a parameter of ours, which they must equal.
    """
    tensors = find_tensors(directory)
    where = directory.name
    if num_layers > len(tensors):  # before the table is made: a hostile count must not fill the memory
        raise ValueError(
            f"{where}: the number of layers in config.json must fit the weights, got {num_layers} layers and "
            f"{len(tensors)} tensors. Use config.json and weights of the same model."
        )
    table = {slot.theirs: slot for slot in slots(tensors)}
    twins = {name: ours for name, ours in (repeated or {}).items() if name in tensors}
    shapes = {name: slot.shape for name, slot in table.items()}
    shapes |= {name: slot.shape for name, ours in twins.items() for slot in table.values() if slot.ours == (ours,)}
    check_tensors(tensors, shapes, ignored=ignored, where=where)
    model = build()
    parameters = dict(model.named_parameters())
    with torch.no_grad():
        for name, tensor in read_tensors(tensors[name] for name in table):
            slot = table[name]
            tensor = tensor.T if slot.is_transposed else tensor
            for ours, part in zip(slot.ours, tensor.chunk(len(slot.ours)), strict=True):
                parameters[ours].copy_(part)
    for name, tensor in read_tensors(tensors[name] for name in twins):
        if not torch.equal(tensor, parameters[twins[name]]):
            raise ValueError(
                f"{where}: tensor {name!r} must equal the embedding as config.json.tie_word_embeddings is true, got "
                f"another one. Set tie_word_embeddings to false to keep both."
            )
    return model


def write_model_folder(
    model: Model,
    directory: Path,
    *,
    slots: Sequence[Slot],
    config: dict[str, Any],
    tokenizer: Tokenizer | None,
    dtype: str | None,
) -> None:
    """Write config.json, model.safetensors, generation_config.json and the tokenizer's files into a folder."""
    directory = Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    kind = choose_dtype(model, dtype)
    ids: dict[str, int | None] = {"bos_token_id": None, "eos_token_id": None}
    if tokenizer is not None:
        check_vocabulary(tokenizer, model.config.vocab_size, where="interop.write")
        ids = {"bos_token_id": tokenizer.end_of_text_id, "eos_token_id": tokenizer.end_of_text_id}
        tokenizer.save(directory, model_max_length=model.config.context_length)
        _name_unknown_token(directory / "tokenizer_config.json")
        write_json(directory / "generation_config.json", {**ids, "pad_token_id": tokenizer.padding_id})
    # `dtype` is read by transformers from 4.56 on, `torch_dtype` by those before.
    write_json(
        directory / "config.json", {**config, **ids, "dtype": DTYPE_NAMES[kind], "torch_dtype": DTYPE_NAMES[kind]}
    )
    state = model.state_dict()
    tensors = {}
    for slot in slots:
        stacked = torch.cat([state[name] for name in slot.ours]) if len(slot.ours) > 1 else state[slot.ours[0]]
        stored = stacked.T if slot.is_transposed else stacked
        tensors[slot.theirs] = stored.detach().to("cpu", kind).contiguous()
    needed = sum(tensor.numel() * tensor.element_size() for tensor in tensors.values())
    free = shutil.disk_usage(directory).free
    if free < needed:
        raise OSError(errno.ENOSPC, f"{FILE} needs {needed} bytes, {free} are free")
    try:
        # Readers of transformers look for the note on where the tensors came from.
        (directory / FILE).touch()
        usual_mode = (directory / FILE).stat().st_mode  # the library would make a file that only its owner can read
        save_file(tensors, directory / FILE, metadata={"format": "pt"})
        (directory / FILE).chmod(usual_mode)
    except SafetensorError as error:  # the library's own way to say that the disk is full
        raise OSError(errno.ENOSPC if "os error 28" in str(error) else errno.EIO, str(error)) from None


def _name_unknown_token(path: Path) -> None:
    """Name a token for the unknown, though a byte-level vocabulary needs none: CTranslate2 stops without the name."""
    settings = read_json(path)
    if settings.get("unk_token") is None:
        write_json(path, settings | {"unk_token": END_OF_TEXT})


DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}
DTYPE_NAMES = {dtype: name for name, dtype in DTYPES.items()}


def choose_dtype(model: Model, name: str | None) -> torch.dtype:
    """Return the number type to store: the named one, or the model's own."""
    if name is not None:
        if name not in DTYPES:
            raise ValueError(
                f"dtype must be one of {', '.join(DTYPES)}, got {name!r}. Use float32 to keep every digit."
            )
        return DTYPES[name]
    own = next(model.parameters()).dtype
    return own if own in DTYPE_NAMES else torch.float32


def check_vocabulary(tokenizer: Tokenizer, vocab_size: int, *, where: str) -> None:
    """Refuse a tokenizer that can say more than the model knows; a model may have spare rows."""
    if tokenizer.vocab_size > vocab_size:
        raise ValueError(
            f"{where}: the tokenizer must fit the model, got {tokenizer.vocab_size} tokens in the tokenizer "
            f"and a model of vocab_size={vocab_size}. Use the tokenizer that the model was trained with."
        )
