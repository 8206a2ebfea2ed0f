"""On the Chinese page every word of ours is Chinese: each view of each model, each refusal, each word of a training."""

import ast
import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from architecture import source
from browser import drawing
from browser.asked import LOOKS, answers
from browser.told import CHINESE, WORD, english, forms
from tiny import write_sample_text
from watched_training import Impatient, watched_run

from clearhead.core import catalog
from clearhead.inspector import option_form
from clearhead.inspector.look import Look
from clearhead.inspector.transport import to_page
from clearhead.inspector.views.base import ROOM, load_view
from clearhead.inspector.watch_panels import AXES, make_panels
from clearhead.inspector.watched import Record
from clearhead.layers.tap import find_taps
from clearhead.models.base import load_model
from clearhead.panels.base import Name, Panel
from clearhead.panels.lines import Lines
from clearhead.panels.table import Table
from clearhead.panels.tokens import token_label

USERS = {"zig", "zag", "zog", "zug", "wort", "colour", "red", "green", "a", "cat", "sat", "ran"}
"""What the looks of `asked.py` read, and the names in it."""
VIEWS, CHOICES = set(catalog.entries(ROOM)), {choice for choices in option_form.CHOICES.values() for choice in choices}
AXES_OF_PANELS = ("axis", "row_axis", "column_axis", "x_axis", "y_axis")


def said(panel: dict[str, Any]) -> Iterator[str]:
    """Yield what a drawn panel says in words of ours, from its title to the heads of its columns."""
    yield from (panel["title"], panel["note"], panel.get("check", {}).get("formula", ""))
    yield from (panel[name] for name in AXES_OF_PANELS if name in panel)
    yield from panel["columns"] if panel["kind"] == "table" else ()
    yield from (*panel.get("lines", ()), *panel.get("series", ()))
    yield from panel["values"] if panel["kind"] == "formula" else ()
    yield from (label for _, _, label in panel.get("marks", ()))


def labels(panel: dict[str, Any]) -> Iterator[str]:
    """Yield what its rows, columns, cells and points are called: words of ours among names of tensors and inputs."""
    for name in ("columns", "rows", "labels", "points"):
        for each in panel.get(name, ()):
            yield from (word for word in (each if isinstance(each, list) else [each]) if isinstance(word, str))
    yield from (node["label"] for node in panel.get("nodes", ()) if node["role"] in ("input", "constant"))


@dataclasses.dataclass(frozen=True)
class Names:
    """What is called so by the model or the reader, not by us."""

    known: set[str]
    words: set[str]
    """Names of tensors and places that are words as well."""

    @classmethod
    def of(cls, seen: Look) -> "Names":
        """Return the names in a model and in what it read."""
        model = seen.model
        inside = {name for name, _ in (*model.named_parameters(), *model.named_buffers(), *model.named_modules())}
        inside |= set(find_taps(model))
        theirs = {*seen.label_names, *seen.feature_names, *seen.words, *(piece.text.strip() for piece in seen.pieces)}
        theirs |= {seen.name, *USERS, *(type(module).__name__ for module in model.modules())}
        single = {name for name in inside if name.isalpha()}
        return cls({name for name in (inside - single) | theirs if len(name) > 1}, single)


def untold(told: list[tuple[str, Panel]], translate: Callable[..., Any], names: Names) -> list[str]:
    """Return what stays English in panels, each with its view, on the Chinese page."""
    found, _ = translate([[view, to_page(panel)] for view, panel in told])
    left, everything = [], names.known | names.words
    for (view, _), panel in zip(told, found, strict=True):
        texts = {text for text in set(said(panel)) if english(text, names.known, names.words)}
        if panel["name"] != "operations":  # which bear the names PyTorch has for them
            texts |= {text for text in set(labels(panel)) if english(text, everything)}
        left += [f"{view}, {panel['name']}: {text}" for text in sorted(texts)]
    return left


@pytest.fixture(scope="module", params=LOOKS)
def asked(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Look, list[tuple[str, list[Panel] | ValueError]]]:
    """Return a look, and what every view of it says."""
    seen = LOOKS[request.param](tmp_path_factory.mktemp("look"))
    return seen, list(answers(seen))


