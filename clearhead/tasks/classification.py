"""Tell which class an example belongs to, or which labels it has: texts, rows of a table, or images.

Loss: cross-entropy over the classes (softmax), or over each label by itself (sigmoid). Scores: accuracy, macro-F1, area
under the ROC curve, calibration error; for labels micro- and macro-F1 and the share of rows that are all right; for
relations between two marked words also the official F1. Baselines: the commonest class; of rows and images logistic
regression and the nearest neighbour, of texts logistic regression on counted words.
Read with: _text_examples.py, _array_examples.py (what is particular to texts, rows and images)
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from clearhead.core import config
from clearhead.metrics import classification, relations
from clearhead.metrics.baselines import Baseline
from clearhead.tasks import _class_notes as class_notes
from clearhead.tasks._examples import ExampleTask, open_arrays, open_asked, open_reader, remembered
from clearhead.tasks._kind import Kind, ask
from clearhead.tasks._preprocessing import keep_preprocessing
from clearhead.tasks._text_examples import asks_for_texts, open_kind, open_texts
from clearhead.tasks._text_reading import learn_texts
from clearhead.tasks.base import Asked, NoOptions, Poll, Prediction, Tell, never_stop

LISTED_ANSWERS = 5


@dataclass(frozen=True, kw_only=True)
class ClassificationOptions:
    """How examples are read, and texts and images changed while they are learned."""

    has_labels: bool = False
    """Each row may have any number of labels, instead of one class."""
    label_smoothing: float = 0.0
    """Share of the certainty that the loss gives to all other classes."""
    units: str | None = None
    """texts: what they are cut into: words, cased_words, characters, chinese_words or pieces; otherwise characters
    where most are Chinese, else words."""
    min_count: int | None = None
    """texts: units seen less often in training are read as unknown; otherwise 2, with word vectors 1."""
    max_units: int | None = None
    """texts: keep at most so many units, the most frequent; otherwise all (of pieces: 8,000)."""
    max_tokens: int = 256
    """texts: longest text that is read whole, in units; the rest of a longer one is cut."""
    vectors: str | None = None
    """texts: word vectors to begin from: a run of word_vectors, or a file of word2vec, GloVe or fastText."""
    word_dropout: float = 0.0
    """texts: share of the words that are read as unknown while learning."""
    max_distance: int = 30
    """texts: distance to a marked word beyond which all are alike, in units."""
    image_size: int | None = None
    """images: side of all images; otherwise the commonest size there is."""
    shift: int = 0
    """images: furthest shift of an image along each side while it is learned, in pixels."""
    rotate_degrees: float = 0.0
    """images: largest turn of an image to either side."""
    scale: float = 0.0
    """images: largest change of an image's size: 0.1 draws factors from 0.9 to 1.1."""
    flip: bool = False
    """images: mirror half of the images left to right."""

    def __post_init__(self) -> None:
        for name in ("label_smoothing", "word_dropout"):
            if not 0 <= getattr(self, name) < 1:
                raise ValueError(f"ClassificationOptions.{name} must be in [0, 1), got {getattr(self, name)}. Use 0.1.")
        for name, least, usual in (
            ("min_count", 1, 2),
            ("max_units", 1, 20000),
            ("max_tokens", 3, 256),
            ("max_distance", 1, 30),
        ):
            value = getattr(self, name)
            if value is not None and value < least:
                raise ValueError(f"ClassificationOptions.{name} must be at least {least}, got {value}. Use {usual}.")


