"""The tokenizer itself: foreign folders, places of pieces, and the words of its errors."""

import json
from pathlib import Path
from typing import Any

import pytest
import tokenizers
from tokenizers import AddedToken, decoders, models, normalizers, pre_tokenizers, processors

from clearhead.tokenizers import base
from clearhead.tokenizers.base import Tokenizer, check_is_new, load, train_tokenizer

LLAMA_PIECES = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256))]
LLAMA_LETTERS = ["▁", "h", "e", "l", "o", "w", "r", "d", "▁h", "▁he", "ll", "▁hell", "▁hello", "▁w", "or", "▁wor"]
LLAMA_MERGES = [
    ("▁", "h"),
    ("▁h", "e"),
    ("l", "l"),
    ("▁he", "ll"),
    ("▁hell", "o"),
    ("▁", "w"),
    ("o", "r"),
    ("▁w", "or"),
]


def write(folder: Path, backend: tokenizers.Tokenizer, **config: Any) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "tokenizer.json").write_text(backend.to_str(), encoding="utf-8")
    (folder / "tokenizer_config.json").write_text(json.dumps(config), encoding="utf-8")
    return folder


@pytest.fixture
def llama(tmp_path: Path) -> Path:
    """A folder as Llama has it: ▁ for spaces, one put before the text, bytes for what has no piece."""
    vocab = {name: index for index, name in enumerate([*LLAMA_PIECES, *LLAMA_LETTERS])}
    backend = tokenizers.Tokenizer(models.BPE(vocab, LLAMA_MERGES, unk_token="<unk>", byte_fallback=True))
    backend.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    backend.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    backend.add_special_tokens(["<unk>", "<s>", "</s>"])
    backend.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 1)])
    return write(tmp_path / "llama", backend, bos_token="<s>", eos_token="</s>", model_max_length=10**30)


@pytest.fixture
def t5(tmp_path: Path) -> Path:
    """A folder whose model finds "</s>" in a text by itself, as T5's does."""
    pieces = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -2.0), ("a", -2.5), ("b", -2.5), ("▁a", -3.0)]
    letters = [(letter, -9.0) for letter in "</s>"]
    backend = tokenizers.Tokenizer(models.Unigram([*pieces, *letters], unk_id=2))
    backend.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    backend.decoder = decoders.Metaspace(prepend_scheme="always")
    backend.add_special_tokens(["<pad>", "</s>", "<unk>"])
    return write(tmp_path / "t5", backend, eos_token="</s>", pad_token="<pad>", unk_token="<unk>")


def test_a_llama_folder_gives_the_librarys_ids_and_text_without_its_control_tokens(llama: Path) -> None:
    tokenizer = load(llama)
    assert tokenizer.kind == "bpe"
    for text in ["hello world", " hello", "你", "hello\n\nworld  ", ""]:
        ids = tokenizer.encode(text)
        assert ids == tokenizer.backend.encode(text, add_special_tokens=False).ids
        assert tokenizer.decode(ids) == tokenizer.backend.decode(ids) == text
    assert tokenizer.end_of_text_id == tokenizer.padding_id == 2
    assert tokenizer.special_tokens == {"<unk>": 0, "<s>": 1, "</s>": 2}


def test_what_a_foreign_file_puts_before_every_text_is_known(llama: Path) -> None:
    tokenizer = load(llama)
    assert tokenizer.beginning == (1,)
    assert [*tokenizer.beginning, *tokenizer.encode("hello")] == tokenizer.backend.encode("hello").ids
    assert train_tokenizer("bpe", ["hello"], vocab_size=270).beginning == ()


def test_bytes_beside_a_template_and_a_sentence_in_its_frame_do_not_hide_the_beginning() -> None:
    backend = train_tokenizer("bpe", ["hello"], vocab_size=270).backend
    framed = processors.TemplateProcessing(
        single="<|endoftext|> $A <|endoftext|>",
        special_tokens=[("<|endoftext|>", backend.token_to_id("<|endoftext|>"))],
    )
    backend.post_processor = processors.Sequence([processors.ByteLevel(trim_offsets=False), framed])
    assert Tokenizer(backend, kind="bpe").beginning == (backend.token_to_id("<|endoftext|>"),)
    backend.post_processor = processors.TemplateProcessing(single="$A", special_tokens=[])
    assert Tokenizer(backend, kind="bpe").beginning == ()


