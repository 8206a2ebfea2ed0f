"""How texts are read for a task: cut into units, two of them joined, long ones cut, marked spans found.

A run keeps it as vocabulary.json (the units) and preprocessing.json (the rest).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from clearhead.core import catalog
from clearhead.data._labeled import LabeledTexts
from clearhead.data._units import (
    CONTROL,
    KINDS,
    MARKS,
    SEPARATOR_ID,
    VOCABULARY_FILE,
    UnitRules,
    Units,
    load_units,
)
from clearhead.tasks._preprocessing import keep_preprocessing, read_preprocessing, some_rows
from clearhead.tasks._text_data import TextTokens
from clearhead.tasks._vectors_in import find_vectors, load_vectors
from clearhead.tasks.base import Asked, Tell

KIND_OF_TOKENIZER = {"character": "characters", "word": "words", "bpe": "pieces"}
"""Which units --tokenizer means."""
MARK_IDS = tuple(range(len(CONTROL), len(CONTROL) + len(MARKS)))
SCRIPT_SAMPLE = 2000
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]")
_LETTER = re.compile(r"\w")


@dataclass(frozen=True, kw_only=True)
class TextRules:
    """Everything by which a run turns texts into tokens."""

    units: Units
    num_texts: int
    has_marks: bool
    max_tokens: int
    max_distance: int

    @property
    def vocab_size(self) -> int:
        """How many ids there are."""
        return self.units.vocab_size

    @property
    def num_distances(self) -> int:
        """Distances to a marked word that are told apart, that of padding among them; 0 without marks."""
        return 2 * self.max_distance + 2 if self.has_marks else 0

    def limited(self, context_length: int) -> "TextRules":
        """Return the same rules for a model that reads at most so many tokens."""
        return replace(self, max_tokens=min(self.max_tokens, context_length))

    def encode(self, rows: Sequence[tuple[str, ...]]) -> tuple[TextTokens, list[int]]:
        """Turn rows of one or two texts into tokens.

        Returns:
            The tokens, and how many tokens each row had before it was cut.
        """
        encode = self.units.encode
        found, lengths = [], []
        for texts in rows:
            sides = [encode(text) for text in texts]
            lengths.append(sum(map(len, sides)) + len(sides) - 1)
            found.append(self._joined(sides, lengths[-1]))
        return TextTokens.of(found, [_spans(row) for row in found] if self.has_marks else None), lengths

    def _joined(self, sides: list[list[int]], length: int) -> list[int]:
        """Join texts by the separator; of what is too long the end is cut, of two texts that of the longer."""
        if length > self.max_tokens:
            if len(sides) == 1:
                start = self._window(sides[0])
                return sides[0][start : start + self.max_tokens]
            room = self.max_tokens - 1
            first = max(room - len(sides[1]), min(len(sides[0]), (room + 1) // 2))
            sides = [sides[0][:first], sides[1][: room - min(first, len(sides[0]))]]
        return sides[0] if len(sides) == 1 else [*sides[0], SEPARATOR_ID, *sides[1]]

    def _window(self, tokens: list[int]) -> int:
        """Return where to begin reading a long text, so that both marked spans are read where they can be."""
        marks = [place for place, token in enumerate(tokens) if token in MARK_IDS] if self.has_marks else []
        return min(max(0, marks[-1] + 1 - self.max_tokens), marks[0]) if marks else 0


def _spans(tokens: list[int]) -> list[list[int]]:
    """Return first and last place of each marked span, the marks included; cut off ones stand at the end."""
    place_of = {token: place for place, token in reversed(list(enumerate(tokens))) if token in MARK_IDS}
    end = len(tokens) - 1
    places = [place_of.get(mark, end) for mark in MARK_IDS]
    return [places[:2], places[2:]]


def learn_texts(
    examples: LabeledTexts, asked: Asked, options: Any, folder: Path, parent: Path | None, tell: Tell
) -> None:
    """Learn the vocabulary of the training part (or take the parent run's), and keep how texts are read."""
    if options.vectors is not None:
        find_vectors(options.vectors)
        if parent is not None:
            raise ValueError("--task.vectors must not come with --from: the run has vectors. Leave one of them out.")
    if parent is not None:
        keep_preprocessing(examples, folder, tell, **_taken_over(parent, examples))
        load_units(parent).save(folder)
        return
    limits = {"max_tokens": options.max_tokens, "max_distance": options.max_distance}
    keep_preprocessing(examples, folder, tell, **limits)
    texts = examples.texts("train")
    chosen = [texts[row] for row in some_rows(len(texts), asked.train_share)]
    rules = UnitRules(
        kind=_kind(asked, options, chosen, examples.has_marks),
        min_count=options.min_count or (2 if options.vectors is None else 1),
        max_units=options.max_units or asked.vocab_size,
        has_marks=examples.has_marks,
    )
    units = Units.learn((text for row in chosen for text in row), rules, seed=asked.seed)
    if options.vectors is not None:  # a word that only the test has is then no unknown one
        units = units.with_words(load_vectors(options.vectors)[0])
    tell(f"{units.vocab_size:,} units ({rules.kind.replace('_', ' ')}).")
    units.save(folder)


def load_rules(folder: Path) -> TextRules:
    """Open how a run reads texts."""
    recipe = read_preprocessing(folder)
    names = ("num_texts", "has_marks", "max_tokens", "max_distance")
    return TextRules(units=load_units(folder), **{name: recipe[name] for name in names})


def is_mostly_han(texts: Sequence[tuple[str, ...]]) -> bool:
    """Tell whether most characters of some texts are Chinese."""
    sample = "".join(text for row in texts[:: max(1, len(texts) // SCRIPT_SAMPLE)] for text in row)
    return 2 * len(_HAN.findall(sample)) > len(_LETTER.findall(sample))


def _kind(asked: Asked, options: Any, texts: Sequence[tuple[str, ...]], has_marks: bool) -> str:
    kind = options.units
    if kind is None and asked.tokenizer is not None:
        kind = KIND_OF_TOKENIZER[
            catalog.choose(asked.tokenizer, KIND_OF_TOKENIZER, where="--tokenizer of a task of texts")
        ]
    kind = kind or ("characters" if is_mostly_han(texts) else "words")
    kind = catalog.choose(kind, KINDS, where="--task.units")
    if has_marks and kind in ("pieces", "chinese_words"):
        raise ValueError(
            f"--task.units must be words, cased_words or characters for texts with marked entities, got {kind!r}. "
            f"Use --task.units words."
        )
    if options.vectors is not None and kind == "pieces":
        raise ValueError("--task.vectors must come with units that are words or characters, got pieces. Leave it out.")
    return str(kind)


def _taken_over(parent: Path, examples: LabeledTexts) -> dict[str, int]:
    """Return the limits of the run gone on from: its weights mean its units, distances and classes."""
    if not (parent / VOCABULARY_FILE).is_file():
        raise ValueError(
            f"--from must be a run that classifies texts, got {parent}, which has no {VOCABULARY_FILE}. "
            f"Vectors of a run of word_vectors are read with --task.vectors."
        )
    known = read_preprocessing(parent)
    names = known.get("target", {}).get("label_names", [])
    if names != examples.label_names or known["has_marks"] != examples.has_marks:
        raise ValueError(
            f"--from must be a run with the classes of these data ({', '.join(examples.label_names[:10])}), got one "
            f"with {', '.join(names[:10]) or 'none'}. Train anew, without --from."
        )
    return {name: int(known[name]) for name in ("max_tokens", "max_distance")}
