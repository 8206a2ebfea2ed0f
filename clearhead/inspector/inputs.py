"""What a model reads, by its role: a text, a pair of texts, a row of numbers, an image, or words.

Each function turns what a user gave into a `Reading`: the tensors the model is called with, and everything by which a
view can name the numbers in them. `READERS` says which function serves which role.
"""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from clearhead.core import catalog
from clearhead.data._table_columns import feature_names
from clearhead.generation.search import SearchConfig, translate_tokens
from clearhead.inspector.reading import Reading as Reading
from clearhead.inspector.reading import check_length
from clearhead.inspector.tagged_input import read_tagged_text
from clearhead.models.base import SequenceToSequence
from clearhead.tasks._array_examples import ArrayReader
from clearhead.tasks._examples import PREPROCESSING_FILE, open_reader
from clearhead.tasks._preprocessing import read_preprocessing
from clearhead.tasks._tag_reading import TagReader
from clearhead.tasks._tag_reading import load_reader as load_tag_reader
from clearhead.tasks._text_reader import TextReader
from clearhead.tasks._word_list import WORDS_FILE, WordList
from clearhead.tasks._word_list import read_words as read_vocabulary
from clearhead.tokenizers.base import Piece

START_TEXT = "<start>"


READ_BY = {
    **dict.fromkeys(("classification", "regression", "tagging"), PREPROCESSING_FILE),
    "word_vectors": WORDS_FILE,
}
"""The file without which the inputs of a run of this task cannot be read."""


def reader_of(run: Any) -> Any:
    """Return what turns inputs into what a run's model reads: a tokenizer, a reader of rows or images, or words."""
    path = getattr(run, "path", None)
    needed = READ_BY.get(getattr(getattr(run, "about", None), "task", ""))
    if path is not None and needed is not None and not (path / needed).is_file():
        raise FileNotFoundError(
            f"{path} must hold {needed}, by which its inputs are read, got a run without it. Copy the whole run again."
        )
    if path is not None and (path / PREPROCESSING_FILE).is_file():
        is_tagger = read_preprocessing(path)["kind"] == "tags"
        return load_tag_reader(path) if is_tagger else open_reader(path)
    if path is not None and (path / WORDS_FILE).is_file():
        return read_vocabulary(path)
    return run.tokenizer


def read_input(model: Any, reader: Any, given: Any, target: str | None) -> Reading:
    """Turn what was given into what this model reads.

    Args:
        reader: a tokenizer, a pair tokenizer, a reader of rows, images or labelled texts, words; None where numbers are
            given as they are.
        target: the text a pair's decoder reads, or the right answer for a row or image.
    Raises:
        ValueError: nothing to read, more than the model reads, or a target for a model that has none.
    """
    role = getattr(model, "role", "")
    read = READERS.get(role, read_text) if not isinstance(reader, TagReader) else read_tagged_text
    if target is not None and read in (read_text, read_words):
        raise ValueError(
            f"look.target must be left out for a {type(model).__name__}, which reads one input, got {target!r}."
        )
    return read(model, reader, given, target)


def read_text(model: Any, tokenizer: Any, text: str, target: None = None) -> Reading:
    """Read a text as the tokens a language model or an encoder is called with."""
    check_length("look.text", text, len(tokenizer.encode(text)), model)
    pieces = [*(Piece(token, tokenizer.token_text(token), 0, 0, b"") for token in tokenizer.beginning)]
    pieces += tokenizer.pieces(text)
    tokens = [piece.id for piece in pieces]
    check_length("look.text", text, len(tokens), model)
    return Reading(kind="text", text=text, batch=(_ids(tokens, model),), tokens=tokens, pieces=pieces)


def read_labeled_text(model: Any, reader: TextReader, given: Any, target: str | None = None) -> Reading:
    """Read a text (or two, parted by a tab) as the classifier of a run does."""
    texts = reader.texts_of(given)
    text, rules = "\t".join(texts), reader.rules_for(model)
    packed, [length] = reader.encode_rows([texts], rules)
    check_length("look.text", text, length if text.strip() else 0, model, rules.max_tokens)
    tokens, *distances = (
        part.to(next(model.parameters()).device) for part in packed.tensors(np.array([0]), rules.max_distance)
    )
    return Reading(
        kind="text",
        text=text,
        target=target,
        batch=(tokens, None, *distances) if distances else (tokens,),
        tokens=tokens[0].tolist(),
        pieces=reader.pieces(texts),
        label_names=tuple(reader.target["label_names"]),
    )


def read_pair(model: SequenceToSequence, tokenizer: Any, text: str, target: str | None = None) -> Reading:
    """Read a source and what the decoder reads with it: the target given, or what the model itself would write."""
    [source] = tokenizer.encode_source([text])
    # The end token alone is no text.
    check_length("look.text", text, len(source) if len(source) > 1 else 0, model)
    if target is None:
        [[found]] = translate_tokens(model, [source], SearchConfig(num_beams=1))
        # The last token of a translation cut off at the context is said, and not read again.
        ids = list(found.tokens)[: model.config.context_length - 1]
        target = tokenizer.decode_target(ids)
    else:
        ids = tokenizer.encode_target([target])[0][:-1]
        check_length("look.target", target, len(ids) + 1, model)
    read = [model.config.start_id, *ids]
    return Reading(
        kind="pair",
        text=text,
        target=target,
        batch=(_ids(source, model), _ids(read, model)),
        tokens=source,
        pieces=_pair_pieces(source, tokenizer.source_pieces(source), text),
        target_tokens=read,
        target_pieces=[
            Piece(read[0], START_TEXT, 0, 0, b""),
            *_pair_pieces(ids, tokenizer.target_pieces(ids), target),
        ],
    )


