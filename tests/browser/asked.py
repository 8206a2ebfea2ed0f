"""Looks at inputs that hold no English word through every model, and what the views are asked there, one by one."""

import dataclasses
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch
from browser.kinds import IDS, scattered, tiny
from text_looks import CLASSES, look_at_tags, shaken, text_reader
from tiny_tasks import train_tiny

from clearhead.core import catalog
from clearhead.inspector import look as looking
from clearhead.inspector.look import Look
from clearhead.models.base import load_config, load_model
from clearhead.panels.base import Panel
from clearhead.tokenizers._pairs import train_pairs
from clearhead.tokenizers.base import train_tokenizer

TEXT, SENTENCE = "我吃了一个苹果 zig zag", "zig zag zog zug"
OTHERS = {TEXT: "我吃了一个苹果 zag zag", SENTENCE: "zag zig zog zug", "zig zag": "zag zig", "a cat sat": "a cat ran"}
"""Another input beside each."""
TRAINED = {
    "regression": '{"x": 1.5, "y": -2, "colour": "red"}',
    "classification, labels": '{"x": 1.5, "y": -2, "colour": "red"}',
    "language_modeling": "a cat sat",
}
"""What a run of each is asked; the training of a run has steps, checkpoints and, of a small model, a film."""
RIGHT = {"regression": "2.5"}

ASKED: dict[str, list[dict[str, Any]]] = {
    "ablation": [{"tap": "*mixed", "head": 0}, {"tap": "*before", "unit": 1}, {"other": ""}, {"top": 3}],
    "attention": [{"layer": 0}, {"layer": 0, "head": 0}, {"layer": 0, "head": 0, "token": 1}]
    + [{"side": side, **more} for side in ("encoder", "decoder") for more in ({}, {"layer": 0, "head": 0})],
    "attribution": [{"token": 0, "top": 2}],
    "block": [{"side": "decoder"}, {"layer": -1, "token": 1}],
    "branches": [{"choose": "2:2"}, {"temperature": 1.5}],
    "compare": [{"other": ""}, {"other": "", "token": 1}],
    "computation_graph": [{"limit": 5}],
    "context_vectors": [{"word": "zag", "other": ""}],
    "gradient_flow": [{"token": 1}, {"answer": "z"}, {"length": 3}, {"side": "decoder"}],
    "layers": [{"part": "layers.0"}, {"part": "input"}],
    "neuron": [{"layer": 0, "top": 2}, {"x": "x1"}, {"x": "x", "step": -1}],
    "next_token": [
        {"token": 2, "temperature": 0.7, "top_k": 5, "top_p": 0.9, "min_p": 0.01, "repetition_penalty": 1.2},
        {"temperature": 0.0},
    ],
    "ngrams": [{"unit": 0}, {"unit": -1}, {"top": 2}],
    "pixels": [{"filter": "difference"}, {"layer": 1, "unit": 0}],
    "positions": [{"side": "decoder", "length": 4}],
    "recurrent_state": [{"token": 1}, {"way": "right_to_left"}, {"side": "decoder"}],
    "residual_lens": [{"token": 0, "top": 2}],
    "tags": [{"token": 1}],
    "training": [{"token": 0}],
    "training_step": [{"steps": 2}],
    "word_geometry": [
        {"words": "zig zag zog zug", "map": "tsne"},
        {"analogy": "zig - zag + zog = zug"},
        {"analogy": "zig - zag + zog = zig"},
        {"words": "zig zag", "around": 3},
    ],
    "word_pair": [{"token": 0}],
}
"""Options under which a view says something else than with none; the other input is filled in."""


def answers(seen: Look) -> Iterator[tuple[str, list[Panel] | ValueError]]:
    """Yield what every view of a look says, asked in every way: the view, and its panels or a refusal."""
    for name in catalog.entries("inspector/views"):
        for asked in [{}, *ASKED.get(name, [])]:
            if ("other" in asked and seen.text not in OTHERS) or ("answer" in asked and seen.kind != "text"):
                continue
            options = asked | ({"other": OTHERS[seen.text]} if "other" in asked else {})
            try:
                yield name, seen.view(name, **options)
            except ValueError as refused:
                yield name, refused


