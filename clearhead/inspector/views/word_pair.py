"""One update of word2vec, number by number: window, drawn words, questions, answers, vectors before and after.

The numbers are those of `Word2Vec.learn` on a copy of the model, which takes the kernels' step (kernels/word2vec.py).
"""

import copy
from typing import Any

import numpy as np
import torch
from torch import nn

from clearhead.inspector.views.base import Looked, at, numbers
from clearhead.kernels.word_tables import LARGEST_SCORE, huffman_tree
from clearhead.panels.base import Name, Panel
from clearhead.panels.heatmap import Heatmap
from clearhead.panels.table import Cell, Table

TITLE = "One update of word2vec"
QUESTION = "How does one word of a sentence move the vectors of the words around it?"
ANSWER = "vectors"
SHOWN_ROWS = 12


def applies(model: nn.Module) -> str | None:
    """Return None for word2vec."""
    if type(model).__name__ == "Word2Vec":
        return None
    return f"a {type(model).__name__} does not learn by predicting a word from the words around it."


def view(
    look: Looked,
    *,
    token: int | None = None,
    window: int = 5,
    negatives: int = 5,
    power: float = 0.75,
    rate: float = 0.025,
    seed: int = 0,
) -> list[Panel]:
    """Show what one position of a sentence teaches.

    Args:
        token: position of the word that is predicted; none given means the middle.
        window: words on each side at most.
        negatives: words drawn beside the right one.
        power: words are drawn in proportion to count^power.
        rate: learning rate.
        seed: of the drawn words.
    """
    if len(look.words) < 2:
        raise ValueError(f"look.text must hold at least two words for a pair, got {look.text!r}. Give a sentence.")
    if window < 1 or negatives < 1:
        raise ValueError(f"word_pair.window and negatives must be at least 1, got {window} and {negatives}. Use 5.")
    place = at(len(look.words) // 2 if token is None else token, len(look.words), "word_pair.token", "word")
    around = [p for p in range(place - window, place + window + 1) if p != place and 0 <= p < len(look.words)]
    config = look.model.config
    # Skip-gram predicts from one word of the window at a time: the nearest is shown.
    read = around if config.mode == "cbow" else [min(around, key=lambda p: abs(p - place))]
    counts = np.asarray(look.tokenizer.counts, np.int64)
    word = look.tokens[place]
    questions, truths, panels = _questions(look, config.objective, word, counts, negatives, power, seed)
    contexts = torch.tensor([[look.tokens[p] for p in read]])
    return [
        _window(look, place, around, read, window),
        *panels,
        *_update(look, contexts, questions, truths, word, rate),
    ]


def _questions(
    look: Looked, objective: str, word: int, counts: np.ndarray, negatives: int, power: float, seed: int
) -> tuple[list[int], list[bool], list[Panel]]:
    """Return the rows of the output matrix that are asked about, the right answers, and how they were chosen."""
    names = [Name(word) for word in look.tokenizer.words]
    shares = counts.astype(np.float64) ** power
    shares /= shares.sum()
    drawn = np.random.default_rng(seed).choice(len(counts), size=negatives, p=shares)
    plain = counts / counts.sum()
    shown = list(dict.fromkeys([word, *map(int, drawn), *map(int, np.argsort(-counts, kind="stable")[:3])]))
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (names[row], int(counts[row]), float(plain[row]), float(shares[row]), int((drawn == row).sum()))
        for row in shown
    )
    negative_table = Table(
        name="negatives",
        title=f"Words drawn at random, by count^{power:g}",
        note=f"The power draws rare words more often than their share of the text; {names[word]!r} itself is no "
        "counter-example when it is drawn." + ("" if objective == "negative_sampling" else " This model draws none."),
        columns=("word", "count", "share of the text", "chance to be drawn", "drawn"),
        rows=rows,
    )
    tree = huffman_tree(counts)
    path = slice(tree.starts[word], tree.starts[word + 1])
    nodes, turns = tree.nodes[path], tree.turns[path]
    path_table = Table(
        name="path",
        title=f"The way to {names[word]!r} through the Huffman tree",
        note=f"{len(nodes)} yes-or-no questions instead of {len(counts):,}; frequent words have short ways (the "
        f"longest is {tree.longest})."
        + ("" if objective == "hierarchical_softmax" else " This model does not use it."),
        columns=("step", "inner node", "first branch"),
        rows=tuple((step, int(node), bool(turn)) for step, (node, turn) in enumerate(zip(nodes, turns, strict=True))),
    )
    if objective == "hierarchical_softmax":
        return [int(node) for node in nodes], [bool(turn) for turn in turns], [negative_table, path_table]
    if objective == "full_softmax":
        return [word], [True], [negative_table, path_table]
    kept = [int(row) for row in drawn if row != word]
    return [word, *kept], [True] + [False] * len(kept), [negative_table, path_table]


