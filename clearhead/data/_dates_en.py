"""Dates and numbers as English writes them, each way with one meaning."""

import random
from datetime import date

MONTHS = ("January February March April May June July August September October November December").split()
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_TENS = "zero ten twenty thirty forty fifty sixty seventy eighty ninety".split()
_ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
    "twelve": "twelfth",
}  # fmt: skip


def english_date(day: date, chance: random.Random) -> str:
    """Write a day, the year last in figures or in words; all in figures only when the year comes first."""
    month = MONTHS[day.month - 1]
    month = chance.choice([month, month, month[:3]])
    figure = chance.choice([str(day.day), f"{day.day}{_ending(day.day)}"])
    word = f"the {_ordinal(day.day)}"
    year = chance.choice([str(day.year), _year(day.year, chance)])
    text = chance.choice(
        [
            f"{month} {figure}, {year}",
            f"{figure} {month} {year}",
            f"the {day.day}{_ending(day.day)} of {month}, {year}",
            f"{word} of {month}, {year}",
            f"{word} of {month} {year}",
            f"{month} {word}, {year}",
            f"{day.year}/{day.month}/{day.day}",
            f"{day.year}.{day.month:02}.{day.day:02}",
        ]
    )
    weekday = DAYS[day.weekday()]
    text = chance.choice([text, text, f"{weekday}, {text}", f"on {text}", f"on {weekday}, {text}"])
    return chance.choice([text, text, text, text.lower()])


def english_number(number: int, chance: random.Random) -> str:
    """Write a number below a million in words, with or without "and", or a large one in figures with a comma."""
    words = _words(number, link=chance.choice([" and ", " "]))
    return chance.choice([words, words, words, words.capitalize(), f"{number:,}" if number >= 1000 else words])


def _words(number: int, *, link: str) -> str:
    if number < 20:
        return _SMALL[number]
    if number < 100:
        return _TENS[number // 10] + (f"-{_SMALL[number % 10]}" if number % 10 else "")
    size, name = (1000, "thousand") if number >= 1000 else (100, "hundred")
    above, below = divmod(number, size)
    text = f"{_words(above, link=link)} {name}"
    if not below:
        return text
    return text + (link if below < 100 else " ") + _words(below, link=link)


def _year(year: int, chance: random.Random) -> str:
    above, below = divmod(year, 100)
    if 2000 <= year < 2010:
        return _words(year, link=chance.choice([" and ", " "]))
    if below == 0:
        return f"{_words(above, link='')} hundred"
    return f"{_words(above, link='')} {'oh ' if below < 10 else ''}{_words(below, link='')}"


def _ordinal(number: int) -> str:
    head, dash, last = _words(number, link="").rpartition("-")
    last = _ORDINALS.get(last) or (f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th")
    return head + dash + last


def _ending(number: int) -> str:
    return "th" if 10 < number < 14 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
