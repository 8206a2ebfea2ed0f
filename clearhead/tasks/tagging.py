"""Give each word of a sentence a tag: its part of speech, or where names begin and end.

Loss: −log p(tags | sentence) of a CRF over whole rows of tags, or cross-entropy word by word; the mean is over words.
Scores: of spans F1, precision and recall, strict (kind, first and last word all right), as conlleval counts them; of
words accuracy. A tag that training never saw counts as an error. Baselines: the commonest tag, and the tag each word
most often had. A sentence longer than the model reads is never cut short: `_tag_data.py` says how it is read.
Read with: _tag_reading.py, _tag_data.py, _tag_answers.py
"""

import dataclasses
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from clearhead.core import config
from clearhead.data._tagged import TaggedTexts
from clearhead.data._units import PADDING_ID, UNKNOWN_ID
from clearhead.layers.linear_cross_entropy import IGNORE_INDEX
from clearhead.metrics import tagging as metrics
from clearhead.models.base import Model, TextEncoder, load_config
from clearhead.models.recurrent import RecurrentEncoder
from clearhead.tasks._preprocessing import some_rows
from clearhead.tasks._tag_answers import Answer, answers, read_out, tag_loss
from clearhead.tasks._tag_baselines import simple_tags
from clearhead.tasks._tag_data import Joints, chances_to_be_unknown, cut_pieces, epoch_batches, padded_tags
from clearhead.tasks._tag_notes import SHOWN_ERRORS, error_lines, errors, kind_lines, unseen_line
from clearhead.tasks._tag_predictor import ReadOptions as ReadOptions
from clearhead.tasks._tag_predictor import predictor as predictor
from clearhead.tasks._tag_reading import (
    TaggingOptions,
    TagReader,
    learn_reader,
    load_reader,
    open_data,
)
from clearhead.tasks._vectors_in import KnownVectors, put_vectors, vectors_for
from clearhead.tasks.base import Asked, Defaults, Poll, Task, Tell, never_stop

LONGEST_CONTEXT = 512


