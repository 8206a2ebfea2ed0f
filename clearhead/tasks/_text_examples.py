"""Texts with a class or labels: read as tokens, in batches of about one length."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from clearhead.data._find_texts import are_labeled_texts
from clearhead.data._labeled import LabeledTexts
from clearhead.data._units import UNKNOWN_ID
from clearhead.data.labeled_text import open_labeled_texts
from clearhead.metrics import baselines, text_baselines
from clearhead.metrics.baselines import Baseline
from clearhead.models.base import Model, TextEncoder
from clearhead.tasks._kind import Turn, in_pieces
from clearhead.tasks._preprocessing import read_preprocessing
from clearhead.tasks._text_data import TextTokens, bucketed, without_words
from clearhead.tasks._text_reading import TextRules, is_mostly_han, load_rules
from clearhead.tasks._vectors_in import KnownVectors, put_vectors, vectors_for
from clearhead.tasks.base import Asked, Defaults, Poll, never_stop

EVALUATED_TOKENS = 1 << 15
"""Tokens that are read at once while scoring: texts of one length together."""
TEXT_COLUMN = Asked(data="").text_column
"""What stands in `text_column` where the user named no column."""


class TextExamples:
    """Texts, as a run reads them."""

    unit = "texts"
    roles: tuple[str, ...] = (TextEncoder.role,)
    default_model = "text_cnn"

    def __init__(self, examples: LabeledTexts, options: Any, rules: TextRules) -> None:
        self.examples, self.options, self.rules = examples, options, rules
        self._encoded: dict[str, tuple[TextTokens, list[int]]] = {}

    def num_rows(self, split: str) -> int:
        """Count the texts of a part."""
        return len(self.examples.texts(split))

    def tokens(self, split: str) -> TextTokens:
        """Return the texts of a part as tokens, encoded once."""
        if split not in self._encoded:
            self._encoded[split] = self.rules.encode(self.examples.texts(split))
        return self._encoded[split][0]

    @property
    def report(self) -> list[str]:
        """Say how many texts are longer than what is read of them."""
        told = []
        for split in self.examples.splits:
            self.tokens(split)
            count = sum(length > self.rules.max_tokens for length in self._encoded[split][1])
            if count:
                total = self.num_rows(split)
                told.append(
                    f"{count:,} of {total:,} texts of {split} are longer than {self.rules.max_tokens} tokens and cut "
                    f"there (--task.max-tokens)."
                )
        return told

    def model_facts(self, model: str) -> dict[str, Any]:
        """Return how many units and distances the model must tell apart."""
        facts = {"vocab_size": self.rules.vocab_size, "output": "text", "num_positions": self.rules.num_distances}
        return {**facts, "num_characters": 0}

    def defaults(self, model: str, num_rows: int) -> Defaults:
        """Return settings that serve sentences and short texts."""
        training: dict[str, Any] = {"batch_size": 50, "optimizer": "adamw", "adam_beta2": 0.99, "clip_norm": 1.0}
        training |= {"learning_rate": 0.001, "embedding_learning_rate": 0.003}
        training |= {"head_learning_rate": 0.001, "vector_learning_rate": 0.001}
        options: dict[str, Any] = {"context_length": max(512, self.rules.max_tokens)}
        if self.options.vectors is not None:
            options["embedding_dim"] = self.vectors.width
        return Defaults(model_options=options, training_options=training, epochs=10)

    @cached_property
    def vectors(self) -> KnownVectors:
        """The vectors of the units that a model begins with."""
        units = self.rules.units
        names = [units.name(index) for index in range(units.vocab_size)]
        return vectors_for(self.options.vectors, names, num_control=units.first_id)

    def equip(self, model: Model) -> list[str]:
        """Put word vectors into a new model, where the user named some, and say how many words have one."""
        if self.options.vectors is None:
            return []
        return put_vectors(model, self.vectors, num_control=self.rules.units.first_id)

    def for_model(self, model_config: Any) -> Self:
        """Return the texts cut to what a model reads at most."""
        rules = self.rules.limited(model_config.context_length)
        return self if rules == self.rules else type(self)(self.examples, self.options, rules)

    def epoch(self, rows: NDArray[np.int64], batch_size: int, seed: Sequence[int]) -> NDArray[np.int64]:
        """Return the texts of each batch of one pass, about equally long ones together."""
        return bucketed(self.tokens("train").lengths, rows, batch_size, seed)

    def inputs(self, rows: NDArray[np.int64], turn: Turn) -> tuple[Tensor, ...]:
        """Return this process's share of some training texts, some words read as unknown."""
        share, packed = turn.share(len(rows)), self.tokens("train")
        tokens, *distances = packed.tensors(rows, self.rules.max_distance)
        if self.options.word_dropout:  # drawn for the whole batch, so that it does not depend on who takes which share
            hidden = without_words(
                tokens.numpy(),
                self.options.word_dropout,
                first_id=self.rules.units.first_id,
                unknown_id=UNKNOWN_ID,
                seed=(turn.seed, turn.step),
            )
            tokens = torch.from_numpy(hidden)
        longest = int(packed.lengths[rows[share]].max(initial=1))
        return tuple(part[share, :longest] for part in (tokens, *distances))

    def outputs(self, model: nn.Module, split: str, poll: Poll = never_stop) -> NDArray[np.float32]:
        """Return a model's raw outputs for a part, (texts, outputs)."""
        return outputs_of(model, self.tokens(split), self.rules, poll)

    def baselines(self, rows: NDArray[np.int64], split: str, num_classes: int | None, poll: Poll) -> list[Baseline]:
        """Return what the commonest class and a linear model on counted words say."""
        texts, asked = self.examples.texts("train"), self.examples.texts(split)
        known = np.asarray(self.examples.targets("train"))[rows]
        chosen = [texts[row] for row in rows]
        by: Any = "characters" if is_mostly_han(chosen) else "words"
        return [
            baselines.majority(known, len(asked), num_classes=num_classes),
            text_baselines.tfidf_logistic_regression(chosen, known, asked, num_classes=num_classes, by=by, poll=poll),
        ]

    def shown(self, split: str, row: int) -> str:
        """Return a text; two are parted by a tab."""
        return "\t".join(" ".join(text.split()) for text in self.examples.texts(split)[row])

    def place(self, split: str, row: int) -> str:
        """Return file and line of a text."""
        return self.examples.places(split)[row]


