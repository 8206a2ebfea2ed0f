"""tokenizer.json as a stranger may hand it over."""

import json
import random
from pathlib import Path
from typing import Any

import pytest

from clearhead.core import catalog
from clearhead.tokenizers import _files
from clearhead.tokenizers.base import load, train_tokenizer

KINDS = catalog.entries("tokenizers")
CORPUS = ["The cat sat on the mat. 床前明月光 😀\n"] * 3


def broken(folder: Path, text: str | bytes) -> Path:
    data = text.encode() if isinstance(text, str) else text
    (folder / "tokenizer.json").write_bytes(data)
    return folder


def test_a_folder_that_is_not_there_or_a_file_is_said_to_be_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"A tokenizer's folder must exist, got nothing at .*Name the folder"):
        load(tmp_path / "none")
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(FileNotFoundError, match=r"folder must exist, got a file at .*file"):
        load(tmp_path / "file")


def test_a_folder_without_a_tokenizer_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(
        FileNotFoundError, match=r"must hold tokenizer\.json, got a folder without.*clearhead tokenizer"
    ):
        load(tmp_path)
    (tmp_path / "tokenizer.model").write_bytes(b"x")
    with pytest.raises(FileNotFoundError, match=r"Convert tokenizer\.model: AutoTokenizer\.from_pretrained"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"must be JSON, got an error at line 1"),
        ('{\n"model": }', r"must be JSON, got an error at line 2: Expecting value\. Save or download it again\."),
        ("[" * 200_000, r"must be JSON of sane depth, got .*Save or download it again"),
        ('{"a": ' * 200_000, r"must be JSON of sane depth, got .*Save or download it again"),
        ("[1, 2]", r"must be a JSON object, got list"),
        ("{}", r"must be a tokenizer, got: .*Save or download it again"),
        ('{"version": "1.0", "model": {"type": "BPE"}}', r"must be a tokenizer, got: "),
        (b'{"a": "\xff"}', r"must be UTF-8, got byte 7 broken\. Save or download it again\."),
        (b"\x80\x04\x95", r"must be UTF-8, got byte 0 broken"),
    ],
)
def test_a_broken_file_is_one_sentence(tmp_path: Path, text: str | bytes, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        load(broken(tmp_path, text))


def test_a_file_larger_than_any_tokenizer_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_files, "MAX_BYTES", 1 << 20)
    with pytest.raises(ValueError, match=r"must be at most 1 MB, got 2 MB\. Check what file it is"):
        load(broken(tmp_path, " " * (2 << 20)))


def saved(kind: str) -> dict[str, Any]:
    values: dict[str, Any] = json.loads(
        train_tokenizer(kind, CORPUS, vocab_size=None if kind == "word" else 300).source
    )
    return values


def test_an_id_far_above_the_others_is_refused_before_tables_are_made_for_it(tmp_path: Path) -> None:
    values = saved("word")
    values["model"]["vocab"][" cat"] = 4_000_000_000
    with pytest.raises(ValueError, match=r"must number its \d+ tokens without large gaps, got the id 4000000000\."):
        load(broken(tmp_path, json.dumps(values)))


def test_an_empty_vocabulary_is_refused(tmp_path: Path) -> None:
    values = {**saved("bpe"), "added_tokens": []}
    values["model"] |= {"vocab": {}, "merges": []}
    with pytest.raises(ValueError, match=r"must have a vocabulary, got no token"):
        load(broken(tmp_path, json.dumps(values)))


BYTE_LEVEL = {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True}
STRIP_END = {"type": "Strip", "content": " ", "start": 0, "stop": 1}
CTC = {"type": "CTC", "pad_token": "<pad>", "word_delimiter_token": "|", "cleanup": True}


