"""What the reader of stories keeps: the checks it made, who and what it has met, and what it must know of a language.

Read with: _stories_reader.py
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from clearhead.data._stories_grammar import Macro, Parts, expand, parse


@dataclass(frozen=True)
class Check:
    """One fact of the continuation and whether it agrees with what was told."""

    kind: str
    """names, pronouns, things, owners, places, answer or ending."""
    fact: str
    holds: bool


@dataclass(frozen=True)
class ConsistencyReport:
    """What was checked, and the share of the kinds of facts in which nothing is wrong."""

    score: float
    """From 0 (every kind of fact has an error) to 1 (no error found)."""
    checks: list[Check]

    def __str__(self) -> str:
        lines = [f"  {'yes' if check.holds else 'NO '}  {check.kind}: {check.fact}" for check in self.checks]
        return "\n".join([f"consistency {self.score:.2f}", *lines])


@dataclass(frozen=True)
class Mention:
    """A person or a pronoun in the text; gender is "f", "m", "animal", or "" when unknown."""

    start: int
    end: int
    word: str
    gender: str
    is_pronoun: bool
    is_quoted: bool


@dataclass(frozen=True)
class Tongue:
    """What the reader needs of one language."""

    sentence_end: re.Pattern[str]
    """Matches the end of a sentence, up to where the next begins."""
    quotes: re.Pattern[str]
    mentions: re.Pattern[str]
    """Names and pronouns; group "pronoun" or "name"."""
    genders: Mapping[str, str]
    """Name or pronoun → gender."""
    opens_sentence: frozenset[str]
    """Pronouns that, first in a sentence, mean the person mentioned last."""
    may_mean_things: frozenset[str]
    """Pronouns that are not checked, because they may stand for a thing."""
    is_introduced: Callable[[str, int, int], bool]
    """(text, start, end) of a name's first mention: does the text say who this is?"""
    unknown_names: Callable[[str], list[tuple[int, str]]]
    """Words that look like names but are in no list."""
    things: re.Pattern[str]
    has_determiner: Callable[[str, int, int], bool]
    """(text, start, end) of a thing's first mention: is it new to the reader ("a kite"), not "the kite"?"""
    is_wrong: Callable[[str, int, int], bool]
    """(text, start, end) of a thing: is it described as it cannot be, by its noun or by what was told before?"""
    events: Mapping[str, list[re.Pattern[str]]]
    answer: "Callable[[Reading, str, str], tuple[str, bool]]"
    """(reading, question, answer) → what was checked and whether it is right."""
    question: re.Pattern[str]
    """The closing question line; groups "question" and "answer"."""
    plural_holds: Callable[[str, set[str]], bool]
    """(plural pronoun, genders of the people known) → may it be said?"""


@dataclass
class Reading:
    """A text with its sentences, people and events, and what is true at its end."""

    tongue: Tongue
    text: str
    told: int
    """Characters of prompt: only what comes after is checked."""
    sentences: list[tuple[int, int]] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    owners: dict[str, str] = field(default_factory=dict)
    first_owners: dict[str, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    wishes: dict[str, str] = field(default_factory=dict)
    """Wished-for or lost thing → the person."""
    narrative_end: int = 0
    question: str = ""
    reply: str = ""

    def check(self, kind: str, fact: str, holds: bool) -> None:
        self.checks.append(Check(kind, fact, holds))

    @property
    def narrative(self) -> str:
        return self.text[: self.narrative_end]

    def subject_before(self, position: int) -> str:
        """Return the person whom the words at a position are about: the last one mentioned before."""
        gender = ""
        for mention in reversed(self.mentions):
            if mention.end > position or mention.is_quoted or mention.word in self.tongue.may_mean_things:
                continue
            if not mention.is_pronoun and gender in ("", mention.gender):
                return mention.word
            if mention.is_pronoun and not gender and mention.word.lower() in self.tongue.opens_sentence:
                gender = mention.gender
        return ""

    def tells_of(self, name: str, words: Sequence[str]) -> bool:
        """Tell whether this person is in the sentences that have most of these words (or no sentence has any)."""
        counts = [sum(word in self.text[start:end].lower() for word in words) for start, end in self.sentences]
        best = max(counts, default=0)
        told = [span for span, count in zip(self.sentences, counts, strict=True) if count == best and best > 0]
        return not told or any(
            name in self.text[start:end] or self.subject_before(start) == name for start, end in told
        )

    def people(self) -> list[str]:
        """Return the people in the order in which they appear."""
        return list(dict.fromkeys(mention.word for mention in self.mentions if not mention.is_pronoun))


def compile_events(facts: Mapping[str, Macro], slots: Mapping[str, str]) -> dict[str, list[re.Pattern[str]]]:
    """Turn the phrases with which stories are told into the patterns with which they are read.

    Args:
        facts: the FACTS table of a language.
        slots: "form role" or "role" of a slot → regular expression with a named group.
    """
    events: dict[str, list[re.Pattern[str]]] = {}
    for name, macro in facts.items():
        call = "{" + " ".join((name, *macro.parameters)) + "}"
        events[name] = [
            re.compile(
                "".join(re.escape(part) if isinstance(part, str) else slots[f"{part[1]} {part[0]}"] for part in path)
            )
            for path in _paths(parse(expand(call, facts)))
        ]
    return events


def _paths(parts: Parts) -> Iterator[Parts]:
    """List every way to choose among a phrase's alternatives (a named group may occur once in a pattern)."""
    if not parts:
        yield ()
        return
    first, rest = parts[0], parts[1:]
    beginnings = [path for choice in first for path in _paths(choice)] if isinstance(first, list) else [(first,)]
    for beginning in beginnings:
        for end in _paths(rest):
            yield (*beginning, *end)


def shares_words(words: Sequence[str], text: str, share: float) -> bool:
    """Tell whether at least this share of the words occurs in the text."""
    return not words or sum(word in text for word in words) >= share * len(words)