def of_model(name: str, **options: Any) -> Look:
    """Look at an input of its kind through a model, each weight of it random."""
    model = scattered(load_model(name)(dataclasses.replace(tiny(name).config, **options)))
    config = model.config
    if model.role == "LanguageModel":
        tokenizer = train_tokenizer("character", [TEXT], vocab_size=30)
        sized = dataclasses.replace(config, vocab_size=tokenizer.vocab_size)
        return Look(scattered(type(model)(sized)), tokenizer, TEXT)
    if model.role == "SequenceToSequence":
        pairs = train_pairs(["zig zag"], ["苹果 zog"], vocab_size=None, kind="character")
        facts = {key: getattr(pairs, key) for key in IDS}
        return Look(scattered(type(model)(dataclasses.replace(config, **facts))), pairs, "zig zag", target="苹果 zog")
    if model.role == "FeatureModel":
        target = "y1" if config.num_outputs > 1 else "1.5"
        return Look(model, None, torch.rand(config.num_features), target=target)
    if model.role == "ImageModel":
        return Look(model, None, torch.rand(config.num_channels, config.height, config.width))
    assert model.role == "WordVectors", model.role
    words = ["zig", "zag", "zog", "zug", *(f"wort{index}" for index in range(config.vocab_size - 4))]
    vocabulary = SimpleNamespace(words=words, counts=np.arange(len(words), 0, -1), vocab_size=len(words))
    return Look(model, vocabulary, SENTENCE)


def of_text(name: str, folder: Path) -> Look:
    """Look at a sentence through a classifier of three classes."""
    reader = text_reader(folder, [SENTENCE])
    sizes = {"vocab_size": reader.vocab_size, "num_outputs": len(CLASSES), "context_length": 32, "embedding_dim": 7}
    return Look(shaken(name, **sizes), reader, SENTENCE, target=CLASSES[0])


def of_pixels() -> Look:
    """Look at a row of numbers that fills a square."""
    model = scattered(load_model("mlp")(load_config("mlp")(num_features=64, num_outputs=3, hidden=(6,))))
    return Look(model, None, torch.rand(64))


def of_run(recipe: str, folder: Path) -> Look:
    """Look at an input through a run that was just trained."""
    return looking.look(train_tiny(recipe, folder).result.path, TRAINED[recipe], target=RIGHT.get(recipe))


ATTENTIONS = ("none", "dot", "general", "additive")
OBJECTIVES = ("negative_sampling", "hierarchical_softmax", "full_softmax")
LOOKS: dict[str, Callable[[Path], Look]] = {
    **{
        name: lambda folder, name=name: of_model(name)  # type: ignore[misc]
        for name in catalog.entries("models")
        if load_model(name).role not in ("TextEncoder", "WordVectors") and name != "attention_seq2seq"
    },
    **{
        name: lambda folder, name=name: of_text(name, folder)  # type: ignore[misc]
        for name in catalog.entries("models")
        if load_model(name).role == "TextEncoder"
    },
    **{
        f"attention_seq2seq, {kind}": lambda folder, kind=kind: of_model("attention_seq2seq", attention=kind)  # type: ignore[misc]
        for kind in ATTENTIONS
    },
    **{
        f"word2vec, {mode}, {objective}": lambda folder, mode=mode, objective=objective: of_model(  # type: ignore[misc]
            "word2vec", mode=mode, objective=objective
        )
        for mode, objective in itertools.product(("cbow", "skip_gram"), OBJECTIVES)
    },
    "mlp, pixels": lambda folder: of_pixels(),
    "tagger": lambda folder: look_at_tags(SENTENCE),
    "tagger without a CRF": lambda folder: look_at_tags(SENTENCE, has_crf=False),
    **{f"run of {recipe}": lambda folder, recipe=recipe: of_run(recipe, folder) for recipe in TRAINED},  # type: ignore[misc]
}
"""What makes each look; a folder is for its files."""
