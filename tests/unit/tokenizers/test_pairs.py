"""Two languages as ids: what comes back, what transformers reads, what is refused."""

import copy
import json
import random
import re
import shutil
import threading
from pathlib import Path

import pytest

from clearhead.tokenizers._pairs import PairTokenizer, load_pairs, train_pairs

ENGLISH = [
    "The third of March, 1999, was a cold day.",
    "She reads a book, and he reads the newspaper.",
    "Two thousand and five people were there!",
    "I would like to see the sea once more.",
] * 5
CHINESE = ["一九九九年三月三日很冷。", "她看书，他看报纸。", "那里有两千零五个人！", "我想再看一次大海……"] * 5
GERMAN = ["Größe ist nicht alles, Füße auch nicht.", "Er liest die Zeitung – sie ein Buch."] * 5
KINDS = ("unigram", "bpe", "character")


def trained(kind: str = "unigram", *, is_joint: bool = True, vocab_size: int = 200, **options: object) -> PairTokenizer:
    return train_pairs(ENGLISH, CHINESE, vocab_size=vocab_size, kind=kind, is_joint=is_joint, **options)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def pair() -> PairTokenizer:
    return trained(languages=("en", "zh"))


@pytest.mark.parametrize("is_joint", [True, False])
@pytest.mark.parametrize("kind", KINDS)
def test_text_comes_back_as_it_was(kind: str, is_joint: bool) -> None:
    tokenizer = trained(kind, is_joint=is_joint)
    assert (tokenizer.kind, tokenizer.is_joint) == (kind, is_joint)
    sources, targets = [*ENGLISH[:4], " The  sea. ", ""], [*CHINESE[:4], "三月，三日。"]
    assert [tokenizer.decode_source(ids) for ids in tokenizer.encode_source(sources)] == sources
    assert [tokenizer.decode_target(ids) for ids in tokenizer.encode_target(targets)] == targets


def test_a_sequence_ends_with_its_end_and_begins_with_nothing(pair: PairTokenizer) -> None:
    ids = pair.encode_source(["", "The sea", "book"])
    assert ids[0] == [pair.end_id]
    assert all(each.count(pair.end_id) == 1 and each[-1] == pair.end_id for each in ids)
    assert pair.source_pieces(ids[1])[0].startswith("▁") and pair.source_pieces(ids[1])[-1] == "</s>"
    assert "".join(pair.target_pieces(pair.encode_target(["三月"])[0])) == "▁三月</s>"


def test_padding_is_the_last_id_of_a_joint_vocabulary_and_the_same_in_two() -> None:
    joint, two = trained(), trained(is_joint=False)
    assert (joint.end_id, joint.unknown_id) == (0, 1) and joint.source_vocab_size == joint.target_vocab_size
    assert joint.padding_id == joint.start_id == joint.source_vocab_size - 1
    assert (two.end_id, two.unknown_id, two.padding_id) == (0, 1, 2)
    assert two.source_pieces([2]) == two.target_pieces([2]) == ["<pad>"]


def test_names_of_control_tokens_in_a_text_stay_text() -> None:
    tokenizer = train_pairs(["a b < / s > u n k p d"] * 4, ["<pad> </s>"] * 4, vocab_size=60)
    (ids,) = tokenizer.encode_source(["a </s> <unk> <pad>"])
    assert not {tokenizer.end_id, tokenizer.unknown_id, tokenizer.padding_id} & set(ids[:-1])
    assert tokenizer.decode_source(ids) == "a </s> <unk> <pad>"


def test_what_the_vocabulary_cannot_say_is_unknown_and_counted(pair: PairTokenizer) -> None:
    (ids,) = pair.encode_target(["三龘龘月"])
    assert pair.decode_target(ids) == "三⁇月", "a run of unknown characters is one token"
    assert pair.num_unknown("三龘龘月", "target") == 2 and pair.num_unknown("三月", "target") == 0
    with pytest.raises(ValueError, match="No 'left' in the sides of a pair"):
        pair.num_unknown("x", "left")