def test_the_first_piece_of_a_llama_text_has_no_space_and_the_stream_agrees(llama: Path) -> None:
    tokenizer = load(llama)
    pieces = tokenizer.pieces("hello hello你")
    assert [piece.text for piece in pieces] == ["hello", " hello", "⟨e4⟩", "⟨bd⟩", "⟨a0⟩"]
    assert [(piece.start, piece.end) for piece in pieces] == [(0, 5), (5, 11), (11, 12), (11, 12), (11, 12)]
    stream = tokenizer.stream()
    assert [stream.push(piece.id) for piece in pieces] == ["hello", " hello", "", "", "你"]
    going_on = tokenizer.stream(after=tokenizer.encode("hello"))
    assert going_on.push(pieces[1].id) == " hello"


def test_a_control_token_that_the_model_itself_finds_in_a_text_is_spelled_out(t5: Path) -> None:
    tokenizer = load(t5)
    library = tokenizer.backend.encode("a</s>b", add_special_tokens=False).ids
    assert tokenizer.end_of_text_id in library, "the library alone does not keep it apart"
    for text in ("a</s>b", "</s>", "</s></s>a", "a </s> b" * 300):
        assert tokenizer.end_of_text_id not in tokenizer.encode(text)
        assert tokenizer.encode_batch([text]) == [tokenizer.encode(text)]
        assert tokenizer.decode(tokenizer.encode(text)).count("/") == text.count("/")
        assert [piece.id for piece in tokenizer.pieces(text)] == tokenizer.encode(text)


def test_a_control_token_of_one_letter_that_cannot_be_spelled_out_is_an_error() -> None:
    backend = tokenizers.Tokenizer(models.WordLevel({"§": 0, "a": 1, "<unk>": 2}, unk_token="<unk>"))
    backend.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    backend.decoder = decoders.Fuse()
    backend.add_special_tokens(["§"])
    tokenizer = Tokenizer(backend, kind="word", settings={"eos_token": "§"})
    assert tokenizer.encode("aa") == [1, 1]
    with pytest.raises(ValueError, match=r"must not hold the control token '§a' of this tokenizer.*Leave it out"):
        tokenizer.encode("a§a")


def test_a_text_is_never_cut_or_filled_because_the_file_asks_for_it(tmp_path: Path) -> None:
    backend = train_tokenizer("character", ["abc"], vocab_size=None).backend
    backend.enable_truncation(2)
    backend.enable_padding(length=9)
    (tmp_path / "tokenizer.json").write_text(backend.to_str(), encoding="utf-8")
    tokenizer = load(tmp_path)
    for kind in ("character", "word"):  # with the direct path and through the library
        same = Tokenizer(tokenizer.backend, kind=kind)
        assert len(same.encode("abcabc")) == 6
        assert [len(ids) for ids in same.encode_batch(["abcabc", "a"])] == [6, 1]


def test_pieces_drawn_at_random_are_switched_off(tmp_path: Path) -> None:
    values = json.loads(train_tokenizer("bpe", ["hello hello hello"], vocab_size=270).source)
    values["model"]["dropout"] = 0.9
    (tmp_path / "tokenizer.json").write_text(json.dumps(values), encoding="utf-8")
    tokenizer = load(tmp_path)
    assert len({tuple(tokenizer.encode("hello hello")) for _ in range(20)}) == 1


def test_the_end_of_text_is_found_by_name_where_no_file_names_it(tmp_path: Path) -> None:
    backend = tokenizers.Tokenizer(models.WordLevel({"a": 0, "</s>": 1}))
    tokenizer = load(write(tmp_path, backend))
    assert (tokenizer.end_of_text, tokenizer.end_of_text_id) == ("</s>", 1)
    assert tokenizer.special_tokens == {"</s>": 1}, "and is a control token from now on"


def test_a_tokenizer_without_an_end_of_text_is_an_error(tmp_path: Path) -> None:
    backend = tokenizers.Tokenizer(models.WordLevel({"a": 0, "b": 1}))
    with pytest.raises(ValueError, match=r"must name the token that ends a text, got none\. Write \"eos_token\""):
        load(write(tmp_path, backend))
    with pytest.raises(ValueError, match=r"got '</x>', which is not in the vocabulary\. Write \"eos_token\""):
        load(write(tmp_path, backend, eos_token="</x>"))


