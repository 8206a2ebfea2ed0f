"""The bytes of every token, against the library's decoder."""

import pytest
from tokenizers.pre_tokenizers import ByteLevel

from clearhead.tokenizers._vocabulary import BYTE_OF_LETTER, LETTER_OF_BYTE, byte_level_bytes
from clearhead.tokenizers.base import train_tokenizer

CORPUS = ["The cat sat on the mat. Playing, played, plays. 床前明月光 😀\n"] * 3


def test_the_byte_alphabet_is_the_librarys() -> None:
    assert set(BYTE_OF_LETTER) == set(ByteLevel.alphabet())
    assert sorted(BYTE_OF_LETTER.values()) == list(range(256))
    for byte in (0x00, 0x20, 0x41, 0x7F):
        ((letter, _),) = ByteLevel(add_prefix_space=False, use_regex=False).pre_tokenize_str(chr(byte))
        assert LETTER_OF_BYTE[byte] == letter


def test_a_name_that_is_not_in_the_byte_alphabet_is_plain_text() -> None:
    assert byte_level_bytes("Ġcat") == b" cat"
    assert byte_level_bytes("two words") == b"two words"


def test_words_after_the_first_say_a_space_that_is_not_their_own() -> None:
    words = "the playing singing ringing bringing going doing seeing the mending"
    tokenizer = train_tokenizer("wordpiece", [words], vocab_size=38)
    the, ing = tokenizer.backend.token_to_id("the"), tokenizer.backend.token_to_id("##ing")
    assert tokenizer.token_bytes(the) == b"the"
    assert tokenizer.token_bytes(ing) == b"ing"
    assert tokenizer.token_text(ing) == "##ing"
    assert tokenizer.decode([the, the, ing]) == "the theing"
    pieces = tokenizer.pieces_of_ids([the, the, ing])
    assert [(piece.start, piece.end, piece.bytes) for piece in pieces] == [
        (0, 3, b"the"),
        (4, 7, b"the"),
        (7, 10, b"ing"),
    ]


@pytest.mark.parametrize("kind", ["bpe", "byte", "unigram", "character", "word", "wordpiece"])
def test_every_token_says_what_the_library_decodes_alone_and_after_another(kind: str) -> None:
    tokenizer = train_tokenizer(kind, CORPUS, vocab_size=400 if kind in ("bpe", "unigram", "wordpiece") else None)
    first = tokenizer.encode("cat")[0]
    begun = tokenizer.decode([first])
    for token in range(tokenizer.vocab_size):
        alone = tokenizer.backend.decode([token], skip_special_tokens=True)
        after = tokenizer.backend.decode([first, token], skip_special_tokens=True)
        assert tokenizer.decode([token]) == alone
        assert tokenizer.decode([first, token]) == after
        if token not in tokenizer.special_tokens.values():
            own = tokenizer.token_bytes(token).decode("utf-8", "replace")
            assert after.removeprefix(begun).removeprefix(" ") == own.removeprefix(" ")
            assert len(own) > 0