@pytest.mark.parametrize("is_joint", [True, False])
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_saved_comes_back(tmp_path: Path, kind: str, is_joint: bool) -> None:
    tokenizer = trained(kind, is_joint=is_joint, languages=("en", "zh"))
    tokenizer.save(tmp_path, model_max_length=128)
    again = load_pairs(tmp_path)
    assert again.fingerprint == tokenizer.fingerprint
    facts = ("kind", "is_joint", "languages", "padding_id", "source_vocab_size", "target_vocab_size")
    assert [getattr(again, fact) for fact in facts] == [getattr(tokenizer, fact) for fact in facts]
    assert again.encode_target(CHINESE) == tokenizer.encode_target(CHINESE)
    assert copy.deepcopy(tokenizer).encode_source(ENGLISH) == tokenizer.encode_source(ENGLISH)


def test_a_folder_whose_pieces_are_numbered_anew_is_read(tmp_path: Path, pair: PairTokenizer) -> None:
    pair.save(tmp_path)
    pieces = sorted(pair.vocabs[0], key=lambda piece: (piece == "<pad>", piece not in ("</s>", "<unk>"), piece))
    vocab = {piece: index for index, piece in enumerate(pieces)}
    (tmp_path / "vocab.json").write_text(json.dumps(vocab), encoding="utf-8")
    foreign = load_pairs(tmp_path)
    ids, before = foreign.encode_target(CHINESE), pair.encode_target(CHINESE)
    assert ids != before and foreign.fingerprint != pair.fingerprint
    assert list(map(foreign.target_pieces, ids)) == list(map(pair.target_pieces, before))
    assert [foreign.decode_target(each) for each in ids] == CHINESE


@pytest.mark.parametrize("kind", ["unigram", "bpe"])
def test_sampling_gives_other_cuts_of_the_same_text_and_follows_its_seed(kind: str) -> None:
    tokenizer = trained(kind)

    def drawn(seed: int) -> list[list[int]]:
        chance = random.Random(seed)
        return [tokenizer.encode_source(ENGLISH[:2], sample=chance, alpha=0.3)[1] for _ in range(8)]

    cuts = drawn(1)
    assert len(set(map(tuple, cuts))) > 3
    assert {tokenizer.decode_source(ids) for ids in cuts} == {ENGLISH[1]}
    assert drawn(1) == cuts != drawn(2)
    found: list[list[list[int]]] = []
    thread = threading.Thread(target=lambda: found.append(drawn(1)))
    thread.start()
    thread.join()
    assert found == [cuts], "a thread draws the same"
    assert tokenizer.encode_source(ENGLISH[:1]) == tokenizer.encode_source(ENGLISH[:1])


def test_characters_have_one_way_to_be_cut() -> None:
    tokenizer = trained("character", vocab_size=400)
    assert all(len(piece) == 1 for piece in tokenizer.vocabs[0] if not piece.startswith("<"))
    sampled = tokenizer.encode_source(["the sea"], sample=random.Random(0))
    assert sampled == tokenizer.encode_source(["the sea"]) and len(sampled[0]) == 9
    assert train_pairs(ENGLISH, CHINESE, vocab_size=None, kind="character").fingerprint == tokenizer.fingerprint


def test_the_same_texts_and_settings_give_the_same_tokenizer() -> None:
    assert trained().fingerprint == trained().fingerprint != trained("bpe").fingerprint


def test_small_letters_are_part_of_the_model(tmp_path: Path) -> None:
    tokenizer = train_pairs(ENGLISH, GERMAN, vocab_size=150, lower_case=True)
    tokenizer.save(tmp_path)
    again = load_pairs(tmp_path)
    assert again.decode_target(again.encode_target(["FÜSSE, Größe"])[0]) == "füsse, größe"
    assert not any(piece != piece.lower() for piece in tokenizer.vocabs[0])
    assert tokenizer.fingerprint == train_pairs(ENGLISH, GERMAN, vocab_size=150, lower_case=True).fingerprint


def test_a_vocabulary_larger_than_the_text_supports_is_smaller_and_says_so() -> None:
    tokenizer = train_pairs(["one two"], ["一 二"], vocab_size=8000)
    assert tokenizer.source_vocab_size < 30
    assert re.fullmatch(r"Pieces of both sides: the text supports \d+ only, 7,999 were asked for\.", tokenizer.notes[0])
    assert tokenizer.decode_source(tokenizer.encode_source(["two one"])[0]) == "two one"


