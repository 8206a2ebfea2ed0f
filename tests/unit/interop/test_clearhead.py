"""Our own form: every model comes back as it was, and a hostile folder gives a sentence before memory is taken."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from clearhead.core import catalog
from clearhead.interop import base, clearhead
from clearhead.models.base import load_model
from clearhead.models.image_cnn import ImageCNN
from clearhead.models.mlp import MLP
from clearhead.models.neuron import Neuron

MODELS = catalog.entries("models")


def saved(folder: Path, model: Any = None) -> Path:
    torch.manual_seed(0)
    clearhead.write(model or MLP.tiny(), folder)
    return folder


def change_config(folder: Path, *path: str, value: Any) -> None:
    values = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    inner = values
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    (folder / "config.json").write_text(json.dumps(values), encoding="utf-8")


@pytest.mark.parametrize("name", MODELS)
def test_every_model_comes_back_bit_for_bit(tmp_path: Path, name: str) -> None:
    torch.manual_seed(0)
    model = load_model(name).tiny()
    assert clearhead.writes(model)
    again = clearhead.read(saved(tmp_path, model))
    assert type(again) is type(model) and again.config == model.config
    state = model.state_dict()
    assert state and set(again.state_dict()) == set(state)
    assert all(torch.equal(tensor, state[key]) for key, tensor in again.state_dict().items())


@pytest.mark.parametrize("name", MODELS)
def test_the_slots_are_the_tensors_in_the_file(tmp_path: Path, name: str) -> None:
    model = load_model(name).tiny()
    stored = load_file(saved(tmp_path, model) / "model.safetensors")
    slots = {slot.theirs: slot.shape for slot in clearhead.slots(model.config)}
    assert slots == {key: tuple(tensor.shape) for key, tensor in stored.items()}


@pytest.mark.parametrize("kind", [Neuron, MLP, ImageCNN])
def test_it_is_the_form_of_models_that_no_other_library_has(tmp_path: Path, kind: Any) -> None:
    base.write_model(kind.tiny(), tmp_path)
    described = base.read_config(tmp_path)
    assert described["model_type"] == "clearhead" and described["architectures"] == [kind.__name__]
    assert type(base.read_model(tmp_path)) is kind


def test_a_model_with_a_native_form_is_not_written_in_ours(tmp_path: Path) -> None:
    base.write_model(load_model("gpt2").tiny(), tmp_path)
    assert base.read_config(tmp_path)["model_type"] == "gpt2"


def test_weights_may_be_stored_in_half_the_digits(tmp_path: Path) -> None:
    model = MLP.tiny()
    clearhead.write(model, tmp_path, dtype="bfloat16")
    again = clearhead.read(tmp_path)
    assert again.head.weight.dtype == torch.float32
    assert torch.equal(again.head.weight, model.head.weight.bfloat16().float())


@dataclass
class Names:
    """What the writer asks of a tokenizer."""

    vocab_size: int

    def save(self, directory: Path, *, model_max_length: int | None = None) -> None:
        (directory / "names.txt").write_text(f"{self.vocab_size} {model_max_length}", encoding="utf-8")


def test_a_tokenizer_is_saved_beside_the_model_with_its_context(tmp_path: Path) -> None:
    clearhead.write(load_model("gpt2").tiny(), tmp_path, tokenizer=Names(37))
    assert (tmp_path / "names.txt").read_text(encoding="utf-8") == "37 32"


def test_a_tokenizer_that_says_more_than_the_model_knows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"tokenizer.vocab_size must be at most 37, that of the model, got 38"):
        clearhead.write(load_model("gpt2").tiny(), tmp_path, tokenizer=Names(38))


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("model",), "mpl", r"No 'mpl' in config.json.model. Available: .* Did you mean 'mlp'"),
        (("model",), None, r"No 'None' in config.json.model. Available"),
        (("architectures",), ["GPT"], r'config.json.architectures must be \["MLP"\], got \["GPT"\]'),
        (("configs",), {"a": 1}, r"config.json.configs must be a key that Clearhead knows.* Did you mean 'config'"),
        (("config",), None, r"config.json.config must be a JSON object, got NoneType"),
        (("config", "hiden"), [4], r"No 'hiden' in config.json.config. Available: .* Did you mean 'hidden'"),
        (("config", "num_outputs"), 1.5, r"config.json.config.num_outputs must be int, got 1.5"),
        (("config", "num_outputs"), 0, r"MLPConfig.num_outputs must be at least 1, got 0"),
        (("config", "num_outputs"), 4, r"'head.weight' must have the shape \[4, 8\] of config.json, got \[3, 8\]"),
        (("config", "hidden"), [16], r"'head.weight' must have the shape \[3, 16\]"),
        (("config", "hidden"), [16, 8, 8], r"must hold the tensor 'layers.2.linear.weight'"),
        (
            ("config", "num_features"),
            10**30,
            r"num_features must fit the weights, whose largest axis is 16, got",
        ),
        (("config", "hidden"), [16] * 5000, r"layers in config.json must fit the weights, got more of them than 6"),
        (("config", "activation"), "x" * 5000, r"No 'xxx"),
    ],
)
def test_a_description_of_another_model_is_refused(
    tmp_path: Path, path: tuple[str, ...], value: Any, message: str
) -> None:
    change_config(saved(tmp_path), *path, value=value)
    with pytest.raises(ValueError, match=message) as caught:
        clearhead.read(tmp_path)
    assert len(str(caught.value)) < 1000


def test_tensors_of_another_model_are_refused(tmp_path: Path) -> None:
    tensors = load_file(saved(tmp_path) / "model.safetensors")
    save_file({**tensors, "extra": torch.zeros(1)}, tmp_path / "model.safetensors")
    with pytest.raises(ValueError, match=r"must hold only tensors of the model in config.json, got 1 more.*'extra'"):
        clearhead.read(tmp_path)
    del tensors["head.bias"]
    save_file(tensors, tmp_path / "model.safetensors")
    with pytest.raises(ValueError, match=r"must hold the tensor 'head.bias'"):
        clearhead.read(tmp_path)


def test_a_table_that_no_tensor_bears_out_is_refused_before_it_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clearhead, "LARGEST_TABLE", 1000)
    saved(tmp_path, load_model("gpt").tiny())
    change_config(tmp_path, "config", "context_length", value=1 << 16)
    with pytest.raises(ValueError, match=r"must fit the weights, got a model that computes tables of 1\d{6} numbers"):
        clearhead.read(tmp_path)


def test_a_model_that_does_not_fit_its_file_is_never_built_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = []

    class Watched(MLP):
        def __init__(self, config: Any) -> None:
            places.append(torch.empty(0).device.type)
            super().__init__(config)

    monkeypatch.setattr(clearhead, "load_model", lambda name: Watched)
    saved(tmp_path)
    change_config(tmp_path, "architectures", value=["Watched"])
    clearhead.read(tmp_path)
    assert places == ["meta", "cpu"]
    change_config(tmp_path, "config", "hidden", value=[60_000, 60_000])
    with pytest.raises(ValueError, match=r"must have the shape \[60000, 5\]"):
        clearhead.read(tmp_path)
    assert places == ["meta", "cpu", "meta"]
