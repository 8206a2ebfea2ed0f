"""What a model says about an input, for any model: probabilities where it chooses, numbers where it measures."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from torch import Tensor

from clearhead.core import catalog
from clearhead.inspector.views._sides import exact, target_name
from clearhead.inspector.views.base import Looked, at, labels
from clearhead.panels.base import Name
from clearhead.panels.tokens import token_label


@dataclass(frozen=True)
class Answers:
    """How the raw outputs of a model are told."""

    kind: Literal["choice", "labels", "numbers"]
    """One of several; each of several by itself; numbers."""
    places: tuple[str, ...]
    """Where it answers: after each token, or at one nameless place for the whole input."""
    count: int
    """Outputs at each place."""
    name: Callable[[int], str]
    """How an output is called."""
    find: Callable[[str], int]
    """Which output somebody means; raises ValueError where none is meant."""
    mean: np.ndarray | float = 0.0
    deviation: np.ndarray | float = 1.0
    remark: str = ""
    """What the numbers leave out, as a sentence."""

    @property
    def unit(self) -> str:
        """What the told numbers are."""
        return "value" if self.kind == "numbers" else "probability"

    def told(self, raw: Tensor) -> np.ndarray:
        """Return raw outputs, (…, outputs), as probabilities or in the target's unit, in float64."""
        raw = exact(raw)
        if self.kind == "numbers":
            return raw.numpy() * self.deviation + self.mean
        return (raw.softmax(-1) if self.kind == "choice" else raw.sigmoid()).numpy()

    def at_place(self, output: Tensor, place: int) -> Tensor:
        """Return what a model put out, with its batch axis, at one place: (batch, outputs)."""
        return output.reshape(len(output), len(self.places), -1)[:, place]

    def best(self, told: np.ndarray) -> int:
        """Return what is answered: the likeliest output; of numbers the first."""
        return 0 if self.kind == "numbers" else int(told.argmax(-1))

    def distance(self, one: np.ndarray, other: np.ndarray) -> np.ndarray:
        """Return how far two answers are apart: the share of probability that moved, else the largest difference."""
        differences = np.abs(one - other)
        return differences.sum(-1) / 2 if self.kind == "choice" else differences.max(-1)

    @property
    def distance_words(self) -> str:
        """Return what `distance` measures, as a sentence."""
        if self.kind == "choice":
            said = "Change: the share of the probability that moved to other outputs, 0 to 1 (total variation)."
            return f"{said} {self.remark}".strip()
        return f"Change: the largest difference of a {self.unit}."


def find_answers(look: Looked) -> Answers:
    """Return how the outputs of the model that is looked at are told."""
    if look.kind == "words":
        return _of_words(look)
    if look.kind == "pair":
        names = labels(look.target_pieces)
        return Answers("choice", names, look.logits.shape[-1], lambda token: target_name(look, token), _target_of(look))
    if not look.label_names:
        known = look.tokenizer.vocab_size

        def named(token: int) -> str:
            return token_label(look.tokenizer.token_text(token)) if token < known else f"(unused {token})"

        return Answers("choice", labels(look.pieces), look.logits.shape[-1], named, _token_of(look))
    return _of_labels(look)


def choose_place(answers: Answers, token: int, *, where: str) -> int:
    """Return the place that is asked about; -1 is the last.

    Raises:
        ValueError: there is no such place.
    """
    return at(token, len(answers.places), where, "token" if len(answers.places) > 1 else "answer")


def limits_of_token(look: Looked) -> dict[str, Sequence[str]]:
    """Return what a view offers where it asks after which token: nothing of a model that answers once for all."""
    answers_each = look.kind == "pair" or (look.kind == "text" and (not look.label_names or look.logits.dim() == 2))
    return {} if answers_each else {"token": ()}


def choose_output(look: Looked, answers: Answers, answer: str | None, told: np.ndarray) -> int:
    """Return the output that is asked about: the one named, else the right one where it is known, else the answer.

    Raises:
        ValueError: the model has no output of that name.
    """
    if answer is not None:
        return answers.find(answer)
    if look.label_names and look.target in look.label_names and len(answers.places) == 1:
        return look.label_names.index(look.target)
    return answers.best(told)


def after(answers: Answers, place: int) -> str:
    """Return where an answer was given, as the end of a title: " after '3 cat'"; empty where there is one place."""
    return f" after {answers.places[place]!r}" if len(answers.places) > 1 else ""


def quoted(text: str) -> str:
    """Return a text as it may stand in a title: its beginning, in quotes."""
    return repr(text if len(text) <= 30 else text[:29] + "…")


def _of_labels(look: Looked) -> Answers:
    recipe = getattr(look.tokenizer, "recipe", {})
    names, count = look.label_names, look.logits.shape[-1]

    def found(answer: str) -> int:
        return names.index(catalog.choose(answer, names, where="the outputs of the model"))

    if recipe.get("kind") == "tags" or look.logits.dim() == 2:
        remark = "Word by word: the transitions between tags are left out." if look.model.crf is not None else ""
        return Answers("choice", labels(look.pieces), count, names.__getitem__, found, remark=remark)
    kind = recipe["target"]["kind"] if recipe else ("class" if count > 1 else "number")
    if kind == "number":
        scale = recipe.get("target_scale", {"mean": [0.0] * count, "deviation": [1.0] * count})
        mean, deviation = np.array(scale["mean"]), np.array(scale["deviation"])
        return Answers("numbers", ("",), count, names.__getitem__, found, mean, deviation)
    return Answers("choice" if kind == "class" else "labels", ("",), count, names.__getitem__, found)


def _of_words(look: Looked) -> Answers:
    """Tell the scores of word vectors as they are; with a tree its inner nodes are scored, which have no names."""
    count, words = look.logits.shape[-1], look.tokenizer.words
    has_words = count == len(words)
    names: Sequence[str] = words if has_words else [f"node {index}" for index in range(count)]
    is_choice = look.model.config.objective == "full_softmax"

    def found(answer: str) -> int:
        return names.index(catalog.choose(answer, names, where="the outputs of the model"))

    named = (lambda index: Name(words[index])) if has_words else names.__getitem__
    return Answers("choice" if is_choice else "numbers", ("",), count, named, found)


def _token_of(look: Looked) -> Callable[[str], int]:
    return lambda answer: _only(answer, look.tokenizer.encode(answer))


def _target_of(look: Looked) -> Callable[[str], int]:
    return lambda answer: _only(answer, look.tokenizer.encode_target([answer])[0][:-1])


def _only(answer: str, tokens: Sequence[int]) -> int:
    if len(tokens) != 1:
        raise ValueError(
            f"view.answer must be one token of the model, got {answer!r}, which is {len(tokens)}. "
            "Give a shorter one, with its leading blank where it has one."
        )
    return tokens[0]