class Tagging(Task):
    """Sentences whose words have tags."""

    name = "tagging"
    default_data = "python_tokens"
    role = TextEncoder.role
    default_model = "recurrent"
    main_score = "entity_f1"
    is_better_when = "higher"
    unit = "words"

    def __init__(
        self,
        data: TaggedTexts,
        reader: TagReader,
        options: TaggingOptions,
        *,
        context_length: int = LONGEST_CONTEXT,
        train_share: float = 1.0,
    ) -> None:
        self.data, self.reader, self.options = data, reader, options
        self.context_length, self.train_share = context_length, train_share
        self.has_spans = reader.scheme != "none"
        self.has_crf = (options.head or ("crf" if self.has_spans else "linear")) == "crf"
        if not self.has_spans:
            self.main_score = "accuracy"
        self.read = {split: reader.read(data.sentences(split)) for split in data.splits}
        self.tags = {split: reader.tag_ids(data, split) for split in data.splits}
        self.kept = some_rows(len(self.tags["train"]), train_share)
        sentences, tags = self._learned(data.sentences("train")), self._learned(self.tags["train"])
        chances = chances_to_be_unknown(reader.units, sentences, options.rare_word_dropout)
        self.unknown_chances = torch.from_numpy(chances)
        _, may_start, may_end = metrics.allowed(reader.tag_names, reader.scheme)
        joints, places = Joints(may_end, may_start), self._learned(data.places("train"))
        self.pieces, self.num_cut = cut_pieces(tags, context_length, joints, places)
        self.lengths = np.array([end - start for _, start, end in self.pieces], dtype=np.int64)
        self._plan: tuple[tuple[int, int, int], list[NDArray[np.int64]]] | None = None

    def _learned(self, rows: Sequence[Any]) -> list[Any]:
        return [rows[row] for row in self.kept]

    @property
    def num_train_targets(self) -> int:
        """Words of the training part."""
        return int(self.lengths.sum())

    @property
    def num_valid_targets(self) -> int:
        """Words of the validation part."""
        return sum(map(len, self.tags["valid"]))

    def steps_per_epoch(self, batch_size: int) -> int:
        """Return the batches of one pass; a batch size counts sentences."""
        return -(-len(self.pieces) // batch_size)

    def row_size(self, model_config: Any) -> int:
        """Return the words of a sentence in the mean."""
        return max(1, round(float(self.lengths.mean())))

    def model_facts(self, model: str) -> dict[str, Any]:
        """Return the vocabulary, the letters, and the tags to tell apart.

        Raises:
            ValueError: a model that only reads whole texts.
        """
        fields = {field.name for field in dataclasses.fields(load_config(model))}
        if "has_crf" not in fields:
            raise ValueError(f"--model must give each word its outputs for tagging, got {model}. Use recurrent.")
        return {
            "vocab_size": self.reader.units.vocab_size,
            "padding_id": PADDING_ID,
            "num_outputs": len(self.reader.tag_names),
            "output": "tokens",
            "has_crf": self.has_crf,
            "num_characters": self.reader.letters.size if self.reader.letters is not None else 0,
        }

    def defaults(self, model: str) -> Defaults:
        """Return settings that serve thousands of sentences on a small machine."""
        training: dict[str, Any] = {
            "batch_size": 16 if len(self.pieces) < 20_000 else 32,
            "optimizer": "adamw",
            "learning_rate": 0.002,
            "embedding_learning_rate": 0.002,
            "head_learning_rate": 0.002,
            "vector_learning_rate": 0.002,
            "adam_beta2": 0.99,
            "clip_norm": 1.0,
            "decay_fraction": 0.8,
            "average_fraction": 0.4,
        }
        width = {"embedding_dim": self.vectors.width} if self.vectors is not None else {}
        return Defaults(model_options=width, training_options=training, epochs=15)

    def grow(self, model: Model) -> Model:
        """Return the model of a run that had other tags, with answers for these and room for the new words."""
        if not self.reader.has_new_head:
            return model
        assert isinstance(model, RecurrentEncoder), "only this model answers for each word"
        facts = self.model_facts(self.default_model)
        grown = model.answering(facts["num_outputs"], vocab_size=facts["vocab_size"], has_crf=facts["has_crf"])
        self._tell_rules(grown)
        return grown

    def _tell_rules(self, model: TextEncoder) -> None:
        if model.crf is not None:
            rules = metrics.allowed(self.reader.tag_names, self.reader.scheme)
            model.crf.allow(*(torch.from_numpy(rule) for rule in rules))

    def equip(self, model: Model) -> list[str]:
        """Tell the CRF which tags may follow which; put word vectors into the embedding."""
        assert isinstance(model, TextEncoder)
        self._tell_rules(model)
        num_control = self.reader.units.first_id
        return put_vectors(model, self.vectors, num_control=num_control) if self.vectors is not None else []

    @cached_property
    def vectors(self) -> KnownVectors | None:
        """The word vectors to begin from, where the user named some."""
        units = self.reader.units
        if self.options.vectors is None:
            return None
        words = [units.name(index) for index in range(units.vocab_size)]
        return vectors_for(self.options.vectors, words, num_control=units.first_id)

    def for_model(self, model_config: Any, *, is_learning: bool = True) -> Self:
        """Return the task with its sentences cut to the model's context."""
        if model_config.context_length == self.context_length:
            return self
        length = model_config.context_length
        return type(self)(self.data, self.reader, self.options, context_length=length, train_share=self.train_share)

    def batch(self, step: int, *, seed: int, batch_size: int, rank: int = 0, world_size: int = 1) -> tuple[Tensor, ...]:
        """Return (tokens, tags) or (tokens, tags, characters); rare words are read as unknown now and then."""
        epoch, index = divmod(step, self.steps_per_epoch(batch_size))
        if self._plan is None or self._plan[0] != (seed, epoch, batch_size):
            self._plan = (seed, epoch, batch_size), epoch_batches(self.lengths, batch_size, (seed, epoch))
        rows = self._plan[1][index]
        # One row of chances for each sentence, whichever process reads it.
        chances = np.random.default_rng((seed, step)).random((len(rows), int(self.lengths[rows].max())))
        mine = np.arange(rank, len(rows), world_size)
        is_spare = not len(mine)  # fewer rows than processes: one more that counts for nothing
        mine = np.zeros(1, dtype=np.int64) if is_spare else mine
        places, tags = zip(*(self._piece(row) for row in rows[mine]), strict=True)
        tokens, *letters = self.read["train"].tensors(places)
        drawn = torch.from_numpy(chances[mine][:, : tokens.shape[1]])
        tokens = tokens.masked_fill(drawn < self.unknown_chances[tokens], UNKNOWN_ID)
        said = padded_tags(tags)
        return tokens, torch.full_like(said, IGNORE_INDEX) if is_spare else said, *letters

    def _piece(self, place: int) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        sentence, start, end = self.pieces[place]
        row = self.kept[sentence]
        return self.read["train"].rows[row][start:end], self.tags["train"][row][start:end]

    def loss(self, model: nn.Module, batch: tuple[Tensor, ...]) -> tuple[Tensor, int]:
        """Return the summed loss in nats and the number of words it is summed over."""
        tokens, tags, *letters = batch
        return tag_loss(model, model(tokens, *letters).float(), tags, tokens != PADDING_ID)

    def evaluate(self, model: nn.Module, split: str = "valid", *, poll: Poll = never_stop) -> dict[str, float]:
        """Score a model on every word of a split."""
        said, loss = read_out(model, self.read[split], self.tags[split], poll=poll)
        return {**self.scores_of(said, split), "loss": loss}

    def scores_of(self, said: list[NDArray[np.int64]], split: str) -> dict[str, float]:
        """Compare rows of tag ids with what is true."""
        right = sum(int((row == true).sum()) for row, true in zip(said, self.tags[split], strict=True))
        accuracy = right / max(1, sum(map(len, said)))
        if not self.has_spans:
            return {"accuracy": accuracy}
        found = metrics.entity_scores(self.data.tag_rows(split), self.names_of(said), self.reader.scheme)
        return {
            "entity_f1": found.f1,
            "entity_precision": found.precision,
            "entity_recall": found.recall,
            "accuracy": accuracy,
        }

    def names_of(self, tags: list[NDArray[np.int64]]) -> list[list[str]]:
        """Turn tag ids into names."""
        names = np.array(self.reader.tag_names, dtype=object)
        return [names[row].tolist() for row in tags]

    def baselines(self, split: str = "valid", *, poll: Poll = never_stop) -> dict[str, dict[str, float]]:
        """Score the commonest tag, and the tag each word most often had."""
        poll()
        train, tags = self._learned(self.data.sentences("train")), self._learned(self.tags["train"])
        found = simple_tags(train, tags, self.data.sentences(split), self.reader.tag_names)
        return {name: self.scores_of(rows, split) for name, rows in found.items()}

    def notes(self, model: nn.Module, split: str = "valid") -> list[str]:
        """Return each kind by itself, words never seen in training, and the surest mistakes."""
        found = answers(model, self.read[split])
        said, true = [answer.tags for answer in found], self.tags[split]
        return [
            *kind_lines(self.data.tag_rows(split), self.names_of(said), self.reader.scheme),
            *unseen_line(self.read[split], self.reader.units, said, true),
            *error_lines(self._worst(found, split, SHOWN_ERRORS)),
        ]

    def errors(self, model: nn.Module, split: str = "valid", *, limit: int) -> list[dict[str, Any]]:
        """Return the words tagged wrong most surely, one of each sentence: text, true, said, probability, place."""
        return self._worst(answers(model, self.read[split]), split, limit)

    def _worst(self, found: list[Answer], split: str, limit: int) -> list[dict[str, Any]]:
        data, said = self.data, self.names_of([answer.tags for answer in found])
        space = "" if self.reader.is_by_characters else " "
        return errors(
            found, data.tag_rows(split), said, data.sentences(split), data.places(split), limit=limit, space=space
        )

    def describe(self) -> dict[str, Any]:
        """Return the facts about the data that belong into the saved run."""
        cut = [
            f"{self.num_cut:,} training sentences are longer than {self.context_length} words and were cut between "
            f"entities; longer ones are read in windows."
        ]
        return {
            "name": self.data.name,
            "fingerprint": self.data.fingerprint,
            "splits": {
                split: {"sentences": len(rows), "words": sum(map(len, rows))} for split, rows in self.tags.items()
            },
            "report": [*self.data.report, *(cut if self.num_cut else [])],
        }


def learn(asked: Asked, folder: Path, *, parent: Path | None, tell: Tell) -> None:
    """Learn the words, letters and tags of the training part, or take the parent run's."""
    data, reader = learn_reader(asked, _options(asked), parent=parent)
    tell(f"Reading {data.name}: {reader.units.vocab_size:,} words, {len(reader.tag_names)} tags ({reader.scheme}).")
    if reader.has_new_head:
        tell(f"{parent} has other tags: what it knows of words and sentences is kept, its answers begin anew.")
    reader.save(folder)


def open_task(asked: Asked, folder: Path) -> Tagging:
    """Open tagged sentences as the folder says."""
    options, reader = _options(asked), load_reader(folder)
    data = open_data(asked, options, scheme=reader.scheme)
    return Tagging(data, reader, options, train_share=asked.train_share)


def _options(asked: Asked) -> TaggingOptions:
    return config.from_json(TaggingOptions, dict(asked.options), where="--task")


TASK = Tagging
OPTIONS = TaggingOptions
PREDICT_OPTIONS = ReadOptions
