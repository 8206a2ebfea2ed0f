"""The stories: reproducible, separate for training and validation, rich, grammatical, and of the size promised."""

import re
from collections import Counter
from collections.abc import Callable
from hashlib import sha256
from itertools import islice

import pytest

from clearhead.data import stories
from clearhead.data._stories_world import tell
from clearhead.data.base import open_text

LANGUAGES = ("en", "zh")
DIGEST = "version 1: 20f167814dea841b15d7706e0932623f47757ef100737561b038b8216b82b83e"


def tell_many(language: str, count: int, *, seed: int = 0, split: str = "train") -> list[stories.Story]:
    return [stories.story(seed, index, language, split=split) for index in range(count)]


def test_a_story_depends_only_on_seed_split_language_and_index() -> None:
    later = stories.story(5, 40, "en")
    for index in (7, 40, 3):
        stories.story(5, index, "zh")
    assert stories.story(5, 40, "en") == later
    others = [stories.story(6, 40, "en"), stories.story(5, 41, "en"), stories.story(5, 40, "en", split="valid")]
    assert later.text not in [other.text for other in others]


def test_the_stories_are_those_of_this_version_on_every_platform() -> None:
    """A story was changed when this fails: raise stories.VERSION, then put the new digest here."""
    parts = [(language, split) for language in LANGUAGES for split in ("train", "valid")]
    texts = [story.text for language, split in parts for story in tell_many(language, 300, split=split)]
    digest = sha256("\n\n".join(texts).encode()).hexdigest()
    assert f"version {stories.VERSION}: {digest}" == DIGEST


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_story_for_validation_is_one_for_training_whatever_the_seeds(language: str) -> None:
    train = {story.text for seed in (0, 1) for story in tell_many(language, 600, seed=seed)}
    valid = {story.text for seed in (0, 1) for story in tell_many(language, 200, seed=seed, split="valid")}
    assert not train & valid
    # Not by luck: the text itself decides in which part it may appear, whatever key it was told for.
    again = {tell(stories.LANGUAGES[language], f"any key {index}", is_valid=True).text for index in range(200)}
    assert not train & again


def test_documents_are_the_numbered_stories_in_order() -> None:
    source = stories.open("zh", num_stories=30, seed=4)
    expected = [stories.story(4, index, "zh").text for index in range(30)]
    assert list(source.documents("train")) == expected == list(source.documents("train"))


def test_half_of_the_bytes_are_of_each_language() -> None:
    sizes = Counter[bool]()
    for text in stories.open("both", num_stories=1000).documents("train"):
        sizes[re.search("[\u4e00-\u9fff]", text) is not None] += len(text.encode())
    assert sizes[True] / sizes.total() == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize("variant", ["en", "zh", "both"])
def test_the_standard_size_is_about_ten_megabytes_and_two_percent_more(variant: str) -> None:
    source = stories.open(variant)
    assert isinstance(source, stories.Stories)
    sample = list(islice(source.documents("train"), 1000))
    mean_size = sum(len(text.encode()) for text in sample) / len(sample)
    assert 8e6 < mean_size * source.num_stories < 12e6
    num_valid = sum(1 for _ in source.documents("valid"))
    assert num_valid / source.num_stories == pytest.approx(0.02, rel=0.01)


def test_the_fingerprint_changes_with_every_option_and_with_the_version(monkeypatch: pytest.MonkeyPatch) -> None:
    sources = [
        stories.open(),
        stories.open("en"),
        stories.open(num_stories=100),
        stories.open(num_stories=100, seed=1),
    ]
    fingerprints = [source.fingerprint for source in sources]
    assert len(set(fingerprints)) == len(fingerprints)
    assert stories.open("en").fingerprint == fingerprints[1]
    monkeypatch.setattr(stories, "VERSION", stories.VERSION + 1)
    assert stories.open("en").fingerprint != fingerprints[1]


def test_the_report_counts_the_stories_and_names_their_languages() -> None:
    assert stories.open("both", num_stories=500).report == [
        "Made-up stories in English and Chinese: 500 for training, 10 for validation, none of them in both."
    ]


def test_open_text_finds_the_stories() -> None:
    assert open_text("stories:zh").fingerprint == stories.open("zh").fingerprint
    assert open_text("stories").name == "stories:both"


def test_an_unknown_variant_is_answered_with_the_nearest() -> None:
    message = "^No 'bot' in stories. Available: both, en, zh. Did you mean 'both'[?]$"
    with pytest.raises(ValueError, match=message):
        stories.open("bot")


