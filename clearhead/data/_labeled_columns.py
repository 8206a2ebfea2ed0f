"""Which columns of a table hold the texts and which the label."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from clearhead.core import catalog
from clearhead.data._pairs_tables import MAX_NAME_CHARACTERS, SENTENCE_ENDS
from clearhead.data._read import shown

TEXT_NAMES = (
    "text", "sentence", "review", "content", "question", "utterance", "comment", "tweet", "query", "document",
    "message", "headline", "文本", "句子", "内容", "评论",
)  # fmt: skip
PAIR_NAMES = (
    ("premise", "hypothesis"),
    ("sentence1", "sentence2"),
    ("question1", "question2"),
    ("text1", "text2"),
    ("text_a", "text_b"),
)
LABEL_NAMES = (
    "label", "labels", "target", "class", "category", "relation", "intent", "sentiment", "topic", "tag",
    "标签", "类别", "分类",
)  # fmt: skip
MOSTLY = 0.5
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")


@dataclass(frozen=True)
class TextColumns:
    """The columns that are read."""

    texts: tuple[str, ...]
    label: str
    told: list[str]


def choose_text_columns(
    rows: Sequence[dict[str, Any]], text_columns: Sequence[str] | None, target: str | None, *, where: str
) -> TextColumns:
    """Return the columns of the texts and of the label, as named or as they are usually called.

    Args:
        rows: the first rows of a table.
    Raises:
        ValueError: no such column, or none that looks like one (the message lists those there are); no header.
    """
    names = list(dict.fromkeys(name for row in rows for name in row))
    wanted = [*(text_columns or ()), *([target] if target is not None else [])]
    missing = next((name for name in wanted if name not in names), None)
    found = None if text_columns else _usual_texts(names, target)
    texts = tuple(text_columns) if text_columns else found
    if (missing is not None or not texts) and has_no_header(rows):
        raise ValueError(
            f"{where} must begin with the names of its columns, got what looks like a row: {_listed(names)}. "
            "Write the names above it, for example text and label."
        )
    if missing is not None:
        near = catalog.nearest(missing, names)
        hint = f"Did you mean {near!r}?" if near else "Name one of them."
        raise ValueError(f"{where} has no column {missing!r} (it has {_listed(names)}). {hint}")
    if not texts:
        raise ValueError(
            f"{where} must have a column of texts called text, sentence, review or the like, got {_listed(names)}. "
            "Name the column that holds the text."
        )
    if len(texts) > 2 or len(set(texts)) < len(texts):
        raise ValueError(
            f"{where} must be read by one column of texts or by two different ones, got {', '.join(texts)}. Name these."
        )
    label = target or _usual_label([name for name in names if name not in texts])
    if label is None:
        raise ValueError(
            f"{where} must have a column of labels called label, class, category or the like, got {_listed(names)}. "
            "Name the column to predict as target."
        )
    if label in texts:
        raise ValueError(f"{where} must have its label in another column than its text, got {label!r} for both.")
    told = []
    if (not text_columns or target is None) and (texts, label) != (("text",), "label"):
        told.append(f"Read {' and '.join(map(repr, texts))} as the text and {label!r} as what is to be predicted.")
    return TextColumns(texts, label, told)


def usual_texts(rows: Sequence[dict[str, Any]]) -> tuple[str, ...] | None:
    """Return the columns that are called as texts are and whose values look like text; None where there are none."""
    found = _usual_texts(list(dict.fromkeys(name for row in rows for name in row)), None)
    if found is None or not all(_looks_like_text(rows, name) for name in found):
        return None
    return found


def has_no_header(rows: Sequence[dict[str, Any]]) -> bool:
    """Whether the names of the columns look like a row: one is a long sentence, a number, or a value of its column."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    is_sentence = any(len(name) > MAX_NAME_CHARACTERS or name.endswith(SENTENCE_ENDS) for name in names)
    return is_sentence or any(
        re.fullmatch(r"-?\d+(\.\d+)?", name) or any(row.get(name) == name for row in rows) for name in names
    )


def is_headerless_text(rows: Sequence[dict[str, Any]]) -> bool:
    """Whether rows are texts with labels and no header: one column is of texts, and of another the name is a value."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    repeats = [name for name in names if any(row.get(name) == name for row in rows)]
    return len(names) <= 3 and bool(repeats) and any(_looks_like_text([*rows, {n: n}], n) for n in names)


def _usual_texts(names: Sequence[str], target: str | None) -> tuple[str, ...] | None:
    known = {name.strip().lower(): name for name in reversed(names) if name != target}
    for first, second in PAIR_NAMES:
        if first in known and second in known:
            return known[first], known[second]
    return next(((known[usual],) for usual in TEXT_NAMES if usual in known), None)


def _usual_label(names: Sequence[str]) -> str | None:
    known = {name.strip().lower(): name for name in reversed(names)}
    found = next((known[usual] for usual in LABEL_NAMES if usual in known), None)
    return names[0] if found is None and len(names) == 1 else found


def _looks_like_text(rows: Sequence[dict[str, Any]], name: str) -> bool:
    values = [value for row in rows if isinstance(value := row.get(name), str) and value.strip()]
    num_text = sum(" " in value.strip() or bool(_HAN.search(value)) for value in values)
    return num_text > MOSTLY * len(values)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(repr(shown(name[:MAX_NAME_CHARACTERS])) for name in names[:20]) or "none"
