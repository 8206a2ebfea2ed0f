"""Labelled texts known by name: what is listed, what is missing, what the published files hold."""

from pathlib import Path

import pytest

from clearhead.data import _known
from clearhead.data._known import locate
from clearhead.data._known_labeled import LABELED, find, known_name, listing
from clearhead.data.labeled_text import open_labeled_texts

COUNTS = {  # as the sets' own description counts them
    "sst2": {"train": 6_920, "valid": 872, "test": 1_821},
    "mr": {"train": 8_506, "valid": 1_105, "test": 1_051},
    "trec": {"train": 5_452, "test": 500},
    "chnsenticorp": {"train": 6_222, "valid": 752, "test": 791},
    "semeval2010_task8": {"train": 8_000, "test": 2_717},
}


def test_the_listing_says_what_is_built_in_and_what_is_not_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_known, "folders", lambda: [tmp_path])
    where = {row["name"]: row["where"] for row in listing()}
    assert where["intents"] == "built in" and where["sst2"] == ""
    with pytest.raises(FileNotFoundError, match=r"'trec' must be on this machine.* Put train\.tsv, test\.tsv"):
        find(LABELED["trec"])


def test_a_name_may_be_spelled_with_a_hyphen_and_have_a_variant() -> None:
    assert known_name("SemEval2010-Task8") == ("semeval2010_task8", "")
    assert known_name("trec:fine") == ("trec", "fine") and known_name("reviews.tsv") is None
    assert known_name(Path("sst2")) is None, "a path is a path"


def test_numbered_labels_have_names_unless_another_column_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_known, "folders", lambda: [tmp_path])
    (tmp_path / "sst2").mkdir()
    for part in ("train", "valid", "test"):
        (tmp_path / "sst2" / f"{part}.tsv").write_text(
            "text\tlabel\tstars\nso good\t1\t5\nso bad\t0\t1\n", encoding="utf-8"
        )
    assert open_labeled_texts("sst2").label_names == ["negative", "positive"]
    assert open_labeled_texts("sst2", target="stars").label_names == ["1", "5"]
    with pytest.raises(ValueError, match=r"No 'fine' in the labels of sst2\. Available: label"):
        open_labeled_texts("sst2:fine")


@pytest.mark.parametrize("name", LABELED)
def test_a_published_set_is_read_whole(name: str) -> None:
    if locate(LABELED[name]) is None:
        pytest.skip(f"{name} is not on this machine")
    texts = open_labeled_texts(name)
    found = {part: len(texts.texts(part)) for part in texts.splits}
    if "valid" not in COUNTS[name]:
        found["train"] += found.pop("valid")
    assert found == COUNTS[name]
    assert texts.has_marks == (name == "semeval2010_task8")
    num_classes = {"trec": 6, "semeval2010_task8": 19}.get(name, 2)
    assert len(texts.label_names) == num_classes


def test_trec_has_fifty_fine_classes() -> None:
    if locate(LABELED["trec"]) is None:
        pytest.skip("trec is not on this machine")
    assert len(open_labeled_texts("trec:fine").label_names) == 50
