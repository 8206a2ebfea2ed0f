"""Look at tagged sentences before training on them, and tell what a person should know."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np

from clearhead.core import catalog
from clearhead.core.tags import read_spans
from clearhead.data._read import EXAMPLES, shown
from clearhead.data._tagged_rows import TaggedRows

FEW_SENTENCES, FEW_VALID, FEW_OF_A_KIND = 500, 100, 10
LONG_SENTENCE_WORDS, LONG_WORD_CHARACTERS = 200, 50
SHOWN_KINDS = 20
_SHOWN_CHARACTERS = 40


@dataclass(frozen=True)
class TaggedPartCheck:
    """One part of the sentences, counted."""

    sentences: int
    words: int
    median_length: float
    """Words of a sentence."""
    long_length: float
    """What 95 of 100 sentences do not exceed."""
    longest: int
    unknown_words: float
    """Share of the words that training does not have; of the training part, that it has once."""


@dataclass(frozen=True)
class TaggedCheck:
    """What is known of tagged sentences before training."""

    name: str
    scheme: str
    parts: dict[str, TaggedPartCheck]
    tags: dict[str, dict[str, int]]
    """For each tag the words that have it in each part, the commonest first."""
    entities: dict[str, dict[str, int]]
    """For each kind of span how many there are in each part, the commonest first; none where tags mark no spans."""
    words_are_characters: bool
    """Whether nearly every word is one character, as in Chinese tagged without cutting words."""
    broken: int
    """Sentences whose tags break the scheme."""
    repeated: int
    """Training sentences that stood before."""
    contradictory: int
    """Training sentences that stood before with other tags."""
    leaked: dict[str, int]
    """For each other part: sentences that also stand in training."""
    long_sentences: int
    long_words: int
    examples: list[str]
    """Some broken rows, very long sentences and very long words, with their place."""
    report: list[str]
    """What the columns are, what was left out, mended and split."""
    warnings: list[str]


def check_tagged(spec: str, *, token_column: str | None = None, tag_column: str | None = None) -> TaggedCheck:
    """Read tagged sentences through and count what matters before training; broken rows are counted, not refused.

    Args:
        spec, token_column, tag_column: as `open_tagged_texts` of tagged_text.py takes them.
    Raises:
        ValueError, FileNotFoundError: no usable sentences there.
    """
    rows: TaggedRows = catalog.load("data", "tagged_text").open_tagged_texts(
        spec, token_column=token_column, tag_column=tag_column, repairs_tags=True
    )
    known = Counter(word for words in rows.sentences("train") for word in words)
    repeated = _Repeated(rows)
    words = [word for part in rows.splits for sentence in rows.sentences(part) for word in sentence]
    check = TaggedCheck(
        name=rows.name,
        scheme=rows.scheme,
        parts={part: _part(rows.sentences(part), known, is_train=part == "train") for part in rows.splits},
        tags=_count(rows, {part: [tag for row in rows.tag_rows(part) for tag in row] for part in rows.splits}),
        entities=_count(
            rows, {part: [span.kind for row in rows.tag_rows(part) for span in read_spans(row)] for part in rows.splits}
        )
        if rows.scheme != "none"
        else {},
        words_are_characters=sum(len(word) == 1 for word in words) > 0.9 * len(words),
        broken=rows.broken.num_sentences,
        repeated=repeated.repeated,
        contradictory=repeated.contradictory,
        leaked=repeated.leaked,
        long_sentences=sum(len(row) > LONG_SENTENCE_WORDS for part in rows.splits for row in rows.sentences(part)),
        long_words=sum(len(word) > LONG_WORD_CHARACTERS for word in words),
        examples=[*rows.broken.examples, *_long_examples(rows)],
        report=list(rows.report),
        warnings=[],
    )
    check.warnings.extend(_warnings(check))
    return check


def tell(check: TaggedCheck) -> list[str]:
    """Say a check in lines that a person reads."""
    unit = "characters" if check.words_are_characters else "words"
    lines = [f"{check.name}: {unit} with tags, scheme {check.scheme}"]
    for part, counted in check.parts.items():
        seen = "seen once" if part == "train" else "unknown to training"
        lines.append(
            f"  {part:<6} {counted.sentences:>8,} sentences {counted.words:>10,} {unit}  length: median "
            f"{counted.median_length:g}, 95 % up to {counted.long_length:g}, longest {counted.longest:,}  "
            f"{counted.unknown_words:.1%} {seen}"
        )
    what, kinds = ("spans", check.entities) if check.entities else (unit, check.tags)
    for name, counts in list(kinds.items())[:SHOWN_KINDS]:
        told = ", ".join(f"{count:,} in {part}" for part, count in counts.items())
        lines.append(f"  {shown(name) or 'without a name'}: {what} {told}")
    if len(kinds) > SHOWN_KINDS:
        lines.append(f"  and {len(kinds) - SHOWN_KINDS:,} more.")
    leaked = ", ".join(
        f"{number:,} of {check.parts[part].sentences:,} in {part}" for part, number in check.leaked.items()
    )
    return [
        *lines,
        f"Repeated: {check.repeated:,} training sentences stood before, {check.contradictory:,} of them with other "
        f"tags.",
        f"Sentences that also stand in training: {leaked or 'none'}.",
        f"Broken: {check.broken:,} sentences. Very long: {check.long_sentences:,} sentences above "
        f"{LONG_SENTENCE_WORDS} {unit}, {check.long_words:,} words above {LONG_WORD_CHARACTERS} characters.",
        *(f"  {example}" for example in check.examples),
        *check.report,
        *(f"Note: {warning}" for warning in check.warnings),
    ]


class _Repeated:
    """Sentences that stand more than once, by hashes of their words."""

    def __init__(self, rows: TaggedRows) -> None:
        seen: dict[bytes, bytes] = {}
        self.repeated = self.contradictory = 0
        for words, tags in zip(rows.sentences("train"), rows.tag_rows("train"), strict=True):
            mark, said = _mark(words), _mark(tags)
            self.repeated += mark in seen
            self.contradictory += seen.get(mark, said) != said
            seen.setdefault(mark, said)
        self.leaked = {
            part: sum(_mark(words) in seen for words in rows.sentences(part)) for part in rows.splits if part != "train"
        }


def _mark(row: Sequence[str]) -> bytes:
    return blake2b("\x1f".join(row).encode("utf-8"), digest_size=8).digest()


def _part(sentences: Sequence[Sequence[str]], known: Counter[str], *, is_train: bool) -> TaggedPartCheck:
    lengths = np.array([len(words) for words in sentences])
    rare = 1 if is_train else 0
    unknown = sum(known[word] == rare for words in sentences for word in words)
    return TaggedPartCheck(
        sentences=len(sentences),
        words=int(lengths.sum()),
        median_length=float(np.median(lengths)),
        long_length=float(np.percentile(lengths, 95, method="higher")),
        longest=int(lengths.max()),
        unknown_words=round(unknown / int(lengths.sum()), 4),
    )


def _count(rows: TaggedRows, found: dict[str, list[str]]) -> dict[str, dict[str, int]]:
    counts = {part: Counter(names) for part, names in found.items()}
    order = sorted(set().union(*counts.values()), key=lambda name: (-counts["train"][name], name))
    return {name: {part: counts[part][name] for part in rows.splits} for name in order}


def _long_examples(rows: TaggedRows) -> list[str]:
    found = []
    for part in rows.splits:
        for sentence in rows.parts[part]:
            if len(sentence.words) > LONG_SENTENCE_WORDS:
                found.append(f"{sentence.place} begins a sentence of {len(sentence.words):,} words")
            for word, line in zip(sentence.words, sentence.lines, strict=True):
                if len(word) > LONG_WORD_CHARACTERS:
                    begun = shown(word[:_SHOWN_CHARACTERS])
                    found.append(f"{sentence.file} line {line} has a word of {len(word):,} characters: {begun}…")
    return found[:EXAMPLES]


def _warnings(check: TaggedCheck) -> list[str]:
    train, told = check.parts["train"], []
    if train.sentences < FEW_SENTENCES:
        told.append(f"{train.sentences:,} training sentences are few: more help most, or word vectors to begin from.")
    for part, counted in check.parts.items():
        if part != "train" and counted.sentences < FEW_VALID:
            told.append(f"{counted.sentences:,} sentences of {part} make a noisy score.")
    counts = {name: parts["train"] for name, parts in (check.entities or check.tags).items()}
    if rare := [name for name, count in counts.items() if 0 < count < FEW_OF_A_KIND]:
        told.append(f"Fewer than {FEW_OF_A_KIND} in training each: {', '.join(map(shown, rare[:10]))}.")
    if unseen := [name for name, count in counts.items() if not count]:
        told.append(f"Never in training, so never predicted: {', '.join(map(shown, unseen[:10]))}.")
    for part, number in check.leaked.items():
        if number > 0.05 * check.parts[part].sentences:
            share = number / check.parts[part].sentences
            told.append(f"{share:.0%} of the sentences of {part} also stand in training: its score flatters.")
    if check.broken:
        told.append(
            f"{check.broken:,} sentences have tags that break {check.scheme}: training on a file stops at the first "
            "unless it is told to mend them (--task.repairs-tags); those of a known set are always mended."
        )
    if check.contradictory > 0.01 * train.sentences:
        told.append(f"{check.contradictory:,} equal sentences have different tags: no model can get them all right.")
    if check.long_sentences:
        told.append(f"{check.long_sentences:,} sentences are very long: perhaps a blank line between them is missing.")
    return told
