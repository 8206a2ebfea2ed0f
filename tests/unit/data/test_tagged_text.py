"""Tagged sentences from files: columns, parts, and what is wrong with a file."""

import gzip
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from clearhead.data import _known, _known_tagged
from clearhead.data._tagged import TaggedTexts
from clearhead.data.tagged_text import open_tagged_texts

NAMES = [f"Name{n}" for n in range(60)]
PLAIN = "".join(f"{name} B-PER\nsleeps O\n\n" for name in NAMES)


def write(folder: Path, text: str = PLAIN, name: str = "a.conll") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8", newline="")
    return path


def rows(texts: TaggedTexts, split: str) -> list[tuple[list[str], list[str]]]:
    return list(zip(texts.sentences(split), texts.tag_rows(split), strict=True))


def write_parts(folder: Path, **parts: str) -> Path:
    for part, text in parts.items():
        write(folder, text, f"{part}.conll")
    return folder


def test_words_and_tags_are_read_a_sentence_between_blank_lines(tmp_path: Path) -> None:
    text = "\n\nAnna\tB-PER\nSmith\tI-PER\n# \tO\n#\tO\n \t\n\n\nis\tO\nhere\tO"
    texts = open_tagged_texts(write_parts(tmp_path, train=text, valid="Bo\tB-PER\n"))
    assert rows(texts, "train") == [
        (["Anna", "Smith", "#", "#"], ["B-PER", "I-PER", "O", "O"]),
        (["is", "here"], ["O", "O"]),
    ]
    assert texts.scheme == "BIO" and texts.tag_names == ["O", "B-PER", "I-PER"]
    assert [ids.tolist() for ids in texts.tags("train")] == [[1, 2, 0, 0], [0, 0]]
    assert texts.tags("valid")[0].dtype == np.int64
    assert texts.places("train") == ["train.conll line 3", "train.conll line 10"]
    assert texts.preprocessing() == {"kind": "tags", "scheme": "BIO", "tag_names": ["O", "B-PER", "I-PER"]}


def test_a_file_alone_gives_a_tenth_of_its_sentences_to_validation(tmp_path: Path) -> None:
    texts = open_tagged_texts(write(tmp_path, PLAIN * 2))
    train, valid = (set(map(tuple, texts.sentences(split))) for split in ("train", "valid"))
    assert texts.splits == ("train", "valid") and not train & valid and len(train | valid) == len(NAMES)
    assert len(NAMES) / 20 <= len(valid) <= len(NAMES) / 5
    assert any(line.startswith("Split by a fixed hash of the words") for line in texts.report)


def test_few_sentences_serve_for_both_parts_and_the_report_says_so(tmp_path: Path) -> None:
    texts = open_tagged_texts(write(tmp_path, "Anna B-PER\nsleeps O\n"))
    assert rows(texts, "train") == rows(texts, "valid")
    assert any("Too few different examples" in line for line in texts.report)


def test_a_test_part_without_a_valid_part_splits_training(tmp_path: Path) -> None:
    texts = open_tagged_texts(write_parts(tmp_path, train=PLAIN, test="Bo B-PER\n"))
    assert texts.splits == ("train", "valid", "test") and rows(texts, "test") == [(["Bo"], ["B-PER"])]


def test_validation_sentences_can_be_named(tmp_path: Path) -> None:
    other = write(tmp_path, "Bo B-PER\nsleeps O\n\nHe O\n", "other.bio")
    texts = open_tagged_texts(write(tmp_path), valid=other)
    assert texts.sentences("valid") == [["Bo", "sleeps"], ["He"]] and len(texts.sentences("train")) == len(NAMES)
    assert "Validation sentences: other.bio." in texts.report


@pytest.mark.parametrize("name", ["a.txt", "a.tsv", "a.bio", "a.conll", "a.words"])
def test_a_file_is_read_whatever_its_name_ends_with(tmp_path: Path, name: str) -> None:
    assert open_tagged_texts(write(tmp_path, name=name)).tag_names == ["O", "B-PER"]


