"""Texts known by name: where they are looked for, and that each is read and split as published."""

from pathlib import Path

import pytest

from clearhead.core import catalog
from clearhead.data import _known
from clearhead.data.base import open_text
from clearhead.data.parallel_text import open_pairs


def need(name: str) -> None:
    if _known.locate({**_known.TEXTS, **_known.PAIRS}[name]) is None:
        pytest.skip(f"the known set {name} is not on this machine (set CLEARHEAD_DATA)")


def test_tiny_shakespeare_is_split_at_exactly_nine_tenths_of_its_characters() -> None:
    need("tinyshakespeare")
    source = open_text("tinyshakespeare")
    (train,), (valid,) = source.documents("train"), source.documents("valid")
    assert (len(train), len(valid)) == (1_003_854, 111_540)
    assert train.startswith("First Citizen:\nBefore we proceed") and len(set(train + valid)) == 65


def test_wikitext2_is_one_document_a_part() -> None:
    need("wikitext2")
    source = open_text("wikitext2")
    assert source.splits == ("train", "valid", "test")
    assert [len(list(source.documents(split))) for split in source.splits] == [1, 1, 1]
    assert len(next(iter(source.documents("valid"))).split()) == 213_886


def test_the_wikipedia_sample_has_an_article_a_document() -> None:
    need("enwiki_sample")
    source = open_text("enwiki_sample")
    documents = list(source.documents("valid"))
    assert len(documents) == 49
    assert all(text.startswith("= ") and text.endswith("\n") for text in documents)
    assert sum(1 for _ in source.documents("train")) == 2373


def test_tang_poems_are_split_by_poem() -> None:
    need("tang_poems_zh")
    source = open_text("tang_poems_zh")
    train, valid = list(source.documents("train")), list(source.documents("valid"))
    assert len(train) + len(valid) == 57_603
    assert 0.04 < len(valid) / 57_603 < 0.06
    assert all(poem.startswith("《") for poem in valid)
    assert train[0].startswith("《帝京篇十首 一》太宗皇帝\n秦川雄帝宅，函谷壯皇居。\n")
    assert not set(train) & set(valid)


def test_the_standard_library_is_code_without_its_tests() -> None:
    source = open_text("stdlib")
    first = next(iter(source.documents("train")))
    compile(first, "stdlib", "exec")
    num_valid = sum(1 for _ in source.documents("valid"))
    assert num_valid >= 5 and source.splits == ("train", "valid")
    assert source.report[0].startswith("Standard library of Python 3.")


def test_multi30k_has_the_published_parts_and_both_directions() -> None:
    need("multi30k")
    pairs = open_pairs("Multi30k")
    sizes = {split: pairs.num_pairs(split) for split in pairs.splits}
    # Two of the 29,000 are left out: a German side of two characters.
    assert sizes == {"train": 28_998, "valid": 1014, "test": 1000, "test_2017": 1000, "test_2017_mscoco": 461}
    assert next(pairs.pairs("test")) == (
        "A man in an orange hat starring at something.",
        "Ein Mann mit einem orangefarbenen Hut, der etwas anstarrt.",
    )
    assert open_pairs("multi30k", source="de").languages == ("de", "en")
    with pytest.raises(ValueError, match=r"multi30k has no column 'fr' \(it has 'en', 'de'\)"):
        open_pairs("multi30k", target="fr")


def test_tatoeba_keeps_its_own_parts() -> None:
    need("tatoeba_en_zh")
    pairs = open_pairs("tatoeba-en-zh")
    assert [pairs.num_pairs(split) for split in ("train", "valid", "test")] == [26_227, 1448, 1480]
    assert pairs.languages == ("en", "zh") and next(pairs.pairs("train")) == ("Hi.", "嗨。")


def test_csl_titles_train_on_a_part_of_what_is_here() -> None:
    need("csl_titles_zh")
    pairs = open_pairs("csl_titles_zh")
    assert pairs.languages == ("abstract", "title") and pairs.num_pairs("test") == 1000
    assert pairs.num_pairs("train") + pairs.num_pairs("valid") == 999 and 50 < pairs.num_pairs("valid") < 150


def test_known_pairs_that_are_not_here_say_where_they_were_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_known, "folders", lambda: [tmp_path])
    with pytest.raises(FileNotFoundError, match=r"known set of pairs 'tatoeba_en_zh' must be on this machine, looked"):
        open_pairs("tatoeba_en_zh")


def test_the_folder_of_the_environment_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLEARHEAD_DATA", str(tmp_path))
    (tmp_path / "tinyshakespeare").mkdir()
    (tmp_path / "tinyshakespeare" / "input.txt").write_text("To be.\n" * 100, encoding="utf-8")
    assert _known.locate(_known.TEXTS["tinyshakespeare"]) == tmp_path / "tinyshakespeare"
    (train,) = open_text("tinyshakespeare").documents("train")
    assert len(train) == 630
    assert open_text("TinyShakespeare").name == "tinyshakespeare"


def test_a_set_with_a_missing_file_does_not_count_as_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_known, "folders", lambda: [tmp_path])
    (tmp_path / "wikitext2").mkdir()
    (tmp_path / "wikitext2" / "train.txt.gz").write_bytes(b"")
    assert _known.locate(_known.TEXTS["wikitext2"]) is None


def test_a_known_text_that_is_not_here_says_where_it_was_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    monkeypatch.setenv("CLEARHEAD_DATA", str(tmp_path / "mine"))
    monkeypatch.setenv("CLEARHEAD_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(catalog, "PACKAGE_PATH", tmp_path / "install" / "clearhead")
    with pytest.raises(FileNotFoundError) as caught:
        open_text("wikitext2")
    message = str(caught.value)
    looked = [tmp_path / "mine", tmp_path / "shared" / "data", tmp_path / "cache" / "data"]
    assert all(str(folder / "wikitext2") in message for folder in looked)
    assert "Put train.txt.gz, valid.txt.gz, test.txt.gz into one of these folders, or set CLEARHEAD_DATA" in message


def test_a_known_name_wins_over_a_folder_of_that_name_but_a_path_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "stdlib").mkdir()
    (tmp_path / "stdlib" / "a.txt").write_text("Mine.\n" * 100, encoding="utf-8")
    assert open_text("stdlib").report[0].startswith("Standard library")
    for mine in ("./stdlib", Path("stdlib")):
        assert next(iter(open_text(mine).documents("train"))).startswith("Mine.")


def test_the_listing_names_every_text_and_says_where_it_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_known, "folders", lambda: [tmp_path])
    (tmp_path / "tinyshakespeare").mkdir()
    (tmp_path / "tinyshakespeare" / "input.txt").write_text("x", encoding="utf-8")
    rows = {row["name"]: row for row in _known.listing()}
    assert list(rows) == [*_known.BUILT_IN, *_known.TEXTS, *_known.BUILT_IN_PAIRS, *_known.PAIRS]
    assert rows["stories"]["where"] == "built in"
    assert rows["tinyshakespeare"]["where"] == str(tmp_path / "tinyshakespeare")
    lines = "\n".join(_known.tell(list(rows.values())))
    assert f"not on this machine; put it into {tmp_path / 'wikitext2'}" in lines
    assert "(public domain)" in lines
