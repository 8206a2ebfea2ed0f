"""On the Chinese page every word of ours is Chinese: each view of each model, each refusal, each word of a training."""

import ast
import dataclasses
import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from architecture import source
from browser import drawing
from browser.asked import LOOKS, answers
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
from clearhead.panels.base import Panel
from clearhead.panels.table import Table
from clearhead.web.static import read_strings

TRANSLATE = """async ([panels, texts]) => {
    const { wordsOf } = await import("/web/page/strings.js");
    const { inWords } = await import("/inspector/page/in_words.js");
    const words = wordsOf(window.tables, "zh");
    return [
        panels.map(([view, panel]) => inWords(panel, view, words)),
        texts.map(([beginning, text]) => words.each(beginning, text)),
    ];
}"""
TECHNICAL = set(
    """
    adam auc bleu cbow chrf clearhead cos crf d_model exp float flops gelu gelu_tanh gpt head_dim inf json kl log
    logit logits max mb mlp neuron pca relu rope rouge sgd sigmoid silu sin skip gram sne softmax tanh transformer utf
    word2vec learn xz
    """.split()
)
"""Words that stand as they are in Chinese too: names of functions, formats, methods and sizes."""
USERS = {"zig", "zag", "zog", "zug", "wort", "colour", "red", "green", "a", "cat", "sat", "ran"}
"""What the looks of `asked.py` read, and the names in it."""
VIEWS, CHOICES = set(catalog.entries(ROOM)), {choice for choices in option_form.CHOICES.values() for choice in choices}
WORD, CHINESE = re.compile(r"[A-Za-z][A-Za-z_0-9]*[A-Za-z]"), re.compile(r"[\u4e00-\u9fff]")
NOT_OURS = re.compile(
    r"""'[^']*'|"[^"]*"|“[^”]*”|<[^<>\s]+>"""  # quotations, <pad>
    r"""|\b[A-Za-z]_\w+|\*?\b\w+(?:\.[\w*]+)+|\*\w+"""  # W_q, attention.side, *mixed
    r"""|--[a-z.-]+|\b[a-z_]+=\w*"""  # --top, token=
    r"""|\b(?:top|min)-[kp]\b|\b[0-9a-f]{2}(?: [0-9a-f]{2})+\b"""  # top-k, bytes
)
"""What is not in words of ours wherever it stands: quotations, symbols, settings."""


@pytest.fixture(scope="module")
def translate(browser: Any) -> Iterator[Callable[..., Any]]:
    """Return a function that puts panels, and texts that begin with a key, into Chinese as the page does."""
    with drawing.served() as address:
        page = browser.new_context().new_page()
        page.goto(address)
        page.evaluate("(tables) => { window.tables = tables; }", read_strings())
        yield lambda panels, texts=(): page.evaluate(TRANSLATE, [panels, list(texts)])
        page.context.close()


def said(panel: dict[str, Any]) -> Iterator[str]:
    """Yield what a drawn panel says in words of ours, from its title to the heads of its columns."""
    yield from (panel["title"], panel["note"], panel.get("check", {}).get("formula", ""))
    if not panel.get("is_plane"):
        yield from (panel[name] for name in ("axis", "row_axis", "column_axis", "x_axis", "y_axis") if name in panel)
    yield from panel["columns"] if panel["kind"] == "table" else ()
    yield from (*panel.get("lines", ()), *panel.get("series", ()))
    yield from panel["values"] if panel["kind"] == "formula" else ()
    yield from (label for _, _, label in panel.get("marks", ()))


def labels(panel: dict[str, Any]) -> Iterator[str]:
    """Yield what its rows, columns, cells and points are called: words of ours among names of tensors and inputs."""
    for name in ("columns", "rows", "labels", "points"):
        for each in panel.get(name, ()) if panel["kind"] != "lattice" else ():
            yield from (word for word in (each if isinstance(each, list) else [each]) if isinstance(word, str))
    yield from (node["label"] for node in panel.get("nodes", ()) if node["role"] in ("input", "constant"))


def english(text: str, known: Iterable[str] = (), words: Iterable[str] = ()) -> list[str]:
    """Return the English words of a text that are neither technical nor in quotation marks nor known.

    Args:
        known: names of the model and the reader's own words, which are never ours.
        words: names in the model that are words ("weight"): known in a Chinese sentence.
    """
    text = NOT_OURS.sub(" ", text)
    if not _words(text):
        return []
    for name in sorted([*known, *(words if CHINESE.search(text) else ())], key=len, reverse=True):
        text = re.sub(rf"(?<![A-Za-z_]){re.escape(name)}(?![A-Za-z_])", " ", text)
    return _words(text)


