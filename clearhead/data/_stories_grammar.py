"""Phrases with choices: "[One day|Early one morning] {hero} found {a thing}." Read once, spoken many times.

`[a|b|]` is a choice (an empty one says nothing), `{...}` a slot that names a member of the cast and a form:
`{hero}` the name, `{Hero}` the name or the pronoun that opens a sentence, `{he}` `{his}` the hero's pronouns, `{friend.his}` another's,
`{a thing}` `{the thing}` `{in place}` a form before its role. `{gave friend thing}` is a macro: a phrase kept in one table, with
the cast members named in the call put in the place of its parameters. The scorer reads with the same table.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

Part = "str | list[Parts] | tuple[str, str]"
"""A literal, the alternatives of a choice, or a slot as (role, form)."""
Parts = tuple  # tuple[Part, ...]: Python has no short way to write the recursion

HERO_PRONOUNS = frozenset("he him his himself He His".split())
_SLOT = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True)
class Macro:
    """A phrase that plots share; `parameters` are the roles a call fills in."""

    parameters: tuple[str, ...]
    phrase: str


def macros(table: Mapping[str, str]) -> dict[str, Macro]:
    """Read a table whose keys are "name parameter parameter" and whose values are phrases."""
    return {(words := key.split())[0]: Macro(tuple(words[1:]), phrase) for key, phrase in table.items()}


def expand(template: str, known: Mapping[str, Macro]) -> str:
    """Replace every macro call in a template by its phrase, also calls inside phrases."""

    def replace(match: re.Match[str]) -> str:
        name, *arguments = match[1].split()
        macro = known.get(name) or known.get(name.lower())
        if macro is None:
            return match[0]
        assert len(arguments) == len(macro.parameters), f"{match[0]} must give {macro.parameters}"
        roles = dict(zip(macro.parameters, arguments, strict=True))
        phrase = _SLOT.sub(lambda slot: "{" + " ".join(_rename(slot[1].split(), roles)) + "}", macro.phrase)
        if name not in known:  # {Suddenly}: the same phrases, at the beginning of a sentence
            phrase = re.sub(r"([\[|])(\w)", lambda start: start[1] + start[2].upper(), phrase)
        return expand(phrase, known)

    return _SLOT.sub(replace, template)


def _rename(words: list[str], roles: Mapping[str, str]) -> list[str]:
    """Put the caller's roles into one slot of a macro: "the thing", "Who" and "who.his" keep their form."""
    renamed = words[:-1] if len(words) == 2 and words[-1].lower() in roles else []
    for word in words[len(renamed) :]:
        role, dot, form = word.partition(".")
        new = roles.get(role.lower(), role.lower())
        is_capital = role[:1].isupper() and role.lower() in roles
        renamed.append(
            (new[0].upper() + new[1:] if is_capital else new if role.lower() in roles else role) + dot + form
        )
    return renamed


def parse(template: str) -> Parts:
    """Turn an expanded template into parts.

    Example (runs in the tests):
        >>> parse("[a|b] {the thing} of {Hero}")
        ([('a',), ('b',)], ' ', ('thing', 'the'), ' of ', ('hero', 'auto'))
    """
    parts, end = _parse(template, 0, closing="")
    assert end == len(template), f"unbalanced brackets in {template!r}"
    return parts


def _parse(text: str, at: int, *, closing: str) -> tuple[Parts, int]:
    """Read parts from `at` up to one of the characters in `closing` (or the end)."""
    parts: list[object] = []
    literal_start = at
    while at < len(text) and text[at] not in closing:
        if text[at] not in "[{":
            at += 1
            continue
        if at > literal_start:
            parts.append(text[literal_start:at])
        if text[at] == "{":
            end = text.index("}", at)
            parts.append(_slot(text[at + 1 : end]))
            at = end + 1
        else:
            alternatives = []
            while text[at] != "]":
                alternative, at = _parse(text, at + 1, closing="|]")
                alternatives.append(alternative)
                assert at < len(text), f"a [ without its ] in {text!r}"
            parts.append(alternatives)
            at += 1
        literal_start = at
    if at > literal_start:
        parts.append(text[literal_start:at])
    return tuple(parts), at


def with_article(phrase: str) -> str:
    """Put "a" or "an" before an English phrase, by sound as far as our words need it."""
    return ("an " if phrase[0] in "aeiouAEIOU" and not phrase.startswith(("uku", "use", "one")) else "a ") + phrase


def _slot(content: str) -> tuple[str, str]:
    form, space, role = content.partition(" ")
    if space:
        return role, form
    role, _, form = content.partition(".")
    if role in HERO_PRONOUNS:
        return "hero", role
    if role[0].isupper():
        return role[0].lower() + role[1:], form or "auto"
    return role, form or "name"