def test_a_packed_file_with_a_mark_and_windows_line_ends_is_the_same_text(tmp_path: Path) -> None:
    path = tmp_path / "a.conll.gz"
    path.write_bytes(gzip.compress(b"\xef\xbb\xbf" + PLAIN.replace("\n", "\r\n").encode()))
    texts = open_tagged_texts(path)
    assert texts.fingerprint == open_tagged_texts(write(tmp_path)).fingerprint
    assert "Removed a byte order mark." in texts.report and any(r"line ends \r\n" in line for line in texts.report)


def test_a_folder_leaves_out_what_holds_no_columns(tmp_path: Path) -> None:
    write(tmp_path, "About.", "README.md")
    texts = open_tagged_texts(write_parts(tmp_path, train=PLAIN, dev="Bo B-PER\n"))
    assert texts.splits == ("train", "valid") and "Left out README.md: not sentences of the set." in texts.report


COLUMNS = "Anna NNP x B-PER\nsleeps VBZ y O\n\n"


@pytest.mark.parametrize(
    ("token", "tag", "expected"),
    [
        (None, None, ["B-PER", "O"]),
        (None, "2", ["NNP", "VBZ"]),
        (None, "-3", ["NNP", "VBZ"]),
        ("-4", "3", ["x", "y"]),
        ("2", "1", ["Anna", "sleeps"]),
    ],
)
def test_columns_are_named_by_number(tmp_path: Path, token: str | None, tag: str | None, expected: list[str]) -> None:
    texts = open_tagged_texts(write(tmp_path, COLUMNS), token_column=token, tag_column=tag)
    assert texts.tag_rows("train")[0] == expected


@pytest.mark.parametrize("column", ["0", "5", "-5", "tag", "1.5", ""])
def test_a_column_that_is_not_there_is_refused(tmp_path: Path, column: str) -> None:
    with pytest.raises(ValueError, match=rf"a\.conll line 1 has 4 columns, no column '{column}'\. Count them from 1"):
        open_tagged_texts(write(tmp_path, COLUMNS), tag_column=column)


def test_words_and_tags_in_one_column_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="words and tags in different columns, got column 1 for both"):
        open_tagged_texts(write(tmp_path, COLUMNS), tag_column="-4")


def test_a_line_with_the_names_of_the_columns_is_no_sentence(tmp_path: Path) -> None:
    path = write(tmp_path, "token\tpos\tner\n" + PLAIN.replace(" ", "\tX\t"), "a.tsv")
    texts = open_tagged_texts(path)
    assert texts.tag_names == ["O", "B-PER"] and "Left out 1 line with the names of the columns." in texts.report
    assert "Read column 1 (token) as the word and column 3 (ner) as its tag." in texts.report
    with pytest.raises(ValueError, match=r"called token, pos, ner, no column 'nre'\. Did you mean 'ner'"):
        open_tagged_texts(path, tag_column="nre")


CONLLU = """# newdoc
# text = Don't go, Al.
1-2\tDon't\t_\t_\t_\t_\t_\t_\t_\t_
1\tDo\tdo\tAUX\tVBP\t_\t3\taux\t_\t_
2\tn't\tnot\tPART\tRB\t_\t3\tadvmod\t_\t_
3\tgo\tgo\tVERB\tVB\t_\t0\troot\t_\t_
3.1\tgone\tgo\tVERB\tVBN\t_\t_\t_\t_\t_

# text = #
1\t#\t#\tSYM\tNFP\t_\t0\troot\t_\t_
"""


@pytest.mark.parametrize("name", ["a.conllu", "a.conll"])
def test_conllu_gives_forms_and_parts_of_speech(tmp_path: Path, name: str) -> None:
    texts = open_tagged_texts(write(tmp_path, CONLLU, name))
    assert rows(texts, "train") == [(["Do", "n't", "go"], ["AUX", "PART", "VERB"]), (["#"], ["SYM"])]
    assert texts.scheme == "none" and texts.places("train") == [f"{name} line 4", f"{name} line 10"]
    assert "Left out 2 lines of multiword tokens (1-2) and empty nodes (1.1)." in texts.report


