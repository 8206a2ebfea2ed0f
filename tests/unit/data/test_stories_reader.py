"""The reader of stories: content with its own stories, not with others, and it finds the error that was planted."""

import random
import re
from collections.abc import Callable
from functools import cache

import pytest

from clearhead.data import _stories_reader_en as english
from clearhead.data import _stories_reader_zh as chinese
from clearhead.data import stories

LANGUAGES = ("en", "zh")
NUM_STORIES = 400
Halves = tuple[str, str]


@cache
def halves(language: str) -> list[Halves]:
    """Cut stories at a random sentence boundary."""
    draw = random.Random(1)
    cut = []
    for index in range(NUM_STORIES):
        text = stories.story(9, index, language).text
        ends = [match.end() for match in stories.TONGUES[language].sentence_end.finditer(text)]
        end = draw.choice([end for end in ends if end < len(text)])
        cut.append((text[:end], text[end:]))
    return cut


def mean_score(pairs: list[Halves], language: str) -> float:
    return sum(stories.consistency(*pair, language).score for pair in pairs) / len(pairs)


def failed(prompt: str, continuation: str, language: str) -> set[str]:
    """Return the kinds of facts that do not hold."""
    return {check.kind for check in stories.consistency(prompt, continuation, language).checks if not check.holds}


@pytest.mark.parametrize("language", LANGUAGES)
def test_its_own_stories_are_consistent(language: str) -> None:
    assert mean_score(halves(language), language) >= 0.99


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_continuation_of_another_story_is_not(language: str) -> None:
    pairs = halves(language)
    shuffled = [(prompt, pairs[(place + 7) % NUM_STORIES][1]) for place, (prompt, _) in enumerate(pairs)]
    assert mean_score(shuffled, language) < 0.55


def swap_name(language: str, prompt: str, rest: str, draw: random.Random) -> str | None:
    module = english if language == "en" else chinese
    names = [*english.FEMALE, *english.MALE] if language == "en" else chinese.ALL_NAMES
    pattern = rf"\b(?:{module.NAME})\b" if language == "en" else module.NAME
    return swap(pattern, lambda old: draw.choice([name for name in names if name not in prompt + rest]), rest, draw)


def swap_thing(language: str, prompt: str, rest: str, draw: random.Random) -> str | None:
    module = english if language == "en" else chinese
    pattern = rf"\b(?:{module.THING})\b" if language == "en" else module.THING
    return swap(
        pattern, lambda old: draw.choice([noun for noun in module.NOUNS if noun not in prompt + rest]), rest, draw
    )


def swap_pronoun(language: str, prompt: str, rest: str, draw: random.Random) -> str | None:
    if language == "zh":
        return swap("(?<!吉)[他她](?!们)", lambda old: "她" if old == "他" else "他", rest, draw)
    pairs = {"he": "she", "him": "her", "his": "her", "himself": "herself", "He": "She", "His": "Her"}
    pairs |= {"she": "he", "herself": "himself", "She": "He", "Her": "His"}
    return swap(rf"\b(?:{'|'.join(pairs)})\b", pairs.__getitem__, rest, draw)


def swap_answer(language: str, prompt: str, rest: str, draw: random.Random) -> str | None:
    """Let the closing question be answered with another name of the story."""
    narrative, _, closing = rest.partition("\n")
    name = english.NAME if language == "en" else chinese.NAME
    asked = re.match(r"(Who .*\?|[^？]*谁[^？]*？)(.*)", closing)
    if asked is None:
        return None
    others = [other for other in re.findall(name, prompt + narrative) if other not in closing]
    if not others or not re.search(name, asked[2]):
        return None
    return f"{narrative}\n{asked[1]}{re.sub(name, others[0], asked[2])}"


def swap(pattern: str, replacement: Callable[[str], str], text: str, draw: random.Random) -> str | None:
    places = list(re.finditer(pattern, text))
    if not places:
        return None
    place = draw.choice(places)
    return text[: place.start()] + replacement(place[0]) + text[place.end() :]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("plant", "found", "drop"),
    [(swap_name, 0.85, 0.2), (swap_thing, 0.6, 0.15), (swap_pronoun, 0.8, 0.15), (swap_answer, 0.4, 0.06)],
)
def test_one_planted_error_is_found(language: str, plant: Callable[..., str | None], found: float, drop: float) -> None:
    draw = random.Random(2)
    right, wrong, lower = 0.0, 0.0, []
    for prompt, rest in halves(language):
        planted = plant(language, prompt, rest, draw)
        if planted is None:
            continue
        before = stories.consistency(prompt, rest, language).score
        after = stories.consistency(prompt, planted, language).score
        right, wrong = right + before, wrong + after
        lower.append(after < before)
    assert len(lower) > 40
    assert (right - wrong) / len(lower) > drop
    assert sum(lower) / len(lower) > found


MIRA = "Mira was a curious girl. One day Mira put the brass key under the bed."


