"""The reader's English: names and their genders, "a kite" before "the kite", questions and their answers."""

import re

from clearhead.data import _stories_en_people as people
from clearhead.data import _stories_en_words as words
from clearhead.data._stories_en_scenes import FACTS, MACROS
from clearhead.data._stories_reading import Reading, Tongue, compile_events, shares_words

FEMALE = [*people.FEMALE_NAMES, *people.FEMALE_ANIMAL_NAMES, *people.FEMALE_KIN]
MALE = [*people.MALE_NAMES, *people.MALE_ANIMAL_NAMES, *people.MALE_KIN]
KIN = frozenset([*people.FEMALE_KIN, *people.MALE_KIN])
GENDERS = {name: "f" for name in FEMALE} | {name: "m" for name in MALE}
GENDERS |= dict.fromkeys(("she", "her", "herself"), "f") | dict.fromkeys(("he", "him", "his", "himself"), "m")

NOUNS = {
    noun: adjectives.split()
    for lines in words.THINGS.values()
    for noun, adjectives in (line.split(": ") for line in lines.splitlines())
}
_SPOTS = sorted(
    {
        f"{line.split(' | ')[0]} {line.split(' | ')[1]}"
        for lines in words.PLACES.values()
        for line in lines.splitlines()
    },
    key=len,
    reverse=True,
)


def _any(choices: "list[str] | dict[str, list[str]]") -> str:
    return "|".join(re.escape(choice) for choice in sorted(choices, key=len, reverse=True))


NAME = _any([*FEMALE, *MALE])
THING = _any(NOUNS)
SPOT = "|".join(map(re.escape, _SPOTS))
_NOUN_PHRASE = rf"(?:the|a|an|his|her|their) (?:[\w-]+ )??(?P<thing>{THING})\b"
_SLOTS = {
    "the thing": _NOUN_PHRASE,
    "a thing": _NOUN_PHRASE,
    "name who": rf"(?:[a-z-]+ )*?(?:named |called )?(?P<who>{NAME})(?: the [\w-]+)?",
    "in spot": rf"(?P<spot>{SPOT})",
    "himself hero": r"(?:himself|herself)",
}
_KNOWN_CAPITALS = frozenset(
    "I Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August "
    "September October November December Christmas English Chinese".split()
)
_RELATION = "|".join(sorted({word for pair in people.RELATIONS for word in pair}))
_KIND = _any([*people.ROLES, *people.ANIMALS, *people.TINY_ANIMALS, *people.GIANT_ANIMALS, "girl", "boy"])
_BEFORE = re.compile(rf"(?:\b(?:named|called|is|was|Aunt|Uncle|old|little|young)|\b(?:{_RELATION}|{_KIND})) $")
_AFTER = re.compile(rf"(?: the (?:{_KIND})\b| (?:was|is) (?:a|an) | lived |, (?:a|an|the|his|her|who) )")
_NEW = frozenset(
    "a an some any no another every his her their my your our one two three four five six seven eight nine ten many more".split()
)
_DEFINITE = frozenset(("the", "this", "that"))
_WORD = re.compile(r"[A-Za-z'-]+")
_SMALL = frozenset(
    "a an the of to in on at by for with and or but was were is are be had has have did do does it its he she they his her him "
    "them their because who what where when why how whose which not no so that this than then there now still too".split()
)


def _is_introduced(text: str, start: int, end: int) -> bool:
    return text[start:end] in KIN or bool(_BEFORE.search(text[:start]) or _AFTER.match(text, end))


def _unknown_names(text: str) -> list[tuple[int, str]]:
    """Find capitalised words inside a sentence that are no name we know."""
    return [
        (match.start(1), match[1])
        for match in re.finditer(r"(?<=[a-z,;] )(?<!Aunt )(?<!Uncle )([A-Z][a-z]+)\b", text)
        if match[1] not in GENDERS and match[1] not in _KNOWN_CAPITALS and match[1] not in ("Aunt", "Uncle")
    ]


def _has_determiner(text: str, start: int, end: int) -> bool:
    for word in reversed(re.findall(r"[\w'-]+|[^\w\s]", text[max(0, start - 40) : start])[-3:]):
        if word.lower() in _NEW or word.endswith("'s"):
            return True
        if word.lower() in _DEFINITE:
            return False
    return True


