"""List the texts known by name, or check a text before training on it."""

from typing import Annotated, Literal

import tyro


def main(
    action: tyro.conf.Positional[Literal["list", "check"]],
    path: tyro.conf.Positional[str | None] = None,
    *,
    task: str = "language_modeling",
    text_column: str = "text",
    as_json: Annotated[bool, tyro.conf.arg(name="json")] = False,
) -> None:
    """List the texts known by name, or check a text before training on it.

    Args:
        action: list: the known texts, and where they lie on this machine; check: read PATH through and report.
        path: for check: a known name, a file, a folder or a glob.
        task: what you want to train; it decides what is checked.
        text_column: which column of a .jsonl file holds the text.
        as_json: print JSON for a program instead of lines for a person.
    """
    import dataclasses
    import json

    if action == "list":
        from clearhead.data import _known

        rows = _known.listing()
        print(json.dumps(rows, ensure_ascii=False, indent=1) if as_json else "\n".join(_known.tell(rows)))
        return
    if path is None:
        raise ValueError("data check must be given a PATH, got none. For example: clearhead data check my_texts/")
    from clearhead.data import _check

    check = _check.check_text(path, task=task, text_column=text_column)
    text = (
        json.dumps(dataclasses.asdict(check), ensure_ascii=False, indent=1)
        if as_json
        else "\n".join(_check.tell(check))
    )
    print(text)
