"""A few fixed validation examples, asked again and again while a model learns: what it says, and how sure it is.

A language model continues the beginning of the validation text; a translator or summariser writes; a classifier, a
regression and a tagger answer; word vectors name their neighbours. Nothing here changes a weight or draws a number.
"""

import contextlib
import dataclasses
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import torch
from torch import nn

from clearhead.inspector.legible import printable
from clearhead.tasks._kind import ask
from clearhead.tasks._tag_answers import answers as tag_answers
from clearhead.tasks.base import Task

NUM_EXAMPLES = 4
WRITTEN_TOKENS = 24
PROMPT_TOKENS = 12
MAX_CHARACTERS = 160
"""Longer inputs are left aside where there are shorter ones, and are cut where they are shown."""
CONSIDERED = 200
"""The examples are chosen among so many of the first."""


@dataclass(frozen=True)
class Reply:
    """What the model said about one example."""

    asked: str
    wanted: str
    """The right answer; empty where there is none."""
    said: str
    probability: float | None = None
    """That of the right answer (of a text its next token), where the model tells one."""


Found = TypeVar("Found")
Probe = Callable[[], list[Reply]]


def make_probe(task: Task, model: nn.Module) -> Probe | None:
    """Choose examples of the validation part and return what asks the model about them; None: nothing can be asked."""
    for makes, name in (
        (_continuations, "language_modeling"),
        (_written, "translation"),
        (_written, "summarization"),
        (_classes, "classification"),
        (_numbers, "regression"),
        (_tags, "tagging"),
        (_neighbours, "word_vectors"),
    ):
        if task.name == name:
            return undisturbed(makes(task, model), model)
    return None


def undisturbed(probe: Callable[[], Found], model: nn.Module) -> Callable[[], Found]:
    """Let a probe run with dropout off and eager, and leave the model and the random numbers as they were."""

    def run() -> Found:
        was_training = model.training
        device = next(model.parameters()).device
        model.eval()
        try:
            with torch.no_grad(), _random_numbers_kept(device), _eager(model):
                return probe()
        finally:
            model.train(was_training)

    return run


@contextlib.contextmanager
def _random_numbers_kept(device: torch.device) -> Iterator[None]:
    devices = [device] if device.type == "cuda" else []
    with torch.random.fork_rng(devices=devices):
        yield


def _eager(model: nn.Module) -> Any:
    """Run uncompiled: each new shape would otherwise be compiled, which takes longer than many answers."""
    if all(module._compiled_call_impl is None for module in model.modules()):
        return contextlib.nullcontext()  # the compiler itself takes seconds to load
    return torch.compiler.set_stance("force_eager")


