"""What every kind of tokenizer keeps to, whatever it cuts a text into."""

import copy
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearhead.core import catalog
from clearhead.tokenizers.base import END_OF_TEXT, Tokenizer, load, train_tokenizer

KINDS = catalog.entries("tokenizers")
CORPUS = [
    "The cat sat on the mat, and the other cat sat beside it.\nIt didn't move; the mat was warm.\n\n",
    "  indented\ttext,  two  spaces; numbers 3.14 and 2026! (brackets) [too] «quoted» “text”\n",
    "床前明月光，疑是地上霜。举头望明月，低头思故乡。\n我用Python编程，很快乐！\n",
    "Emoji 😀🎉 and é, naïve, ß, ひらがな, 한국어, русский.\n",
] * 4
TEXTS = [
    "The cat sat.",
    " a leading space",
    "   three",
    "line\nline\n\n\nend\n",
    "\r\n\ttabs\t",
    "我用Python编程，很快乐！",
    "举头望 明月",
    "😀🎉",
    "don't, (can't); 3.14",
    "",
    " ",
    "<0x0A> and ▂",
]
SPECIALS = (END_OF_TEXT, "<|pad|>", "[CLS]")
LOSSLESS = {"bpe", "byte", "unigram"}
"""Kinds that give back any text, also of characters they never saw."""
REVERSIBLE = LOSSLESS | {"character", "word", "whitespace"}
"""Kinds that give back any text whose words they know."""


def vocab_size(kind: str) -> int | None:
    return None if kind in ("byte", "character", "word", "whitespace") else 700


@pytest.fixture(scope="module", params=KINDS)
def tokenizer(request: pytest.FixtureRequest) -> Tokenizer:
    return train_tokenizer(request.param, CORPUS, vocab_size=vocab_size(request.param))


@pytest.fixture(scope="module", params=KINDS)
def with_specials(request: pytest.FixtureRequest) -> Tokenizer:
    entry: Any = catalog.load("tokenizers", request.param)
    trained: Tokenizer = entry.train(CORPUS, vocab_size=vocab_size(request.param), special_tokens=SPECIALS)
    return trained


def test_the_text_it_was_trained_on_comes_back(tokenizer: Tokenizer) -> None:
    for text in CORPUS[:4]:
        if tokenizer.kind in REVERSIBLE:
            assert tokenizer.decode(tokenizer.encode(text)) == text
        else:
            assert tokenizer.decode(tokenizer.encode(text)).split() != []
        assert tokenizer.num_unknown(text) == 0


def test_a_text_of_unseen_characters_comes_back_where_that_is_promised(tokenizer: Tokenizer) -> None:
    text = " 龘龘 ፊደል ᚠᚢᚦ\x00\x7f \u202e🦜"
    if tokenizer.kind in LOSSLESS:
        assert tokenizer.decode(tokenizer.encode(text)) == text
        assert tokenizer.num_unknown(text) == 0
    else:
        assert tokenizer.unknown_id is not None
        assert tokenizer.unknown_id in tokenizer.encode(text)
        assert 0 < tokenizer.num_unknown(text) <= len(text)


def test_ids_lie_in_the_vocabulary_and_a_batch_is_its_texts(tokenizer: Tokenizer) -> None:
    together = tokenizer.encode_batch(TEXTS)
    assert together == [tokenizer.encode(text) for text in TEXTS]
    assert all(0 <= token < tokenizer.vocab_size for ids in together for token in ids)


def test_transformers_reads_the_folder_and_agrees(tokenizer: Tokenizer, tmp_path: Path) -> None:
    from transformers import AutoTokenizer

    tokenizer.save(tmp_path, model_max_length=321)
    theirs = AutoTokenizer.from_pretrained(tmp_path)
    for text in [*TEXTS, *CORPUS[:4]]:
        ids = tokenizer.encode(text)
        assert theirs(text, add_special_tokens=False)["input_ids"] == ids, text
        assert theirs.decode(ids, skip_special_tokens=True) == tokenizer.decode(ids), text
    assert theirs.eos_token_id == theirs.bos_token_id == tokenizer.end_of_text_id
    assert theirs.pad_token_id == tokenizer.padding_id
    assert theirs.model_max_length == 321
    assert len(theirs) == tokenizer.vocab_size


def test_saved_and_loaded_it_is_the_same(tokenizer: Tokenizer, tmp_path: Path) -> None:
    tokenizer.save(tmp_path)
    again = load(tmp_path)
    assert again.kind == tokenizer.kind
    assert again.fingerprint == tokenizer.fingerprint
    assert (again.vocab_size, again.special_tokens) == (tokenizer.vocab_size, tokenizer.special_tokens)
    assert (again.end_of_text_id, again.unknown_id) == (tokenizer.end_of_text_id, tokenizer.unknown_id)
    assert [again.encode(text) for text in TEXTS] == [tokenizer.encode(text) for text in TEXTS]
    again.save(tmp_path / "twice")
    assert (tmp_path / "twice/tokenizer.json").read_bytes() == (tmp_path / "tokenizer.json").read_bytes()


