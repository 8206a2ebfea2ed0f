"""List the data known by name, or check data before training on them."""

from typing import Annotated, Literal

import tyro


def main(
    action: tyro.conf.Positional[Literal["list", "check"]],
    path: tyro.conf.Positional[str | None] = None,
    *,
    task: str = "language_modeling",
    text_column: str = "text",
    source: str | None = None,
    target: str | None = None,
    as_json: Annotated[bool, tyro.conf.arg(name="json")] = False,
) -> None:
    """List the data known by name, or check data before training on them.

    Args:
        action: list: the known texts, pairs, tables and images, and where they lie; check: read PATH and report.
        path: for check: a known name, a file, a folder or a glob.
        task: what you want to train; it decides what is checked.
        text_column: which column of a .jsonl file holds the text.
        source: which column or language of pairs is the source.
        target: which column or language of pairs is the target; of a table, which column is to be predicted.
        as_json: print JSON for a program instead of lines for a person.
    """
    import json

    if action == "list":
        from clearhead.data import _known, _known_examples, _known_labeled, _known_tagged

        entries = (_known, _known_labeled, _known_tagged, _known_examples)
        rows = [row for entry in entries for row in entry.listing()]
        print(json.dumps(rows, ensure_ascii=False, indent=1) if as_json else "\n".join(_known.tell(rows)))
        return
    if path is None:
        raise ValueError("data check must be given a PATH, got none. For example: clearhead data check my_texts/")
    from clearhead.data._checks import check_data

    found, lines = check_data(path, task=task, text_column=text_column, source=source, target=target)
    print(json.dumps(found, ensure_ascii=False, indent=1) if as_json else "\n".join(lines))
