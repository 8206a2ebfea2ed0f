"""Whatever is damaged in a model folder: a sentence or a model, never a crash, a hang or a giant allocation."""

import json
import random
import struct
from pathlib import Path
from typing import Any

import pytest
import torch

from clearhead.interop.base import read_model, write_model
from clearhead.models.gpt import GPT, GPTConfig
from clearhead.models.gpt2 import GPT2, GPT2Config

STRANGE: list[Any] = [
    *(None, True, False, 0, 1, 2, 3, 7, -1, 2**31 - 1, 2**31, 2**63, 10**30, 0.5, -0.0, 1e308, 1e-320),
    *("", "0", "silu", "../../x", "\ud800", [], {}, [[]], [0, 24], {"a": 1}, "F32", "F64", "I64", "x" * 1000),
]


@pytest.mark.parametrize("count", [300, pytest.param(5000, marks=pytest.mark.slow)])
def test_damaged_folders_give_a_sentence_or_a_model(tmp_path: Path, count: int) -> None:
    chance = random.Random(count)
    sizes: dict[str, Any] = {"vocab_size": 7, "context_length": 8, "d_model": 8, "num_layers": 1, "num_heads": 2}
    models = [GPT(GPTConfig(**sizes)), GPT(GPTConfig(**sizes, use_qk_norm=False)), GPT2(GPT2Config(**sizes))]
    for index, model in enumerate(models):
        write_model(model, tmp_path / str(index))
    outcomes = {"refused": 0, "read": 0}
    for _ in range(count):
        source = tmp_path / str(chance.randrange(len(models)))
        folder = tmp_path / "damaged"
        folder.mkdir(exist_ok=True)
        config, weights = (source / "config.json").read_bytes(), (source / "model.safetensors").read_bytes()
        damage = chance.choice([damage_config, damage_header, damage_bytes])
        config, weights = damage(config, weights, chance)
        (folder / "config.json").write_bytes(config)
        (folder / "model.safetensors").write_bytes(weights)
        try:
            read = read_model(folder)
        except (ValueError, FileNotFoundError) as error:
            assert len(str(error)) < 1000
            assert "\n" not in str(error)
            outcomes["refused"] += 1
        else:
            read(torch.zeros(1, 1, dtype=torch.long))
            outcomes["read"] += 1
    assert outcomes["refused"] > count / 3
    assert outcomes["read"] > 0


def damage_config(config: bytes, weights: bytes, chance: random.Random) -> tuple[bytes, bytes]:
    """Give one or two keys of the configuration another value, or take one away."""
    values = json.loads(config)
    for _ in range(chance.randint(1, 2)):
        key = chance.choice(sorted(values))
        if chance.random() < 0.2:
            del values[key]
        elif isinstance(values[key], dict) and values[key] and chance.random() < 0.7:
            values[key][chance.choice(sorted(values[key]))] = chance.choice(STRANGE)
        else:
            values[key] = chance.choice(STRANGE)
    return json.dumps(values).encode(), weights


def damage_header(config: bytes, weights: bytes, chance: random.Random) -> tuple[bytes, bytes]:
    """Change the description of a tensor, keeping the header well formed."""
    length = struct.unpack("<Q", weights[:8])[0]
    header = json.loads(weights[8 : 8 + length])
    name = chance.choice(sorted(header))
    match chance.randrange(4):
        case 0:
            del header[name]
        case 1:
            header[chance.choice(["x", "__metadata__", "lm_head.weight", "a.b.c"])] = header[name]
        case 2:
            header[name] = chance.choice(STRANGE)
        case _:
            header[name][chance.choice(["dtype", "shape", "data_offsets", "other"])] = chance.choice(STRANGE)
    text = json.dumps(header).encode()
    return config, struct.pack("<Q", len(text)) + text + weights[8 + length :]


def damage_bytes(config: bytes, weights: bytes, chance: random.Random) -> tuple[bytes, bytes]:
    """Flip bytes of a file, or cut it off."""
    damaged = [bytearray(config), bytearray(weights)]
    chosen = chance.choice(damaged)
    for _ in range(chance.randint(1, 3)):
        chosen[chance.randrange(min(len(chosen), 3000))] = chance.randrange(256)
    if chance.random() < 0.3:
        del chosen[chance.randrange(len(chosen)) :]
    return bytes(damaged[0]), bytes(damaged[1])
