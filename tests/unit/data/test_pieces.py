"""Cutting long text loses nothing and cuts where a tokenizer does not notice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearhead.data._pieces import (
    NUM_DRAWS,
    cut_documents,
    cut_pieces,
    draw_sides,
    find_cut,
    find_part,
    part_document,
    read_lines,
)
from clearhead.tokenizers.base import train_tokenizer

texts = st.text(st.sampled_from("ab .。!\n\t中文é\u0301\u200d👍"), max_size=200)


@given(texts, st.integers(1, 40), st.integers(1, 30))
def test_pieces_joined_are_the_document(text: str, size: int, chunk: int) -> None:
    chunks = [text[place : place + chunk] for place in range(0, len(text), chunk)]
    pieces = list(cut_pieces(chunks, size=size))
    assert "".join(piece for piece, _ in pieces) == text
    assert all(1 <= len(piece) <= size for piece, _ in pieces)
    assert [is_end for _, is_end in pieces] == [False] * (len(pieces) - 1) + [True] * bool(pieces)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one two three", "one two"),
        ("one\ntwo  three", "one\n"),
        ("第一句。第二句没有完", "第一句。"),
        ("xxxxxxxxxxxxxx", "xxxxxxxxx"),
        ("eeeeeeeee\u0301eeee", "eeeeeeee"),
    ],
)
def test_a_piece_ends_before_a_word_or_after_a_line_or_sentence(text: str, expected: str) -> None:
    assert text[: find_cut(text, 9)] == expected


@pytest.mark.parametrize("kind", ["character", "byte", "word", "bpe", "wordpiece", "unigram"])
def test_no_tokenizer_notices_the_cuts(kind: str) -> None:
    text = "First line, 12 words:\n\n  and  more — (quite) so.\tThen 中文字。\nIt's done; isn't it?  Yes\n" * 40
    tokenizer = train_tokenizer(kind, [text], vocab_size=None if kind in ("character", "byte") else 320)
    pieces = [piece for piece, _ in cut_pieces([text], size=100)]
    assert len(pieces) > 30
    assert [token for piece in pieces for token in tokenizer.encode(piece)] == tokenizer.encode(text)


@given(texts, st.integers(1, 30), st.sampled_from([0.05, 0.1, 0.5]), st.booleans())
def test_parts_joined_are_the_document_training_first(text: str, chunk: int, share: float, is_exact: bool) -> None:
    chunks = [text[place : place + chunk] for place in range(0, len(text), chunk)]
    sides = list(part_document(chunks, len(text), share=share, is_exact=is_exact))
    assert "".join(part for _, part in sides) == text
    assert sorted(side for side, _ in sides) == [side for side, _ in sides]
    train = "".join(part for side, part in sides if not side)
    at = int(len(text) * (1 - share))
    assert len(train) == at if is_exact else at <= len(train) <= (at + len(text)) / 2


def test_where_a_document_is_parted_does_not_depend_on_its_chunks() -> None:
    text = "A sentence here. Another one follows\nand a line. " * 300
    results = set()
    for chunk in (1, 7, 100, 5000, len(text)):
        chunks = [text[place : place + chunk] for place in range(0, len(text), chunk)]
        sides = part_document(chunks, len(text), share=0.1, is_exact=False)
        results.add("".join(part for side, part in sides if side))
    assert len(results) == 1
    assert results.pop().startswith("and a line. A sentence")


def test_a_document_is_parted_after_a_line_else_a_sentence_else_a_word() -> None:
    assert "ab cd. ef\ngh"[find_part("ab cd. ef\ngh") :] == "gh"
    assert "ab cd.” ef gh"[find_part("ab cd.” ef gh") :] == "ef gh"
    assert "一二。三四"[find_part("一二。三四") :] == "三四"
    assert "ab cd"[find_part("ab cd") :] == "cd"
    assert find_part("abcd") == 0


def test_the_side_of_a_document_is_fixed_and_fair() -> None:
    draws = {text: draw_sides(text) for text in (f"document {number}" for number in range(4000))}
    for draw in range(NUM_DRAWS):
        assert 330 < sum(numbers[draw] < 0.1 for numbers in draws.values()) < 470
    chosen = sorted(text for text, numbers in draws.items() if numbers[0] < 0.1)
    assert chosen[:3] == ["document 1006", "document 1010", "document 1011"], "no release may move documents"


def test_articles_begin_with_their_titles_and_poems_stand_between_blank_lines() -> None:
    articles = "= A =\nOne.\n\n= B =\nTwo.\n= = Section = =\nmore\n"
    assert list(cut_documents([articles[:9], articles[9:]], "article")) == [
        "= A =\nOne.\n",
        "= B =\nTwo.\n= = Section = =\nmore\n",
    ]
    poems = "《一》甲\n春眠。\n\n\n《二》乙\n白日。"
    assert list(cut_documents(list(poems), "poem")) == ["《一》甲\n春眠。\n", "《二》乙\n白日。\n"]


@given(texts, st.integers(1, 30))
def test_lines_joined_are_the_text(text: str, chunk: int) -> None:
    chunks = [text[place : place + chunk] for place in range(0, len(text), chunk)]
    lines = list(read_lines(chunks))
    assert lines == text.splitlines(keepends=True) or "\n" not in text
    assert "".join(lines) == text
