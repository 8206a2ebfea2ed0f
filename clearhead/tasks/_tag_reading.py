"""How sentences to tag are read: the vocabulary of their words, the letters of each word, the names of the tags.

A run keeps it as vocabulary.json and preprocessing.json. Training, evaluation and prediction read through `TagReader`.
"""

import json
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from clearhead.data._letters import Letters
from clearhead.data._tagged import TaggedTexts
from clearhead.data._units import PADDING_ID, UNKNOWN_ID, UnitRules, Units, load_units
from clearhead.data.tagged_text import open_tagged_texts
from clearhead.tasks._preprocessing import PREPROCESSING_FILE, read_preprocessing, some_rows
from clearhead.tasks._tag_neighbours import Neighbours, surroundings
from clearhead.tasks._vectors_in import load_vectors
from clearhead.tasks.base import Asked

TEXT_COLUMN = Asked(data="").text_column
"""What stands in `text_column` where the user named no column."""
WordT = TypeVar("WordT", bound=Hashable)
NEW_HEAD = "has_new_head"
"""What preprocessing.json says of a run that went on from one with other tags."""
CHARACTER_SHARE = 0.9
"""Of the words, one character long: more of them, and a word is taken to be a character (Chinese)."""


@dataclass(frozen=True, kw_only=True)
class TaggingOptions:
    """How tagged sentences are read, and what is learned of them."""

    scheme: Literal["BIO", "BIOES", "BMES", "none"] | None = None
    """How tags mark spans of several words; otherwise found from the tags. none: every word has a tag of its own."""
    repairs_tags: bool = False
    """Mend rows of tags that break their scheme, and count them, instead of refusing the file."""
    head: Literal["crf", "linear"] | None = None
    """crf: score whole rows of tags, so that each fits the one before it. linear: each word by itself. Otherwise crf
    for spans, linear without."""
    units: Literal["words", "cased_words", "characters"] | None = None
    """What a word is looked up by: itself in small letters, itself as it is, or as one character. Otherwise characters
    where nearly every word is one character, else words."""
    min_count: int = 1
    """Words seen less often are read as unknown."""
    has_letters: bool | None = None
    """Read each word by its letters as well; otherwise done for words, not for characters."""
    has_neighbours: bool = False
    """Read each word also with the one before and the one after it, as pairs that training knew; instead of letters. It
    helps where words are characters."""
    rare_word_dropout: float = 1.0
    """While learning, a word that the training part has n times is read as unknown with the chance d / (d + n), where d
    is this number: its letters and its neighbours must then tell its tag."""
    vectors: str | None = None
    """Word vectors to begin from: a run of word_vectors, or a file of word2vec, GloVe or fastText."""

    def __post_init__(self) -> None:
        if self.rare_word_dropout < 0:
            raise ValueError(
                f"TaggingOptions.rare_word_dropout must be at least 0, got {self.rare_word_dropout}. Use 1."
            )
        if self.has_neighbours and self.has_letters:
            raise ValueError(
                "TaggingOptions.has_neighbours must be False with has_letters, got True: they are read in the place of "
                "letters. Leave one of them out."
            )
        if self.min_count < 1:
            raise ValueError(f"TaggingOptions.min_count must be at least 1, got {self.min_count}. Use 1 to keep all.")


@dataclass(frozen=True)
class Sentence:
    """One input, cut into words."""

    text: str
    words: list[str]
    places: list[tuple[int, int]]
    """The characters [start, end) of the text that each word covers."""


@dataclass
class ReadSentences:
    """Sentences as rows of places in a table that holds every word (with its neighbours) once; place 0 is padding."""

    rows: list[NDArray[np.int32]]
    ids: NDArray[np.int64]
    """The unit of each word of the table."""
    letters: NDArray[np.int64] | None
    """Its letters, or the pairs it is in, (words, letters); None where none are read."""

    def tensors(self, rows: Sequence[NDArray[np.int32]]) -> tuple[Tensor, ...]:
        """Return (tokens,) or (tokens, characters) of rows of places, filled up at the right."""
        places = np.zeros((len(rows), max(map(len, rows))), dtype=np.int32)
        for index, row in enumerate(rows):
            places[index, : len(row)] = row
        tokens = torch.from_numpy(self.ids[places])
        if self.letters is None:
            return (tokens,)
        longest = max(1, int((self.letters[np.unique(places)] > 0).sum(1).max()))
        return tokens, torch.from_numpy(self.letters[places, :longest])