class Classification(ExampleTask):
    """Examples with a class, or with labels."""

    name = "classification"
    default_data = "digits"
    default_model = "mlp"
    main_score = "accuracy"
    is_better_when = "higher"

    def __init__(self, examples: Any, kind: Kind, options: ClassificationOptions, *, train_share: float = 1.0) -> None:
        if examples.target_kind == "number":
            raise ValueError(
                f"classification needs classes, got numbers in the target of {examples.name}. "
                f"Use clearhead train regression, or --target with a column of classes."
            )
        super().__init__(examples, kind, options, train_share=train_share)
        self.has_labels = examples.target_kind == "labels"
        self.are_relations = not self.has_labels and relations.are_relations(examples.label_names)
        self.main_score = "micro_f1" if self.has_labels else "relation_f1" if self.are_relations else "accuracy"

    def loss(self, model: nn.Module, batch: tuple[Tensor, ...]) -> tuple[Tensor, int]:
        """Return the summed cross-entropy of a batch and its number of rows."""
        *inputs, targets = batch
        scores = ask(model, *inputs).float()
        if self.has_labels:
            return functional.binary_cross_entropy_with_logits(scores, targets.float(), reduction="sum"), len(targets)
        smoothing = self.options.label_smoothing if model.training else 0.0
        total = functional.cross_entropy(scores, targets, reduction="sum", label_smoothing=smoothing)
        return total, len(targets)

    def probabilities(self, model: nn.Module, split: str, poll: Poll = never_stop) -> NDArray[np.float32]:
        """Return what a model thinks of each class (or label) for each example of a part."""
        return probabilities_of(torch.from_numpy(self.outputs(model, split, poll=poll)), self.has_labels)

    def evaluate(self, model: nn.Module, split: str = "valid", *, poll: Poll = never_stop) -> dict[str, float]:
        """Score a model on every example of a split."""
        return self.scores_of(self.probabilities(model, split, poll), np.asarray(self.examples.targets(split)))

    def scores_of(self, probabilities: NDArray[Any], targets: NDArray[Any]) -> dict[str, float]:
        """Compare probabilities with what is true."""
        clipped = np.clip(probabilities.astype(np.float64), 1e-12, 1.0)
        if self.has_labels:
            said = (probabilities > 0.5).astype(np.uint8)
            unsaid = np.clip(1.0 - probabilities.astype(np.float64), 1e-12, 1.0)
            logarithms = np.where(targets.astype(bool), np.log(clipped), np.log(unsaid))
            return {
                "micro_f1": classification.label_micro_f1(targets, said),
                "macro_f1": classification.label_macro_f1(targets, said),
                "subset_accuracy": classification.subset_accuracy(targets, said),
                "loss": float(-logarithms.sum(1).mean()),
            }
        said = probabilities.argmax(1)
        found = {
            "accuracy": classification.accuracy(targets, said),
            "macro_f1": classification.macro_f1(targets, said, probabilities.shape[1]),
            "auc": classification.macro_roc_auc(targets, probabilities),
            "calibration_error": classification.calibration(targets, probabilities).error,
            "loss": float(-np.log(clipped[np.arange(len(targets)), targets]).mean()),
        }
        if self.are_relations:
            found = {"relation_f1": relations.relation_f1(targets, said, self.examples.label_names), **found}
        return {name: value for name, value in found.items() if np.isfinite(value)}

    def baselines(self, split: str = "valid", *, poll: Poll = never_stop) -> dict[str, dict[str, float]]:
        """Score the commonest class and simpler methods on the same examples."""
        targets = np.asarray(self.examples.targets(split))
        return {
            rival.name: self.scores_of(np.asarray(rival.probabilities), targets) for rival in self._rivals(split, poll)
        }

    def _rivals(self, split: str, poll: Poll = never_stop) -> list[Baseline]:
        num_classes = None if self.has_labels else self.num_outputs
        return remembered(self, split, lambda: self.kind.baselines(self.train_rows, split, num_classes, poll))

    def errors(self, model: nn.Module, split: str = "valid", *, limit: int) -> list[dict[str, Any]]:
        """Return the surest mistakes of a model, the surest first: text, true, said, probability, place."""
        targets = np.asarray(self.examples.targets(split))
        shares = self.probabilities(model, split)
        return class_notes.errors(self.kind, split, shares, targets, self.examples.label_names, limit)

    def notes(self, model: nn.Module, split: str = "valid") -> list[str]:
        """Return each class by itself, what is taken for what, the surest mistakes, and whether less would do."""
        targets, names = np.asarray(self.examples.targets(split)), self.examples.label_names
        shares, rivals = self.probabilities(model, split), self._rivals(split)
        said = class_notes.said(shares, self.has_labels)
        if self.has_labels:
            found = class_notes.table_lines(classification.label_table(targets, said), names)
        else:
            found = class_notes.table_lines(classification.class_table(targets, said, len(names)), names)
            found += class_notes.confusion_lines(targets, said, names)
        worst = class_notes.errors(self.kind, split, shares, targets, names, class_notes.SHOWN_ERRORS)
        found += class_notes.error_lines(worst)
        found += class_notes.simpler_lines(rivals, said, targets, self.has_labels)
        return [*found, *class_notes.fitting_lines(rivals)]