def test_rare_characters_are_left_out_of_a_small_vocabulary_and_counted() -> None:
    common = ["".join(map(chr, range(0x4E00, 0x4E00 + 280)))] * 40
    tokenizer = train_pairs(["a"], [*common, "龘"], vocab_size=400)
    assert tokenizer.num_unknown("龘", "target") == 1
    assert tokenizer.notes[-1].startswith("Pieces of both sides: 2 of 282 characters are rare and become <unk>")


def test_a_large_text_is_sampled_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clearhead.tokenizers._pairs_training.SAMPLE_BYTES", 2000)
    texts = [f"number {number} of many" for number in range(1000)]
    tokenizer = train_pairs(texts, texts, vocab_size=60)
    assert tokenizer.notes[0].startswith("Pieces of both sides: trained on a random sample, 0.0 of 0.0 MB")
    assert tokenizer.fingerprint == train_pairs(texts, texts, vocab_size=60).fingerprint


def test_a_size_below_the_characters_is_answered_with_the_smallest_that_works() -> None:
    for is_joint in (True, False):
        with pytest.raises(
            ValueError, match=r"vocab_size must be at least (\d+) to say each .* got 10\. Use"
        ) as caught:
            trained(is_joint=is_joint, vocab_size=10)
        smallest = int(str(caught.value).split("at least ")[1].split()[0])
        texts = (ENGLISH, CHINESE) if is_joint else (ENGLISH, ENGLISH)
        tokenizer = train_pairs(*texts, vocab_size=smallest, is_joint=is_joint)
        assert tokenizer.source_vocab_size == smallest


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"kind": "unigramm"}, "No 'unigramm' in the kinds of pair tokenizers"),
        ({"vocab_size": 0}, r"train_pairs\.vocab_size must be a whole number from 1 to"),
        ({"vocab_size": None}, r"train_pairs\.vocab_size must be a number of tokens, got None"),
    ],
)
def test_a_wrong_setting_is_refused(options: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        trained(**options)  # type: ignore[arg-type]


def test_no_text_and_one_text_are_refused(pair: PairTokenizer) -> None:
    with pytest.raises(ValueError, match="must hold text, got none"):
        train_pairs([], [""], vocab_size=100)
    with pytest.raises(TypeError, match=r"encode_source\.texts must be a list of texts, got a str"):
        pair.encode_source("The sea")
    with pytest.raises(ValueError, match="half a surrogate pair"):
        pair.encode_target(["\ud800"])
    assert pair.encode_source([]) == []
    with pytest.raises(ValueError, match=r"decode\.ids must be ids from 0 to \d\d, got 200"):
        pair.decode_target([200])


def test_a_broken_folder_is_refused_with_the_file_that_is_wrong(tmp_path: Path, pair: PairTokenizer) -> None:
    good = tmp_path / "good"
    pair.save(good)
    wrong = [
        ("target.spm", b"", r"target\.spm must be a SentencePiece model, got 0 bytes"),
        ("source.spm", b"\x0a\xff\xff", r"source\.spm must be a SentencePiece model, got 3 bytes"),
        ("vocab.json", b"[]", r"vocab\.json must be a JSON object, got list"),
        ("vocab.json", b'{"a": 0, "b": 2}', r"vocab\.json must number its pieces 0, 1, 2"),
        ("vocab.json", b'{"</s>": 0, "<unk>": 1}', r"must hold </s>, <unk>, <pad>, got none of <pad>"),
        ("vocab.json", b"\xff", r"vocab\.json must be UTF-8, got byte 0 broken"),
        ("tokenizer_config.json", b'{"eos_token": 3}', r"eos_token must be the name of a token, got 3"),
        ("tokenizer_config.json", b'{"separate_vocabs": true}', r"target_vocab\.json must be there"),
    ]
    for number, (name, content, message) in enumerate(wrong):
        folder = tmp_path / str(number)
        shutil.copytree(good, folder)
        (folder / name).write_bytes(content)
        with pytest.raises((ValueError, FileNotFoundError), match=message):
            load_pairs(folder)
    (good / "source.spm").unlink()
    with pytest.raises(FileNotFoundError, match=r"source\.spm is not there\. Name the folder of a translation"):
        load_pairs(good)