def _pair_pieces(ids: Sequence[int], names: Sequence[str], text: str) -> list[Piece]:
    """Return pieces with their place in the text; one that does not stand there (the end, the unknown) covers none."""
    pieces, position = [], 0
    for token, name in zip(ids, names, strict=True):
        said = name.replace("▁", " ")
        body = said.strip()
        start = text.lower().find(body.lower(), position) if body else -1
        start, end = (start, start + len(body)) if start >= 0 else (position, position)
        pieces.append(Piece(token, said, start, end, text[start:end].encode("utf-8")))
        position = end
    return pieces


def read_example(model: Any, reader: ArrayReader | None, given: Any, target: str | None = None) -> Reading:
    """Read one row of a table or one image, as the training data were read; without a reader, plain numbers."""
    is_image = model.role == "ImageModel"
    if reader is None:
        return _read_numbers(model, given, target, is_image)
    if isinstance(given, str) and not (reader.is_images or given.lstrip().startswith("{") or os.path.exists(given)):
        first = json.dumps({column["name"]: "…" for column in reader.recipe["columns"][:2]}, ensure_ascii=False)
        raise ValueError(
            f"look.input must be one row as JSON, or the file of one, got {given[:80]!r}. "
            f"Write its columns and values, such as {first}."
        )
    [inputs] = _one(reader.read([given])[0], given)
    batch = reader.prepared(inputs[None])
    names = () if reader.is_images else tuple(feature_names(reader.recipe["columns"]))
    raw = inputs if reader.is_images else inputs * _scales(reader.recipe, 1.0, "scale") + _scales(
        reader.recipe, 0.0, "mean"
    )  # fmt: skip
    if reader.is_images and not is_image:  # an MLP reads the pixels as one row
        batch = batch.flatten(1)
    return Reading(
        kind="image" if is_image else "row",
        text=str(given) if isinstance(given, str | Path) else json.dumps(dict(given), ensure_ascii=False),
        target=target,
        batch=(_numbers(batch, model),),
        raw=raw,
        feature_names=names,
        label_names=tuple(reader.target["label_names"]),
    )


def _read_numbers(model: Any, given: Any, target: str | None, is_image: bool) -> Reading:
    values = torch.as_tensor(given, dtype=torch.get_default_dtype())
    config = model.config
    shape = (config.num_channels, config.height, config.width) if is_image else (config.num_features,)
    if tuple(values.shape) != shape:
        raise ValueError(
            f"look.input must be numbers of shape {list(shape)} (what the model reads), got {list(values.shape)}. "
            "Give one number for each."
        )
    return Reading(
        kind="image" if is_image else "row",
        text=f"{values.numel()} numbers" if values.numel() > 8 else str(values.tolist()),
        target=target,
        batch=(_numbers(values[None], model),),
        raw=values.numpy(),
        feature_names=() if is_image else tuple(f"x{index}" for index in range(1, values.numel() + 1)),
        label_names=tuple(f"y{index}" for index in range(1, config.num_outputs + 1)),
    )


def _one(inputs: np.ndarray, given: Any) -> np.ndarray:
    if len(inputs) != 1:
        raise ValueError(f"look.input must be one row or one image, got {len(inputs)} in {given}. Name one.")
    return inputs


def _scales(recipe: Mapping[str, Any], other: float, key: str) -> np.ndarray:
    """Return the scale (or mean) of each feature; features that are no scaled numbers have `other`."""
    values: list[float] = []
    for column in recipe["columns"]:
        of_column = [other] * len(feature_names([column]))
        if column["kind"] == "number":
            of_column[0] = column[key]
        values += of_column
    return np.array(values)


def read_words(model: Any, words: WordList, given: Any, target: None = None) -> Reading:
    """Read words with a model of word vectors: it predicts from the mean of their vectors."""
    wanted = given.split() if isinstance(given, str) else list(given)
    if not wanted:
        raise ValueError(f"look.text must hold at least one word, got {given!r}. Give words of the vocabulary.")
    place_of = {word: index for index, word in enumerate(words.words)}
    for word in wanted:
        if word not in place_of:
            near = catalog.nearest(word, words.words)
            hint = f" Did you mean {near!r}?" if near else ""
            raise ValueError(f"look.text must be words of the {len(place_of):,} the model knows, got {word!r}.{hint}")
    ids = [place_of[word] for word in wanted]
    pieces = [Piece(index, word, 0, 0, word.encode("utf-8")) for index, word in zip(ids, wanted, strict=True)]
    text = " ".join(wanted)
    return Reading(kind="words", text=text, batch=(_ids(ids, model),), tokens=ids, pieces=pieces, words=wanted)


READERS: dict[str, Callable[..., Reading]] = {
    "LanguageModel": read_text,
    "SequenceToSequence": read_pair,
    "FeatureModel": read_example,
    "ImageModel": read_example,
    "TextEncoder": read_labeled_text,
    "WordVectors": read_words,
}
"""Which function reads for which role; a role that is not here reads a text."""


def _ids(tokens: Sequence[int], model: Any) -> Tensor:
    return torch.tensor([list(tokens)], dtype=torch.long, device=next(model.parameters()).device)


def _numbers(batch: Tensor, model: Any) -> Tensor:
    return batch.to(next(model.parameters()))


def moved(reading: Reading, model: Any) -> Reading:
    """Return a reading whose numbers have the device and precision of a model (a copy in float64, for example)."""
    first = next(model.parameters())
    batch = tuple(
        part if part is None else part.to(first) if part.is_floating_point() else part.to(first.device)
        for part in reading.batch
    )
    return replace(reading, batch=batch)
