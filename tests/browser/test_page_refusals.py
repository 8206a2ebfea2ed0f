"""On the Chinese page every refusal is Chinese: of a view, of an input, of a run or a tokenizer that cannot be read."""

import ast
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from architecture import source
from browser.told import english, forms

from clearhead.inspector import option_form

REFUSING = ("inspector/views/*.py", "inspector/served.py", "inspector/option_form.py", "inspector/edits.py",
            "inspector/inputs.py", "inspector/reading.py", "core/catalog.py")  # fmt: skip
"""Files whose refusals a page can show."""
READING = ("runs/run.py", "runs/info.py", "interop/_tensors.py", "interop/_json.py", "interop/_decoder.py",
           "interop/_weights.py", "interop/base.py", "interop/marian.py", "interop/clearhead.py", "core/config.py",
           "tokenizers/_files.py", "tokenizers/_pairs_files.py", "tokenizers/_pairs.py", "tokenizers/_vocabulary.py",
           "tokenizers/base.py", "tasks/_preprocessing.py", "tasks/_tag_reading.py", "tasks/_text_reader.py",
           "tasks/_word_list.py", "tasks/_array_examples.py", "data/_units.py", "inspector/inputs.py")  # fmt: skip
"""Files that read another run, or an input as a run does: a page can be asked for either."""
NOT_READING = ("Run.model.device ", "The format must ", "dtype must ", "interop.write.", "The folder must ", "--",
               "TaggingOptions.", "UnitRules.", "PairTokenizer.", "7 must have the column ", "A row must ", "7 line",
               "7 Every row", "the key 7", "the value 7")  # fmt: skip
"""How refusals begin that come from a caller's arguments, from what is written or from tables, and parts of others."""
KINDS_OF_ERRORS = ("ValueError(", "FileNotFoundError(", "TypeError(")


def refusals(patterns: Iterable[str], kinds: tuple[str, ...] = ("ValueError(",)) -> Iterator[str]:
    """Yield the sentences with which these files refuse, in every form, with 7 in each place that is filled in."""
    for pattern in patterns:
        for path in sorted(source.PACKAGE.glob(pattern)):
            for node in ast.walk(source.tree(path)):
                if isinstance(node, ast.Raise) and ast.unparse(node.exc or node).startswith(kinds):
                    yield from forms(node.exc.args[0])


def test_every_refusal_that_a_page_can_show_is_told_in_chinese(translate: Callable[..., Any]) -> None:
    sentences = sorted({sentence for sentence in refusals(REFUSING) if " " in sentence})
    assert len(sentences) > 80
    _, told = translate([], [["error.", sentence] for sentence in sentences])
    options = {*option_form.helps(), "True", "False", "None", "high", "value", "scores", "base"}
    assert [text for text in told if english(text, options)] == []


def test_every_refusal_of_a_run_or_a_tokenizer_that_cannot_be_read_is_told_in_chinese(
    translate: Callable[..., Any],
) -> None:
    found = {sentence for sentence in refusals(READING, KINDS_OF_ERRORS) if " " in sentence}
    sentences = sorted(sentence for sentence in found if not sentence.startswith(NOT_READING))
    assert len(sentences) > 70
    _, told = translate([], [["error.", sentence] for sentence in sentences])
    assert [text for text in told if english(text, IN_FILES)] == []


IN_FILES = {
    *("config.json", "tokenizer.json", ".safetensors", "dtype", "shape", "data_offsets", "__metadata__", "STEP/NAME"),
    *("head_dim", "num_attention_heads", "rope_theta", "tie_word_embeddings", "true", "false", "head", "Clearhead"),
    *("clearhead train …", "clearhead train word_vectors", "clearhead tokenizer train", "transformers", "pickle"),
    *("SentencePiece", "WordPiece", "BPE", "Tokenizer.encode.text", "fingerprint", "safetensors", "e1", "e2"),
    *("folder", "new_folder", "save_pretrained", "DIR"),
}
"""What stands in files and on command lines: keys, names of formats, code."""


def test_a_film_that_cannot_be_read_is_told_in_chinese(translate: Callable[..., Any]) -> None:
    sentences = sorted({text.replace("7 must", "film.safetensors must") for text in refusals(["runs/film.py"])})
    assert len(sentences) == 3
    _, told = translate([], [["note.", sentence] for sentence in sentences])
    assert [text for text in told if english(text, {*IN_FILES, "film.safetensors"})] == []