def test_no_view_says_an_english_word_on_the_chinese_page(asked: Any, translate: Callable[..., Any]) -> None:
    seen, asked = asked
    names = Names.of(seen)
    told = [(view, panel) for view, panels in asked if isinstance(panels, list) for panel in panels]
    assert untold(told, translate, names) == []
    _, refused = translate([], [["error.", str(panels)] for _, panels in asked if isinstance(panels, ValueError)])
    assert [text for text in refused if english(text, names.known | VIEWS | CHOICES, names.words)] == []


def test_every_name_of_the_readers_is_marked_as_one(asked: Any) -> None:
    seen, asked = asked
    pieces = [token_label(piece.text) for piece in (*seen.pieces, *seen.target_pieces)]
    theirs = {*seen.label_names, *seen.feature_names, *seen.words, *pieces, *filter(None, [seen.name])}
    theirs |= {*(f"{place} {text}" for place, text in enumerate(pieces))}
    panels = [(view, panel) for view, panels in asked if isinstance(panels, list) for panel in panels]
    unmarked = {
        f"{view}, {panel.name}: {text}"
        for view, panel in panels
        for text in texts_of(panel)
        if text in theirs and CHINESE.search(text) is None and WORD.search(text) and not isinstance(text, Name)
    }
    assert unmarked - CALLED_AS_OURS == set()


CALLED_AS_OURS = {"neuron, check: sum"}
"""Words of ours by which the reader calls something too: the target of a run is called "sum"."""


def texts_of(panel: Panel) -> Iterator[str]:
    """Yield what could be translated in a panel, but for its sentences."""
    yield from (getattr(panel, name) for name in AXES_OF_PANELS if hasattr(panel, name))
    yield from panel.series if isinstance(panel, Lines) else ()
    for name in ("columns", "rows", "labels", "points"):
        for each in getattr(panel, name, ()):
            yield from (text for text in (each if isinstance(each, tuple) else [each]) if isinstance(text, str))


def test_no_panel_of_a_training_says_an_english_word(translate: Callable[..., Any], tmp_path: Path) -> None:
    watched = Impatient()
    write_sample_text(tmp_path)
    watched_run(tmp_path, "run", watched)
    record: Record = watched.snapshot()[2]
    layers = {name for look in record.gradients for name in look["gradient"]}
    texts = {
        text
        for _, _, replies in record.replies
        for reply in replies
        for text in (reply.asked, reply.wanted, reply.said)
    }
    for axis in AXES:
        told = [("watch", panel) for panel in make_panels(record, axis)]
        assert untold(told, translate, Names(texts, layers)) == []


def test_every_reason_why_a_view_does_not_apply_is_told_in_chinese(translate: Callable[..., Any]) -> None:
    models = {name: load_model(name).tiny() for name in catalog.entries("models")}
    reasons = {load_view(view).applies(model) for view in catalog.entries(ROOM) for model in models.values()} - {None}
    _, told = translate([], [["part.reason.", reason] for reason in sorted(reasons)])
    kinds = {type(model).__name__ for model in models.values()} | set(catalog.entries(ROOM))
    assert [text for text in told if english(text, {*kinds, "Neuron", "MLP"})] == []


def test_what_a_finished_training_is_told_is_chinese(translate: Callable[..., Any]) -> None:
    texts = [text for name in ("training/verdict.py",) for text in advice(source.PACKAGE / name)]
    assert len(texts) > 15
    _, told = translate([], [["told.", text] for text in texts])
    assert [text for text in told if english(text)] == []


def advice(path: Path) -> list[str]:
    """Return every sentence that a verdict appends, with 7 for what is filled in."""
    calls = [node for node in ast.walk(source.tree(path)) if isinstance(node, ast.Call)]
    found = []
    for call in calls:
        if isinstance(call.func, ast.Attribute) and call.func.attr == "append":
            to = ast.unparse(call.func.value)
            found += [f"Try: {text}" if to == "next_steps" else text for text in forms(call.args[0])]
    return found