@dataclass(frozen=True)
class TagReader:
    """Reads sentences as a run's training data were read."""

    units: Units
    letters: Letters | Neighbours | None
    recipe: Mapping[str, Any]
    """What preprocessing.json holds."""

    @property
    def scheme(self) -> str:
        """How tags mark spans; "none" where every word has a tag of its own."""
        return str(self.recipe["scheme"])

    @property
    def tag_names(self) -> list[str]:
        """Names of the tags by id."""
        return list(self.recipe["tag_names"])

    @property
    def has_new_head(self) -> bool:
        """Whether the run gone on from had other tags, so that its answers are no beginning for these."""
        return bool(self.recipe.get(NEW_HEAD, False))

    @property
    def is_by_characters(self) -> bool:
        """Whether a word is one character, so that no space stands between two."""
        return self.kind == "characters"

    def read(self, sentences: Sequence[Sequence[str]]) -> ReadSentences:
        """Look up every word of some sentences."""
        found: NDArray[np.int64] | None
        if isinstance(self.letters, Neighbours):
            rows, seen = _placed(map(surroundings, sentences))
            words, found = [word for _, word, _ in seen], self.letters.encode(seen)
        else:
            rows, words = _placed(sentences)
            found = self.letters.encode(words) if self.letters is not None else None
        ids = np.array([PADDING_ID, *self.units.encode_words(words)], dtype=np.int64)
        if found is not None:
            found = np.concatenate([np.zeros_like(found, shape=(1, found.shape[1])), found])
        return ReadSentences(rows, ids, found)

    @property
    def kind(self) -> str:
        """What texts are cut into."""
        return self.units.rules.kind

    @property
    def vocab_size(self) -> int:
        """How many words there are."""
        return self.units.vocab_size

    def encode(self, text: str) -> list[int]:
        """Turn a plain text into the ids of its words."""
        return self.units.encode(text)

    def token_text(self, index: int) -> str:
        """Return what an id stands for."""
        return self.units.name(index)

    def num_unknown(self, text: str) -> int:
        """Count the characters of a text that are in words it does not know."""
        return sum(piece.end - piece.start for piece in self.units.pieces(text) if piece.id == UNKNOWN_ID)

    def sentence(self, given: Any, *, is_split: bool = False) -> Sentence:
        """Cut a plain text into words.

        Args:
            given: a text, or a list of words, which stay as they are.
            is_split: the words of a text are parted by spaces already.
        """
        if isinstance(given, str) and not is_split:
            places = [(start, end) for _, start, end in self.units.cut(given)]
            return Sentence(given, [given[start:end] for start, end in places], places)
        words = given.split() if isinstance(given, str) else [str(word) for word in given]
        text = given if isinstance(given, str) else ("" if self.is_by_characters else " ").join(words)
        places, position = [], 0
        for word in words:
            start = text.index(word, position)
            position = start + len(word)
            places.append((start, position))
        return Sentence(text, words, places)

    def tag_ids(self, data: TaggedTexts, split: str) -> list[NDArray[np.int64]]:
        """Return the tags of a part by the ids of the run; −1 for one that the run does not know."""
        place_of = {name: index for index, name in enumerate(self.tag_names)}
        known = np.array([*(place_of.get(name, -1) for name in data.tag_names), -1], dtype=np.int64)
        return [known[np.asarray(row)] for row in data.tags(split)]

    def save(self, folder: Path) -> None:
        """Write vocabulary.json and preprocessing.json."""
        self.units.save(folder)
        letters = self.letters.to_json() if self.letters is not None else None
        text = json.dumps({**self.recipe, "letters": letters}, ensure_ascii=False, indent=1)
        (folder / PREPROCESSING_FILE).write_text(f"{text}\n", encoding="utf-8", newline="\n")


