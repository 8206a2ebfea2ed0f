"""A header is held against its file before anything is allocated."""

import json
import random
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

from clearhead.interop._tensors import FILE, INDEX, check_tensors, find_tensors, read_tensors

A = {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}
B = {"dtype": "BF16", "shape": [4], "data_offsets": [24, 32]}


def write(folder: Path, header: Any, *, data: int = 32, name: str = FILE, length: int | None = None) -> Path:
    text = (header if isinstance(header, str) else json.dumps(header)).encode()
    (folder / name).write_bytes(struct.pack("<Q", len(text) if length is None else length) + text + bytes(data))
    return folder


def test_a_good_file_is_described_and_read_as_float32(tmp_path: Path) -> None:
    stored = {"a": torch.arange(6.0).view(2, 3), "b": torch.tensor([1.5, -2.0]).bfloat16(), "c": torch.ones(3).half()}
    save_file(stored, tmp_path / FILE, metadata={"format": "pt"})
    found = find_tensors(tmp_path)
    assert {name: (tensor.dtype, tensor.shape) for name, tensor in found.items()} == {
        "a": ("F32", (2, 3)),
        "b": ("BF16", (2,)),
        "c": ("F16", (3,)),
    }
    for name, tensor in read_tensors(found.values()):
        assert tensor.dtype == torch.float32
        assert torch.equal(tensor, stored[name].float())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: write(f, {"a": A, "b": B}, data=31), r"must have \d+ bytes as its header says, got \d+"),
        (lambda f: write(f, {"a": A, "b": B}, data=40), r"must have \d+ bytes as its header says, got \d+"),
        (
            lambda f: write(f, {"a": A, "b": B | {"data_offsets": [16, 24]}}),
            r"'b' must begin at byte 24, got 16; it overlaps",
        ),
        (
            lambda f: write(f, {"a": A, "b": B | {"data_offsets": [28, 36]}}, data=36),
            r"at byte 24, got 28; it leaves a gap",
        ),
        (lambda f: write(f, {"a": A | {"shape": [2, 4]}, "b": B}), r"shape \[2, 4\] must fill 32 bytes, got 24"),
        (lambda f: write(f, {"a": A | {"shape": [1 << 40, 1 << 40]}, "b": B}), r"must fill \d+ bytes, got 24"),
        (lambda f: write(f, {"a": A | {"shape": [1] * 9}, "b": B}), r"shape of tensor 'a' must be whole numbers"),
        (
            lambda f: write(f, {"a": A | {"shape": [-2, -3]}, "b": B}),
            r"shape of tensor 'a' must be whole numbers, got \[-2",
        ),
        (
            lambda f: write(f, {"a": A | {"shape": [True, 6]}, "b": B}),
            r"shape of tensor 'a' must be whole numbers, got \[True",
        ),
        (
            lambda f: write(f, {"a": A | {"data_offsets": [0]}, "b": B}),
            r"data_offsets of tensor 'a' must be whole numbers",
        ),
        (
            lambda f: write(f, {"__metadata__": {"format": 1}}, data=0),
            r"__metadata__ must be an object of texts, got \{'format'",
        ),
        (
            lambda f: write(f, {"a": A | {"dtype": ["F32"]}, "b": B}),
            r"'a' must be one of F64, F32, F16, BF16, got \['F32'\]",
        ),
        (lambda f: write(f, {"a": A | {"dtype": "I8"}, "b": B}), r"'a' must be one of F64, F32, F16, BF16, got 'I8'"),
        (lambda f: write(f, {"a": {"dtype": "F32"}}), r"'a' must have dtype, shape and data_offsets, got \['dtype'\]"),
        (lambda f: write(f, {"a": 5}), r"'a' must have dtype, shape and data_offsets, got 5"),
        (
            lambda f: write(f, f'{{"a": {json.dumps(A)}, "a": {json.dumps(A)}}}'),
            r"must be JSON in UTF-8, got the key 'a' twice",
        ),
        (lambda f: write(f, "{" * 100), r"header must be JSON in UTF-8"),
        (lambda f: write(f, "[" * 50_000), r"header must be JSON in UTF-8"),
        (lambda f: write(f, "[]"), r"header must be a JSON object, got list"),
        (
            lambda f: write(f, {"a": A}, length=1 << 60),
            r"must begin with the length of its header, got 1152921504606846976",
        ),
        (lambda f: write(f, {"a": A}, length=0), r"must begin with the length of its header, got 0"),
        (
            lambda f: (f / FILE).write_bytes(b""),
            r"must begin with the length of its header, got -1 in a file of 0 bytes",
        ),
        (lambda f: (f / FILE).write_bytes(b"PK\x03\x04abc"), r"got -1 in a file of 7 bytes. Copy or download"),
    ],
)
def test_a_broken_file_is_refused_in_one_sentence(tmp_path: Path, change: Callable[[Path], Any], message: str) -> None:
    change(tmp_path)
    with pytest.raises(ValueError, match=message):
        find_tensors(tmp_path)