def test_a_sentence_of_the_readers_is_neither_cut_nor_translated(translate: Callable[..., Any]) -> None:
    said = "Compared with each next token of 'It ran. This model draws none.': the mean of −log p. It keeps 7."
    _, told = translate([], [["note.", said], ["note.", "This model draws none. Nothing of ours."]])
    assert told == [
        "与 'It ran. This model draws none.' 中的每个下一个词元：−log p 的平均相比。It keeps 7.",
        "这个模型不抽词。Nothing of ours.",
    ]


def test_a_word_of_the_readers_stays_where_the_same_word_is_also_ours(translate: Callable[..., Any]) -> None:
    rows = ((Name("sum"), 1.0), ("sum", 1.0))
    told = [
        Table(name="check", title="", columns=("what", Name("weight")), rows=rows),
        Lines(name="learned", title="", points=(), series={Name("loss"): NONE, "bias": NONE}, axis=Name("length")),
        dataclasses.replace(drawing.heatmap(np.zeros((2, 1))), rows=(Name("change"), "change"), row_axis="length"),
    ]
    [[table, lines, map], _] = translate(
        [[view, to_page(panel)] for view, panel in zip(VIEWS_OF_NAMES, told, strict=True)]
    )
    assert (table["columns"], table["rows"]) == (["什么", "weight"], [["sum", 1.0], ["和", 1.0]])
    assert (list(lines["series"]), lines["axis"]) == (["loss", "偏置"], "length")
    assert (map["rows"], map["row_axis"]) == (["change", "变化"], "长度")


NONE = np.zeros(0)
VIEWS_OF_NAMES = ("neuron", "neuron", "ablation")


def test_a_name_inside_a_sentence_of_ours_is_not_translated(translate: Callable[..., Any]) -> None:
    _, told = translate([], [["word.", "Layer 3, from the right"], ["note.", "Compared with Layer 3: −log p."]])
    assert told == ["Layer 3，来自右边", "与 Layer 3：−log p 相比。"]


def test_what_stands_in_quotation_marks_is_not_cut_where_it_looks_like_a_phrase_of_ours(
    translate: Callable[..., Any],
) -> None:
    titles = ("What they say: 'a cup, of tea', 'x'", "Where ' of layer 1' (token 3) in layer 1, head 0 looks")
    panels = [Table(name="facts", title=title, columns=("word",), rows=()) for title in titles]
    views = ("compare", "attention")
    found, _ = translate([[view, to_page(panel)] for view, panel in zip(views, panels, strict=True)])
    assert [panel["title"] for panel in found] == [
        "它们各说什么：'a cup, of tea'，'x'",
        "第 1 层，头 0 中的 ' of layer 1'（第 3 个词元）看哪里",
    ]


def test_a_column_whose_name_looks_like_a_phrase_of_ours_is_not_translated(translate: Callable[..., Any]) -> None:
    titles = ("What the model says over number of rooms and layer 3", "What adds up in Kingdom of Spain")
    panels = [Table(name="surface", title=title, columns=("word",), rows=()) for title in titles]
    found, _ = translate([["neuron", to_page(panel)] for panel in panels])
    assert [panel["title"] for panel in found] == [
        "模型在 number of rooms 与 layer 3 上的回答",
        "Kingdom of Spain 里加起来的是什么",
    ]


def test_a_phrase_inside_a_sentence_is_translated_and_set_as_chinese_is(translate: Callable[..., Any]) -> None:
    asked = [
        ["error.", "attention.head must be given together with token, got token=1 alone. Give one."],
        ["error.", "A tokenizer's folder must exist, got nothing at runs/q. Copy it."],
    ]
    panels = [Table(name="steps", title=title, columns=("word",), rows=()) for title in (
        "Where '苹' (token 3) in cross layer 1, head 0 looks", "Where ' 3' (token 3) in layer 1, head 0 looks"
    )]  # fmt: skip
    found, told = translate([["attention", to_page(panel)] for panel in panels], asked)
    assert [panel["title"] for panel in found] == [
        "交叉注意力第 1 层，头 0 中的 '苹'（第 3 个词元）看哪里",
        "第 1 层，头 0 中的 ' 3'（第 3 个词元）看哪里",
    ]
    assert told == [
        "attention.head 必须与 token 一起给出，得到的是单独的 token=1。请给出一个。",
        "分词器的文件夹必须存在，得到的是 runs/q 处什么也没有。请复制它。",
    ]
