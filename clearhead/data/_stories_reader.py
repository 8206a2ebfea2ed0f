"""Read a story and what a model continues it with, and say which facts hold.

The reader knows no more than a reader can: the names, things and places of the word lists, and the phrases of the
FACTS tables (who gave what to whom, where it was put and found). It checks only the continuation; the prompt tells it
what is true. The two languages differ in a `Tongue`: see _stories_reader_en.py and _stories_reader_zh.py.
"""

import re
from collections.abc import Iterator

from clearhead.data._stories_reading import ConsistencyReport, Mention, Reading, Tongue


def read(tongue: Tongue, prompt: str, continuation: str) -> ConsistencyReport:
    """Check a continuation against its prompt."""
    reading = Reading(tongue, prompt + continuation, len(prompt))
    _find_question(reading)
    _find_sentences(reading)
    _find_mentions(reading)
    _check_names(reading)
    _check_pronouns(reading)
    _check_things(reading)
    _follow_events(reading)
    if reading.question and reading.narrative_end + len(reading.question) + len(reading.reply) >= reading.told:
        reading.check("answer", *tongue.answer(reading, reading.question, reading.reply))
    _check_ending(reading)
    kinds = {check.kind: True for check in reading.checks}
    for check in reading.checks:
        kinds[check.kind] &= check.holds
    return ConsistencyReport(sum(kinds.values()) / len(kinds), reading.checks)


def _find_question(reading: Reading) -> None:
    """Separate the closing question from the story it asks about."""
    reading.narrative_end = len(reading.text)
    found = reading.tongue.question.search(reading.text)
    if found:
        reading.narrative_end = found.start()
        reading.question, reading.reply = found["question"].strip(), found["answer"].strip()


def _find_sentences(reading: Reading) -> None:
    start = 0
    for end in (match.end() for match in reading.tongue.sentence_end.finditer(reading.narrative)):
        reading.sentences.append((start, end))
        start = end
    if reading.narrative[start:].strip():
        reading.sentences.append((start, reading.narrative_end))


def _find_mentions(reading: Reading) -> None:
    tongue = reading.tongue
    quoted = [match.span() for match in tongue.quotes.finditer(reading.text)]
    for match in tongue.mentions.finditer(reading.text):
        is_pronoun = match.lastgroup == "pronoun"
        word = match[0]
        gender = tongue.genders.get(word.lower() if is_pronoun else word, "")
        is_quoted = any(start <= match.start() < end for start, end in quoted)
        reading.mentions.append(Mention(match.start(), match.end(), word, gender, is_pronoun, is_quoted))


def _check_names(reading: Reading) -> None:
    """A name is known from the prompt, or its first mention says who this is."""
    known: set[str] = set()
    checked: set[str] = set()
    for mention in reading.mentions:
        if mention.is_pronoun:
            continue
        if mention.word not in known:
            known.add(mention.word)
            if mention.start >= reading.told:
                holds = reading.tongue.is_introduced(reading.text, mention.start, mention.end)
                reading.check("names", f"{mention.word} is introduced", holds)
                checked.add(mention.word)
        elif mention.start >= reading.told and mention.word not in checked:
            checked.add(mention.word)
            reading.check("names", f"{mention.word} is known", True)
    for start, word in reading.tongue.unknown_names(reading.text):
        if start >= reading.told and word not in reading.text[: reading.told]:
            reading.check("names", f"{word} is introduced", False)


def _check_pronouns(reading: Reading) -> None:
    """A pronoun has the gender of somebody who can be meant."""
    last, known = "", set[str]()
    for start, end in reading.sentences:
        inside = [mention for mention in reading.mentions if start <= mention.start < end and not mention.is_quoted]
        before: set[str] = {last} if last else set()
        later = {mention.gender for mention in inside if not mention.is_pronoun}
        for index, mention in enumerate(inside):
            if mention.word in reading.tongue.may_mean_things:
                continue
            if not mention.is_pronoun:
                known.add(mention.gender)
                before.add(mention.gender)
                last = mention.gender
                continue
            is_checked = mention.start >= reading.told and bool(before | later)
            if mention.word.lower() in reading.tongue.opens_sentence:
                is_first = index == 0 and mention.start == _word_start(reading.text, start)
                if mention.gender and is_checked:
                    holds = mention.gender == last if is_first and last else mention.gender in before | later
                    reading.check("pronouns", f"{mention.word} can be meant", holds)
                last = mention.gender or last
            elif mention.gender and is_checked:
                reading.check("pronouns", f"{mention.word} can be meant", mention.gender in before | later | known)
            elif not mention.gender and mention.start >= reading.told:
                holds = reading.tongue.plural_holds(mention.word, known)
                reading.check("pronouns", f"{mention.word} can be meant", holds)


