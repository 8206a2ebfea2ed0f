"""Which check of data serves which task, and what it says as values and as lines."""

from dataclasses import asdict
from typing import Any

from clearhead.core import catalog

TEXT_TASKS = ("language_modeling", "word_vectors")
PAIR_TASKS = ("translation", "summarization")
EXAMPLE_TASKS = ("classification", "regression")
TAG_TASKS = ("tagging",)
TEXT_COLUMN = "text"
"""What `text_column` is where the user named none."""


def check_data(
    spec: str,
    *,
    task: str = "language_modeling",
    text_column: str = TEXT_COLUMN,
    source: str | None = None,
    target: str | None = None,
) -> tuple[dict[str, Any], list[str]]:
    """Read data through as a task would, and return what was found: as plain values, and in lines for a person.

    Args:
        text_column: column of the text, or two of texts with a comma between; of tagged sentences that of the words,
            if it is not the first.
        source: column or language of the source side of pairs.
        target: that of the target side; of a table the column to predict; of tagged sentences that of the tags.
    Raises:
        ValueError: an unknown task; no usable data.
        FileNotFoundError: nothing there.
    """
    name = task.strip().lower().replace("-", "_")
    catalog.choose(name, (*TEXT_TASKS, *PAIR_TASKS, *EXAMPLE_TASKS, *TAG_TASKS), where="data check --task")
    if name in PAIR_TASKS:
        from clearhead.data import _check_pairs

        pairs = _check_pairs.check_pairs(spec, source=source, target=target)
        return asdict(pairs), _check_pairs.tell(pairs)
    if name in EXAMPLE_TASKS:
        from clearhead.data import _check_examples, _check_labeled
        from clearhead.data._find_texts import are_labeled_texts

        columns = None if text_column == TEXT_COLUMN else [column.strip() for column in text_column.split(",")]
        if name == "classification" and are_labeled_texts(spec, columns):
            texts = _check_labeled.check_labeled(spec, text_columns=columns, target=target)
            return asdict(texts), _check_labeled.tell(texts)
        kind = "number" if name == "regression" else None
        examples = _check_examples.check_examples(spec, target=target, target_kind=kind)
        return asdict(examples), _check_examples.tell(examples)
    if name in TAG_TASKS:
        from clearhead.data import _check_tagged

        column = None if text_column == TEXT_COLUMN else text_column
        tagged = _check_tagged.check_tagged(spec, token_column=column, tag_column=target)
        return asdict(tagged), _check_tagged.tell(tagged)
    from clearhead.data import _check

    text = _check.check_text(spec, text_column=text_column)
    return asdict(text), _check.tell(text)