def test_what_the_library_cannot_encode_is_an_error_in_one_sentence(tmp_path: Path) -> None:
    backend = tokenizers.Tokenizer(models.WordLevel({"a": 0, "</s>": 1}))
    tokenizer = load(write(tmp_path, backend))
    with pytest.raises(
        ValueError, match=r"must be text this tokenizer can say, got: .*Use a tokenizer with an unknown"
    ):
        tokenizer.encode("zzz")


def test_a_token_that_is_added_but_not_special_keeps_its_text(tmp_path: Path) -> None:
    backend = train_tokenizer("bpe", ["a b"], vocab_size=300).backend
    backend.add_tokens([AddedToken("<tool call>", special=False)])
    tokenizer = load(write(tmp_path, backend))
    ids = tokenizer.encode("a<tool call>b")
    assert len(ids) == 3
    assert tokenizer.token_bytes(ids[1]) == b"<tool call>"
    assert tokenizer.decode(ids) == "a<tool call>b"


def test_a_foreign_byte_tokenizer_with_added_tokens_is_not_read_byte_by_byte(tmp_path: Path) -> None:
    backend = train_tokenizer("byte", ["a"], vocab_size=None).backend
    backend.add_tokens([AddedToken("ab", special=False)])
    tokenizer = load(write(tmp_path, backend))
    assert tokenizer.kind == "byte"
    assert tokenizer.encode("xab") == tokenizer.backend.encode("xab").ids == [120, 257]


def test_settings_of_a_foreign_folder_survive_but_no_key_that_names_code(llama: Path, tmp_path: Path) -> None:
    said = {
        "eos_token": {"content": "</s>"},
        "bos_token": None,
        "chat_template": "{{ messages }}",
        "auto_map": ["x.py"],
    }
    (llama / "tokenizer_config.json").write_text(json.dumps({**said, "model_max_length": 10**30}), encoding="utf-8")
    load(llama).save(tmp_path / "out", model_max_length=64)
    written = json.loads((tmp_path / "out/tokenizer_config.json").read_text(encoding="utf-8"))
    assert written == {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "clean_up_tokenization_spaces": False,
        "bos_token": "</s>",
        "eos_token": "</s>",
        "pad_token": "</s>",
        "unk_token": "<unk>",
        "chat_template": "{{ messages }}",
        "model_max_length": 64,
    }
    assert (tmp_path / "out/tokenizer.json").read_bytes() == (llama / "tokenizer.json").read_bytes()


def test_unknown_characters_have_their_place_in_the_text() -> None:
    for kind in ("character", "word"):
        tokenizer = train_tokenizer(kind, ["abc 猫"], vocab_size=None)
        pieces = tokenizer.pieces("abc猫狗!")
        unknown = [piece for piece in pieces if piece.id == tokenizer.unknown_id]
        assert [(piece.text, piece.start, piece.end) for piece in unknown] == [("<unk>", 4, 5), ("<unk>", 5, 6)]
        assert tokenizer.num_unknown("abc猫狗!") == 2
        assert [piece.bytes for piece in unknown] == [b"", b""]


def test_a_large_text_is_sampled_and_the_tokenizer_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "SAMPLE_BYTES", 200_000)
    texts = [f"word{index % 50} and word{index % 7}\n" for index in range(40_000)]
    first, second = (train_tokenizer("word", iter(texts), vocab_size=300, seed=seed) for seed in (1, 1))
    assert first.notes[0] == "Trained on a random sample: 0.2 of 0.7 MB of text."
    assert first.fingerprint == second.fingerprint


def test_a_kind_that_does_not_exist_is_answered_with_the_nearest() -> None:
    with pytest.raises(ValueError, match=r"No 'bqe' in tokenizers/\. Available: bpe, .*Did you mean 'bpe'\?"):
        train_tokenizer("bqe", ["a"], vocab_size=300)


def test_a_models_folder_is_not_a_place_for_a_new_tokenizer(tmp_path: Path) -> None:
    check_is_new(tmp_path)
    check_is_new(tmp_path / "none")
    (tmp_path / "config.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ValueError, match=r"The folder must hold no model, got .*Name another folder"):
        check_is_new(tmp_path)