def learn_reader(asked: Asked, options: TaggingOptions, *, parent: Path | None) -> tuple[TaggedTexts, TagReader]:
    """Open the data and learn the words, letters and tags of the training part, or go on from a parent run's.

    A parent that knows the tags keeps its reading as it is. From one with other tags words and letters are kept, words
    that it did not know come behind them, and `has_new_head` says that the answers begin anew.

    Raises:
        ValueError: a parent of another task, or word vectors beside one.
    """
    data = open_data(asked, options)
    if parent is None:
        return data, _learned(data, options, asked.train_share)
    if options.vectors is not None:
        raise ValueError("--task.vectors must not come with --from: the run has vectors. Leave one of them out.")
    reader = load_reader(parent)
    if set(data.tag_names) <= set(reader.tag_names):
        recipe = {key: value for key, value in reader.recipe.items() if key != NEW_HEAD}
        return open_data(asked, options, scheme=reader.scheme), TagReader(reader.units, reader.letters, recipe)
    words = Units.learn_words(_rows(data, asked.train_share), reader.units.rules).units
    return data, TagReader(reader.units.with_words(words), reader.letters, {**data.preprocessing(), NEW_HEAD: True})


def _rows(data: TaggedTexts, train_share: float) -> list[list[str]]:
    sentences = data.sentences("train")
    return [sentences[row] for row in some_rows(len(sentences), train_share)]


def _learned(data: TaggedTexts, options: TaggingOptions, train_share: float) -> TagReader:
    sentences = _rows(data, train_share)
    kind = options.units or ("characters" if _is_by_characters(sentences) else "words")
    units = Units.learn_words(sentences, UnitRules(kind=kind, min_count=options.min_count))
    if options.vectors is not None:  # a word that only the test has is then no unknown one
        units = units.with_words(load_vectors(options.vectors)[0])
    has_letters = options.has_letters if options.has_letters is not None else kind != "characters"
    letters: Letters | Neighbours | None = None
    if options.has_neighbours:
        letters = Neighbours.of(sentences)
    elif has_letters:
        letters = Letters.of(word for sentence in sentences for word in sentence)
    return TagReader(units, letters, data.preprocessing())


def load_reader(folder: Path) -> TagReader:
    """Open how a run reads its sentences.

    Raises:
        FileNotFoundError: the folder does not hold it.
        ValueError: it is of another task.
    """
    recipe = read_preprocessing(folder)
    if recipe["kind"] != "tags":
        raise ValueError(f"{folder} must be a run of tagging, got one that reads {recipe['kind']}. Name another.")
    kept = recipe.pop("letters")
    letters: Letters | Neighbours | None = None
    if kept is not None:
        letters = Neighbours(kept["pairs"]) if "pairs" in kept else Letters.from_json(kept)
    return TagReader(load_units(folder), letters, recipe)


def open_data(asked: Asked, options: TaggingOptions, *, scheme: str | None = None) -> TaggedTexts:
    """Open the tagged sentences that a user asked for.

    Args:
        scheme: the one a run knows; otherwise that of the options, or the one found.
    """
    return open_tagged_texts(
        asked.data,
        token_column=None if asked.text_column == TEXT_COLUMN else asked.text_column,
        tag_column=asked.target,
        valid=asked.valid,
        scheme=scheme or options.scheme,
        repairs_tags=options.repairs_tags,
    )


def _placed(sentences: Iterable[Sequence[WordT]]) -> tuple[list[NDArray[np.int32]], list[WordT]]:
    """Number the distinct words of sentences from 1 on; return the rows of numbers, and the words in their order."""
    place_of: dict[WordT, int] = {}
    rows = [
        np.array([place_of.setdefault(word, len(place_of) + 1) for word in sentence], dtype=np.int32)
        for sentence in sentences
    ]
    return rows, list(place_of)


def _is_by_characters(sentences: Sequence[Sequence[str]]) -> bool:
    # Not punctuation marks, which are one character in every language.
    lengths = [len(word) for sentence in sentences for word in sentence if word.isalnum()]
    return sum(length == 1 for length in lengths) > CHARACTER_SHARE * len(lengths)
