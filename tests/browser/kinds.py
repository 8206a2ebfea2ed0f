"""A small model of every kind of input, every weight random, that has read something of its kind."""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch
from text_looks import look_at_class, look_at_tags

from clearhead.inspector.look import Look
from clearhead.models.base import load_model
from clearhead.tokenizers._pairs import train_pairs
from clearhead.tokenizers.base import train_tokenizer

SOURCE, TARGET = "a small cat", "ein kleines Tier 小猫"
TEXT = "the cat sat on a mat, and nobody said so"
IDS = ("source_vocab_size", "target_vocab_size", "padding_id", "start_id", "end_id")


def look_at_pair(folder: Path) -> Look:
    """Look at a translation."""
    pairs = train_pairs([SOURCE], [TARGET], vocab_size=None, kind="character")
    model = tiny("transformer")
    config = dataclasses.replace(model.config, **{name: getattr(pairs, name) for name in IDS})
    return Look(scattered(type(model)(config)), pairs, SOURCE, target=TARGET, name="translator")


def look_at_image(folder: Path) -> Look:
    """Look at an image whose class is known."""
    model = scattered(tiny("image_cnn"))
    config = model.config
    pixels = torch.rand(config.num_channels, config.height, config.width)
    return Look(model, None, pixels, target="y1", name="images")


def look_at_row(folder: Path) -> Look:
    """Look at a row of numbers."""
    model = scattered(tiny("mlp"))
    return Look(model, None, torch.rand(model.config.num_features), name="rows")


def look_at_neuron(folder: Path) -> Look:
    """Look at one neuron that should have said a number."""
    model = scattered(tiny("neuron"))
    return Look(model, None, torch.rand(model.config.num_features), target="1.5", name="neuron")


def look_at_words(folder: Path) -> Look:
    """Look at words through their vectors."""
    model = scattered(tiny("word2vec"))
    names = [f"word{index}" for index in range(model.config.vocab_size)]
    words = SimpleNamespace(words=names, counts=np.arange(len(names), 0, -1), vocab_size=len(names))
    return Look(model, words, "word3 word1 word2 word5", name="words")


def look_at_memory(folder: Path) -> Look:
    """Look at a text through a recurrent net."""
    model = scattered(tiny("recurrent_lm"))
    tokenizer = train_tokenizer("character", [TEXT], vocab_size=model.config.vocab_size)
    return Look(model, tokenizer, TEXT[:20], name="memory")


KINDS: dict[str, Callable[[Path], Look]] = {
    "translator": look_at_pair,
    "image": look_at_image,
    "row": look_at_row,
    "neuron": look_at_neuron,
    "words": look_at_words,
    "memory": look_at_memory,
    "classifier": lambda folder: look_at_class(folder, "text_cnn", TEXT, target="good"),
    "tagger": lambda folder: look_at_tags("nobody said so much of five green hills", target="O O O O O O O B-LOC"),
}
"""What makes a look of each kind; a folder is for its files."""


def tiny(name: str) -> Any:
    """Return a model in the size of the tests."""
    return load_model(name).tiny()


def scattered(model: Any) -> Any:
    """Give every weight of a model a random number."""
    torch.manual_seed(7)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.normal_(std=0.3)
    return model.eval()
