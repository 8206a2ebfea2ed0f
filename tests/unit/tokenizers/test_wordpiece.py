"""Pieces of words."""

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from clearhead.tokenizers.base import train_tokenizer

WORDS = "play plays playing played player players jump jumps jumping jumped read reads reading"


def rare_words(seed: int) -> list[str]:
    """Words of random letters: most pairs occur equally often, so that any order of chance would show."""
    chance = random.Random(seed)
    return [" ".join("".join(chance.choices("abcdefgh床前明月", k=7)) for _ in range(400))]


def test_a_word_is_cut_into_its_longest_known_pieces() -> None:
    tokenizer = train_tokenizer("wordpiece", [WORDS * 3], vocab_size=70)
    texts = [piece.text for piece in tokenizer.pieces("playing rplay")]
    assert texts == ["playing", "r", *texts[2:]]
    assert all(text.startswith("##") for text in texts[2:])
    assert "".join(texts[1:]).replace("##", "") == "rplay"


def test_spaces_are_put_between_words_but_not_before_marks_or_chinese() -> None:
    text = "Well, he said: “yes!” 我用Python编程，很快乐。 (3.5) [x]"
    tokenizer = train_tokenizer("wordpiece", [text] * 3, vocab_size=400)
    assert tokenizer.decode(tokenizer.encode(text)) == "Well, he said: “ yes!”我用 Python编程，很快乐。 ( 3. 5) [ x]"


def test_it_is_the_same_in_every_process(tmp_path: Path) -> None:
    program = (
        "from clearhead.tokenizers.base import train_tokenizer; import sys; from pathlib import Path;"
        "texts = [Path(sys.argv[1]).read_text(encoding='utf-8')];"
        "print(train_tokenizer('wordpiece', texts, vocab_size=300).fingerprint)"
    )
    (tmp_path / "text.txt").write_text(rare_words(1)[0], encoding="utf-8")
    command = [sys.executable, "-c", program, str(tmp_path / "text.txt")]
    root = Path(__file__).resolve().parents[3]
    found = {
        subprocess.run(
            command, cwd=root, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    found.add(train_tokenizer("wordpiece", rare_words(1), vocab_size=300).fingerprint + "\n")
    assert len(found) == 1


def test_a_size_below_the_alphabet_is_answered_with_the_smallest_that_works() -> None:
    with pytest.raises(ValueError, match=r"wordpiece\.vocab_size must be at least (\d+) to say this text") as caught:
        train_tokenizer("wordpiece", [WORDS], vocab_size=10)
    smallest = int(str(caught.value).split("at least ")[1].split()[0])
    tokenizer = train_tokenizer("wordpiece", [WORDS], vocab_size=smallest)
    assert tokenizer.vocab_size == smallest
    assert tokenizer.num_unknown(WORDS) == 0


def test_a_word_with_an_unknown_character_is_unknown_as_a_whole() -> None:
    tokenizer = train_tokenizer("wordpiece", [WORDS], vocab_size=100)
    pieces = tokenizer.pieces("play plaÿ!")
    assert [piece.text for piece in pieces] == ["play", "<unk>", "<unk>"]
    assert [(piece.start, piece.end) for piece in pieces] == [(0, 4), (5, 9), (9, 10)]
    assert tokenizer.num_unknown("play plaÿ!") == 5


def test_marks_like_the_prefix_in_a_text_are_not_taken_for_it() -> None:
    text = "## ##a #b a##"
    tokenizer = train_tokenizer("wordpiece", [text] * 2, vocab_size=50)
    assert [piece.text for piece in tokenizer.pieces(text)] == ["#", "#", "#", "#", "a", "#", "b", "a", "#", "#"]