def outputs_of(
    model: nn.Module, tokens: TextTokens, rules: TextRules, poll: Poll, rows: NDArray[np.int64] | None = None
) -> NDArray[np.float32]:
    """Return a model's raw outputs for encoded texts, in their order.

    Args:
        rows: the texts that are read; none given means all.
    """
    rows = np.arange(len(tokens)) if rows is None else rows
    pieces = tokens.by_length(EVALUATED_TOKENS, rows)
    found = list(in_pieces(model, pieces, lambda piece: tokens.tensors(piece, rules.max_distance), poll))
    places, scores = (np.concatenate(each) for each in zip(*found, strict=True))
    return np.asarray(scores[np.argsort(places)])  # rows come in rising order


def asks_for_texts(asked: Asked) -> bool:
    """Tell whether what a user named are texts, not rows or images."""
    return are_labeled_texts(asked.data, _columns(asked))


def open_texts(asked: Asked, *, target_kind: str | None = None) -> LabeledTexts:
    """Open the labelled texts that a user asked for."""
    return open_labeled_texts(
        asked.data, text_columns=_columns(asked), target=asked.target, valid=asked.valid, target_kind=target_kind
    )


def open_kind(examples: LabeledTexts, options: Any, folder: Path) -> TextExamples:
    """Return texts as the run in a folder reads them, with its classes.

    Raises:
        ValueError: classes that the run does not know, or texts of another form than it reads.
    """
    rules, names = load_rules(folder), read_preprocessing(folder)["target"]["label_names"]
    if (examples.num_texts, examples.has_marks) != (rules.num_texts, rules.has_marks):
        raise ValueError(
            f"{examples.name} must hold {_form(rules)}, as the run reads, got {_form(examples)}. Name other data."
        )
    named: Any = examples if examples.label_names == names else _Renamed(examples, names)
    return TextExamples(named, options, rules)


def _form(texts: LabeledTexts | TextRules) -> str:
    return f"{texts.num_texts} text{'s' * (texts.num_texts > 1)} a row{' with two marked words' * texts.has_marks}"


class _Renamed:
    """Texts whose classes are numbered as a run numbers them."""

    def __init__(self, examples: LabeledTexts, names: list[str]) -> None:
        if unknown := [name for name in examples.label_names if name not in names]:
            raise ValueError(
                f"{examples.name} must have classes that the run knows ({', '.join(names[:10])}), got also "
                f"{', '.join(unknown[:10])}. Leave these rows out, or rename their class."
            )
        self.examples, self.label_names = examples, names
        self.places = np.array([names.index(name) for name in examples.label_names])

    def targets(self, split: str) -> NDArray[Any]:
        """Return the targets of a part by the run's numbers."""
        known = self.examples.targets(split)
        if known.ndim == 1:
            return np.asarray(self.places[known])
        targets = np.zeros((len(known), len(self.label_names)), known.dtype)
        targets[:, self.places] = known
        return targets

    def __getattr__(self, name: str) -> Any:
        return getattr(self.examples, name)


def _columns(asked: Asked) -> list[str] | None:
    if asked.text_column == TEXT_COLUMN:
        return None
    return [name.strip() for name in asked.text_column.split(",")]
