"""Words as tokens."""

import pytest

from clearhead.tokenizers.base import Tokenizer, train_tokenizer


def cut(text: str) -> list[str]:
    tokenizer = train_tokenizer("word", [text], vocab_size=None)
    return [piece.text for piece in tokenizer.pieces(text)]


def test_words_keep_the_space_before_them_and_marks_stand_alone() -> None:
    assert cut("The cat, don't (it’s)!") == ["The", " cat", ",", " don't", " ", "(", "it’s", ")", "!"]


def test_further_spaces_line_ends_and_digits_are_tokens_of_their_own() -> None:
    assert cut("a  b\n\n 42x") == ["a", " ", " b", "\n", "\n", " ", "4", "2", "x"]


def test_chinese_is_cut_into_characters_and_other_scripts_into_words() -> None:
    assert cut("我用Python编程 русский ひらがな") == ["我", "用", "Python", "编", "程", " русский", " ひらがな"]


def test_the_most_frequent_words_are_kept_and_others_are_unknown() -> None:
    tokenizer = train_tokenizer("word", ["a a a a b b b c c d"], vocab_size=5)
    assert sorted(tokenizer.token_text(token) for token in range(5)) == [" a", " b", " c", "<unk>", "<|endoftext|>"]
    assert tokenizer.num_unknown(" a d") == 2
    assert tokenizer.decode(tokenizer.encode(" a d b")) == " a b"


def test_words_of_the_same_frequency_are_kept_in_the_same_order_each_time() -> None:
    texts = [" ".join(f"w{chr(97 + index % 26)}{chr(97 + index // 26)}" for index in range(600))]

    def kept() -> Tokenizer:
        return train_tokenizer("word", texts, vocab_size=100)

    assert len({kept().fingerprint for _ in range(5)}) == 1


def test_a_limit_that_leaves_no_word_is_refused() -> None:
    with pytest.raises(ValueError, match=r"word\.vocab_size must be at least 3 .*got 2"):
        train_tokenizer("word", ["abc"], vocab_size=2)
