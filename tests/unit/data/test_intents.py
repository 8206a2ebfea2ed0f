"""Made-up requests to an assistant: the same everywhere, in parts that share no text, hard enough and not too hard."""

import re
from collections import Counter, defaultdict

import pytest

from clearhead.data._intents import COUNTS, LANGUAGES, VARIANTS, make_intents
from clearhead.data.labeled_text import open_labeled_texts


def test_both_languages_have_the_same_intents() -> None:
    english, chinese = (set(language.requests) for language in LANGUAGES.values())
    assert english == chinese and len(english) >= 12


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_slot_that_is_named_has_values(code: str) -> None:
    language = LANGUAGES[code]
    texts = [text for group in (*language.requests.values(), *language.slots.values()) for text in group]
    named = {slot for text in texts for slot in re.findall(r"\{(\w+)\}", text)}
    assert named == set(language.slots)
    assert all(len(set(values)) == len(values) for values in language.slots.values())


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_parts_have_their_sizes_and_share_no_text(variant: str) -> None:
    made = make_intents(variant)
    texts = [text for rows in made.values() for text, _ in rows]
    assert list(made) == ["train", "valid", "test"] and len(set(texts)) == len(texts)
    assert {part: len(rows) for part, rows in made.items()} == {
        part: count * len(VARIANTS[variant]) for part, count in COUNTS.items()
    }
    assert not any(sign in text for text in texts for sign in "{}()|…")


def test_the_requests_are_the_same_every_time() -> None:
    assert make_intents("both") == make_intents("both")


def test_every_intent_is_in_every_part_often_enough() -> None:
    for rows in make_intents("both").values():
        counts = Counter(intent for _, intent in rows)
        assert set(counts) == set(LANGUAGES["en"].requests) and min(counts.values()) > 0.01 * len(rows)


@pytest.mark.parametrize(("code", "unseen", "seen"), [("en", "Mei", "Anna"), ("zh", "小梅", "小王")])
def test_some_names_are_kept_from_training(code: str, unseen: str, seen: str) -> None:
    made = make_intents(code)
    names = {part: {name for text, _ in rows for name in (unseen, seen) if name in text} for part, rows in made.items()}
    assert names == {"train": {seen}, "valid": {unseen, seen}, "test": {unseen, seen}}


def test_the_same_words_in_another_order_may_be_another_intent() -> None:
    meanings: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for text, intent in (row for rows in make_intents("en").values() for row in rows):
        meanings[tuple(sorted(re.findall(r"\w+", text.lower())))].add(intent)
    assert any(len(found) > 1 for found in meanings.values())


def test_intents_open_as_labelled_texts_and_take_no_other_columns() -> None:
    texts = open_labeled_texts("intents:zh")
    assert texts.splits == ("train", "valid", "test") and texts.places("train")[0] == "intents train row 1"
    assert "light_on" in texts.label_names and texts.fingerprint == open_labeled_texts("intents:zh").fingerprint
    with pytest.raises(ValueError, match=r"No 'fr' in intents\. Available: both, en, zh"):
        open_labeled_texts("intents:fr")
    with pytest.raises(ValueError, match=r"intents must be read by its columns text and intent, got None and 'mood'"):
        open_labeled_texts("intents", target="mood")