def test_columns_of_conllu_have_names(tmp_path: Path) -> None:
    path = write(tmp_path, CONLLU, "a.conllu")
    texts = open_tagged_texts(path, token_column="lemma", tag_column="XPOS")
    assert rows(texts, "train")[0] == (["do", "not", "go"], ["VBP", "RB", "VB"])
    with pytest.raises(ValueError, match=r"line 3 has 10 columns, called ID, FORM, .*Did you mean 'xpos'"):
        open_tagged_texts(path, tag_column="POS")


def test_lines_that_open_a_document_are_no_words(tmp_path: Path) -> None:
    texts = open_tagged_texts(write(tmp_path, f"-DOCSTART- O\n\n{PLAIN}"))
    assert ["-DOCSTART-"] not in [*texts.sentences("train"), *texts.sentences("valid")]
    assert "Left out 1 lines -DOCSTART-, which open a document." in texts.report


def test_chinese_characters_are_words(tmp_path: Path) -> None:
    text = "王 B-NAME\n伟 E-NAME\n， O\n\n男 O\n\n李 S-NAME\n"
    texts = open_tagged_texts(write_parts(tmp_path, train=text, valid="王\tB-NAME\n伟\tE-NAME\n"))
    assert texts.sentences("train") == [["王", "伟", "，"], ["男"], ["李"]]
    assert texts.scheme == "BIOES" and texts.tag_names == ["O", "B-NAME", "E-NAME", "S-NAME"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Anna B-PER\nsleeps\n", r"a\.conll line 2 must have 2 columns as a\.conll line 1 has, got 1: 'sleeps'"),
        ("Anna\tB-PER\nsleeps\t\n", r"a\.conll line 2 must have 2 columns as a\.conll line 1 has, got 1: 'sleeps'"),
        ("Anna B-PER\nfast asleep O\n", r"a\.conll line 2 must have 2 columns .* got 3: 'fast asleep O'"),
        ("Anna\nsleeps\n", r"a\.conll line 1 must have two columns or more, a word and its tag, got 'Anna'"),
        ("Anna\tB-PER\n\tO\n", r"a\.conll line 2 must have a word in column 1, got ' O'"),
        ("Anna\t\tB\nx\t\tO\n", r"a\.conll line 1 must have a tag in column 2, got 'Anna  B'"),
        ("", r"a\.conll must hold a word and its tag on each line, got no such line"),
        ("\n \n\n", r"a\.conll must hold a word and its tag on each line, got no such line"),
        ("Anna O\n\nBo O\n", r"a\.conll must have two tags or more in its training part, got only 'O'"),
    ],
)
def test_a_file_that_holds_no_words_with_tags_says_where(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        open_tagged_texts(write(tmp_path, text), tag_column="2" if "\t\t" in text else None)


def test_broken_utf8_says_where(tmp_path: Path) -> None:
    path = tmp_path / "a.conll"
    path.write_bytes(b"Anna O\n" + "é O\n".encode("latin-1"))
    with pytest.raises(ValueError, match=r"must be UTF-8 text, got byte 0xe9 at byte offset 7 \(line 2\)"):
        open_tagged_texts(path)


def test_tags_never_seen_in_training_are_counted_and_named(tmp_path: Path) -> None:
    texts = open_tagged_texts(write_parts(tmp_path, train=PLAIN, valid="Oslo B-LOC\nis O\n\nRome B-LOC\n"))
    assert [ids.tolist() for ids in texts.tags("valid")] == [[-1, 0], [-1]]
    assert texts.tag_rows("valid") == [["B-LOC", "O"], ["B-LOC"]]
    assert texts.report[-1] == (
        "2 words of valid have a tag never seen in training, so never predicted: B-LOC 2 (first at valid.conll line 1)."
    )


def test_the_fingerprint_tells_words_tags_and_parts_apart(tmp_path: Path) -> None:
    def of(*texts: str, scheme: str | None = None) -> str:
        path = write_parts(tmp_path, **dict(zip(("train", "valid"), texts, strict=True)))
        return open_tagged_texts(path, scheme=scheme).fingerprint

    found: Sequence[str] = [
        of("a B\n\nb O\n", "c O\n"),
        of("a B\nb O\n", "c O\n"),
        of("a B\n\nb B\nb O\n", "c O\n"),
        of("a B\n\nb O\n", "d O\n"),
        of("a B\n\nb O\n", "c O\n", scheme="none"),
    ]
    assert len(set(found)) == len(found) and of("a\tB\n\n\nb O", "c O\n") == found[0]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("wnut", r"Did you mean the known set 'wnut17'"),
        ("nothing-like-it.x", r"Known tagged texts: python_tokens, wnut17, resume_ner, ud_english_ewt"),
        ("https://x.org/a.conll", "is an address, not a file here"),
    ],
)
def test_what_is_not_there_is_refused_with_the_nearest(name: str, message: str) -> None:
    with pytest.raises(FileNotFoundError, match=message):
        open_tagged_texts(name)


