"""Tell which class an example belongs to, or which labels it has: rows of a table, or images.

Loss: cross-entropy over the classes (softmax), or over each label by itself (sigmoid). Scores: accuracy, macro-F1, area
under the ROC curve, calibration error; for labels micro- and macro-F1 and the share of rows that are all right.
Baselines: the commonest class, logistic regression, the nearest neighbour.
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
from clearhead.metrics import baselines, classification
from clearhead.tasks._examples import ExampleReader, ExampleTask, ask, keep_preprocessing, open_asked, remembered
from clearhead.tasks.base import Asked, Defaults, NoOptions, Poll, Prediction, Tell, never_stop

SHOWN_ERRORS, SHOWN_CLASSES = 10, 20
LISTED_ANSWERS = 5


@dataclass(frozen=True, kw_only=True)
class ClassificationOptions:
    """How examples are read, and images changed while they are learned."""

    has_labels: bool = False
    """Each row may have any number of labels, instead of one class."""
    label_smoothing: float = 0.0
    """Share of the certainty that the loss gives to all other classes."""
    image_size: int | None = None
    """Side of all images; otherwise the commonest size there is."""
    shift: int = 0
    """Furthest shift of an image along each side while it is learned, in pixels."""
    rotate_degrees: float = 0.0
    """Largest turn of an image to either side."""
    scale: float = 0.0
    """Largest change of an image's size: 0.1 draws factors from 0.9 to 1.1."""
    flip: bool = False
    """Mirror half of the images left to right."""

    def __post_init__(self) -> None:
        if not 0 <= self.label_smoothing < 1:
            raise ValueError(
                f"ClassificationOptions.label_smoothing must be in [0, 1), got {self.label_smoothing}. Use 0.1."
            )


class Classification(ExampleTask):
    """Examples with a class, or with labels."""

    name = "classification"
    default_data = "digits"
    default_model = "mlp"
    main_score = "accuracy"
    is_better_when = "higher"

    def __init__(self, examples: Any, options: ClassificationOptions, *, train_share: float = 1.0) -> None:
        if examples.target_kind == "number":
            raise ValueError(
                f"classification needs classes, got numbers in the target of {examples.name}. "
                f"Use clearhead train regression, or --target with a column of classes."
            )
        super().__init__(examples, options, train_share=train_share)
        self.has_labels = examples.target_kind == "labels"
        if self.has_labels:
            self.main_score = "micro_f1"

    def defaults(self, model: str) -> Defaults:
        """Return settings that serve small tables and images alike."""
        batch_size = max(8, min(256, 2 ** int(np.log2(max(8, self.num_train_targets / 20)))))
        training: dict[str, Any] = {"batch_size": batch_size, "decay_fraction": 0.8}
        if model == "image_cnn":  # filters are learned fastest by Muon, at the usual rates
            return Defaults(training_options=training, epochs=20)
        rate = 0.01 if model == "neuron" else 0.001
        training |= {"optimizer": "adam", "learning_rate": rate, "adam_beta2": 0.99}
        return Defaults(training_options=training, epochs=60)

    def loss(self, model: nn.Module, batch: tuple[Tensor, ...]) -> tuple[Tensor, int]:
        """Return the summed cross-entropy of a batch and its number of rows."""
        inputs, targets = batch
        scores = ask(model, inputs).float()
        if self.has_labels:
            return functional.binary_cross_entropy_with_logits(scores, targets.float(), reduction="sum"), len(targets)
        smoothing = self.options.label_smoothing if model.training else 0.0
        total = functional.cross_entropy(scores, targets, reduction="sum", label_smoothing=smoothing)
        return total, len(targets)

    def evaluate(self, model: nn.Module, split: str = "valid", *, poll: Poll = never_stop) -> dict[str, float]:
        """Score a model on every example of a split."""
        scores = torch.from_numpy(self.outputs(model, self.examples.inputs(split), poll=poll))
        targets = np.asarray(self.examples.targets(split))
        return self.scores_of(probabilities_of(scores, self.has_labels), targets)

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
        return {name: value for name, value in found.items() if np.isfinite(value)}

    def baselines(self, split: str = "valid", *, poll: Poll = never_stop) -> dict[str, dict[str, float]]:
        """Score the commonest class, logistic regression and the nearest neighbour on the same examples."""
        return remembered(self, split, lambda: self._baselines(split, poll))

    def _baselines(self, split: str, poll: Poll) -> dict[str, dict[str, float]]:
        train, inputs = self.learned_from(self.examples.inputs("train")), self.examples.inputs(split)
        known, targets = (
            np.asarray(self.learned_from(self.examples.targets("train"))),
            np.asarray(self.examples.targets(split)),
        )
        num_classes = None if self.has_labels else self.num_outputs
        flat, asked = train.reshape(len(train), -1), inputs.reshape(len(inputs), -1)
        poll()
        made = [baselines.majority(known, len(inputs), num_classes=num_classes)]
        poll()
        made.append(baselines.logistic_regression(flat, known, asked, num_classes=num_classes))
        poll()
        made.append(baselines.nearest_neighbor(flat, known, asked, num_classes=num_classes))
        found = {}
        for baseline in made:
            assert baseline.probabilities is not None, "every baseline of classes gives probabilities"
            found[baseline.name] = self.scores_of(baseline.probabilities, targets)
        return found

    def notes(self, model: nn.Module, split: str = "valid") -> list[str]:
        """Return each class by itself, what is taken for what, and the surest mistakes."""
        raw = torch.from_numpy(self.outputs(model, self.examples.inputs(split)))
        probabilities, targets = probabilities_of(raw, self.has_labels), np.asarray(self.examples.targets(split))
        names = self.examples.label_names
        if self.has_labels:
            return _table_lines(classification.label_table(targets, (probabilities > 0.5).astype(np.uint8)), names)
        said = probabilities.argmax(1)
        found = _table_lines(classification.class_table(targets, said, len(names)), names)
        confused = classification.confusion_matrix(targets, said, len(names))
        pairs = [(confused[t, s], t, s) for t in range(len(names)) for s in range(len(names)) if t != s]
        worst = [(count, true, taken) for count, true, taken in sorted(pairs, reverse=True)[:5] if count]
        if worst:
            told = ", ".join(f"{names[true]} taken for {names[taken]} {count:,} times" for count, true, taken in worst)
            found.append(f"Confused most: {told}.")
        wrong = np.flatnonzero(said != targets)
        surest = wrong[np.argsort(-probabilities[wrong, said[wrong]], kind="stable")][:SHOWN_ERRORS]
        if len(surest):
            found.append("The surest mistakes:")
        for row in surest:
            sure = probabilities[row, said[row]]
            found.append(f"  {split} row {row}: {names[targets[row]]}, taken for {names[said[row]]} ({sure:.3f})")
        return found


