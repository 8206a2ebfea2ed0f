"""The tokenization view: every piece with its bytes and place, and every merge that built it."""

import numpy as np
import pytest

from clearhead.inspector.look import Look
from clearhead.inspector.views.tokenization import _joined
from clearhead.models.base import LanguageModel
from clearhead.models.gpt import GPT, GPTConfig
from clearhead.tokenizers.base import Tokenizer, train_tokenizer

TEXT = "The cat ate 苹果。\n🍎"
CORPUS = ["The cat sat. The cat ate the mat.", "我吃了一个苹果。苹果发布了新手机。"]


@pytest.fixture(scope="module")
def bpe() -> Tokenizer:
    return train_tokenizer("bpe", CORPUS, vocab_size=300)


@pytest.fixture
def look(bpe: Tokenizer) -> Look:
    return Look(GPT(GPTConfig(vocab_size=300, context_length=64, d_model=8, num_layers=1, num_heads=1)), bpe, TEXT)


def test_the_array_is_the_ids_the_model_reads(look: Look) -> None:
    assert np.asarray(look.tokenization()).tolist() == look.tokenizer.encode(TEXT)


def test_the_bytes_of_all_pieces_are_the_text(look: Look) -> None:
    tokens = look.tokenization()["tokens"].tokens
    assert b"".join(token.bytes for token in tokens) == TEXT.encode()
    assert [(token.start, token.end) for token in tokens][-1] == (len(TEXT) - 1, len(TEXT))


def test_the_table_shows_each_piece_readably(look: Look) -> None:
    table = look.tokenization()["pieces"]
    assert table.column("id") == look.tokens
    assert "␣cat" in table.column("token")
    assert "⏎" in table.column("token")
    hexadecimal = " ".join(str(cell) for cell in table.column("bytes"))
    assert bytes.fromhex(hexadecimal) == TEXT.encode()


def test_the_note_counts_tokens_characters_and_bytes(look: Look) -> None:
    count, num_bytes = len(look.tokens), len(TEXT.encode())
    assert look.tokenization()["tokens"].note == (
        f"{count} tokens for {len(TEXT)} characters ({num_bytes} bytes): {num_bytes / count:.2f} bytes a token, "
        f"out of a vocabulary of {look.tokenizer.vocab_size:,}."
    )


def test_merges_count_down_to_the_pieces_and_end_in_whole_characters(look: Look) -> None:
    merges = look.tokenization()["merges"]
    assert merges.column("step") == list(range(1, len(merges.rows) + 1))
    left = merges.column("pieces left")
    assert left == list(range(len(TEXT.encode()) - 1, len(look.tokens) - 1, -1))
    assert "苹" in "".join(str(made) for made in merges.column("become"))
    assert "␣cat" in merges.column("become")


@pytest.mark.parametrize(
    ("left", "right", "pieces", "made"),
    [
        ("⟨e8 8b⟩", "⟨b9⟩", ("x", "苹"), "苹"),
        ("⟨e8⟩", "⟨8b⟩", ("⟨e8 8b⟩", "⟨b9⟩"), "⟨e8 8b⟩"),
        ("果⟨e8⟩", "⟨8b b9⟩", ("果苹",), "果苹"),
        (" c", "at", (" cat",), " cat"),
        ("⟨b9 e6⟩", "⟨9e 9c⟩", ("⟨b9⟩果",), "⟨b9⟩果"),
        ("⟨e8⟩", "⟨b9⟩", ("written so in the text: ⟨e8⟩⟨b9⟩",), "⟨e8⟩⟨b9⟩"),
        ("⟨e8⟩", "x", ("⟨e8⟩x",), "⟨e8⟩x"),
    ],
)
def test_what_a_merge_makes_of_split_characters_is_read_from_their_bytes(
    left: str, right: str, pieces: tuple[str, ...], made: str
) -> None:
    assert _joined(left, right, pieces) == made


def test_characters_the_vocabulary_cannot_say_are_counted(model: LanguageModel, tokenizer: Tokenizer) -> None:
    shown = Look(model, tokenizer, "the 龙龙")
    assert shown.tokenization()["tokens"].note.endswith("The vocabulary cannot say 2 of the characters.")
    assert "cannot say" not in Look(model, tokenizer, "the").tokenization()["tokens"].note


def test_only_byte_pair_encoding_has_merges(model: LanguageModel, tokenizer: Tokenizer) -> None:
    assert [panel.name for panel in Look(model, tokenizer, "the cat").tokenization().panels] == ["tokens", "pieces"]
