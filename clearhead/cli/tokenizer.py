"""Train a tokenizer, or look at how one cuts a text."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import tyro

from clearhead.cli._options import parse_action

Json = Annotated[bool, tyro.conf.arg(name="json")]


def train(*, out: Path, data: str = "stories", kind: str = "bpe", vocab_size: int | None = None, seed: int = 0) -> None:
    """Train a tokenizer on the training part of a text and save it as tokenizer.json.

    Args:
        out: folder to write.
        data: a known name, a file, a folder or a glob.
        kind: bpe, unigram, wordpiece, word, character or byte.
        vocab_size: number of tokens; need not be said for word, character and byte.
        seed: decides which sample of a large text is used.
    """
    from clearhead.data.base import open_text, read_pieces
    from clearhead.tokenizers.base import check_is_new, train_tokenizer

    check_is_new(out)
    texts = (text for text, _ in read_pieces(open_text(data), "train"))
    tokenizer = train_tokenizer(kind, texts, vocab_size=vocab_size, seed=seed)
    tokenizer.save(out)
    print("\n".join([f"{tokenizer.kind} tokenizer of {tokenizer.vocab_size:,} tokens: {out}", *tokenizer.notes]))


def show(directory: Path, text: str | None = None, /, *, merges: int = 0, as_json: Json = False) -> None:
    """Show a tokenizer's vocabulary, or the pieces of a text and every merge that made them.

    Args:
        directory: a run, or a folder with tokenizer.json.
        text: the text to cut.
        merges: how many of the merges learned first to list.
        as_json: print JSON for a program.
    """
    from clearhead.inspector.terminal import to_text
    from clearhead.inspector.tokenizer_report import describe
    from clearhead.panels.table import Table
    from clearhead.tokenizers import base, bpe

    tokenizer = base.load(directory)
    panels = describe(tokenizer, text)
    if merges:
        rows = tuple(bpe.first_merges(tokenizer, merges))
        panels.append(Table(name="learned", title="The first merges", columns=bpe.MERGE_COLUMNS, rows=rows))
    as_text = "" if as_json else "\n\n".join(map(to_text, panels))
    print(as_text or json.dumps([panel.to_json() for panel in panels], ensure_ascii=False))


def run(argv: Sequence[str]) -> None:
    """Do the action that the first word names."""
    parse_action({"train": train, "show": show}, argv, prog="clearhead tokenizer")