def _window(look: Looked, place: int, around: list[int], read: list[int], window: int) -> Table:
    """Show which words are near; a word at distance d is in the window with the chance (window − d + 1) / window."""
    rows: list[tuple[Cell, ...]] = []
    for position, word in enumerate(look.words):
        distance = abs(position - place)
        chance = max(0.0, (window - distance + 1) / window) if distance else None
        role = "predicted" if not distance else "read" if position in read else "near" if position in around else ""
        rows.append((position, word, role, chance))
    return Table(
        name="window",
        title="The window",
        note="How many words on each side are taken is drawn from 1 to the window, so near words count more. "
        + ("CBOW reads the mean of all." if len(read) > 1 else "Skip-gram reads one word at a time; here the nearest."),
        columns=("position", "word", "part", "chance to be inside"),
        rows=tuple(rows),
    )


def _update(
    look: Looked, contexts: torch.Tensor, questions: list[int], truths: list[bool], word: int, rate: float
) -> list[Panel]:
    """Take the step by the formula and, on a copy, by `learn`; show the first and how far the second is from it."""
    model: Any = look.model
    before_in, before_out = (numbers(m).astype(np.float64) for m in (model.input_vectors, model.output_vectors))
    read = contexts[0].tolist()
    hidden = before_in[read].mean(0)
    is_choice = model.config.objective == "full_softmax"
    rows = list(range(len(before_out))) if is_choice else questions
    scores = before_out[rows] @ hidden
    if is_choice:
        chances = np.exp(scores - scores.max())
        chances /= chances.sum()
        errors = (np.arange(len(rows)) == word) - chances
        loss = -float(np.log(chances[word]))
    else:
        chances = 1 / (1 + np.exp(-scores))
        truth = np.array(truths)
        errors = truth - chances
        errors[np.where(truth, scores, -scores) >= LARGEST_SCORE] = 0.0
        loss = float(np.log1p(np.exp(np.where(truth, -scores, scores))).sum())
    moved_in = before_in.copy()
    np.add.at(moved_in, read, rate * errors @ before_out[rows])
    moved_out = before_out.copy()
    np.add.at(moved_out, rows, rate * errors[:, None] * hidden)

    learned = copy.deepcopy(model)
    device = next(learned.parameters()).device
    given = (contexts, torch.tensor([questions]), torch.tensor([truths]))
    own_loss = float(learned.learn(*(part.to(device) for part in given), rate=rate))
    distance = max(
        float(np.abs(numbers(theirs) - ours).max())
        for theirs, ours in ((learned.input_vectors, moved_in), (learned.output_vectors, moved_out))
    )
    names = [Name(word) for word in look.tokenizer.words]
    is_tree = model.config.objective == "hierarchical_softmax"
    labels = [f"node {row}" if is_tree else names[row] for row in rows]
    order = np.argsort(-np.abs(errors), kind="stable")[:SHOWN_ROWS] if is_choice else range(len(rows))
    right = [row == word for row in rows] if is_choice else truths
    answers: tuple[tuple[Cell, ...], ...] = tuple(
        (labels[i], bool(right[i]), float(scores[i]), float(chances[i]), float(errors[i]), float(rate * errors[i]))
        for i in order
    )
    shown = [(f"{names[row]} (input)", before_in[row], moved_in[row]) for row in dict.fromkeys(read)]
    shown += [(f"{labels[i]} (output)", before_out[rows[i]], moved_out[rows[i]]) for i in order]
    return [
        Table(
            name="answers",
            title="The questions and the answers",
            note=f"From {', '.join(names[row] for row in read)}: score = vector · row, chance = "
            + ("softmax over all words" if is_choice else "σ(score)")
            + "; the error (right − chance) times the rate is the step along the other vector.",
            columns=("asked about", "right answer", "score", "chance", "error", "step"),
            rows=answers,
        ),
        Heatmap(
            name="vectors",
            title="Vectors before and after",
            note=f"{before_in.shape[1]} numbers each; input vectors are what one keeps.",
            values=np.stack([vector for _, old, new in shown for vector in (old, new)]),
            rows=tuple(f"{name} {when}" for name, _, _ in shown for when in ("before", "after")),
            columns=tuple(map(str, range(before_in.shape[1]))),
            row_axis="vector",
            column_axis="dimension",
            scale="signed",
        ),
        Table(
            name="check",
            title="The same step by the model itself",
            note="`Word2Vec.learn` on a copy: the loss before, and the largest difference in both matrices.",
            columns=("what", "by the formula", "by the model", "difference"),
            rows=(("loss", loss, own_loss, abs(loss - own_loss)), ("vectors", None, None, distance)),
        ),
    ]