def test_fewer_than_one_story_is_refused() -> None:
    message = r"^stories.num_stories must be at least 1, got 0. Leave it out for 20000 stories.$"
    with pytest.raises(ValueError, match=message):
        stories.open(num_stories=0)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: next(stories.open("en").documents("test")),
            "No 'test' in the parts of stories:en. Available: train, valid.",
        ),
        (
            lambda: stories.story(0, 0, "en", split="trian"),
            "No 'trian' in the parts of stories. Available: train, valid. Did you mean 'train'?",
        ),
        (lambda: stories.story(0, 0, "fr"), "No 'fr' in the languages of stories. Available: en, zh."),
        (lambda: stories.prompts("fr", 1), "No 'fr' in the languages of stories. Available: en, zh."),
        (lambda: stories.consistency("Il", " va.", "fr"), "No 'fr' in the languages of stories. Available: en, zh."),
    ],
)
def test_an_unknown_part_or_language_is_refused_with_what_there_is(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        call()


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_dozens_of_plots_and_each_is_told_in_many_ways(language: str) -> None:
    told: dict[str, list[str]] = {}
    for story in tell_many(language, 2500):
        told.setdefault(story.plot, []).append(story.text)
    assert len(told) >= 50
    for plot, texts in told.items():
        assert len(set(texts)) == len(texts), plot
        # Names put aside, hardly two are alike: the sentences differ, not only who is in them.
        lengths = {(len(re.findall(r"[.!?。！？]", text)), len(text) // 8) for text in texts}
        assert len(lengths) > len(texts) / 4, plot


def test_english_has_thousands_of_words_and_chinese_well_over_a_thousand_characters() -> None:
    words = Counter(word for story in tell_many("en", 8_000) for word in re.findall(r"[a-z'-]+", story.text.lower()))
    assert sum(count >= 3 for count in words.values()) >= 2_300
    characters = Counter(character for story in tell_many("zh", 4_000) for character in story.text)
    assert sum("\u4e00" <= character <= "\u9fff" and count >= 3 for character, count in characters.items()) >= 1_400


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_story_has_four_to_twenty_sentences(language: str) -> None:
    lengths = [
        len(stories.TONGUES[language].sentence_end.findall(story.text.split("\n")[0]))
        for story in tell_many(language, 800)
    ]
    assert min(lengths) >= 4 and max(lengths) <= 20
    assert 7 < sum(lengths) / len(lengths) < 12


def test_english_is_written_as_english_is() -> None:
    for story in tell_many("en", 3000):
        mistakes = re.findall(
            r"[\[\]{}|]|  | [,.;!?]|[.!?]{2}|\b(?:a|an) (?:a|an|the|his|her)\b|[.!?] [a-z]|\ba [aeio]\w+"
            r"|\ban (?!hour)[^aeiou\W]\w*|\bone (?:apples|coins)\b|'s's",
            story.text,
        )
        assert not mistakes, (mistakes, story.text)
        assert story.text.count('"') % 2 == 0, story.text
        assert story.text[0].isupper() or story.text[0] == '"', story.text


def test_chinese_is_written_as_chinese_is() -> None:
    for story in tell_many("zh", 3000):
        mistakes = re.findall(
            r"[\[\]{}|A-Za-z0-9 ,.!?:\"]|[，：；][，。：；！？]|。。|把把|的的|了了|在在|一一", story.text
        )
        assert not mistakes, (mistakes, story.text)
        assert story.text.count("“") == story.text.count("”"), story.text


def test_chinese_things_have_their_measure_words() -> None:
    from clearhead.data._stories_reader_zh import MEASURES, THING

    found = 0
    for story in tell_many("zh", 1500):
        for measure, noun in re.findall(rf"[一那这]([^，。！？\s])({THING})", story.text):
            if any(measure in measures for measures in MEASURES.values()):
                assert measure in MEASURES[noun], (measure, noun, story.text)
                found += 1
    assert found > 300


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_facts_of_a_story_are_told_in_it(language: str) -> None:
    told = asked = 0
    for story in tell_many(language, 600):
        assert {"hero"} <= set(story.facts)
        if "question" in story.facts:
            asked += 1
            assert story.text.endswith(
                story.facts["question"] + (" " if language == "en" else "") + story.facts["answer"]
            )
        hero = re.split("[,，]", story.facts["hero"])
        name = hero[0] if language == "en" or len(hero) == 1 else hero[1].removeprefix("名叫")
        told += name in story.text
    assert told == 600
    assert 300 < asked < 420


@pytest.mark.parametrize("language", LANGUAGES)
def test_prompts_are_openings_of_stories_nobody_trains_on(language: str) -> None:
    prompts = stories.prompts(language, 30, seed=2)
    valid = [story.text for story in tell_many(language, 30, seed=2, split="valid")]
    for prompt, text in zip(prompts, valid, strict=True):
        assert text.startswith(prompt) and len(prompt) < len(text)
        assert len(stories.TONGUES[language].sentence_end.findall(prompt)) == 2
