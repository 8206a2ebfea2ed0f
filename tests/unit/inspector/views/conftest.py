"""Small models of pairs whose weights all differ from zero, and what they read."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from tiny_tasks import train_tiny

from clearhead.data._units import UnitRules, Units
from clearhead.inspector.inputs import reader_of
from clearhead.inspector.look import Look, look
from clearhead.models.base import load_model
from clearhead.models.mlp import MLP, MLPConfig
from clearhead.runs.run import Run
from clearhead.tokenizers._pairs import PairTokenizer, train_pairs
from clearhead.tokenizers.base import Tokenizer

SOURCE, TARGET = "the cat", "一个猫"


@pytest.fixture(scope="session")
def pairs() -> PairTokenizer:
    """Return a tokenizer of single characters for both sides."""
    return train_pairs([SOURCE, "a mat"], [TARGET, "垫子"], vocab_size=None, is_joint=True, kind="character", seed=0)


@pytest.fixture
def look_at_pair(pairs: PairTokenizer) -> Callable[..., Look]:
    """Return a function that makes a tiny model of pairs, by its name and options, and lets it read a pair."""

    def read(name: str = "transformer", source: str = SOURCE, target: str = TARGET, **options: object) -> Look:
        torch.manual_seed(1)
        kind = load_model(name)
        config = replace(
            kind.tiny().config,
            source_vocab_size=pairs.source_vocab_size,
            target_vocab_size=pairs.target_vocab_size,
            padding_id=pairs.padding_id,
            start_id=pairs.start_id,
            end_id=pairs.end_id,
            **options,
        )
        model = kind(config).eval()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter.normal_(std=0.3)
        return Look(model, pairs, source, target=target, name="tiny")

    return read


def shaken(model: torch.nn.Module, std: float = 0.3) -> torch.nn.Module:
    """Return a model whose every weight is random, drawn anew."""
    torch.manual_seed(1)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.normal_(std=std)
    return model.eval()


def reader(folder: Path, recipe: dict[str, object]) -> object:
    """Return what reads inputs as this recipe of a run says."""
    (folder / "preprocessing.json").write_text(json.dumps(recipe), encoding="utf-8")
    return reader_of(Run(folder, model_config={}, about=None))


@pytest.fixture
def look_through(tokenizer: Tokenizer) -> Callable[[str, str], Look]:
    """Return a function that lets a tiny language model, by its name, read a text."""
    return lambda name, text: Look(shaken(load_model(name).tiny()), tokenizer, text, name=name)


@pytest.fixture
def row() -> Look:
    """Return a tiny MLP that read a row whose first number is scaled, and whose second and third are one category."""
    numbers = torch.tensor([1.4, -0.7, 0.3, 2.0, -1.1])
    return Look(shaken(MLP.tiny(), 0.5), None, numbers, target="y2")


CLASSES = {"kind": "class", "label_names": ["y1", "y2", "y3"]}


@pytest.fixture
def look_at_picture(tmp_path: Path) -> Callable[[str], Look]:
    """Return a function that lets a tiny model, by its name, read a picture of 9 by 8 pixels."""
    recipe = {"kind": "images", "height": 9, "width": 8, "num_channels": 1, "means": [0.4], "scales": [0.3]}
    reads = reader(tmp_path, {**recipe, "target": CLASSES})
    pixels = np.random.default_rng(0).integers(0, 256, (9, 8)).astype(np.uint8)
    Image.fromarray(pixels).save(tmp_path / "one.png")

    def read(name: str) -> Look:
        model = (
            MLP(MLPConfig(num_features=72, num_outputs=3, hidden=(6,))) if name == "mlp" else load_model(name).tiny()
        )
        return Look(shaken(model), reads, tmp_path / "one.png")

    return read


@pytest.fixture
def look_at_text(tmp_path: Path) -> Callable[..., Look]:
    """Return a function that lets a tiny classifier of texts, by its name, read one."""
    limits = {"num_texts": 1, "has_marks": False, "max_tokens": 30, "max_distance": 0}
    Units.learn(["the cat sat on a mat"], UnitRules()).save(tmp_path)
    reads = reader(tmp_path, {"kind": "text", "text_columns": ["text"], "target": CLASSES, **limits})

    def read(name: str = "text_cnn", text: str = "the cat sat on a mat", target: str | None = None) -> Look:
        return Look(shaken(load_model(name).tiny()), reads, text, target=target)

    return read


@pytest.fixture(scope="session")
def tagger(tmp_path_factory: pytest.TempPathFactory) -> Look:
    """Return a trained tagger with a CRF that read a sentence."""
    return look(train_tiny("tagging, spans", tmp_path_factory.mktemp("tagger")).result.path, "the red dog")
