"""The reader's Chinese: names and 他她它, 一把伞 before 那把伞, measure words, questions and their answers."""

import re

from clearhead.data import _stories_zh_words as words
from clearhead.data._stories_reading import Reading, Tongue, compile_events
from clearhead.data._stories_zh_scenes import FACTS, MACROS

_FEMALE_ELDERS = [surname + title for surname in words.SURNAMES for title in words.FEMALE_TITLES]
_MALE_ELDERS = [surname + title for surname in words.SURNAMES for title in words.MALE_TITLES]
KIN = frozenset([*words.FEMALE_KIN, *words.MALE_KIN])
GENDERS = dict.fromkeys([*words.GIRL_NAMES, *_FEMALE_ELDERS, *words.FEMALE_KIN], "f")
GENDERS |= dict.fromkeys([*words.BOY_NAMES, *_MALE_ELDERS, *words.MALE_KIN], "m")
GENDERS |= dict.fromkeys(words.ANIMAL_NAMES, "animal")
ALL_NAMES = list(GENDERS)
GENDERS |= {"她": "f", "他": "m", "它": "animal"}

MEASURES: dict[str, set[str]] = {}
MODIFIERS: dict[str, list[str]] = {}
for _lines in words.THINGS.values():
    for _line in _lines.splitlines():
        _head, _modifiers = _line.split(": ")
        _noun, _measure = _head.split()
        MEASURES.setdefault(_noun, set()).add(_measure)
        MODIFIERS.setdefault(_noun, []).extend(_modifiers.split())
NOUNS = list(MEASURES)
_SPOTS = {line.split("|")[0] for lines in words.PLACES.values() for line in lines.splitlines()}


def _any(choices: "list[str] | set[str]") -> str:
    return "|".join(re.escape(choice) for choice in sorted(choices, key=lambda choice: (-len(choice), choice)))


NAME = _any(ALL_NAMES)
THING = _any(NOUNS)
_MEASURE = _any({measure for measures in MEASURES.values() for measure in measures})
_NOUN_PHRASE = rf"(?:[一那这](?:{_MEASURE}))?(?:[^，。！？“”：]{{0,6}}?)(?P<thing>{THING})"
_SLOTS = {
    "the thing": _NOUN_PHRASE,
    "a thing": _NOUN_PHRASE,
    "name who": rf"[^，。！？“”：]{{0,8}}?(?P<who>{NAME})",
    "in spot": rf"(?P<spot>{_any(_SPOTS)})",
}
_KIND = _any([*words.ANIMALS, *words.TINY_ANIMALS, *words.GIANT_ANIMALS, *words.TRADES, *words.RELATIONS])
_BEFORE = re.compile(rf"(?:名叫|叫做|叫|小姑娘|小男孩|隔壁的|{_KIND})$")
_COUNTED = re.compile(
    rf"(?:[一二两三四五六七八九十几半每各多]|一些)(?P<measure>{_MEASURE}|[个只])[^，。！？“”：；]{{0,7}}$"
)
_POINTED = re.compile(rf"[那这](?P<measure>{_MEASURE}|[个只])[^，。！？“”：；]{{0,7}}$")
_OWN = re.compile(r"(?:有|是|的|没有|叫|像|做|买|当|找|想)[^，。！？“”：；那这]{0,4}$")
_ACTIVITY = re.compile("(?:卖糖|扎|滚|放|做|踢|抽)$")
_FUNCTION = frozenset(
    "的了在是他她它们一不有和就也都着过到说要人去来这那个里上下吗呢吧被把让给很还没只多什么谁哪儿为因现最后"
)


def _is_introduced(text: str, start: int, end: int) -> bool:
    return text[start:end] in KIN or bool(_BEFORE.search(text[max(0, start - 12) : start]))


def _has_determiner(text: str, start: int, end: int) -> bool:
    before = text[max(0, start - 14) : start]
    if _POINTED.search(before):
        return False
    return bool(_COUNTED.search(before) or _OWN.search(before) or _ACTIVITY.search(before))


def _is_wrong(text: str, start: int, end: int) -> bool:
    """一把伞, not 一只伞."""
    before = text[max(0, start - 8) : start]
    for modifier in sorted(MODIFIERS[text[start:end]], key=len, reverse=True):
        if before.endswith(modifier):
            before = before[: -len(modifier)]
            break
    measure = re.search(rf"[一那这](?P<measure>{_MEASURE}|[个只])$", before)
    return measure is not None and measure["measure"] not in MEASURES[text[start:end]]