def _is_wrong(text: str, start: int, end: int) -> bool:
    """A red kite does not become the blue kite."""
    described = re.findall(rf"\b(\w+) {re.escape(text[start:end])}\b", text[:end])
    return len(set(described) & set(words.COLOURS)) > 1


def _content(text: str) -> list[str]:
    return [word for word in _WORD.findall(text.lower()) if word not in _SMALL]


def _answer(reading: Reading, question: str, answer: str) -> tuple[str, bool]:
    """Check the answer to a closing question against what was told."""
    fact = f"{question} {answer}"
    reply = answer.rstrip(".!")
    if not reply:
        return fact, False
    story = reading.narrative.lower()
    things = [match[0].lower() for match in reading.tongue.things.finditer(question)]
    thing = things[0] if things else ""
    if not all(match[0].lower() in story for match in reading.tongue.things.finditer(question)):
        return fact, False
    if re.match(r"Who\b|Whose\b|Whom\b", question) and reply[:1].isupper():
        return fact, _who(reading, question, reply.removesuffix("'s"), thing)
    if question.startswith("Where") and thing in reading.places:
        return fact, reading.places[thing] == reply[0].lower() + reply[1:]
    if question.startswith("Where") and re.search(r"\bhide|hiding\b", question):
        hidden = [reading.places[name] for name in re.findall(NAME, question) if name in reading.places]
        return fact, not hidden or hidden[0] == reply[0].lower() + reply[1:]
    if question.startswith("How many") and " left" in question:
        return fact, _count(reading, reply)
    if question.startswith("What did") and " want?" in question and reading.wishes:
        return fact, any(noun in reply for noun in reading.wishes) or shares_words(_content(reply), story, 1)
    nouns = [match[0].lower() for match in reading.tongue.things.finditer(reply)]
    return fact, shares_words(nouns, story, 1) if nouns else shares_words(_content(reply), story, 0.75)


def _who(reading: Reading, question: str, name: str, thing: str) -> bool:
    if name not in GENDERS:
        return shares_words(_content(name), reading.narrative.lower(), 1)
    if name not in reading.people():
        return False
    if thing in reading.owners and re.match(r"Who (?:has|owns) .* now", question):
        return reading.owners[thing] == name
    if thing in reading.first_owners and " first?" in question:
        return reading.first_owners[thing] == name
    about = [" " + word[:5] for word in _content(question) if word.capitalize() not in GENDERS]
    return name not in question and reading.tells_of(name, about)


def _count(reading: Reading, reply: str) -> bool:
    """Subtract: five apples, two given away, three left."""
    numbers = {word: number for number, word in enumerate(words.NUMBERS)}
    have = re.search(rf"\b({'|'.join(words.NUMBERS)}) \w+ in a|with ({'|'.join(words.NUMBERS)}) ", reading.narrative)
    gave = re.search(rf" gave (?:Aunt |Uncle )?\w+(?: the [\w-]+)? ({'|'.join(words.NUMBERS)}) ", reading.narrative)
    left = numbers.get(reply.lower(), -1)
    if have is None or gave is None:
        return reply.lower() in reading.narrative.lower()
    return numbers[have[1] or have[2]] - numbers[gave[1]] == left


ENGLISH_TONGUE = Tongue(
    sentence_end=re.compile(
        r"[.!?]\"?(?=\s|$)(?!\"? (?:said|asked|cried|called|shouted|exclaimed|answered|replied|thought|whispered|murmured)\b)"
    ),
    quotes=re.compile(r'"[^"]*"?'),
    mentions=re.compile(rf"\b(?:(?P<name>{NAME})|(?P<pronoun>(?i:he|she|him|her|his|himself|herself)))\b"),
    genders=GENDERS,
    opens_sentence=frozenset(("he", "she")),
    may_mean_things=frozenset(),
    is_introduced=_is_introduced,
    unknown_names=_unknown_names,
    things=re.compile(rf"\b(?:{THING})\b"),
    has_determiner=_has_determiner,
    is_wrong=_is_wrong,
    events=compile_events({name: MACROS[name] for name in (key.split()[0] for key in FACTS)}, _SLOTS),
    answer=_answer,
    question=re.compile(r"\n(?P<question>[A-Z][^?\n]*\?)(?P<answer>[^\n]*)"),
    plural_holds=lambda word, genders: True,
)