def test_the_folder_names_its_class_and_its_tokens(tokenizer: Tokenizer, tmp_path: Path) -> None:
    tokenizer.save(tmp_path)
    said = json.loads((tmp_path / "tokenizer_config.json").read_text(encoding="utf-8"))
    assert said["tokenizer_class"] == "PreTrainedTokenizerFast"
    assert said["bos_token"] == said["eos_token"] == said["pad_token"] == END_OF_TEXT
    assert "model_max_length" not in said


def test_the_fingerprint_is_of_the_contents_not_of_the_writing(tokenizer: Tokenizer, tmp_path: Path) -> None:
    tokenizer.save(tmp_path)
    path = tmp_path / "tokenizer.json"
    values = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(dict(reversed(values.items()))), encoding="utf-8")
    assert load(tmp_path).fingerprint == tokenizer.fingerprint
    values["added_tokens"][-1]["content"] = "<|end|>"
    path.write_text(json.dumps(values), encoding="utf-8")
    (tmp_path / "tokenizer_config.json").write_text('{"eos_token": "<|end|>"}', encoding="utf-8")
    assert load(tmp_path).fingerprint != tokenizer.fingerprint


@pytest.mark.parametrize("special", [*SPECIALS, "<unk>"])
def test_the_name_of_a_control_token_in_a_text_is_plain_text(with_specials: Tokenizer, special: str) -> None:
    plain = {index for name, index in with_specials.special_tokens.items() if name != "<unk>"}
    assert len(plain) == len(SPECIALS)
    forms = [special, f" {special} ", f"{special}{special}", f"the cat{special}sat", f"\n{special}\n", f"月{special}光"]
    forms += [special[:cut] + " " + special[cut:] for cut in range(1, len(special))]
    for text, ids in zip(forms, with_specials.encode_batch(forms), strict=True):
        assert plain.isdisjoint(ids), text
        assert with_specials.encode(text) == ids
        if with_specials.kind in LOSSLESS:
            assert with_specials.decode(ids) == text


def test_a_copy_also_keeps_text_from_becoming_a_control_token(tokenizer: Tokenizer) -> None:
    twin = copy.deepcopy(tokenizer)
    assert twin.encode(f"the{END_OF_TEXT}cat") == tokenizer.encode(f"the{END_OF_TEXT}cat")
    assert twin.fingerprint == tokenizer.fingerprint


def test_control_tokens_are_had_by_their_name_and_say_nothing(with_specials: Tokenizer) -> None:
    ids = with_specials.encode("the cat")
    for name, index in with_specials.special_tokens.items():
        assert with_specials.token_bytes(index) == b""
        assert with_specials.token_text(index) == name
        assert with_specials.decode([index, *ids, index]) == with_specials.decode(ids)
    assert with_specials.end_of_text_id == with_specials.special_tokens[END_OF_TEXT]
    assert with_specials.end_of_text == END_OF_TEXT


def test_the_pieces_are_the_ids_and_cover_the_text_in_order(tokenizer: Tokenizer) -> None:
    for text in [*TEXTS, *CORPUS[:4]]:
        pieces = tokenizer.pieces(text)
        assert [piece.id for piece in pieces] == tokenizer.encode(text)
        assert all(0 <= piece.start <= piece.end <= len(text) for piece in pieces)
        starts = [piece.start for piece in pieces]
        assert starts == sorted(starts)
        covered = {place for piece in pieces for place in range(piece.start, piece.end)}
        spaces = {place for place, character in enumerate(text) if character.isspace()}
        assert covered | spaces == set(range(len(text)))


def test_the_bytes_of_the_pieces_are_the_text_at_their_place(tokenizer: Tokenizer) -> None:
    for text in CORPUS[:4]:
        pieces = tokenizer.pieces(text)
        if tokenizer.kind in REVERSIBLE:
            assert b"".join(piece.bytes for piece in pieces) == text.encode()
        for piece in pieces:
            covered = text[piece.start : piece.end].encode()
            assert piece.bytes in covered
            if "⟨" not in piece.text:
                assert piece.bytes == covered
                assert piece.text.removeprefix("##") == text[piece.start : piece.end]
        assert all(piece.bytes == tokenizer.token_bytes(piece.id) for piece in pieces)


def test_a_stream_gives_what_decoding_all_at_once_gives(tokenizer: Tokenizer) -> None:
    for text in [*TEXTS, *CORPUS[:4]]:
        ids = tokenizer.encode(text)
        stream = tokenizer.stream()
        parts = [stream.push(token) for token in ids]
        assert not any("\ufffd" in part for part in parts)
        assert "".join(parts) + stream.finish() == tokenizer.decode(ids)


