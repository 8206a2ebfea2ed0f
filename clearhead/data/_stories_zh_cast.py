"""Draw the cast of a Chinese story, and know each member's forms: 她、一把红伞、那把伞、厨房里。"""

from clearhead.data import _stories_zh_words as words
from clearhead.data._stories_world import World

PRONOUNS = {"f": "她", "m": "他", "animal": "它"}


class Person:
    """A child, a grown-up with a trade, a relative or an animal with a name."""

    def __init__(self, name: str, gender: str, kind: str, *, trait: str, introduction: str, full: str) -> None:
        self.name = name
        self.gender = gender
        self.kind = kind
        """child, animal, adult or kin."""
        self.trait = trait
        self.introduction = introduction
        """How the first mention says who this is; empty when nobody needs to be told."""
        self.full = full
        """Who this is, with a comma inside: the way openings introduce somebody."""
        self.home = ""

    def say(self, form: str, world: World) -> str:
        if form == "auto":
            form = "He" if world.random() < 0.5 else "name"
        if form == "He":
            form = "he" if world.last_person is self else "name"
        if form == "plain":  # in direct speech and answers
            return self.name
        world.last_person = self
        if form == "he":
            return PRONOUNS[self.gender]
        text = self.introduction or self.name
        self.introduction = ""
        return self.full if form == "intro" else text

    def describe(self, world: World) -> str:
        return self.full


class Thing:
    """A thing with its measure word and one property."""

    def __init__(self, noun: str, measure: str, modifier: str) -> None:
        self.noun = noun
        self.measure = measure
        self.modifier = modifier

    def say(self, form: str, world: World) -> str:
        if form == "name":
            return self.noun
        if form == "a":
            return f"一{self.measure}{self.modifier}{self.noun}"
        if form == "the":
            return f"那{self.measure}{self.noun}" if world.random() < 0.4 else self.noun
        assert form == "bare", form
        return self.measure

    def describe(self, world: World) -> str:
        return f"一{self.measure}{self.modifier}{self.noun}"


class Place:
    """Somewhere: {in place} 厨房里, {place} 厨房."""

    def __init__(self, where: str, name: str) -> None:
        self.where = where
        self.name = name

    def say(self, form: str, world: World) -> str:
        return self.where if form == "in" else self.name

    def describe(self, world: World) -> str:
        return self.where


def draw(world: World, role: str, what: str) -> Person | Thing | Place:
    """Cast a role: see the English twin, which takes the same words."""
    kind = world.pick(what.split())
    hero = world.cast.get("hero")
    if kind in ("companion", "peer"):
        assert isinstance(hero, Person)
        if hero.kind == "animal":
            kind = "animal"
        elif kind == "companion":
            kind = world.pick(("kin", "child")) if hero.kind == "child" else "adult"
        else:
            kind = "child" if hero.kind == "child" else "adult"
    if kind in ("child", "animal", "tiny", "giant", "adult", "kin"):
        return _draw_person(world, role, kind, hero if isinstance(hero, Person) else None)
    if kind in words.PLACES:
        return Place(*world.pick(_PLACES[kind]))
    if kind[0] == "=":
        noun, measure, modifiers = _BY_NOUN[kind[1:]]
    else:
        things = _THINGS[kind]
        while True:
            noun, measure, modifiers = things[world.rank(len(things))]
            if noun not in world.used:
                break
    world.used.add(noun)
    return Thing(noun, measure, world.pick(modifiers))


def _draw_person(world: World, role: str, kind: str, hero: Person | None) -> Person:
    gender = "f" if world.random() < 0.5 else "m"
    if hero is not None and hero.gender in "fm" and world.random() < 0.3:
        gender = hero.gender
    is_female = gender == "f"
    if kind == "kin":
        name = world.pick(words.FEMALE_KIN if is_female else words.MALE_KIN)
        return Person(name, gender, kind, trait="", introduction="", full=name)
    if kind in ("animal", "tiny", "giant"):
        name = _unused(world, words.ANIMAL_NAMES)
        species = _unused(world, {"tiny": words.TINY_ANIMALS, "giant": words.GIANT_ANIMALS}.get(kind, words.ANIMALS))
        trait = world.pick(words.ANIMAL_ADJECTIVES) if kind == "animal" else ""
        measure = {"大象": "头", "老黄牛": "头", "大黑熊": "头", "大犀牛": "头", "大骆驼": "头", "高头大马": "匹"}.get(
            species, "只"
        )
        person = Person(
            name,
            "animal",
            "animal",
            trait=trait,
            introduction=f"{species}{name}",
            full=f"一{measure}{trait}{species}，名叫{name}",
        )
        person.home = world.pick(words.ANIMAL_HOMES)
        return person
    if kind == "adult":
        title = world.pick(words.FEMALE_TITLES if is_female else words.MALE_TITLES)
        name = _unused(world, _SURNAMES) + title
        trade = _unused(world, words.TRADES)
        person = Person(name, gender, kind, trait="", introduction=f"{trade}{name}", full=f"{trade}{name}")
    else:
        name = _unused(world, words.GIRL_NAMES if is_female else words.BOY_NAMES)
        trait = world.pick(_TRAITS)
        noun = "小姑娘" if is_female else "小男孩"
        person = Person(
            name, gender, kind, trait=trait, introduction=f"{noun}{name}", full=f"一个{trait}{noun}，名叫{name}"
        )
        if hero is not None and hero.kind == "child":
            person.introduction = (
                f"{PRONOUNS[hero.gender]}的{world.pick(words.RELATIONS)}{name}"
                if world.random() < 0.6
                else f"住在隔壁的{name}"
            )
    person.home = world.pick(words.PEOPLE_HOMES)
    return person


def _unused(world: World, choices: list[str]) -> str:
    while True:
        choice = world.pick(choices)
        if choice not in world.used:
            world.used.add(choice)
            return choice


_SURNAMES = list(words.SURNAMES)
_TRAITS = list(words.TRAITS)
_THINGS: dict[str, list[tuple[str, str, list[str]]]] = {}
for _category, _lines in words.THINGS.items():
    for _head, _modifiers in (line.split(": ") for line in _lines.splitlines()):
        _noun, _measure = _head.split()
        _THINGS.setdefault(_category, []).append((_noun, _measure, _modifiers.split()))
_BY_NOUN = {thing[0]: thing for things in _THINGS.values() for thing in things}
_PLACES = {
    category: [tuple(line.split("|")) for line in lines.splitlines()] for category, lines in words.PLACES.items()
}
