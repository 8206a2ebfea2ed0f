"""Byte-pair encoding, and its merges one by one."""

from pathlib import Path

import pytest
import tokenizers
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import decoders, models, normalizers

from clearhead.tokenizers.base import Tokenizer, train_tokenizer
from clearhead.tokenizers.bpe import first_merges, merge_steps

CORPUS = [
    "The cat sat on the mat. It didn't move; 3.14!\n  two  spaces\n",
    "床前明月光，疑是地上霜。我用Python编程 😀\n",
] * 6


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return train_tokenizer("bpe", CORPUS, vocab_size=400)


def texts_of(tokenizer: Tokenizer, text: str) -> tuple[str, ...]:
    return tuple(piece.text for piece in tokenizer.pieces(text))


def test_the_most_frequent_pair_is_merged_first() -> None:
    tokenizer = train_tokenizer("bpe", ["ababab cb cb"], vocab_size=258)
    assert first_merges(tokenizer, 5) == [(0, "a", "b", "ab")]


def test_a_pair_that_occurs_once_is_not_learned() -> None:
    tokenizer = train_tokenizer("bpe", ["xy"], vocab_size=300)
    assert tokenizer.vocab_size == 257
    assert tokenizer.notes == ("The text has pieces for 257 tokens only; 300 were asked for.",)


def test_less_than_the_bytes_is_refused() -> None:
    with pytest.raises(ValueError, match=r"bpe\.vocab_size must be at least 257 to say this text"):
        train_tokenizer("bpe", ["text"], vocab_size=100)


def test_the_control_token_comes_last_and_the_size_is_the_one_asked_for(tokenizer: Tokenizer) -> None:
    trained = train_tokenizer("bpe", CORPUS, vocab_size=300)
    assert trained.vocab_size == 300
    assert trained.end_of_text_id == 299
    assert tokenizer.vocab_size < 400


@pytest.mark.parametrize(
    "text",
    ["", " ", "the", "The cat sat.", "床前明月光", "didn't", "\n\n  two", "😀", "龘", "the the the", "<|endoftext|>"],
)
def test_the_last_step_ends_in_the_pieces(tokenizer: Tokenizer, text: str) -> None:
    steps = merge_steps(tokenizer, text)
    num_bytes = len(text.encode())
    assert len(steps) == num_bytes - len(tokenizer.encode(text))
    if steps:
        assert steps[-1].pieces == texts_of(tokenizer, text)


def test_random_texts_end_in_their_pieces(tokenizer: Tokenizer) -> None:
    letters = st.text(st.sampled_from("the catsmo\n.,床前明月光是。😀é"), max_size=40)

    @settings(max_examples=200, deadline=None, database=None, derandomize=True)
    @given(st.one_of(letters, st.text(max_size=20)))
    def check(text: str) -> None:
        steps = merge_steps(tokenizer, text)
        for number, step in enumerate(steps, start=1):
            assert len(step.pieces) == len(text.encode()) - number
            assert step.merged in step.word_pieces
        if steps:
            assert [len(step.pieces) for step in steps][-1] == len(tokenizer.encode(text))
            assert steps[-1].pieces == texts_of(tokenizer, text)

    check()


def test_each_step_merges_the_pair_learned_first_and_words_are_done_in_order(tokenizer: Tokenizer) -> None:
    steps = merge_steps(tokenizer, "The cat")
    assert [(step.left, step.right, step.merged, step.word) for step in steps[:2]] == [
        ("h", "e", "he", 0),
        ("T", "he", "The", 0),
    ]
    assert [step.word for step in steps] == sorted(step.word for step in steps)
    first_word = [step.rank for step in steps if step.word == 0]
    assert first_word == sorted(first_word)
    learned = {(left, right): rank for rank, left, right, _ in first_merges(tokenizer, 1000)}
    assert all(learned[step.left, step.right] == step.rank for step in steps)
    assert steps[0].pieces == ("T", "he", " ", "c", "a", "t")
    assert steps[-1].word_pieces == (" cat",)


def test_the_bytes_of_a_chinese_character_become_the_character(tokenizer: Tokenizer) -> None:
    steps = merge_steps(tokenizer, "床")
    assert {step.left[0] for step in steps} == {"⟨"}
    assert steps[-1].merged == "床"
    assert steps[-1].pieces == ("床",)


def test_the_first_merges_are_readable_and_in_order(tokenizer: Tokenizer) -> None:
    merges = first_merges(tokenizer, 12)
    assert [rank for rank, *_ in merges] == list(range(12))
    assert first_merges(tokenizer, 0) == []
    with pytest.raises(ValueError, match=r"first_merges\.count must be 0 or more, got -1"):
        first_merges(tokenizer, -1)


def test_only_byte_pairs_have_merges() -> None:
    word = train_tokenizer("word", ["a b"], vocab_size=None)
    with pytest.raises(ValueError, match=r"merge_steps\.tokenizer must be of kind bpe, got word, which merges nothing"):
        merge_steps(word, "a")
    with pytest.raises(ValueError, match=r"first_merges\.tokenizer must be of kind bpe, got word"):
        first_merges(word, 3)


def test_bytes_have_no_merge_to_show() -> None:
    assert merge_steps(train_tokenizer("byte", ["a"], vocab_size=None), "abc") == []


def test_pairs_on_characters_with_bytes_to_fall_back_on_are_replayed_too() -> None:
    names = ["<unk>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256)), "▁", "a", "b", "▁a", "▁ab"]
    vocab = {name: index for index, name in enumerate(names)}
    model = models.BPE(vocab, [("▁", "a"), ("▁a", "b")], unk_token="<unk>", byte_fallback=True)
    backend = tokenizers.Tokenizer(model)
    backend.normalizer = normalizers.Replace(" ", "▁")
    backend.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
    tokenizer = Tokenizer(backend, kind="bpe")
    steps = merge_steps(tokenizer, " ab 猫a")
    assert [step.merged for step in steps] == [" a", " ab"]
    assert steps[-1].pieces == texts_of(tokenizer, " ab 猫a") == (" ab", " ", "⟨e7⟩", "⟨8c⟩", "⟨ab⟩", "a")


def test_what_cannot_be_replayed_is_an_error() -> None:
    vocab = {name: index for index, name in enumerate(["</s>", "a</w>", "a", "b</w>", "ab</w>"])}
    backend = tokenizers.Tokenizer(models.BPE(vocab, [("a", "b</w>")], end_of_word_suffix="</w>"))
    with pytest.raises(ValueError, match=r"merge_steps\.tokenizer must cut words by merges alone, got one that does"):
        merge_steps(Tokenizer(backend, kind="bpe"), "ab")


def test_poems_come_back_and_most_tokens_are_whole_characters(data_folder: Path) -> None:
    import gzip

    with gzip.open(data_folder / "tang_poems_zh" / "quantangshi.txt.gz", "rt", encoding="utf-8") as file:
        poems = file.read(200_000)
    tokenizer = train_tokenizer("bpe", [poems], vocab_size=2048)
    ids = tokenizer.encode(poems)
    assert tokenizer.decode(ids) == poems
    stream = tokenizer.stream()
    assert "\ufffd" not in "".join(map(stream.push, ids)) + stream.finish()
    assert sum("⟨" in tokenizer.token_text(token) for token in range(256, 2047)) < 1000