def test_a_stream_after_a_prompt_goes_on_with_its_text(tokenizer: Tokenizer) -> None:
    ids = tokenizer.encode("The cat sat on the mat")
    for cut in range(len(ids) + 1):
        stream = tokenizer.stream(after=ids[:cut])
        text = "".join(map(stream.push, ids[cut:])) + stream.finish()
        assert tokenizer.decode(ids[:cut]) + text == tokenizer.decode(ids)


@pytest.mark.parametrize("kind", KINDS)
def test_random_texts_and_random_ids_stream_as_they_decode(kind: str) -> None:
    tokenizer = train_tokenizer(kind, CORPUS, vocab_size=vocab_size(kind))

    @settings(max_examples=150, deadline=None, database=None, derandomize=True)
    @given(st.text(max_size=40), st.lists(st.integers(0, tokenizer.vocab_size - 1), max_size=40))
    def check(text: str, ids: list[int]) -> None:
        if kind in LOSSLESS and "▁" not in text:
            assert tokenizer.decode(tokenizer.encode(text)) == text
        for sequence in (tokenizer.encode(text), ids):
            stream = tokenizer.stream()
            assert "".join(map(stream.push, sequence)) + stream.finish() == tokenizer.decode(sequence)
            pieces = tokenizer.pieces_of_ids(sequence)
            assert [piece.id for piece in pieces] == sequence
            assert all(piece.end <= len(tokenizer.decode(sequence)) for piece in pieces)
        assert [piece.id for piece in tokenizer.pieces(text)] == tokenizer.encode(text)
        assert 0 <= tokenizer.num_unknown(text) <= len(text)

    check()


def test_random_ids_decode_as_the_library_decodes_them(tokenizer: Tokenizer) -> None:
    chance = random.Random(5)
    for _ in range(300):
        ids = [chance.randrange(tokenizer.vocab_size) for _ in range(chance.randrange(12))]
        ours, theirs = tokenizer.decode(ids), tokenizer.backend.decode(ids, skip_special_tokens=True)
        if tokenizer.kind == "unigram":  # the library gives up a whole run of bytes when one is ill-formed
            ours, theirs = (text if "\ufffd" not in ours + theirs else "" for text in (ours, theirs))
        assert ours == theirs


@pytest.mark.parametrize("kind", KINDS)
def test_training_twice_gives_the_same_tokenizer(kind: str) -> None:
    first, second = (train_tokenizer(kind, iter(CORPUS), vocab_size=vocab_size(kind)) for _ in range(2))
    assert first.fingerprint == second.fingerprint


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("texts", [["a"], ["你好"], ["\n"], [" "], ["ab" * 50], ["", "x"], ["😀"], ["#"], ["▁"]])
def test_the_smallest_texts_can_be_trained_on(kind: str, texts: list[str]) -> None:
    tokenizer = train_tokenizer(kind, texts, vocab_size=vocab_size(kind))
    assert tokenizer.vocab_size == len(tokenizer.backend.get_vocab())
    if kind in REVERSIBLE and texts != ["▁"]:
        assert tokenizer.decode(tokenizer.encode(texts[-1])) == texts[-1]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "byte"])
def test_no_text_is_refused(kind: str) -> None:
    for texts in ([], [""], iter(["", ""])):
        with pytest.raises(ValueError, match=r"texts must hold text, got none\. Check that the data"):
            train_tokenizer(kind, texts, vocab_size=vocab_size(kind))


def test_the_size_asked_for_is_kept_or_noted(tokenizer: Tokenizer) -> None:
    asked = vocab_size(tokenizer.kind)
    if asked is None or tokenizer.vocab_size == asked:
        assert tokenizer.notes == ()
    else:
        assert tokenizer.vocab_size < asked
        assert tokenizer.notes == (
            f"The text has pieces for {tokenizer.vocab_size} tokens only; {asked} were asked for.",
        )


def test_half_a_surrogate_pair_and_what_is_no_text_are_refused(tokenizer: Tokenizer) -> None:
    wrong = r"must be text that UTF-8 can write, got half a surrogate pair \('\\ud83d'\) at character 2\. Read the file"
    calls: list[Callable[[Any], Any]] = [tokenizer.encode, tokenizer.pieces, tokenizer.num_unknown]
    calls.append(lambda text: tokenizer.encode_batch(["fine", text]))
    for call in calls:
        with pytest.raises(ValueError, match=wrong):
            call("ab\ud83d")
        with pytest.raises(TypeError, match=r"must be text, got bytes\. Decode bytes first"):
            call(b"ab")


def test_an_id_outside_the_vocabulary_is_refused(tokenizer: Tokenizer) -> None:
    last = tokenizer.vocab_size - 1
    calls: list[Callable[[int], Any]] = [tokenizer.token_bytes, tokenizer.token_text, tokenizer.stream().push]
    calls += [lambda token: tokenizer.decode([token]), lambda token: tokenizer.stream(after=[token])]
    for call in calls:
        for token in (-1, last + 1):
            with pytest.raises(ValueError, match=rf"must be an id from 0 to {last}, got {token}\. Use the tokenizer"):
                call(token)
