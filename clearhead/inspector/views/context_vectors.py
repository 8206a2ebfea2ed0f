"""The vector of one word after each layer, and how like it is to the same word elsewhere.

苹果 in 我吃了一个苹果 and in 苹果发布了新手机 begins as the same vector; what the layers add depends on the sentence.
"""

import numpy as np
from torch import Tensor, nn

from clearhead.inspector.views._recurrent_reading import memory, recurrent_nets
from clearhead.inspector.views.base import Looked, at, labels, numbers, taps_ending
from clearhead.panels.base import Panel
from clearhead.panels.heatmap import Heatmap
from clearhead.panels.lines import Lines
from clearhead.panels.table import Cell, Table
from clearhead.panels.tokens import token_label

TITLE = "Vectors in context"
QUESTION = "How does a token's vector change from layer to layer, and with the text around it?"
ANSWER = "vectors"


def applies(model: nn.Module) -> str | None:
    """Return None for models of one text made of blocks around a residual stream, or of recurrent layers."""
    reads_pairs = getattr(model, "role", "") == "SequenceToSequence"
    has_layers = taps_ending(model, "residual") or recurrent_nets(model)
    if taps_ending(model, "embedding") and has_layers and not reads_pairs:
        return None
    return f"a {type(model).__name__} has no vector of each token that runs through its layers."


def view(
    look: Looked, *, token: int | None = None, word: str | None = None, other: str | None = None, top: int = 8
) -> list[Panel]:
    """Show one token's vector after each layer; with a word that occurs twice, also how like the two are.

    Args:
        token: the position; none given means the last token, or the word's.
        word: a word of the text; its last token stands for it, because that one has read the whole word.
        other: another text with the word in it, to compare with.
        top: how many near words to list.
    """
    if word is not None and token is not None:
        raise ValueError(
            f"context_vectors.token must not be given together with word, got {token}. Give one of the two."
        )
    if other is not None and word is None:
        raise ValueError(f"context_vectors.word must be given together with other, got other={other!r} alone. Name it.")
    num_words = _embedding_matrix(look).shape[0]
    if not 1 <= top < num_words:
        raise ValueError(f"context_vectors.top must be between 1 and {num_words - 1}, got {top}. Use 8.")
    seconds: tuple[Looked, int] | None = None
    if word is not None:
        found = _occurrences(look, word)
        position = found[0]
        if other is not None:
            second = look.again(other)
            seconds = second, _occurrences(second, word)[0]
        elif len(found) > 1:
            seconds = look, found[1]
    else:
        position = at(-1 if token is None else token, len(look.tokens), "context_vectors.token", "token")
    names, vectors = _vectors(look, position)
    has_blocks = bool(taps_ending(look.model, "residual"))
    who = labels(look.pieces)[position]
    panels: list[Panel] = [
        Heatmap(
            name="vectors",
            title=f"The vector of {who!r} after each layer",
            note=f"{vectors.shape[1]} numbers each; 'final norm' is what the output head reads."
            if has_blocks
            else "Each layer's state after this token; where it is read both ways, those of both side by side.",
            values=vectors,
            rows=names,
            columns=tuple(str(index) for index in range(vectors.shape[1])),
            row_axis="after",
            column_axis="dimension",
            scale="signed",
        ),
        Heatmap(
            name="between_layers",
            title="How like the vector is to itself after other layers",
            note="Cosine: 1 is the same direction, 0 has nothing in common; empty between different widths.",
            values=_between(vectors),
            rows=names,
            columns=names,
            row_axis="after",
            column_axis="after",
            scale="signed",
        ),
        _neighbours(look, position, top),
    ]
    if seconds is not None:
        panels.insert(0, _two_contexts(look, position, *seconds))
    return panels


