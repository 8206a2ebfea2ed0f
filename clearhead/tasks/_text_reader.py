"""New texts, read as a run's training texts were read: from a command line, lines of a file, or a table."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import nn

from clearhead.core import catalog
from clearhead.data._labeled_files import Problems, read_rows
from clearhead.data._labeled_marks import broken_mark
from clearhead.data._read import shown
from clearhead.data._table_files import table_format
from clearhead.data._units import CONTROL, SEPARATOR_ID, UNKNOWN_ID
from clearhead.tasks._kind import Answered
from clearhead.tasks._preprocessing import read_preprocessing
from clearhead.tasks._text_data import TextTokens
from clearhead.tasks._text_examples import outputs_of
from clearhead.tasks._text_reading import TextRules, load_rules
from clearhead.tasks.base import never_stop
from clearhead.tokenizers.base import Piece

TEXTS_AT_ONCE = 16_384
"""Texts that are sorted by length and read together; a file is answered in such groups, in order."""
NOTHING_TO_READ = "There is nothing to read."


class TextReader:
    """Reads new texts as a run's training texts were read."""

    def __init__(self, folder: Path) -> None:
        self.recipe = read_preprocessing(folder)
        self.rules: TextRules = load_rules(folder)
        self.target: dict[str, Any] = self.recipe["target"]

    @property
    def columns(self) -> list[str]:
        """The columns of a table that hold the texts."""
        return list(self.recipe["text_columns"])

    @property
    def vocab_size(self) -> int:
        """How many ids there are."""
        return self.rules.vocab_size

    @property
    def kind(self) -> str:
        """What texts are cut into."""
        return self.rules.units.rules.kind

    def read_file(self, path: str | Path) -> list[Any]:
        """Return the texts a file holds: those of its columns where it is a table, else its lines.

        Raises:
            FileNotFoundError: no such file.
            ValueError: a table without the columns of texts, or bytes that are no UTF-8.
        """
        path = Path(path)
        if not path.is_file():
            raise FileNotFoundError(f"--file must be a text file or a table, got {shown(path)}, which is none.")
        if table_format(path):
            problems = Problems()
            found = [self._from_columns(row, f"{shown(path)} line {line}") for line, row in read_rows(path, problems)]
            if problems.bad_rows:
                raise ValueError(f"{problems.bad_rows[0]} Every row to predict must be whole.")
            return found
        data = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
        lines = []
        for number, line in enumerate(data.splitlines(), 1):
            try:
                lines.append(line.decode("utf-8"))
            except UnicodeDecodeError as error:
                raise ValueError(
                    f"{shown(path)} line {number} must be UTF-8, got byte {line[error.start]:#04x} at place "
                    f"{error.start}. Save the file as UTF-8."
                ) from None
        return lines

    def texts_of(self, given: Any, number: int = 1) -> tuple[str, ...]:
        """Return the one or two texts of an input: a string, a pair, or a mapping with the columns.

        Raises:
            ValueError: another number of texts than the run reads; the message says how two are given.
        """
        if isinstance(given, Mapping):
            return self._from_columns(given, f"Input {number}")
        texts = (given,) if isinstance(given, str) else tuple(map(str, given))
        if self.rules.num_texts == 2 and len(texts) == 1:
            texts = self._parted(texts[0], number)
        if len(texts) != self.rules.num_texts:
            raise ValueError(
                f"Input {number} must be {self._wanted()}, got {given!r:.80}. "
                f"Part two texts by a tab, or give a JSON object with the columns."
            )
        return texts

    def encode(self, text: str) -> list[int]:
        """Turn one text into ids, whole."""
        return self.rules.units.encode(text)

    def token_text(self, index: int) -> str:
        """Return what an id stands for."""
        return self.rules.units.name(index)

    def encode_rows(self, rows: Sequence[tuple[str, ...]], rules: TextRules) -> tuple[TextTokens, list[int]]:
        """Turn texts into tokens; also return how many each had before it was cut.

        Args:
            rules: those of the run, limited to what a model reads.
        Raises:
            ValueError: a text that does not mark its two entities, where the run needs it.
        """
        if self.rules.has_marks:
            for number, (text,) in enumerate(rows, 1):
                if text.strip() and (problem := broken_mark(text)):
                    raise ValueError(
                        f"Input {number} must mark two entities as <e1>…</e1> and <e2>…</e2>, got {problem} in "
                        f"{text[:60]!r}. Put the marks around the two words in question."
                    )
        return rules.encode(rows)

    def rules_for(self, model: Any) -> TextRules:
        """Return the rules of the run, limited to what a model reads."""
        return self.rules.limited(model.config.context_length)

    def num_unknown(self, text: str) -> int:
        """Count the characters of a text that are read as unknown."""
        return sum(piece.end - piece.start for piece in self.rules.units.pieces(text) if piece.id == UNKNOWN_ID)

    def pieces(self, texts: Sequence[str]) -> list[Piece]:
        """Return what each token of one text, or of two and the separator between them, says and covers."""
        found: list[Piece] = []
        start = 0
        for text in texts:
            if start:
                found.append(Piece(SEPARATOR_ID, CONTROL[SEPARATOR_ID], start - 1, start, b"\t"))
            found += [
                Piece(each.id, each.text, start + each.start, start + each.end, each.bytes)
                for each in self.rules.units.pieces(text)
            ]
            start += len(text) + 1
        return found

    def answers(self, model: nn.Module, inputs: Sequence[Any]) -> Iterator[Answered]:
        """Yield a model's raw outputs for each text, in order; none for a text without anything to read."""
        rules = self.rules_for(model)
        for start in range(0, len(inputs), TEXTS_AT_ONCE):
            given = inputs[start : start + TEXTS_AT_ONCE]
            rows = [self.texts_of(each, number) for number, each in enumerate(given, start + 1)]
            tokens, lengths = self.encode_rows(rows, rules)
            there = np.flatnonzero([any(text.strip() for text in row) for row in rows])
            scores = dict(zip(there.tolist(), self._scores(model, tokens, there, rules), strict=True))
            for place, each in enumerate(given):
                name = each if isinstance(each, str) else "\t".join(rows[place])
                told = self._told(tokens, place, lengths[place], rules) if place in scores else [NOTHING_TO_READ]
                yield Answered(name, scores.get(place), told)

    def _scores(
        self, model: nn.Module, tokens: TextTokens, there: NDArray[np.int64], rules: TextRules
    ) -> NDArray[np.float32]:
        if not len(there):
            return np.empty((0, 0), np.float32)
        return outputs_of(model, tokens, rules, never_stop, there)

    def _told(self, tokens: TextTokens, place: int, length: int, rules: TextRules) -> list[str]:
        end = int(tokens.ends[place])
        ids = tokens.ids[end - int(tokens.lengths[place]) : end]
        told = []
        if length > rules.max_tokens:
            told.append(f"Read {rules.max_tokens:,} of {length:,} tokens.")
        if bool((ids <= UNKNOWN_ID).all()):
            told.append("Training knew nothing of what it says.")
        return told

    def _from_columns(self, row: Mapping[str, Any], where: str) -> tuple[str, ...]:
        for column in self.columns:
            if column not in row:
                near = catalog.nearest(column, row)
                hint = f"Rename {near!r}." if near else "Name it so."
                raise ValueError(f"{where} must have the column {column!r}, got {', '.join(map(repr, row))}. {hint}")
        return tuple("" if row[column] is None else str(row[column]) for column in self.columns)

    def _parted(self, line: str, number: int) -> tuple[str, ...]:
        """Return the two texts of a line: a JSON object or list, or parted by a tab; one where nothing parts them."""
        if not line.strip():
            return ("", "")
        if line.lstrip()[:1] in "{[":
            try:
                found = json.loads(line)
            except ValueError:
                found = line
            if isinstance(found, Mapping):
                return self._from_columns(found, f"Input {number}")
            if isinstance(found, list):
                return tuple(map(str, found))
        return tuple(line.split("\t"))

    def _wanted(self) -> str:
        return "one text" if self.rules.num_texts == 1 else f"two texts ({' and '.join(self.columns)})"
