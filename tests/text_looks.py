"""Small models that read texts and tags, their weights all different from zero, looked at on a text."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from clearhead.data._letters import Letters
from clearhead.data._units import UnitRules, Units
from clearhead.inspector.look import Look
from clearhead.metrics.tagging import allowed
from clearhead.models.base import Model, load_config, load_model
from clearhead.tasks._preprocessing import PREPROCESSING_FILE
from clearhead.tasks._tag_reading import TagReader
from clearhead.tasks._text_reader import TextReader

OTHER_WORDS = "nobody said so much of five green hills"
CLASSES = ["bad", "good", "so-so"]
TAGS = ["O", "B-PER", "I-PER", "B-LOC"]


def text_reader(folder: Path, texts: Sequence[str], *, kind: str = "words") -> TextReader:
    """Return what reads texts of a run with three classes."""
    target = {"kind": "class", "label_names": CLASSES}
    limits = {"num_texts": 1, "has_marks": False, "max_tokens": 30, "max_distance": 0}
    recipe = {"kind": "text", "text_columns": ["text"], "target": target, **limits}
    Units.learn(list(texts), UnitRules(kind=kind)).save(folder)  # type: ignore[arg-type]
    (folder / PREPROCESSING_FILE).write_text(json.dumps(recipe), encoding="utf-8")
    return TextReader(folder)


def look_at_class(
    folder: Path, name: str, text: str, *, target: str | None = None, kind: str = "words", **options: Any
) -> Look:
    """Return a look at a text through a classifier of three classes."""
    reader = text_reader(folder, [text, OTHER_WORDS], kind=kind)
    sizes = {"vocab_size": reader.vocab_size, "num_outputs": len(CLASSES), "context_length": 32, "embedding_dim": 7}
    return Look(shaken(name, **sizes, **options), reader, text, target=target, name=name)


def look_at_tags(text: str, *, has_crf: bool = True, target: str | None = None, **options: Any) -> Look:
    """Return a look at a text through a tagger of people and places that also reads letters."""
    words = text.split()
    letters = Letters.of(words)
    reader = TagReader(
        Units.learn_words([words], UnitRules()), letters, {"kind": "tags", "scheme": "BIO", "tag_names": TAGS}
    )
    sizes = {"vocab_size": reader.vocab_size, "num_outputs": len(TAGS), "embedding_dim": 6, "hidden_size": 5}
    spelling = {"num_characters": letters.size, "character_dim": 4, "character_size": 6}
    model: Any = shaken("recurrent", output="tokens", has_crf=has_crf, **sizes, **spelling, **options)
    if has_crf:
        model.crf.allow(*(torch.from_numpy(rule) for rule in allowed(TAGS, "BIO")))
    return Look(model, reader, text, target=target, name="tagger")


def shaken(name: str, **options: Any) -> Model:
    """Return a model whose every weight is random."""
    torch.manual_seed(1)
    model: Model = load_model(name)(load_config(name)(**options))
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.normal_(std=0.4)
    return model.eval()
