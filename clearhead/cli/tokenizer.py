"""Train a tokenizer, or look at how one cuts a text."""

from collections.abc import Sequence
from typing import Annotated

import tyro

from clearhead.cli._options import parse_action


def train(
    *,
    out: str,
    data: str = "stories",
    kind: str = "bpe",
    vocab_size: int | None = None,
    seed: int = 0,
    text_column: str = "text",
) -> None:
    """Train a tokenizer on a text and save it as tokenizer.json.

    Args:
        out: folder to write.
        data: a known name, a file, a folder or a glob.
        kind: bpe, unigram, wordpiece, word, character or byte.
        vocab_size: tokens of the vocabulary.
        seed: decides the sample of a text larger than 100 MB.
        text_column: column of a .jsonl file that holds the text.
    """
    from clearhead.data.base import open_text
    from clearhead.tokenizers.base import train_tokenizer

    texts = open_text(data, text_column=text_column).documents("train")
    tokenizer = train_tokenizer(kind, texts, vocab_size=vocab_size, seed=seed)
    tokenizer.save(out)
    print(f"{tokenizer.kind} tokenizer of {tokenizer.vocab_size:,} tokens written to {out}")


def show(
    directory: str, text: str | None = None, /, *, as_json: Annotated[bool, tyro.conf.arg(name="json")] = False
) -> None:
    """Show a tokenizer's vocabulary, or the pieces of a text and every merge that made them.

    Args:
        directory: a run, or a folder with tokenizer.json.
        text: the text to cut.
        as_json: print JSON for a program.
    """
    import json

    from clearhead.inspector.tokenizer_report import describe
    from clearhead.inspector.terminal import to_text
    from clearhead.tokenizers.base import load

    panels = describe(load(directory), text)
    if as_json:
        print(json.dumps([panel.to_json() for panel in panels], ensure_ascii=False))
        return
    print("\n\n".join(to_text(panel) for panel in panels))


def run(argv: Sequence[str]) -> None:
    """Do the action that the first word names."""
    parse_action({"train": train, "show": show}, argv, prog="clearhead tokenizer")
