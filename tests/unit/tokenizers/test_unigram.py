"""The pieces of the most probable cut."""

import json
import math
import random
from itertools import combinations
from pathlib import Path

import pytest

from clearhead.tokenizers.base import Tokenizer, train_tokenizer

CORPUS = [
    "the cat sat on the mat and the other cat sat too\n",
    "床前明月光，疑是地上霜。举头望明月，低头思故乡。\n",
] * 5


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return train_tokenizer("unigram", CORPUS, vocab_size=360)


def test_what_has_no_piece_is_said_by_its_bytes(tokenizer: Tokenizer) -> None:
    ids = tokenizer.encode("a龘")
    assert [tokenizer.token_bytes(token) for token in ids[-3:]] == [b"\xe9", b"\xbe", b"\x98"]
    assert [piece.text for piece in tokenizer.pieces("a龘")][-3:] == ["⟨e9⟩", "⟨be⟩", "⟨98⟩"]
    assert tokenizer.decode(ids) == "a龘"


@pytest.mark.parametrize("text", ["<0x41>", "a<0xE9><0xBE>", "<0x0A> <0x0a>", "<<0x41>>", "x<0x41>y", "0x41"])
def test_text_that_looks_like_a_byte_token_stays_text(text: str) -> None:
    for corpus in (CORPUS, [*CORPUS, "<0x41> <0x42> <0xE9>\n" * 20]):
        tokenizer = train_tokenizer("unigram", corpus, vocab_size=380)
        assert tokenizer.decode(tokenizer.encode(text)) == text


def test_all_spaces_come_back_and_only_the_mark_for_them_becomes_one(tokenizer: Tokenizer) -> None:
    for text in (" a", "  a  b ", "a\n  b\t c", "   "):
        assert tokenizer.decode(tokenizer.encode(text)) == text
    assert tokenizer.decode(tokenizer.encode("a▁b")) == "a b"


def test_a_text_is_cut_into_the_most_probable_pieces(tokenizer: Tokenizer) -> None:
    scores = dict(json.loads(tokenizer.source)["model"]["vocab"])
    for word in ("the", "▁cat", "▁other", "明月光"):
        cuts = [
            [word[first:last] for first, last in zip((0, *places), (*places, len(word)), strict=True)]
            for count in range(len(word))
            for places in combinations(range(1, len(word)), count)
        ]
        known = [sum(scores[piece] for piece in cut) for cut in cuts if all(piece in scores for piece in cut)]
        chosen = sum(scores[tokenizer.backend.id_to_token(token)] for token in tokenizer.encode(word.replace("▁", " ")))
        assert math.isclose(chosen, max(known), abs_tol=1e-4)


def test_rare_characters_get_no_piece_and_are_said_by_bytes() -> None:
    text = "the cat " * 2000 + "龘"
    tokenizer = train_tokenizer("unigram", [text], vocab_size=300)
    assert tokenizer.backend.token_to_id("龘") is None
    assert tokenizer.decode(tokenizer.encode(text)) == text


def test_a_size_below_the_alphabet_is_answered_with_the_smallest_that_works() -> None:
    with pytest.raises(ValueError, match=r"unigram\.vocab_size must be at least (\d+) to say this text") as caught:
        train_tokenizer("unigram", CORPUS, vocab_size=260)
    smallest = int(str(caught.value).split("at least ")[1].split()[0])
    tokenizer = train_tokenizer("unigram", CORPUS, vocab_size=smallest)
    assert tokenizer.vocab_size == smallest
    assert tokenizer.decode(tokenizer.encode(CORPUS[1])) == CORPUS[1]
    assert len(tokenizer.encode(CORPUS[1])) == len(CORPUS[1])


def test_scores_and_order_are_the_same_each_time() -> None:
    chance = random.Random(2)
    texts = [" ".join("".join(chance.choices("abcde床前明月", k=6)) for _ in range(500)) for _ in range(4)]
    assert len({train_tokenizer("unigram", texts, vocab_size=420).fingerprint for _ in range(6)}) == 1


def test_poems_are_the_same_each_time_and_come_back(data_folder: Path) -> None:
    import gzip

    with gzip.open(data_folder / "tang_poems_zh" / "quantangshi.txt.gz", "rt", encoding="utf-8") as file:
        poems = file.read(60_000)
    first, second = (train_tokenizer("unigram", [poems], vocab_size=4096) for _ in range(2))
    assert first.fingerprint == second.fingerprint
    assert first.vocab_size == 4096
    assert first.decode(first.encode(poems)) == poems
