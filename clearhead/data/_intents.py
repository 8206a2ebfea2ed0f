"""What people say to an assistant, with what they want: made from grammars, the same on every machine.

Neighbours are near on purpose (set or cancel an alarm, the lamp on or off, a command inside a message), so that the
words alone tell most but not all. Training never sees some of the names, places and things of the other parts.
Read with: _intents_en.py, _intents_zh.py
"""

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from clearhead.data import _intents_en, _intents_zh

VERSION = 1
"""Another version draws other requests."""
VARIANTS = {"en": ("en",), "zh": ("zh",), "both": ("en", "zh")}
COUNTS = {"test": 600, "valid": 600, "train": 4_000}
"""Different texts of each part in one language; the smaller parts first, so that training gets what they leave."""
UNSEEN_EVERY = 5
"""Of so many values of a slot one is kept from training."""
TYPO_SHARE = 0.06

_SLOT = re.compile(r"\{(\w+)\}")
_CHOICE = re.compile(r"\(([^()]*)\)")


@dataclass(frozen=True)
class Language:
    """How requests are worded in a language."""

    requests: Mapping[str, tuple[str, ...]]
    """For each intent its wordings; (a|b) is one of the two, {slot} a value of a slot."""
    slots: Mapping[str, tuple[str, ...]]
    frames: tuple[str, ...]
    """What stands around a request, "…" being the request itself."""
    mistype: Callable[[str, random.Random], str]


LANGUAGES = {
    "en": Language(_intents_en.REQUESTS, _intents_en.SLOTS, _intents_en.FRAMES, _intents_en.mistype),
    "zh": Language(_intents_zh.REQUESTS, _intents_zh.SLOTS, _intents_zh.FRAMES, _intents_zh.mistype),
}


def make_intents(variant: str = "both") -> dict[str, list[tuple[str, str]]]:
    """Return (text, intent) of each part, "train" first; no text stands twice."""
    made: dict[str, list[tuple[str, str]]] = {part: [] for part in reversed(COUNTS)}
    for code in VARIANTS[variant]:
        seen: set[str] = set()
        for part, count in COUNTS.items():
            chance = random.Random(f"intents {VERSION} {code} {part}")
            made[part] += _requests(LANGUAGES[code], count, chance, seen, is_training=part == "train")
    for part, rows in made.items():
        random.Random(f"intents {VERSION} {part}").shuffle(rows)
    return made


def _requests(
    language: Language, count: int, chance: random.Random, seen: set[str], *, is_training: bool
) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    intents = sorted(language.requests)
    while len(found) < count:
        intent = chance.choice(intents)
        text = _expanded(chance.choice(language.requests[intent]), language, chance, is_training)
        text = chance.choice(language.frames).replace("…", text)
        text = _expanded(text, language, chance, is_training)
        if chance.random() < TYPO_SHARE:
            text = language.mistype(text, chance)
        text = " ".join(text.split())
        if text not in seen:
            seen.add(text)
            found.append((text, intent))
    return found


def _expanded(text: str, language: Language, chance: random.Random, is_training: bool) -> str:
    """Take one of each choice and a value for each slot; values may hold both again."""
    while True:
        chosen = _CHOICE.sub(lambda match: chance.choice(match[1].split("|")), text)
        chosen = _SLOT.sub(lambda match: chance.choice(_values(language, match[1], is_training)), chosen)
        if chosen == text:
            return text
        text = chosen


def _values(language: Language, slot: str, is_training: bool) -> tuple[str, ...]:
    values = language.slots[slot]
    if not is_training or len(values) < UNSEEN_EVERY:
        return values
    return tuple(value for index, value in enumerate(values) if index % UNSEEN_EVERY != UNSEEN_EVERY - 1)
