"""The folder is the registry: entries, near misses, one-line summaries."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from clearhead.core import catalog


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Make a package with one room of our own and let the catalog look there."""
    folder = tmp_path / "planted" / "shapes"
    folder.mkdir(parents=True)
    (tmp_path / "planted" / "__init__.py").touch()
    (folder / "__init__.py").touch()
    (folder / "base.py").write_text('"""What shapes share."""\n', encoding="utf-8")
    (folder / "_helper.py").write_text('"""Help."""\n', encoding="utf-8")
    (folder / "word_vectors.py").write_text('"""Round.\n\nMore words."""\nSIDES = 0\n', encoding="utf-8")
    (folder / "square.py").write_text('"""Four sides."""\nraise RuntimeError("imported")\n', encoding="utf-8")
    (folder / "kite.py").write_text("SIDES = 4\n", encoding="utf-8")
    (folder / "prism").mkdir()
    (folder / "prism" / "__init__.py").write_text('"""A solid.\n"""\n', encoding="utf-8")
    (folder / "notes.txt").write_text("not a module", encoding="utf-8")
    monkeypatch.setattr(catalog, "PACKAGE", "planted")
    monkeypatch.setattr(catalog, "PACKAGE_PATH", tmp_path / "planted")
    monkeypatch.syspath_prepend(str(tmp_path))
    catalog.entries.cache_clear()
    yield "shapes"
    catalog.entries.cache_clear()
    for name in [name for name in sys.modules if name.split(".")[0] == "planted"]:
        del sys.modules[name]


def test_entries_are_the_modules_and_packages_without_base_and_helpers(room: str) -> None:
    assert catalog.entries(room) == ("kite", "prism", "square", "word_vectors")


def test_a_room_that_is_not_there_has_no_entries() -> None:
    assert catalog.entries("no_such_room") == ()


def test_load_imports_the_entry_asked_for_and_no_other(room: str) -> None:
    assert catalog.load(room, "word_vectors").SIDES == 0
    assert "planted.shapes.square" not in sys.modules


@pytest.mark.parametrize("spelling", ["word_vectors", "word-vectors", " Word-Vectors "])
def test_hyphens_capitals_and_spaces_do_not_matter(room: str, spelling: str) -> None:
    assert catalog.find(room, spelling) == "word_vectors"


def test_a_misspelled_entry_lists_all_and_offers_the_nearest(room: str) -> None:
    with pytest.raises(ValueError) as caught:
        catalog.load(room, "sqaure")
    assert str(caught.value) == (
        "No 'sqaure' in shapes/. Available: kite, prism, square, word_vectors. Did you mean 'square'?"
    )


def test_a_name_like_nothing_is_offered_no_neighbour() -> None:
    with pytest.raises(ValueError) as caught:
        catalog.choose("zzz", ["gpt", "bert"], where="models/")
    assert str(caught.value) == "No 'zzz' in models/. Available: bert, gpt."


def test_an_empty_choice_says_that_there_is_nothing() -> None:
    with pytest.raises(ValueError, match=r"^No 'gpt' in models/\. Available: nothing\.$"):
        catalog.choose("gpt", [], where="models/")


def test_choose_returns_an_exact_name_unchanged() -> None:
    assert catalog.choose("gpt", iter(["bert", "gpt"]), where="models/") == "gpt"


@pytest.mark.parametrize(("name", "expected"), [("gtp", "gpt"), ("gpt", "gpt"), ("weights", None)])
def test_nearest_is_the_closest_spelling_or_none(name: str, expected: str | None) -> None:
    assert catalog.nearest(name, ["bert", "gpt", "vit"]) == expected


def test_summary_is_the_first_line_and_imports_nothing(room: str) -> None:
    assert catalog.summary(room, "square") == "Four sides."
    assert catalog.summary(room, "word_vectors") == "Round."
    assert catalog.summary(room, "prism") == "A solid."
    assert catalog.summary(room, "kite") == ""
    assert not [name for name in sys.modules if name.startswith("planted")]


def test_the_real_rooms_are_listed() -> None:
    assert {"gpt", "gpt2"} <= set(catalog.entries("models"))