def probabilities_of(scores: Tensor, has_labels: bool) -> NDArray[np.float32]:
    """Turn raw outputs into probabilities: over the classes (each row sums to 1), or for each label by itself."""
    return np.asarray(scores.sigmoid() if has_labels else scores.softmax(-1))


def _table_lines(table: classification.ClassTable, names: Sequence[str]) -> list[str]:
    width = max(5, *(len(name) for name in names[:SHOWN_CLASSES]))
    lines = [f"{'class':<{width}}  precision  recall     F1   rows"]
    for index, name in enumerate(names[:SHOWN_CLASSES]):
        numbers = (table.precision[index], table.recall[index], table.f1[index])
        lines.append(
            f"{name:<{width}}  {numbers[0]:9.4f} {numbers[1]:7.4f} {numbers[2]:6.4f} {table.support[index]:6,}"
        )
    if len(names) > SHOWN_CLASSES:
        lines.append(f"and {len(names) - SHOWN_CLASSES} more classes.")
    return lines


class ClassPredictor(ExampleReader):
    """A trained classifier, and how its inputs are read."""

    def __init__(self, model: nn.Module, folder: Path) -> None:
        super().__init__(folder)
        self.model = model
        self.label_names: list[str] = self.target["label_names"]
        self.has_labels = self.target["kind"] == "labels"

    def predict(self, inputs: Sequence[Any]) -> Iterator[Prediction]:
        """Yield the class (or the labels) of each row or image, with probabilities."""
        arrays, names, told = self.read(inputs)
        for name, scores in zip(names, self.outputs(self.model, arrays), strict=True):
            shares = probabilities_of(torch.from_numpy(scores)[None], self.has_labels)[0]
            order = np.argsort(-shares, kind="stable")
            best = [self.label_names[index] for index in order if shares[index] > 0.5] if self.has_labels else []
            answer = " | ".join(best) if self.has_labels else self.label_names[order[0]]
            listed = {self.label_names[index]: float(shares[index]) for index in order[:LISTED_ANSWERS]}
            sure = ", ".join(f"{label} {share:.4f}" for label, share in listed.items())
            facts = {"input": name, "label": answer, "probabilities": listed, **({"notes": told} if told else {})}
            yield Prediction(text=f"{answer}\t{sure}", facts=facts)


def learn(asked: Asked, folder: Path, *, parent: Path | None, tell: Tell) -> None:
    """Read the examples and keep how: columns, categories, scales, names of labels."""
    keep_preprocessing(_open(asked), folder, tell)


def open_task(asked: Asked, folder: Path) -> Classification:
    """Open examples with classes or labels."""
    return Classification(_open(asked), _options(asked), train_share=asked.train_share)


def predictor(model: Any, folder: Path, **options: Any) -> ClassPredictor:
    """Make the predictor of a run."""
    config.from_json(NoOptions, options, where="predict")
    return ClassPredictor(model, folder)


def _options(asked: Asked) -> ClassificationOptions:
    return config.from_json(ClassificationOptions, dict(asked.options), where="--task")


def _open(asked: Asked) -> Any:
    options = _options(asked)
    return open_asked(asked, target_kind="labels" if options.has_labels else None, image_size=options.image_size)


TASK = Classification
OPTIONS = ClassificationOptions