def _pairs(text: str) -> list[str]:
    """Return the neighbouring characters that carry meaning."""
    pieces = [piece for piece in re.split(r"[^\u4e00-\u9fff]+", text) if piece]
    pairs = [piece[i : i + 2] for piece in pieces for i in range(len(piece) - 1)]
    return [pair for pair in pairs if not (_FUNCTION & set(pair))]


def _told(words_of_answer: str, story: str, share: float = 0.75) -> bool:
    """Tell whether the characters that carry the answer's meaning occur in the story, as pairs where there are pairs."""
    pairs = _pairs(words_of_answer)
    return not pairs or sum(pair in story for pair in pairs) >= share * len(pairs)


def _answer(reading: Reading, question: str, answer: str) -> tuple[str, bool]:
    """Check the answer to a closing question against what was told."""
    fact = f"{question}{answer}"
    story = reading.narrative
    if not answer:
        return fact, False
    things = [match[0] for match in reading.tongue.things.finditer(question)]
    thing = things[0] if things else ""
    names = re.findall(NAME, answer)
    if any(noun not in story for noun in things) or any(
        name not in reading.people() for name in re.findall(NAME, question)
    ):
        return fact, False
    if names and not re.search("为什么|怎么|什么", question):
        return fact, _who(reading, question, names[0], thing)
    if "哪儿" in question and thing in reading.places:
        return fact, reading.places[thing] in answer
    if "哪儿" in question and re.search("躲", question):
        hidden = [reading.places[name] for name in re.findall(NAME, question) if name in reading.places]
        return fact, not hidden or hidden[0] in answer
    if "还剩几" in question:
        return fact, _count(reading, answer)
    nouns = [match[0] for match in reading.tongue.things.finditer(answer)]
    if nouns and not re.search("为什么", question):
        return fact, all(noun in story for noun in nouns)
    return fact, _told(answer, story)


def _who(reading: Reading, question: str, name: str, thing: str) -> bool:
    if name not in reading.people() or name in question:
        return False
    if thing in reading.owners and re.match("现在.*(?:谁手里|谁的|谁家)", question):
        return reading.owners[thing] == name
    if thing in reading.first_owners and "最早" in question:
        return reading.first_owners[thing] == name
    about = re.sub(rf"{NAME}|[？，]", "", question)
    return reading.tells_of(name, [character for character in about if character not in _FUNCTION])


def _count(reading: Reading, answer: str) -> bool:
    """Subtract: 五个苹果，分出去两个，还剩三个。"""
    numbers = {word: number for number, word in enumerate(words.NUMBERS)}
    number = f"({_any(words.NUMBERS)})"
    have = re.findall(rf"(?:有|得了){number}[个颗块串]", reading.narrative)
    gave = re.search(rf"分给[^，。]*?{number}[个颗块串]", reading.narrative)
    left = re.match(number, answer)
    if not have or gave is None or left is None:
        return left is not None and left[1] in reading.narrative
    return numbers[have[-1]] - numbers[gave[1]] == numbers[left[1]]


def _plural_holds(word: str, genders: set[str]) -> bool:
    """她们 are women and girls only, 他们 has a man or a boy among them."""
    return not genders or (
        word == "它们" or ("m" in genders if word == "他们" else "f" in genders and "m" not in genders)
    )


CHINESE_TONGUE = Tongue(
    sentence_end=re.compile(r"[。！？](?:”|(?!”))(?![^。！？，“”]{1,12}(?:说|喊|叫道|问|想|写道)[。，：；道])"),
    quotes=re.compile(r"“[^”]*”?"),
    mentions=re.compile(rf"(?P<name>{NAME})|(?P<pronoun>(?<![吉其])[他她它]们?)"),
    genders=GENDERS,
    opens_sentence=frozenset("他她"),
    may_mean_things=frozenset(("它", "它们")),
    is_introduced=_is_introduced,
    unknown_names=lambda text: [],
    things=re.compile(THING),
    has_determiner=_has_determiner,
    is_wrong=_is_wrong,
    events=compile_events({name: MACROS[name] for name in (key.split()[0] for key in FACTS)}, _SLOTS),
    answer=_answer,
    question=re.compile(r"\n(?P<question>[^？\n]*？)(?P<answer>[^\n]*)"),
    plural_holds=_plural_holds,
)
