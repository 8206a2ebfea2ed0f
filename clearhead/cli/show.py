"""List what there is (models, tasks, recipes, views, tokenizers, formats, data, claims), or describe a run."""

import json as json_format
from pathlib import Path


def main(what: str = "", /, *, json: bool = False, html: Path | None = None) -> None:
    """List what there is, or describe a run.

    Args:
        what: models, tasks, recipes, views, tokenizers, formats, data or claims; or a run. Everything when not given.
        json: Print JSON.
        html: Write the model card of a run as one HTML file, in both languages, that opens without a network.
    """
    from clearhead.runs.listing import ROOMS, choose_room, list_room

    if html is not None:
        from clearhead.experiments.card import write_card

        print(f"Wrote {write_card(what, html)}: it opens in any browser, without a network.")
        return
    room = choose_room(what)
    if what and room is None:
        from clearhead.runs.describe import describe, rows
        from clearhead.runs.run import open_run

        description = describe(open_run(what))
        print(json_format.dumps(description, indent=2, ensure_ascii=False)) if json else _table(rows(description))
        return
    found = {name: list_room(name) for name in ([room] if room else ROOMS)}
    if json:
        print(json_format.dumps(found[room] if room else found, indent=2, ensure_ascii=False))
        return
    for name, entries in found.items():
        _table(entries, title=None if room else f"\n{name}")


def _table(rows: dict[str, str], title: str | None = None) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0), title=title, title_justify="left")
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in rows.items():
        table.add_row(Text(name, style="bold"), Text(value))
    Console(highlight=False).print(table)
