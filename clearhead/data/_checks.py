"""Which check of data serves which task, and what it says as values and as lines."""

from dataclasses import asdict
from typing import Any

from clearhead.core import catalog

TEXT_TASKS = ("language_modeling", "word_vectors")
PAIR_TASKS = ("translation", "summarization")
EXAMPLE_TASKS = ("classification", "regression")


def check_data(
    spec: str,
    *,
    task: str = "language_modeling",
    text_column: str = "text",
    source: str | None = None,
    target: str | None = None,
) -> tuple[dict[str, Any], list[str]]:
    """Read data through as a task would, and return what was found: as plain values, and in lines for a person.

    Args:
        source: column or language of the source side of pairs.
        target: that of the target side; of a table the column to predict.
    Raises:
        ValueError: an unknown task; no usable data.
        FileNotFoundError: nothing there.
    """
    name = task.strip().lower().replace("-", "_")
    catalog.choose(name, (*TEXT_TASKS, *PAIR_TASKS, *EXAMPLE_TASKS), where="data check --task")
    if name in PAIR_TASKS:
        from clearhead.data import _check_pairs

        pairs = _check_pairs.check_pairs(spec, source=source, target=target)
        return asdict(pairs), _check_pairs.tell(pairs)
    if name in EXAMPLE_TASKS:
        from clearhead.data import _check_examples

        kind = "number" if name == "regression" else None
        examples = _check_examples.check_examples(spec, target=target, target_kind=kind)
        return asdict(examples), _check_examples.tell(examples)
    from clearhead.data import _check

    text = _check.check_text(spec, text_column=text_column)
    return asdict(text), _check.tell(text)