def probabilities_of(scores: Tensor, has_labels: bool) -> NDArray[np.float32]:
    """Turn raw outputs into probabilities: over the classes (each row sums to 1), or for each label by itself."""
    return np.asarray(scores.sigmoid() if has_labels else scores.softmax(-1))


class ClassPredictor:
    """A trained classifier, and how its inputs are read."""

    def __init__(self, model: nn.Module, folder: Path) -> None:
        self.model, self.reader = model, open_reader(folder)
        self.read_file = self.reader.read_file
        self.label_names: list[str] = self.reader.target["label_names"]
        self.has_labels = self.reader.target["kind"] == "labels"

    def predict(self, inputs: Sequence[Any]) -> Iterator[Prediction]:
        """Yield the class (or the labels) of each text, row or image, with probabilities.

        An input with nothing to read gets an empty answer, so that answers and lines stay side by side.
        """
        for answered in self.reader.answers(self.model, inputs):
            facts: dict[str, Any] = {"input": answered.name, "label": "", "probabilities": {}}
            if answered.notes:
                facts["notes"] = answered.notes
            if answered.scores is None:
                yield Prediction(text="", facts=facts)
                continue
            shares = probabilities_of(torch.from_numpy(answered.scores)[None], self.has_labels)[0]
            order = np.argsort(-shares, kind="stable")
            best = [self.label_names[index] for index in order if shares[index] > 0.5] if self.has_labels else []
            answer = class_notes.SEPARATOR.join(best) if self.has_labels else self.label_names[order[0]]
            listed = {self.label_names[index]: float(shares[index]) for index in order[:LISTED_ANSWERS]}
            sure = ", ".join(f"{label} {share:.4f}" for label, share in listed.items())
            facts |= {"label": answer, "probabilities": listed}
            yield Prediction(text=f"{answer}\t{sure}", facts=facts)


def learn(asked: Asked, folder: Path, *, parent: Path | None, tell: Tell) -> None:
    """Read the examples and keep how: vocabulary, columns, categories, scales, names of labels."""
    options = _options(asked)
    if asks_for_texts(asked):
        texts = open_texts(asked, target_kind=_target_kind(options))
        learn_texts(texts, asked, options, folder, parent=parent, tell=tell)
    else:
        keep_preprocessing(_open_arrays(asked, options), folder, tell)


def open_task(asked: Asked, folder: Path) -> Classification:
    """Open examples with classes or labels."""
    options = _options(asked)
    if asks_for_texts(asked):
        texts = open_kind(open_texts(asked, target_kind=_target_kind(options)), options, folder)
        return Classification(texts.examples, texts, options, train_share=asked.train_share)
    examples = _open_arrays(asked, options)
    return Classification(examples, open_arrays(examples, options), options, train_share=asked.train_share)


def predictor(model: Any, folder: Path, **options: Any) -> ClassPredictor:
    """Make the predictor of a run."""
    config.from_json(NoOptions, options, where="predict")
    return ClassPredictor(model, folder)


def _options(asked: Asked) -> ClassificationOptions:
    return config.from_json(ClassificationOptions, dict(asked.options), where="--task")


def _target_kind(options: ClassificationOptions) -> str | None:
    return "labels" if options.has_labels else None


def _open_arrays(asked: Asked, options: ClassificationOptions) -> Any:
    return open_asked(asked, target_kind=_target_kind(options), image_size=options.image_size)


TASK = Classification
OPTIONS = ClassificationOptions
