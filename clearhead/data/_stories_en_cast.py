"""Draw the cast of an English story, and know each member's forms: she, her, a red kite, the kite, in the kitchen."""

from clearhead.data import _stories_en_people as people
from clearhead.data import _stories_en_words as words
from clearhead.data._stories_grammar import with_article
from clearhead.data._stories_world import World

PRONOUNS = {
    "f": {"he": "she", "him": "her", "his": "her", "himself": "herself", "He": "She", "His": "Her"},
    "m": {"he": "he", "him": "him", "his": "his", "himself": "himself", "He": "He", "His": "His"},
}


class Person:
    """A child, a grown-up with a trade, a relative or an animal with a name."""

    def __init__(self, name: str, gender: str, kind: str, *, adjective: str, introduction: str = "") -> None:
        self.name = name
        self.gender = gender
        self.kind = kind
        """What it is: "girl", "baker", "fox"."""
        self.adjective = adjective
        self.introduction = introduction
        """How the first mention says who this is; empty when nobody needs to be told."""
        self.home = ""

    def say(self, form: str, world: World) -> str:
        if form == "auto":
            form = "He" if world.random() < 0.6 else "name"
        if form in ("He", "His") and world.last_person is not self:
            return self._mention(world) + ("'s" if form == "His" else "")
        if form == "name":
            return self._mention(world)
        pronoun = PRONOUNS[self.gender].get(form)
        if pronoun is not None:
            if form in ("he", "He"):
                world.last_person = self
            return pronoun
        return self._describe_as(form, world)

    def _mention(self, world: World) -> str:
        world.last_person = self
        text, self.introduction = self.introduction or self.name, ""
        return text

    def _describe_as(self, form: str, world: World) -> str:
        if form == "plain":  # in direct speech and answers
            return self.name
        self.introduction = ""
        world.last_person = self
        description = with_article(f"{self.adjective} {self.kind}")
        if form == "desc":
            return description
        assert form == "intro", form
        return f"{description} {world.pick(('named', 'called'))} {self.name}"

    def describe(self, world: World) -> str:
        return f"{self.name}, {with_article(f'{self.adjective} {self.kind}')}" if self.adjective else self.name


class Thing:
    """A thing with one property; `{the thing}` now and then repeats it."""

    def __init__(self, noun: str, adjective: str) -> None:
        self.noun = noun
        self.adjective = adjective

    def say(self, form: str, world: World) -> str:
        if form == "name":
            return self.noun
        if form in ("the", "The"):
            return f"{form} {self.adjective} {self.noun}" if world.random() < 0.2 else f"{form} {self.noun}"
        assert form in ("a", "A"), form
        phrase = with_article(f"{self.adjective} {self.noun}")
        return phrase if form == "a" else phrase[0].upper() + phrase[1:]

    def describe(self, world: World) -> str:
        return with_article(f"{self.adjective} {self.noun}")


class Place:
    """Somewhere: in the kitchen, to the kitchen, the kitchen."""

    def __init__(self, preposition: str, name: str) -> None:
        self.preposition = preposition
        self.name = name

    def say(self, form: str, world: World) -> str:
        if form == "in":
            return f"{self.preposition} {self.name}"
        if form == "In":
            return f"{self.preposition.capitalize()} {self.name}"
        if form in ("to", "To"):
            return f"{form} {self.name}"
        return self.name

    def describe(self, world: World) -> str:
        return f"{self.preposition} {self.name}"


def draw(world: World, role: str, what: str) -> Person | Thing | Place:
    """Cast a role.

    Args:
        what: one of, separated by spaces: "child", "adult", "kin", "animal", "tiny" or "giant" (animals), "peer" (like
            the hero), "companion" (whoever suits the hero), a category of THINGS or PLACES, or "=noun".
    """
    kind = world.pick(what.split())
    if kind == "companion":
        hero = world.cast["hero"]
        assert isinstance(hero, Person)
        is_child = hero.kind in ("girl", "boy")
        kind = "peer" if hero.kind in people.ANIMALS else world.pick(("kin", "peer")) if is_child else "adult"
    if kind in ("child", "animal", "tiny", "giant", "adult", "kin", "peer"):
        return _draw_person(world, role, kind)
    if kind in words.PLACES:
        return Place(*world.pick(_PLACES[kind]))
    if kind[0] == "=":
        noun, adjectives = _BY_NOUN[kind[1:].replace("_", " ")]
    else:
        things = _THINGS[kind]
        while True:
            noun, adjectives = things[world.rank(len(things))]
            if noun not in world.used:
                break
    world.used.add(noun)
    return Thing(noun, world.pick(adjectives))


def _draw_person(world: World, role: str, kind: str) -> Person:
    hero = world.cast.get("hero")
    gender = "f" if world.random() < 0.5 else "m"
    if kind == "peer":
        assert isinstance(hero, Person)
        kind = "animal" if hero.kind in people.ANIMALS else "child" if hero.kind in ("girl", "boy") else "adult"
        gender = hero.gender if world.random() < 0.6 else gender
    if kind == "kin":
        return Person(
            world.pick(people.FEMALE_KIN if gender == "f" else people.MALE_KIN), gender, "relative", adjective=""
        )
    if kind in ("animal", "tiny", "giant"):
        name = _unused(world, people.FEMALE_ANIMAL_NAMES if gender == "f" else people.MALE_ANIMAL_NAMES)
        species = _unused(world, {"tiny": people.TINY_ANIMALS, "giant": people.GIANT_ANIMALS}.get(kind, people.ANIMALS))
        adjectives = {"tiny": ["small", "tiny"], "giant": ["big", "strong"]}.get(kind, people.ANIMAL_ADJECTIVES)
        person = Person(name, gender, species, adjective=world.pick(adjectives))
        person.home = world.pick(people.ANIMAL_HOMES)
        choices = (f"{name} the {species}", f"{with_article(species)} named {name}", f"{name} the {species}")
    else:
        name = _unused(world, people.FEMALE_NAMES if gender == "f" else people.MALE_NAMES)
        trait = world.pick(_TRAITS)
        noun = ("girl" if gender == "f" else "boy") if kind == "child" else _unused(world, people.ROLES)
        person = Person(name, gender, noun, adjective=trait)
        person.home = world.pick(people.PEOPLE_HOMES)
        if kind == "adult":
            if role != "hero":
                person.adjective = world.pick(people.ROLE_ADJECTIVES)
            described = with_article(f"{person.adjective} {noun}")
            choices = (f"{name} the {noun}", f"{with_article(noun)} named {name}", f"{described} called {name}")
        elif isinstance(hero, Person):
            male, female = world.pick(people.RELATIONS)
            owner = PRONOUNS[hero.gender]["his"]
            choices = (f"{owner} {female if gender == 'f' else male} {name}",) * 3
        else:
            choices = ("",) * 3
    if role == "hero":
        person.introduction = f"{with_article(f'{person.adjective} {person.kind}')} named {name}"
    else:
        person.introduction = world.pick(choices)
    return person


def _unused(world: World, choices: list[str]) -> str:
    while True:
        choice = world.pick(choices)
        if choice not in world.used:
            world.used.add(choice)
            return choice


_TRAITS = list(people.TRAITS)
_THINGS = {
    category: [(noun, adjectives.split()) for noun, adjectives in (line.split(": ") for line in lines.splitlines())]
    for category, lines in words.THINGS.items()
}
_BY_NOUN = {noun: (noun, adjectives) for things in _THINGS.values() for noun, adjectives in things}
_PLACES = {
    category: [tuple(line.split(" | ")) for line in lines.splitlines()] for category, lines in words.PLACES.items()
}
