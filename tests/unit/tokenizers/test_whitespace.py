"""Words between spaces as tokens, in the way that WikiText-2 is read."""

import gzip
import os
from pathlib import Path

import pytest

from clearhead.data.base import open_text, read_pieces
from clearhead.tokenizers.base import load, train_tokenizer

WIKITEXT = Path(os.environ.get("CLEARHEAD_DATA", "/nonexistent")) / "wikitext2"
NEEDS_WIKITEXT = pytest.mark.skipif(not WIKITEXT.is_dir(), reason="needs wikitext2; set CLEARHEAD_DATA to its folder")


def cut(text: str) -> list[str]:
    tokenizer = train_tokenizer("whitespace", [text], vocab_size=None)
    return [piece.text for piece in tokenizer.pieces(text)]


def test_a_word_is_all_that_stands_between_spaces_with_the_space_before_it() -> None:
    assert cut("The cat, don't @-@ 3.14 我用 <unk>") == ["The", " cat,", " don't", " @-@", " 3.14", " 我用", " <unk>"]


def test_the_end_of_a_line_is_one_token_with_the_space_before_it() -> None:
    assert cut(" = Title = \n \n one\n\n") == [" =", " Title", " =", " \n", " \n", " one", "\n", "\n"]


def test_further_spaces_are_tokens_of_their_own() -> None:
    assert cut("a  b\t c   \n") == ["a", " ", " b", "\t", " c", " ", " ", " \n"]


def test_the_most_frequent_words_are_kept_and_others_are_unknown() -> None:
    tokenizer = train_tokenizer("whitespace", ["a a a a b, b, b, c. c. d"], vocab_size=5)
    assert sorted(tokenizer.token_text(token) for token in range(5)) == [" a", " b,", " c.", "<unk>", "<|endoftext|>"]
    assert tokenizer.num_unknown(" a d b,") == 2


def test_a_folder_is_recognised_as_this_kind(tmp_path: Path) -> None:
    train_tokenizer("whitespace", ["a b c"], vocab_size=None).save(tmp_path)
    assert load(tmp_path).kind == "whitespace"


def test_a_limit_that_leaves_no_word_is_refused() -> None:
    with pytest.raises(ValueError, match=r"whitespace\.vocab_size must be at least 3 .*got 2"):
        train_tokenizer("whitespace", ["abc"], vocab_size=2)


@NEEDS_WIKITEXT
def test_the_tokens_of_wikitext2_are_the_words_and_line_ends_that_are_counted_in_publications() -> None:
    """Merity et al. 2016, arXiv 1609.07843, table 1: 33,278 kinds, 245,569 tokens to test on."""
    source = open_text("wikitext2")
    tokenizer = train_tokenizer("whitespace", (text for text, _ in read_pieces(source, "train")), vocab_size=None)
    ids = [token for text, _ in read_pieces(source, "test") for token in tokenizer.encode(text)]
    assert len(ids) == 245_569
    assert tokenizer.vocab_size - len(tokenizer.special_tokens) == 33_278
    assert ids.count(tokenizer.unknown_id) == 0
    with gzip.open(WIKITEXT / "test.txt.gz", "rt", encoding="utf-8") as file:
        words = [word for line in file for word in [*line.split(), "<eos>"]]
    said = [tokenizer.token_text(token).strip(" ").replace("\n", "<eos>") for token in ids]
    assert said == words