@pytest.mark.parametrize(
    ("continuation", "kinds"),
    [
        (" She went out. Then she found the key under the bed.", set()),
        (" She went out. Then she found the key in the kitchen.", {"places"}),
        (" He went out. Then Mira found the key under the bed.", {"pronouns"}),
        (" Tom found the key under the bed. Mira smiled.", {"names"}),
        (" Her friend Tom found the key under the bed. Mira smiled.", set()),
        (" She saw Zorblat and smiled.", {"names"}),
        (" She took the trumpet and smiled.", {"things"}),
        (" She took a trumpet, and the trumpet was hers.", set()),
        (" She took the kite. It was a red kite, and the blue kite was hers.", {"things"}),
        (" She went out, and", {"ending"}),
        (" Her friend Tom came. Mira gave Tom the key.\nWho has the key now? Tom.", set()),
        (" Her friend Tom came. Mira gave Tom the key.\nWho has the key now? Mira.", {"answer"}),
        (" Her friend Tom came. Mira gave Tom the key. Mira gave Tom the key.", {"owners"}),
        ("\nWhere was the key? Under the bed.", set()),
        ("\nWhere was the key? In the kitchen.", {"answer"}),
    ],
)
def test_what_a_reader_of_english_would_say(continuation: str, kinds: set[str]) -> None:
    assert failed(MIRA, continuation, "en") == kinds


DUODUO = "从前，有一个爱笑的小姑娘，名叫朵朵。一天，朵朵把那把钥匙放在了床底下。"


@pytest.mark.parametrize(
    ("continuation", "kinds"),
    [
        ("她出门了。后来，朵朵在床底下找到了钥匙。", set()),
        ("她出门了。后来，朵朵在厨房里找到了钥匙。", {"places"}),
        ("他出门了。后来，朵朵笑了。", {"pronouns"}),
        ("朵朵和爷爷笑了，她们很高兴。", {"pronouns"}),
        ("虎子在床底下找到了钥匙。朵朵笑了。", {"names"}),
        ("她的好朋友虎子在床底下找到了钥匙。朵朵笑了。", set()),
        ("她拿起那把二胡，笑了。", {"things"}),
        ("她有一把二胡，朵朵很喜欢二胡。", set()),
        ("她有一只钥匙，笑了。", {"things"}),
        ("朵朵出门了，然后", {"ending"}),
        ("她的好朋友虎子来了。朵朵把钥匙交给了虎子。\n现在钥匙在谁手里？在虎子手里。", set()),
        ("她的好朋友虎子来了。朵朵把钥匙交给了虎子。\n现在钥匙在谁手里？在朵朵手里。", {"answer"}),
        ("\n钥匙在哪儿？在床底下。", set()),
        ("\n钥匙在哪儿？在厨房里。", {"answer"}),
    ],
)
def test_what_a_reader_of_chinese_would_say(continuation: str, kinds: set[str]) -> None:
    assert failed(DUODUO, continuation, "zh") == kinds


def test_a_wish_must_not_be_forgotten() -> None:
    prompt = "Tom was a shy boy. Tom wanted a red kite."
    assert failed(prompt, " He saved his coins. Tom bought the kite.", "en") == set()
    assert failed(prompt, " He went to school. Tom was happy.", "en") == {"ending"}


def test_what_is_left_is_counted() -> None:
    prompt = "Lily was a kind girl. She had five apples in a basket. Her friend Tom came by. Lily gave Tom two apples."
    assert failed(prompt, "\nHow many apples did Lily have left? Three.", "en") == set()
    assert failed(prompt, "\nHow many apples did Lily have left? Two.", "en") == {"answer"}
    prompt = "朵朵是个小姑娘。她的篮子里有五个苹果。她的好朋友虎子来了。朵朵分给虎子两个。"
    assert failed(prompt, "\n朵朵还剩几个苹果？三个。", "zh") == set()
    assert failed(prompt, "\n朵朵还剩几个苹果？两个。", "zh") == {"answer"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_at_all_is_no_story(language: str) -> None:
    assert stories.consistency(stories.story(0, 0, language).text, "", language).score == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_any_text_can_be_read(language: str) -> None:
    draw = random.Random(3)
    texts = [stories.story(0, index, language).text for index in range(60)]
    for _ in range(300):
        pieces = [
            text[(start := draw.randrange(len(text))) : start + draw.randrange(50)] for text in draw.sample(texts, 9)
        ]
        report = stories.consistency("".join(pieces[:3]), "".join(pieces[3:]), language)
        assert 0 <= report.score <= 1
        assert report.checks


def test_a_report_prints_its_verdicts() -> None:
    report = stories.consistency(MIRA, " Tom smiled. Mira smiled.", "en")
    assert str(report).splitlines()[0] == f"consistency {report.score:.2f}"
    assert "  NO   names: Tom is introduced" in str(report).splitlines()
    assert "  yes  names: Mira is known" in str(report).splitlines()