def test_other_files_are_refused(tmp_path: Path) -> None:
    for name in ("a.jsonl", "b.csv"):
        with pytest.raises(ValueError, match=r"must hold files of columns \(\.conll, .*\), got "):
            open_tagged_texts(write(tmp_path, "{}", name))


def test_no_name_and_no_scheme_are_refused() -> None:
    with pytest.raises(ValueError, match=r"open_tagged_texts\.spec must name tagged text, got ' '"):
        open_tagged_texts(" ")
    with pytest.raises(ValueError, match=r"No 'IOB2' in the tagging schemes\. Available: BIO, BIOES, BMES, none"):
        open_tagged_texts("wnut17", scheme="IOB2")


def test_what_is_built_in_is_taken_as_it_is(tmp_path: Path) -> None:
    for options in ({"tag_column": "2"}, {"scheme": "BIO"}, {"valid": "x"}):
        with pytest.raises(ValueError, match=r"python_tokens must be taken as it is made, .* Leave it out"):
            open_tagged_texts("python_tokens", **options)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"open_tagged_texts\.valid must be files or a known set, got 'python_tokens'"):
        open_tagged_texts(write(tmp_path), valid="python_tokens")


@pytest.mark.parametrize("name", list(_known_tagged.TAGGED))
def test_a_known_set_has_its_published_parts(name: str, data_folder: Path) -> None:
    sizes = {
        "wnut17": (3394, 1009, 1287, "BIO", 13),
        "resume_ner": (3821, 463, 477, "BMES", 28),
        "ud_english_ewt": (12544, 2001, 2077, "none", 17),
    }
    texts = open_tagged_texts(name)
    found = [len(texts.sentences(split)) for split in ("train", "valid", "test")]
    assert (*found, texts.scheme, len(texts.tag_names)) == sizes[name]


def test_another_column_of_a_known_set_is_named_behind_it(data_folder: Path) -> None:
    assert "NNP" in open_tagged_texts("ud_english_ewt:xpos").tag_names
    assert "NNP" in open_tagged_texts("ud_english_ewt", tag_column="3").tag_names
    with pytest.raises(ValueError, match=r"No 'xpso' in the columns of ud_english_ewt\. .*Did you mean 'xpos'"):
        open_tagged_texts("ud_english_ewt:XPSO")


def test_rows_of_a_known_set_that_break_its_scheme_are_mended_and_told(data_folder: Path) -> None:
    texts = open_tagged_texts("resume_ner")
    assert any(line.startswith("Mended 4 tags in 4 sentences that break BMES: train.conll") for line in texts.report)


def test_a_known_set_that_is_not_here_says_where_it_was_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_known, "folders", lambda: [tmp_path])
    with pytest.raises(
        FileNotFoundError, match=r"known set of tagged sentences 'wnut17' must be on this machine, looked"
    ):
        open_tagged_texts("wnut17")
    assert [row["where"] for row in _known_tagged.listing()] == ["built in", "", "", ""]
