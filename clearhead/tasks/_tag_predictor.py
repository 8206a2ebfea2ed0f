"""Answers of a tagger to new sentences: the entities found, or each word with its tag, and how sure they are.

An input is a plain text, which is cut into words as the vocabulary cuts them (Chinese into characters); with
`is_split` its words are parted by spaces already; in Python it may be a list of words. A file of columns (.conll,
.conllu, .bio, .iob, also .gz) gives its sentences, any other file its lines.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from clearhead.core import config
from clearhead.core.tags import Span, read_spans
from clearhead.data._pieces import read_lines
from clearhead.data._read import read_chunks
from clearhead.data._tagged_columns import Asked as ColumnsAsked
from clearhead.data._tagged_columns import Reading as ColumnsRead
from clearhead.data._tagged_columns import read_sentences
from clearhead.tasks._tag_answers import Answer, answers
from clearhead.tasks._tag_reading import Sentence, TagReader, load_reader
from clearhead.tasks.base import Prediction

SENTENCES_AT_ONCE = 512
COLUMN_FILES = (".conll", ".conllu", ".bio", ".iob")
NOTHING_FOUND = "–"


@dataclass(frozen=True, kw_only=True)
class ReadOptions:
    """How new sentences are read."""

    is_split: bool = False
    """The words of an input are parted by spaces already; otherwise it is cut into words."""


class TagPredictor:
    """A trained tagger, and how its sentences are read."""

    def __init__(self, model: Any, reader: TagReader, options: ReadOptions) -> None:
        self.model, self.reader, self.options = model, reader, options
        self.has_spans = reader.scheme != "none"

    def predict(self, inputs: Sequence[Any]) -> Iterator[Prediction]:
        """Yield the tags of each sentence, in order.

        `text` says "ORG: 清华大学; NAME: 王伟", the entities in the order of the sentence, or "the/DET cat/NOUN" where
        every word has a tag of its own; tags without a kind (Chinese characters into words) give the words.
        `facts` hold tokens, tags, the probability of each tag, and entities with kind, start and end (characters of
        the input), text, and the probability of the least sure of its tags.
        """
        names = self.reader.tag_names
        for start in range(0, len(inputs), SENTENCES_AT_ONCE):
            sentences = [
                self.reader.sentence(each, is_split=self.options.is_split)
                for each in inputs[start : start + SENTENCES_AT_ONCE]
            ]
            filled = [sentence for sentence in sentences if sentence.words]
            found = iter(answers(self.model, self.reader.read([sentence.words for sentence in filled])))
            for sentence in sentences:
                answer = next(found) if sentence.words else _NO_ANSWER
                yield self._tell(sentence, answer, [names[tag] for tag in answer.tags])

    def read_file(self, path: Path | str) -> list[Any]:
        """Return the inputs a file holds: the sentences of a file of columns, otherwise its lines."""
        path = Path(path)
        if not path.is_file():
            raise FileNotFoundError(
                f"--file must be a text file with a sentence on each line, or columns, got {path}, which is none."
            )
        if any(suffix.lower() in COLUMN_FILES for suffix in path.suffixes):
            return [sentence.words for sentence in read_sentences(path, ColumnsAsked(), ColumnsRead())]
        return [line.rstrip("\n") for line in read_lines(read_chunks(path))]

    def _tell(self, sentence: Sentence, answer: Answer, tags: list[str]) -> Prediction:
        facts: dict[str, Any] = {
            "input": sentence.text,
            "tokens": sentence.words,
            "tags": tags,
            "probabilities": [round(float(share), 6) for share in answer.probabilities],
        }
        if not self.has_spans:
            said = " ".join(f"{word}/{tag}" for word, tag in zip(sentence.words, tags, strict=True))
            return Prediction(text=said, facts=facts)
        spans = read_spans(tags)
        facts["entities"] = [self._entity(sentence, answer, span) for span in spans]
        if any(span.kind for span in spans):
            said = "; ".join(f"{entity['kind']}: {entity['text']}" for entity in facts["entities"])
        else:
            said = " ".join(entity["text"] for entity in facts["entities"])
        return Prediction(text=said or (NOTHING_FOUND if tags else ""), facts=facts)

    def _entity(self, sentence: Sentence, answer: Answer, span: Span) -> dict[str, Any]:
        start, end = sentence.places[span.start][0], sentence.places[span.end - 1][1]
        return {
            "kind": span.kind,
            "start": start,
            "end": end,
            "text": sentence.text[start:end],
            "probability": round(float(answer.probabilities[span.start : span.end].min()), 6),
        }


_NO_ANSWER = Answer(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32))


def predictor(model: Any, folder: Path, **options: Any) -> TagPredictor:
    """Make the predictor of a run."""
    return TagPredictor(model, load_reader(folder), config.from_json(ReadOptions, options, where="predict"))