def test_a_pickle_is_never_opened(tmp_path: Path) -> None:
    (tmp_path / "pytorch_model.bin").write_bytes(b"cos\nsystem\n(S'exit 1'\ntR.")
    with pytest.raises(ValueError, match=r"got pytorch_model.bin, a pickle, which can run code.*save_pretrained"):
        find_tensors(tmp_path)


def test_a_folder_without_weights_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"must hold model.safetensors, got no such file"):
        find_tensors(tmp_path)


def shards(folder: Path, weight_map: dict[str, Any]) -> Path:
    save_file({"a": torch.ones(2)}, folder / "model-00001-of-00002.safetensors")
    save_file({"b": torch.zeros(3)}, folder / "model-00002-of-00002.safetensors")
    (folder / INDEX).write_text(
        json.dumps({"metadata": {"total_size": 20}, "weight_map": weight_map}), encoding="utf-8"
    )
    return folder


ONE, TWO = "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"


def test_shards_are_read_through_their_index(tmp_path: Path) -> None:
    found = find_tensors(shards(tmp_path, {"a": ONE, "b": TWO}))
    assert {name: tuple(tensor.shape) for name, tensor in read_tensors(found.values())} == {"a": (2,), "b": (3,)}


@pytest.mark.parametrize(
    "name", ["../a.safetensors", "/etc/a.safetensors", "x\\a.safetensors", ".a.safetensors", "a.bin", ""]
)
def test_an_index_cannot_reach_out_of_its_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match=r"must name plain .safetensors files beside it"):
        find_tensors(shards(tmp_path, {"a": ONE, "b": name}))


@pytest.mark.parametrize(
    ("weight_map", "kind", "message"),
    [
        ({"a": ONE, "b": ONE}, ValueError, r"must name tensors that are there, got 'b', which 'model-00001"),
        ({"a": ONE}, None, ""),
        ({"a": TWO, "b": TWO}, ValueError, r"got 'a', which 'model-00002-of-00002.safetensors' lacks"),
        ({"a": ONE, "b": TWO, "c": TWO}, ValueError, r"got 'c', which 'model-00002-of-00002.safetensors' lacks"),
        (
            {"a": ONE, "b": "gone.safetensors"},
            FileNotFoundError,
            r"must name files that are there, got 'gone.safetensors'",
        ),
        ({"a": ONE, "c": TWO}, ValueError, r"must name the file of each tensor, got None for 'b'"),
        ({}, ValueError, r"weight_map must say which file holds each tensor, got dict"),
        ([1], ValueError, r"weight_map must say which file holds each tensor, got list"),
    ],
)
def test_an_index_that_does_not_fit_its_files_is_refused(
    tmp_path: Path, weight_map: dict[str, str], kind: type[Exception] | None, message: str
) -> None:
    shards(tmp_path, weight_map)
    if kind is None:
        assert set(find_tensors(tmp_path)) == {"a"}
        return
    with pytest.raises(kind, match=message):
        find_tensors(tmp_path)


@pytest.mark.parametrize(
    ("expected", "message"),
    [
        ({"a": (2, 3), "bb": (4,)}, r"must hold the tensor 'bb', got 2 tensors without it. The nearest there is 'b'"),
        ({"a": (3, 2), "b": (4,)}, r"'a' must have the shape \[3, 2\] of config.json, got \[2, 3\]"),
        ({"a": (2, 3)}, r"must hold only tensors of the model in config.json, got 1 more, for example 'b'"),
    ],
)
def test_tensors_must_be_those_of_the_configuration(
    tmp_path: Path, expected: dict[str, tuple[int, ...]], message: str
) -> None:
    tensors = find_tensors(write(tmp_path, {"a": A, "b": B}))
    check_tensors(tensors, {"a": (2, 3), "b": (4,)}, where="folder")
    check_tensors(tensors, {"a": (2, 3)}, ignored=["b"], where="folder")
    with pytest.raises(ValueError, match=message):
        check_tensors(tensors, expected, where="folder")


def test_random_damage_gives_a_sentence_or_a_readable_file(tmp_path: Path) -> None:
    chance = random.Random(0)
    save_file({"a": torch.ones(2, 3), "b": torch.zeros(4)}, tmp_path / FILE)
    good = (tmp_path / FILE).read_bytes()
    refused = 0
    for _ in range(500):
        damaged = bytearray(good)
        for _ in range(chance.randint(1, 4)):
            damaged[chance.randrange(len(good) - 40)] = chance.randrange(256)
        (tmp_path / FILE).write_bytes(damaged[: chance.choice([len(good), chance.randrange(len(good))])])
        try:
            list(read_tensors(find_tensors(tmp_path).values()))
        except ValueError:
            refused += 1
    assert refused > 300
