"""The small world of one story: who is in it, what is in it, and the sentences told so far.

A plot is a function that gets a World whose cast is drawn already and says sentences; everything in the cast is a fact
that holds for the whole story. Random choices use only `random.Random(text).random()`, which Python keeps the same
for ever and on every platform.
Read with: _stories_grammar.py, then one of the _stories_*_plots_*.py
"""

import re
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from types import ModuleType
from typing import Protocol, TypeVar

from clearhead.data._stories_grammar import Macro, Parts, expand, parse, with_article

VALID_SHARE = 8
"""One text in this many, chosen by its own checksum, may only appear in the valid split: no seed can make a
training story that is also a valid one."""


Choice = TypeVar("Choice")
_SENTENCE_START = re.compile(r'^"?[a-z]|(?<=[.!?] )[a-z]')


class Entity(Protocol):
    """A member of the cast: it knows its own forms."""

    def say(self, form: str, world: "World") -> str:
        """Return the words for this form, and remember what saying them does (who was mentioned last)."""
        ...

    def describe(self, world: "World") -> str:
        """Say what it is, for the story's facts."""
        ...


@dataclass(frozen=True)
class Plot:
    """A plot: the function that tells it, and the cast it asks for ("thing": "toy", "friend": "peer")."""

    tell: "Callable[[World], None]"
    cast: Mapping[str, str]

    @property
    def name(self) -> str:
        return self.tell.__name__


def plot(**cast: str) -> "Callable[[Callable[[World], None]], Plot]":
    """Make the decorated function a plot with this cast: role → what it may be, separated by spaces."""
    return lambda tell: Plot(tell, cast)


def plots_of(*modules: ModuleType) -> list[Plot]:
    """Return the plots that modules contain, in the order in which they are written."""
    return [value for module in modules for value in vars(module).values() if isinstance(value, Plot)]


@dataclass
class Language:
    """What the generator needs of one language."""

    name: str
    joiner: str
    """Stands between two sentences."""
    draw: "Callable[[World, str, str], Entity]"
    """draw(world, role, what): cast a role."""
    macros: Mapping[str, Macro]
    plots: list[Plot]
    _compiled: dict[str, Parts] = field(default_factory=dict)

    def compile(self, template: str) -> Parts:
        """Return the parts of a template, read once."""
        parts = self._compiled.get(template)
        if parts is None:
            parts = self._compiled[template] = parse(expand(template, self.macros))
        return parts


@dataclass(frozen=True)
class Story:
    """A story, and what is true in it."""

    text: str
    language: str
    plot: str
    facts: dict[str, str]
    """Role → what it is: hero, friend, thing, place, wish, cause …; question and answer where the story ends with one."""


class World:
    """One story being told."""

    def __init__(self, language: Language, random: Callable[[], float]) -> None:
        self.language = language
        self.random = random
        self.cast: dict[str, Entity] = {}
        self.used: set[str] = set()
        """Names and nouns taken already: nothing is cast twice."""
        self.last_person: Entity | None = None
        self.sentences: list[str] = []
        self.question = ""

    def chance(self, probability: float) -> bool:
        return self.random() < probability

    def pick(self, choices: Sequence[Choice]) -> Choice:
        return choices[int(self.random() * len(choices))]

    def rank(self, count: int) -> int:
        """Draw an index below `count`, small ones oftener: the first words of a list are the common ones.

        Only a product of two numbers, no power: every platform rounds it alike.
        """
        draw = self.random()
        return int(count * draw * (0.4 + 0.6 * draw))

    def expand(self, template: str) -> str:
        """Speak a template without adding it to the story."""
        out: list[str] = []
        self._expand(self.language.compile(template), out)
        return "".join(out)

    def _expand(self, parts: Parts, out: list[str]) -> None:
        for part in parts:
            kind = type(part)
            if kind is str:
                out.append(part)
            elif kind is tuple:
                out.append(self.cast[part[0]].say(part[1], self))
            else:
                self._expand(part[int(self.random() * len(part))], out)

    def say(self, *templates: str) -> None:
        """Tell one of the templates; every sentence begins with a capital."""
        text = self.expand(templates[int(self.random() * len(templates))] if len(templates) > 1 else templates[0])
        self.sentences.append(_SENTENCE_START.sub(lambda start: start[0].upper(), text))

    def maybe(self, *templates: str) -> None:
        """Tell one of the templates, or nothing."""
        if self.random() < 0.5:
            self.say(*templates)

    def mixed(self, *templates: str) -> None:
        """Tell all templates in any order."""
        left = list(templates)
        while left:
            self.say(left.pop(int(self.random() * len(left))))

    def ask(self, *templates: str) -> None:
        """End, in some stories, with a question and its answer ("Who has {the thing} now? {friend}.")."""
        if self.random() < 0.6:
            self.question = self.expand(self.pick(templates))

    def let(self, **choices: str) -> None:
        """Choose a phrase for a role: let(cause="the string had snapped|the wind had dropped")."""
        for role, phrases in choices.items():
            self.cast[role] = Phrase(self.pick(phrases.split("|")))

    def row(self, roles: str, *rows: str) -> None:
        """Choose phrases that belong together: row("sound maker", "a scratching / a branch", "a hoot / an owl")."""
        for role, phrase in zip(roles.split(), self.pick(rows).split(" / "), strict=True):
            self.cast[role] = Phrase(phrase)


class Phrase:
    """Words that were chosen for this story; the slots in them are filled anew each time they are said."""

    def __init__(self, words: str) -> None:
        self.words = words

    def say(self, form: str, world: World) -> str:
        words = world.expand(self.words)
        if form == "name":
            return words
        words = {"auto": "", "the": "the ", "The": "the "}.get(form, "") + (
            with_article(words) if form in ("a", "A") else words
        )
        return words if form in ("a", "the") else words[0].upper() + words[1:]

    def describe(self, world: World) -> str:
        return world.expand(self.words)


def tell(language: Language, key: str, *, is_valid: bool) -> Story:
    """Tell the story of a key; the same key always tells the same story."""
    attempt = 0
    while True:
        random = Random(f"{key}/{attempt}").random
        world = World(language, random)
        plot = world.pick(language.plots)
        for role, what in plot.cast.items():
            world.cast[role] = language.draw(world, role, what)
        plot.tell(world)
        text = language.joiner.join(world.sentences) + ("\n" + world.question if world.question else "")
        if (zlib.crc32(text.encode()) % VALID_SHARE == 0) == is_valid:
            return Story(text, language.name, plot.name, _facts(world))
        attempt += 1


def _facts(world: World) -> dict[str, str]:
    facts = {role: entity.describe(world) for role, entity in world.cast.items()}
    if world.question:
        mark = max(world.question.find("?"), world.question.find("？")) + 1
        facts["question"], facts["answer"] = world.question[:mark], world.question[mark:].strip()
    return facts
