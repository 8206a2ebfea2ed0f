"""A sentence, as a tagger reads it to be looked at."""

from typing import Any

from clearhead.inspector.reading import Reading, check_length
from clearhead.tasks._tag_reading import TagReader
from clearhead.tokenizers.base import Piece


def read_tagged_text(model: Any, reader: TagReader, given: Any, target: str | None = None) -> Reading:
    """Read a sentence as the tagger of a run does; a target is its tags, parted by spaces."""
    sentence = reader.sentence(given)
    check_length("look.text", sentence.text, len(sentence.words), model)
    read = reader.read([sentence.words])
    batch = tuple(part.to(next(model.parameters()).device) for part in read.tensors(read.rows))
    tokens, told = batch[0][0].tolist(), zip(sentence.words, sentence.places, strict=True)
    return Reading(
        kind="text",
        text=sentence.text,
        target=target,
        batch=batch,
        tokens=tokens,
        pieces=[
            Piece(token, word, *place, word.encode("utf-8")) for token, (word, place) in zip(tokens, told, strict=True)
        ],
        label_names=tuple(reader.tag_names),
    )