def _words(text: str) -> list[str]:
    return [word for word in WORD.findall(text) if word.lower() not in TECHNICAL]


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


@pytest.mark.parametrize("kind", LOOKS)
def test_no_view_says_an_english_word_on_the_chinese_page(
    kind: str, translate: Callable[..., Any], tmp_path: Path
) -> None:
    seen = LOOKS[kind](tmp_path)
    names = Names.of(seen)
    asked = list(answers(seen))
    told = [(view, panel) for view, panels in asked if isinstance(panels, list) for panel in panels]
    assert untold(told, translate, names) == []
    _, refused = translate([], [["error.", str(panels)] for _, panels in asked if isinstance(panels, ValueError)])
    assert [text for text in refused if english(text, names.known | VIEWS | CHOICES, names.words)] == []


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


REFUSING = ("inspector/views/*.py", "inspector/served.py", "inspector/option_form.py", "inspector/edits.py",
            "inspector/inputs.py", "inspector/reading.py", "core/catalog.py")  # fmt: skip
"""Files whose refusals a page can show."""


def refusals() -> Iterator[str]:
    """Yield the sentences with which these files refuse, in every form, with 7 in each place that is filled in."""
    for pattern in REFUSING:
        for path in sorted(source.PACKAGE.glob(pattern)):
            for node in ast.walk(source.tree(path)):
                if isinstance(node, ast.Raise) and ast.unparse(node.exc or node).startswith("ValueError("):
                    yield from forms(node.exc.args[0])


def forms(node: ast.expr) -> list[str]:
    """Return what a text can be: either side of a choice, and 7 for a value; a hint that may follow is left out."""
    if isinstance(node, ast.Constant):
        return [str(node.value)]
    if isinstance(node, ast.IfExp):
        return [*forms(node.body), *forms(node.orelse)]
    if isinstance(node, ast.BinOp):
        return [left + right for left, right in itertools.product(forms(node.left), forms(node.right))]
    if isinstance(node, ast.JoinedStr):
        parts = itertools.product(*(forms(part) for part in node.values))
        return ["".join(part) for part in parts]
    if isinstance(node, ast.FormattedValue):
        inner = node.value
        if isinstance(inner, ast.IfExp):
            return forms(inner)
        return [""] if ast.unparse(inner) in ("hint", "_nearest_run(path)") else ["7"]
    return ["7"]


def test_every_refusal_that_a_page_can_show_is_told_in_chinese(translate: Callable[..., Any]) -> None:
    sentences = sorted({sentence for sentence in refusals() if " " in sentence})
    assert len(sentences) > 80
    _, told = translate([], [["error.", sentence] for sentence in sentences])
    options = {*option_form.helps(), "True", "False", "None", "high", "value", "scores", "base"}
    assert [text for text in told if english(text, options)] == []


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
    window = Table(name="window", title="The window", columns=("word", "part"), rows=(("read", "read"), ("near", "")))
    plane = drawing.heatmap(np.zeros((2, 2)))
    plane = dataclasses.replace(plane, is_plane=True, row_axis="length", column_axis="loss")
    [[table, surface], _] = translate([["word_pair", to_page(window)], ["neuron", to_page(plane)]])
    assert table["columns"] == ["词", "部分"] and table["rows"] == [["read", "读入"], ["near", ""]]
    assert (surface["row_axis"], surface["column_axis"]) == ("length", "loss")


def test_a_phrase_inside_a_sentence_is_translated_and_set_as_chinese_is(translate: Callable[..., Any]) -> None:
    asked = [["error.", "attention.head must be given together with token, got token=1 alone. Give one."]]
    panels = [Table(name="steps", title=title, columns=("word",), rows=()) for title in (
        "Where '苹' (token 3) in cross layer 1, head 0 looks", "Where ' 3' (token 3) in layer 1, head 0 looks"
    )]  # fmt: skip
    found, told = translate([["attention", to_page(panel)] for panel in panels], asked)
    assert [panel["title"] for panel in found] == [
        "交叉注意力第 1 层，头 0 中的 '苹'（第 3 个词元）看哪里",
        "第 1 层，头 0 中的 ' 3'（第 3 个词元）看哪里",
    ]
    assert told == ["attention.head 必须与 token 一起给出，得到的是单独的 token=1。请给出一个。"]