def _continuations(task: Any, model: Any) -> Probe:
    """Let a language model write on, always its most probable token; all beginnings side by side, without a cache."""
    tokens, tokenizer = task.data.valid.tokens, task.tokenizer
    length = max(1, min(PROMPT_TOKENS, task.context_length // 2))
    starts = [0, len(tokens) // 2] if len(tokens) > 4 * (length + WRITTEN_TOKENS) else [0]
    prompts = np.array([tokens[start : start + length] for start in starts], dtype=np.int64)
    follows = [list(map(int, tokens[start + length :][:WRITTEN_TOKENS])) for start in starts]

    def probe() -> list[Reply]:
        weight = model.head_weight()
        read = torch.from_numpy(prompts).to(weight.device)
        chances: list[list[float]] = []
        for _ in range(WRITTEN_TOKENS):
            hidden = model.hidden(read[:, -task.context_length :])[:, -1]
            scores = (hidden @ weight.T).float()[:, : tokenizer.vocab_size]
            chances = chances or scores.softmax(-1).cpu().tolist()
            read = torch.cat([read, scores.argmax(-1, keepdim=True)], 1)
        said = [list(map(int, row)) for row in read[:, length:].tolist()]
        return [
            Reply(
                _shown(tokenizer.decode(prompts[place].tolist())),
                _shown(tokenizer.decode(right)),
                _shown(tokenizer.decode(_before_end(said[place], tokenizer.end_of_text_id))),
                chances[place][right[0]] if right else None,
            )
            for place, right in enumerate(follows)
        ]

    return probe


def _before_end(tokens: list[int], end: int) -> list[int]:
    return tokens[: tokens.index(end)] if end in tokens else tokens


def _written(task: Any, model: nn.Module) -> Probe:
    texts = task.texts["valid"]
    rows = _short([source for source, _ in texts[:CONSIDERED]])
    sources = [texts[row][0] for row in rows]
    wanted = [task.references("valid")[row] for row in rows]

    def probe() -> list[Reply]:
        outputs = task.write(model, sources, split="valid")
        return [
            Reply(_shown(source), _shown(right), _shown(output))
            for source, right, output in zip(sources, wanted, outputs, strict=True)
        ]

    return probe


def _classes(task: Any, model: nn.Module) -> Probe:
    rows, read = examples_of(task)
    targets, names = np.asarray(task.examples.targets("valid"))[rows], task.examples.label_names

    def probe() -> list[Reply]:
        scores = ask(model, *read).float().cpu()
        shares = scores.sigmoid() if task.has_labels else scores.softmax(-1)
        replies = []
        for row, share, target in zip(rows, shares.numpy(), targets, strict=True):
            if task.has_labels:
                right = [name for name, holds in zip(names, target, strict=True) if holds]
                said = [name for name, chance in zip(names, share, strict=True) if chance > 0.5]
                replies.append(Reply(_example(task, row), _shown(", ".join(right)), _shown(", ".join(said))))
            else:
                said_one, chance = names[int(share.argmax())], float(share[int(target)])
                replies.append(Reply(_example(task, row), names[int(target)], said_one, chance))
        return replies

    return probe


def _numbers(task: Any, model: nn.Module) -> Probe:
    rows, read = examples_of(task)
    targets = np.asarray(task.examples.targets("valid"))[rows].reshape(len(rows), -1)

    def probe() -> list[Reply]:
        values = ask(model, *read).float().cpu() * task.deviation + task.mean
        return [
            Reply(_example(task, row), _figures(right), _figures(said))
            for row, right, said in zip(rows, targets, values.numpy(), strict=True)
        ]

    return probe


def examples_of(task: Any) -> tuple[list[int], tuple[torch.Tensor, ...]]:
    """Choose examples, of as many classes as may be, and return what a model reads of them."""
    kind, targets = task.kind, np.asarray(task.examples.targets("valid"))
    count = min(len(targets), CONSIDERED)
    shown = [kind.shown("valid", row) for row in range(count)]
    rows = _short(shown, [str(target) for target in targets[:count]])
    if hasattr(kind, "tokens"):
        tokens: tuple[torch.Tensor, ...] = kind.tokens("valid").tensors(np.array(rows), kind.rules.max_distance)
        return rows, tokens
    return rows, (kind.prepared(torch.from_numpy(np.array(kind.examples.inputs("valid")[rows]))),)


def _example(task: Any, row: int) -> str:
    return _shown(task.kind.shown("valid", row) or task.kind.place("valid", row))


def _tags(task: Any, model: nn.Module) -> Probe:
    sentences = task.data.sentences("valid")
    rows = _short([" ".join(words) for words in sentences[:CONSIDERED]])
    read = dataclasses.replace(task.read["valid"], rows=[task.read["valid"].rows[row] for row in rows])
    right = task.names_of([task.tags["valid"][row] for row in rows])

    def probe() -> list[Reply]:
        found = tag_answers(model, read)
        said = task.names_of([answer.tags for answer in found])
        return [
            Reply(_shown(" ".join(sentences[row])), _tagged(sentences[row], true), _tagged(sentences[row], tags))
            for row, true, tags in zip(rows, right, said, strict=True)
        ]

    return probe


def _tagged(words: Sequence[str], tags: Sequence[str]) -> str:
    told = " ".join(f"{word}/{tag}" for word, tag in zip(words, tags, strict=True) if tag != "O")
    return _shown(told)


def _neighbours(task: Any, model: nn.Module) -> Probe:
    def probe() -> list[Reply]:
        lines = [line.removeprefix("Near ").partition(": ") for line in task.notes(model)]
        return [Reply(_shown(word), "", _shown(near)) for word, _, near in lines[:NUM_EXAMPLES]]

    return probe


def _short(texts: Sequence[str], classes: Sequence[str] | None = None) -> list[int]:
    """Choose examples: short ones first, and of each class one before another of the same."""
    known = classes or [""] * len(texts)
    seen: dict[str, int] = {}
    ranked = []
    for row, (text, name) in enumerate(zip(texts, known, strict=True)):
        is_long = len(text) > MAX_CHARACTERS
        ranked.append((is_long, seen.get(name, 0), row))
        seen[name] = seen.get(name, 0) + (not is_long)
    return sorted(row for _, _, row in sorted(ranked)[:NUM_EXAMPLES])


def _shown(text: str) -> str:
    """Write a text in one line of bounded length, without characters that cannot be seen."""
    line = printable(text.replace("\n", "⏎").replace("\t", " | "))
    return (line or "–") if len(line) <= MAX_CHARACTERS else f"{line[: MAX_CHARACTERS - 1]}…"


def _figures(values: Any) -> str:
    return " ".join(f"{float(value):.4g}" for value in np.atleast_1d(values))