@pytest.mark.parametrize(
    ("decoder", "got"),
    [
        (CTC, "CTC"),
        ({"type": "BPEDecoder", "suffix": "</w>"}, "BPEDecoder"),
        ({"type": "Sequence", "decoders": [{"type": "Fuse"}, STRIP_END]}, "Strip at the end"),
        ({"type": "Sequence", "decoders": [BYTE_LEVEL, {"type": "Fuse"}]}, "ByteLevel beside another"),
    ],
)
def test_a_decoder_whose_tokens_depend_on_their_neighbours_is_refused(
    tmp_path: Path, decoder: dict[str, Any], got: str
) -> None:
    values = {**saved("bpe"), "decoder": decoder}
    with pytest.raises(ValueError, match=rf"decoder must be made of .*, got {got}\. Use a byte-level BPE"):
        load(broken(tmp_path, json.dumps(values)))


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ('{"eos_token": 3}', r"tokenizer_config\.json\.eos_token must be the name of a token, got 3"),
        ('{"eos_token": {"content": []}}', r"eos_token must be the name of a token, got \{'content': \[\]\}"),
        ('{"model_max_length": "long"}', r"model_max_length must be a number of tokens, got 'long'"),
        ('{"model_max_length": {}}', r"model_max_length must be a number of tokens, got \{\}"),
        ("[]", r"tokenizer_config\.json must be a JSON object, got list"),
        ("{", r"tokenizer_config\.json must be JSON, got an error at line 1"),
    ],
)
def test_a_broken_tokenizer_config_is_one_sentence(tmp_path: Path, config: str, message: str) -> None:
    broken(tmp_path, json.dumps(saved("bpe")))
    (tmp_path / "tokenizer_config.json").write_text(config, encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        load(tmp_path)


def test_no_limit_on_the_length_is_no_limit(tmp_path: Path) -> None:
    broken(tmp_path, json.dumps(saved("bpe")))
    for said, read in ((10**30, None), ("NaN", None), (512, 512), (0, None)):
        (tmp_path / "tokenizer_config.json").write_text(f'{{"model_max_length": {said}}}', encoding="utf-8")
        assert _files.read_settings(tmp_path) == {"model_max_length": read}


def test_tokens_named_in_the_older_file_are_found(tmp_path: Path) -> None:
    values = saved("bpe")
    values["added_tokens"][0]["content"] = "<fin>"
    broken(tmp_path, json.dumps(values))
    (tmp_path / "special_tokens_map.json").write_text('{"eos_token": {"content": "<fin>"}}', encoding="utf-8")
    assert load(tmp_path).end_of_text == "<fin>"


@pytest.mark.parametrize("kind", KINDS)
def test_the_kind_is_told_from_the_file_alone(kind: str, tmp_path: Path) -> None:
    size = 300 if kind in ("bpe", "unigram", "wordpiece") else None
    train_tokenizer(kind, CORPUS, vocab_size=size).save(tmp_path)
    (tmp_path / "tokenizer_config.json").unlink()
    assert load(tmp_path).kind == kind


def test_byte_pairs_without_a_merge_are_still_of_their_kind(tmp_path: Path) -> None:
    train_tokenizer("bpe", ["abc"], vocab_size=257).save(tmp_path)
    assert load(tmp_path).kind == "bpe"


def mutate(values: Any, chance: random.Random) -> Any:
    """Change one thing somewhere in a JSON value."""
    hostile = [None, -1, 2**40, 1e308, "", "<unk>", "▁", [], {}, True, "\x00", [[]], {"type": "Sequence"}]
    if isinstance(values, dict) and values and chance.random() < 0.9:
        key = chance.choice(list(values))
        if chance.random() < 0.1:
            return {other: value for other, value in values.items() if other != key}
        return {**values, key: mutate(values[key], chance)}
    if isinstance(values, list) and values and chance.random() < 0.9:
        place = chance.randrange(len(values))
        if chance.random() < 0.1:
            return values[:place] + values[place + 1 :]
        return [*values[:place], mutate(values[place], chance), *values[place + 1 :]]
    return chance.choice(hostile)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("count", [60, pytest.param(2000, marks=pytest.mark.slow)])
def test_a_damaged_tokenizer_works_or_is_refused(kind: str, count: int, tmp_path: Path) -> None:
    size = 330 if kind in ("bpe", "unigram", "wordpiece") else None
    original = json.loads(train_tokenizer(kind, CORPUS, vocab_size=size).source)
    chance = random.Random(f"{kind} {count}")
    outcomes = {"read": 0, "refused": 0}
    for _ in range(count):
        values = mutate(original, chance)
        text = json.dumps(values)
        if chance.random() < 0.2:
            place = chance.randrange(len(text))
            text = text[:place] + chance.choice(["", "{", '"', "\\", "0", "\ud83d"]) + text[place + 1 :]
        try:
            tokenizer = load(broken(tmp_path, text.encode("utf-8", "surrogatepass")))
            ids = tokenizer.encode("the cat 床前<|endoftext|> zzz")
            tokenizer.decode(ids)
            tokenizer.pieces("the cat")
        except ValueError as error:
            assert str(error).count("\n") == 0
            assert str(error).endswith(".")
            outcomes["refused"] += 1
        else:
            outcomes["read"] += 1
    assert outcomes["refused"] > 0