def _word_start(text: str, start: int) -> int:
    while start < len(text) and text[start].isspace():
        start += 1
    return start


def _check_things(reading: Reading) -> None:
    """A thing is known from the prompt or new ("a kite"), and stays what it was."""
    known: set[str] = set()
    for match in reading.tongue.things.finditer(reading.text):
        noun = match[0].lower()
        if match.start() < reading.told:
            known.add(noun)
            continue
        if noun not in known:
            known.add(noun)
            holds = reading.tongue.has_determiner(reading.text, match.start(), match.end())
            reading.check("things", f"{noun} has been told of", holds)
        is_wrong = reading.tongue.is_wrong(reading.text, match.start(), match.end())
        reading.check("things", f"{noun} stays what it was", not is_wrong)


def _follow_events(reading: Reading) -> None:
    """Follow who owns what and where things lie, and check what the continuation says of it."""
    for name, match in _events(reading):
        groups = {key: value for key, value in match.groupdict().items() if value}
        subject = reading.subject_before(match.start())
        is_checked = match.start() >= reading.told
        thing = groups.get("thing") or _last_thing(reading, match.start())
        spot, who = groups.get("spot", ""), groups.get("who", "")
        if name in ("gave", "gaveit", "gavea", "presented", "returned"):
            if is_checked and thing in reading.owners:
                holds = subject == reading.owners[thing]
                reading.check("owners", f"{subject} has the {thing} and can give it", holds)
            reading.first_owners.setdefault(thing, subject)
            reading.owners[thing] = who
            reading.places.pop(thing, None)
            reading.wishes.pop(thing, None)
        elif name in ("put", "hid", "leftat"):
            reading.places[thing] = spot
        elif name == "hidself":
            reading.places[subject] = spot
        elif name in ("found", "lay"):
            if is_checked and thing in reading.places:
                reading.check("places", f"the {thing} is found {spot}", reading.places[thing] == spot)
            reading.places[thing] = spot
            reading.wishes.pop(thing, None)
        elif name == "bought":
            reading.wishes.pop(thing, None)
        elif name in ("wanted", "lost"):
            reading.wishes[thing] = subject


def _events(reading: Reading) -> Iterator[tuple[str, re.Match[str]]]:
    found = [
        (match.start(), name, match)
        for name, patterns in reading.tongue.events.items()
        for pattern in patterns
        for match in pattern.finditer(reading.narrative)
    ]
    end = 0
    for start, name, match in sorted(found, key=lambda event: event[0]):
        if start >= end:  # "gave Tom the kite" is one event, whichever phrases it fits
            end = match.end()
            yield name, match


def _last_thing(reading: Reading, position: int) -> str:
    things = [match[0].lower() for match in reading.tongue.things.finditer(reading.text[:position])]
    return things[-1] if things else ""


def _check_ending(reading: Reading) -> None:
    """The story comes to an end, its people are still in it, and what was wished for or lost has come back."""
    told_of = {mention.word for mention in reading.mentions if not mention.is_pronoun and mention.start < reading.told}
    num_new = sum(start >= reading.told for start, _ in reading.sentences)
    if told_of and num_new >= 3:
        new = [mention for mention in reading.mentions if reading.told <= mention.start < reading.narrative_end]
        named = {mention.word for mention in new if not mention.is_pronoun}
        holds = bool(told_of & named) or (bool(new) and new[0].is_pronoun)
        reading.check("ending", f"{reading.people()[0]} or a friend is still in the story", holds)
    last = reading.text[reading.told :].rstrip()[-2:]
    is_finished = reading.tongue.sentence_end.search(last + " ") is not None
    reading.check("ending", "the story comes to an end", is_finished)
    rest = reading.narrative[reading.told :].lower()
    for thing, person in reading.wishes.items():
        if rest.strip() and thing in reading.text[: reading.told].lower():
            reading.check("ending", f"{person} and the {thing}: the wish is not forgotten", thing in rest)