def _vectors(look: Looked, position: int) -> tuple[tuple[str, ...], np.ndarray]:
    """Return the names of the stages and the vector after each, (stages, width); NaN after the end of a shorter one."""
    model = look.model
    found = {"embedding": look.value(taps_ending(model, "embedding")[0])}
    blocks = taps_ending(model, "residual")
    if blocks:
        found |= {f"layer {index}": look.value(name) for index, name in enumerate(blocks)}
    else:
        net, layers = next((name, net.num_layers) for name, net in recurrent_nets(model).items())
        found |= {f"layer {index}": memory(look, net, index).float() for index in range(layers)}
    last = taps_ending(model, "final_norm")
    if last:
        found["final norm"] = look.value(last[0])
    rows = [numbers(value[position]) for value in found.values()]
    width = max(map(len, rows))
    padded = [np.pad(row, (0, width - len(row)), constant_values=np.nan) for row in rows]
    return tuple(found), np.stack(padded)


def _two_contexts(look: Looked, position: int, other: Looked, other_position: int) -> Lines:
    names, first = _vectors(look, position)
    second = np.nan_to_num(_vectors(other, other_position)[1])
    first = np.nan_to_num(first)
    lengths = np.linalg.norm(first, axis=1) * np.linalg.norm(second, axis=1)
    pairs = [(look, position), (other, other_position)]
    who = [repr(labels(seen.pieces)[index]) for seen, index in pairs]
    if other is not look:
        who = [f"{word} of {seen.text!r}" for word, (seen, _) in zip(who, pairs, strict=True)]
    return Lines(
        name="cosine",
        title=f"How like are {who[0]} and {who[1]}?",
        note="Cosine of the two vectors after each layer. Before the first layer no vector knows its neighbours.",
        points=names,
        series={"cosine": (first * second).sum(1) / np.maximum(lengths, np.finfo(np.float32).tiny)},
        axis="cosine",
    )


def _neighbours(look: Looked, position: int, top: int) -> Table:
    """List the tokens whose vectors in the embedding matrix point the same way as this token's own."""
    matrix = numbers(_embedding_matrix(look))
    own = look.tokens[position]
    cosines = _cosines(matrix[own : own + 1], matrix)[0]
    order = [int(index) for index in np.argsort(-cosines, kind="stable") if index != own][:top]
    known = look.tokenizer.vocab_size
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (token_label(look.tokenizer.token_text(index)) if index < known else None, index, float(cosines[index]))
        for index in order
    )
    return Table(
        name="neighbours",
        title=f"Nearest in the vocabulary to {token_label(look.pieces[position].text)!r}, before any context",
        note="By the cosine of their rows in the embedding matrix.",
        columns=("token", "id", "cosine"),
        rows=rows,
    )


def _embedding_matrix(look: Looked) -> Tensor:
    """Return the matrix that holds one row for each token of the vocabulary."""
    tables = (module for module in look.model.modules() if isinstance(module, nn.Embedding))
    return next(table.weight for table in tables if table.num_embeddings == look.model.config.vocab_size)


def _occurrences(look: Looked, word: str) -> list[int]:
    """Return the position of the last token of each occurrence of a word.

    Raises:
        ValueError: the word is empty or does not occur in the text.
    """
    found = []
    start = look.text.find(word) if word else -1
    while start != -1:
        end = start + len(word)
        covering = [index for index, piece in enumerate(look.pieces) if piece.start < end and piece.end > start]
        found += [index for index in covering[-1:] if index not in found]
        start = look.text.find(word, end)
    if not found:
        raise ValueError(
            f"context_vectors.word must occur in the text {look.text!r}, got {word!r}. Choose a word of it."
        )
    return found


def _between(vectors: np.ndarray) -> np.ndarray:
    """Return the cosine of every vector with every other; NaN between vectors of different width."""
    widths = np.isfinite(vectors).sum(1)
    cosines = _cosines(np.nan_to_num(vectors), np.nan_to_num(vectors))
    return np.where(widths[:, None] == widths, cosines, np.nan)


def _cosines(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return the cosine of every row of `first` with every row of `second`; a row of zeros has cosine 0."""
    first, second = (x / np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-12) for x in (first, second))
    return first @ second.T
