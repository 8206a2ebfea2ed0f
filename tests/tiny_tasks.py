"""A training of half a second for every task: small data written here or built in, a small model, decisions pinned."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from tiny import MODEL, TRAINING, WORDS, write_sample_text

from clearhead.core import catalog
from clearhead.runs.run import open_run
from clearhead.tasks.base import Task
from clearhead.training.assemble import train
from clearhead.training.finish import Result
from clearhead.training.planning import read_plan

PLAIN = {"precision": "fp32", "compile": "never"}
SMALL_PAIRS = {"d_model": 32, "num_layers": 1, "context_length": 64}
SMALL_TEXTS = {"embedding_dim": 16, "num_filters": 8, "widths": [1, 2]}
FOREIGN = dict(
    zip(
        WORDS,
        "die Katze sass auf einer Matte und sah einen roten Hund laufen fort über grüne Hügel".split(),
        strict=False,
    )
)


def write_pairs(folder: Path, count: int = 60) -> Path:
    """Write pairs: sentences of three to seven words, and the same in words of another language."""
    chance = random.Random(0)
    lines = []
    for number in range(count):
        words = [chance.choice(sorted(FOREIGN)) for _ in range(3 + number % 5)]
        lines.append(f"{' '.join(words)}\t{' '.join(FOREIGN[word] for word in words)}\n")
    path = folder / "pairs.tsv"
    path.write_text("en\tde\n" + "".join(lines), encoding="utf-8")
    return path


def write_summaries(folder: Path, count: int = 60) -> Path:
    """Write texts of two sentences, and their first words."""
    chance = random.Random(1)
    rows = [[chance.choice(WORDS) for _ in range(12)] for _ in range(count)]
    lines = (f"{' '.join(row[:6])}. {' '.join(row[6:])}.\t{' '.join(row[:2])}\n" for row in rows)
    path = folder / "summaries.tsv"
    path.write_text("text\tsummary\n" + "".join(lines), encoding="utf-8")
    return path


def write_rows(folder: Path, target: str, count: int = 200) -> Path:
    """Write rows of two numbers and a colour, and a column that follows from them: "side", "labels" or "sum"."""
    chance = random.Random(2)
    lines = [f"x,y,colour,{target}"]
    for _ in range(count):
        x, y, colour = chance.gauss(0, 1), chance.gauss(0, 1), chance.choice(["red", "green"])
        labels = "|".join(name for name, holds in (("right", x > 0), ("upper", y > 0)) if holds)
        values = {"side": "right" if x > 0 else "left", "labels": labels, "sum": f"{2 * x - y + 1:.4f}"}
        lines.append(f"{x:.4f},{y:.4f},{colour},{values[target]}")
    path = folder / "rows.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def write_tagged(folder: Path, has_spans: bool, count: int = 60) -> Path:
    """Write sentences of four to eight words with tags: animals as spans, or the first letter of each word."""
    chance = random.Random(4)
    lines = []
    for number in range(count):
        words = [chance.choice(["red dog", *WORDS]) for _ in range(4 + number % 5)]
        for word in " ".join(words).split():
            is_inside = lines and lines[-1] == "red\tB-animal\n"
            spans = {"red": "B-animal", "cat": "B-animal", "dog": "I-animal" if is_inside else "B-animal"}
            lines.append(f"{word}\t{spans.get(word, 'O') if has_spans else word[0].upper()}\n")
        lines.append("\n")
    path = folder / "sentences.conll"
    path.write_text("".join(lines), encoding="utf-8")
    return path


def write_texts(folder: Path, kind: str, count: int = 120) -> Path:
    """Write texts with a class: "good" or "bad" by a word in them; two texts: alike or not; marked: who saw whom."""
    chance = random.Random(4)
    lines = ["first\tsecond\tlabel" if kind == "two" else "text\tlabel"]
    for number in range(count):
        words = [chance.choice(WORDS) for _ in range(2 + number % 6)]
        is_first = chance.random() < 0.5
        if kind == "two":
            lines.append(f"a {('red', 'green')[is_first]} dog\t{' '.join(words)} red\t{('same', 'other')[is_first]}")
        elif kind == "marked":
            verb, label = (("saw", "Sees(e1,e2)"), ("was seen by", "Sees(e2,e1)"), ("and", "Other"))[number % 3]
            lines.append(f"{' '.join(words)} the <e1>cat</e1> {verb} a <e2>dog</e2>\t{label}")
        else:
            words.insert(chance.randrange(len(words)), ("dull", "fine")[is_first])
            lines.append(f"{' '.join(words)}\t{('bad', 'good')[is_first]}")
    path = folder / "texts.tsv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def write_images(folder: Path, count: int = 60) -> Path:
    """Write grey images of 8 × 8 pixels, dark above or dark below, into a folder for each class."""
    chance = np.random.default_rng(3)
    for number in range(count):
        label = ("above", "below")[number % 2]
        pixels = chance.integers(128, 256, (8, 8)).astype(np.uint8)
        pixels[slice(0, 4) if label == "above" else slice(4, 8)] //= 4
        (folder / "images" / label).mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(folder / "images" / label / f"{number}.png")
    return folder / "images"


@dataclass(frozen=True)
class Recipe:
    """What to train for a test."""

    task: str
    write: Callable[[Path], Path]
    options: dict[str, Any]
    batch_size: int
    inputs: Callable[[Path], list[Any]] = lambda data: []


def _pairs(task: str, write: Callable[[Path], Path], **options: Any) -> Recipe:
    training = {**PLAIN, "optimizer": "adamw", "learning_rate": 0.003, "batch_size": 128}
    made = {"tokenizer": "character", "steps": 20, "model_options": SMALL_PAIRS, "training_options": training}
    return Recipe(task, write, {**made, **options}, 128, lambda data: ["the cat sat", "", "a dog"])


def _tagged(*, has_spans: bool, **options: Any) -> Recipe:
    training = {**PLAIN, "optimizer": "adam", "learning_rate": 0.02, "batch_size": 8}
    model = {"embedding_dim": 16, "hidden_size": 16, "dropout": 0.1}
    made = {"steps": 40, "model_options": model, "training_options": training}
    answers = ["the red dog sat", "", "one cat"]
    return Recipe("tagging", partial(write_tagged, has_spans=has_spans), {**made, **options}, 8, lambda data: answers)


def _rows(task: str, target: str, answers: list[Any], **options: Any) -> Recipe:
    made = {"target": target, "steps": 60, "training_options": {**PLAIN, "batch_size": 16}}
    return Recipe(task, partial(write_rows, target=target), {**made, **options}, 16, lambda data: answers)


def _texts(kind: str, answers: list[Any], **options: Any) -> Recipe:
    training = {**PLAIN, "batch_size": 16, "optimizer": "adam", "learning_rate": 0.02}
    made = {"steps": 40, "model_options": SMALL_TEXTS, "training_options": training}
    return Recipe("classification", partial(write_texts, kind=kind), {**made, **options}, 16, lambda data: answers)


_ROWS = ['{"x": 1.5, "y": -2, "colour": "red"}', '{"x": -1, "y": 2, "colour": "green"}']
_TEXT = {"tokenizer": "character", "steps": 20, "model_options": MODEL, "training_options": TRAINING}
_IMAGES = {"steps": 30, "model_options": {"widths": [8, 12]}, "training_options": {**PLAIN, "batch_size": 16}}
_WORDS = {
    "steps": 40,
    "model_options": {"embedding_dim": 16},
    "task_options": {"min_count": 1, "num_threads": 1, "sample": 0.0},
    "training_options": {"batch_size": 200},
}
RECIPES = {
    "language_modeling": Recipe("language_modeling", write_sample_text, _TEXT, 4),
    "language_modeling, recurrent": Recipe(
        "language_modeling",
        write_sample_text,
        {**_TEXT, "model": "recurrent_lm", "model_options": {"d_model": 32, "context_length": 16, "carried_length": 8}},
        4,
    ),
    "translation": _pairs("translation", write_pairs, model_options={**SMALL_PAIRS, "num_heads": 2}),
    "translation, recurrent": _pairs(
        "translation", write_pairs, model="attention_seq2seq", model_options={**SMALL_PAIRS, "embedding_dim": 32}
    ),
    "summarization": _pairs("summarization", write_summaries, model_options={**SMALL_PAIRS, "num_heads": 2}),
    "classification, rows": _rows("classification", "side", _ROWS),
    "classification, labels": _rows("classification", "labels", _ROWS, task_options={"has_labels": True}),
    "classification, images": Recipe(
        "classification", write_images, _IMAGES, 16, lambda data: sorted((data / "above").iterdir())[:2]
    ),
    "tagging, spans": _tagged(has_spans=True),
    "tagging, words": _tagged(has_spans=False),
    "classification, texts": _texts("one", ["a fine dog", "", "dull hills"]),
    "classification, two texts": _texts(
        "two", ["a red dog\tred hills", "\t", "a green dog\tthe mat"], text_column="first,second"
    ),
    "classification, relations": _texts("marked", ["the <e1>cat</e1> saw a <e2>dog</e2>", ""]),
    "classification, recurrent": _texts(
        "one", ["a fine dog"], model="recurrent", model_options={"embedding_dim": 16, "hidden_size": 16}
    ),
    "word_vectors": Recipe("word_vectors", write_sample_text, _WORDS, 200),
    "regression": _rows("regression", "sum", _ROWS),
}
SOURCES = list(RECIPES)
TASKS = sorted({recipe.task for recipe in RECIPES.values()})


@dataclass
class Trained:
    """A finished tiny training."""

    task: Task
    result: Result
    model: Any
    batch_size: int
    inputs: list[Any]

    def reopen(self) -> Task:
        """Open the same data anew, as the run reads them."""
        return open_task_of(self.result.path, self.model)


def options_for(name: str, folder: Path) -> dict[str, Any]:
    """Write the data of a recipe and return the options of its training."""
    recipe = RECIPES[name]
    return {"task": recipe.task, "data": str(recipe.write(folder)), "device": "cpu", **recipe.options}


def train_tiny(name: str, folder: Path) -> Trained:
    """Write the data of a recipe, train on them, and open what came of it."""
    options = options_for(name, folder)
    result = train(out=str(folder / "run"), **options)
    model = open_run(result.path).model()
    recipe = RECIPES[name]
    inputs = recipe.inputs(Path(options["data"]))
    return Trained(open_task_of(result.path, model), result, model, recipe.batch_size, inputs)


def open_task_of(run: Path, model: Any) -> Task:
    """Open the task of a run as its model reads it."""
    request = read_plan(run).request
    task: Task = catalog.load("tasks", request.task).open_task(request.asked(), run)
    return task.for_model(model.config)
