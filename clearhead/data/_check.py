"""Look at a text before training on it, and tell what a person should know."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from hashlib import blake2b
from pathlib import Path

from clearhead.data._pieces import Piece
from clearhead.data.base import open_text, read_pieces

LONG_LINE_CHARACTERS = 10_000
MAX_LINE_CHARACTERS = 1 << 20
MIN_REPEATED_CHARACTERS = 40
"""Shorter lines repeat in every text ("Yes." "}") and say nothing."""
MAX_REMEMBERED = 2_000_000
"""Lines and words kept in memory; beyond that, counts are lower bounds."""
SMALL_TEXT_CHARACTERS = 100_000
SMALL_VALID_CHARACTERS = 5_000

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
MARKUP = re.compile(r"</?[a-zA-Z][^<>\n]{0,80}>|&(?:nbsp|amp|lt|gt|quot|#\d+);")
MOJIBAKE = re.compile(r"Ã[\u0080-\u00bf]|â€[™œ\u009d“”]|锟斤拷|烫烫烫")
_SCRIPTS = (
    ("LATIN", "Latin"),
    ("CJK", "Chinese"),
    ("HIRAGANA", "Japanese"),
    ("KATAKANA", "Japanese"),
    ("HANGUL", "Korean"),
    ("CYRILLIC", "Cyrillic"),
    ("GREEK", "Greek"),
    ("ARABIC", "Arabic"),
    ("HEBREW", "Hebrew"),
    ("DEVANAGARI", "Devanagari"),
    ("THAI", "Thai"),
)
_WITHOUT_SPACES = ("Chinese", "Japanese", "Thai")
_COMMON_WORDS = {
    "English": {"the", "and", "of", "to", "that", "was", "with", "is"},
    "German": {"der", "und", "die", "das", "nicht", "ist", "ein", "zu"},
    "French": {"le", "et", "les", "des", "est", "une", "dans", "que"},
    "Spanish": {"el", "los", "y", "que", "una", "por", "con", "las"},
}


@dataclass(frozen=True)
class PartCheck:
    """One part of a text, counted."""

    documents: int
    characters: int
    bytes: int
    lines: int


@dataclass(frozen=True)
class TextCheck:
    """What is known of a text before training."""

    name: str
    parts: dict[str, PartCheck]
    scripts: dict[str, float]
    """Share of the letters that belong to each script, largest first."""
    language: str
    """A guess from scripts and common words; "" when there is none."""
    distinct_characters: int
    distinct_words: int
    """In scripts that put spaces between words."""
    repeated_share: float
    """Share of the text in lines that stood in it before."""
    repeated_documents: int
    leaked_share: float
    """Share of the validation text in lines that also stand in the training text."""
    longest_line: int
    long_lines: int
    suspicious: dict[str, int]
    """Things that are seldom meant, counted."""
    report: list[str]
    """What reading skipped, mended and split."""
    warnings: list[str]


def check_text(spec: str | Path, *, text_column: str = "text") -> TextCheck:
    """Read a text through and count what matters before training.

    Raises:
        ValueError: no usable text.
        FileNotFoundError: nothing there.
    """
    source = open_text(spec, text_column=text_column)
    counts = _Counts()
    parts = {part: counts.read(read_pieces(source, part), part) for part in source.splits}
    letters = sum(counts.scripts.values()) or 1
    check = TextCheck(
        name=source.name,
        parts=parts,
        scripts={script: round(number / letters, 4) for script, number in counts.scripts.most_common()},
        language=counts.language(),
        distinct_characters=len(counts.characters),
        distinct_words=len(counts.words),
        repeated_share=round(counts.repeated / max(1, counts.in_lines), 4),
        repeated_documents=counts.repeated_documents,
        leaked_share=round(counts.leaked / max(1, counts.in_valid_lines), 4),
        longest_line=counts.longest_line,
        long_lines=counts.long_lines,
        suspicious={what: number for what, number in counts.suspicious().items() if number},
        report=list(source.report),
        warnings=[],
    )
    check.warnings.extend(_warnings(check))
    return check


def tell(check: TextCheck) -> list[str]:
    """Say a check in lines that a person reads."""
    lines = [f"{check.name}"]
    for part, counted in check.parts.items():
        lines.append(
            f"  {part:<6} {counted.documents:>9,} documents  {counted.characters:>13,} characters  "
            f"{counted.bytes:>13,} bytes  {counted.lines:>10,} lines"
        )
    scripts = ", ".join(f"{script} {share:.1%}" for script, share in check.scripts.items() if share >= 0.001)
    lines.append(f"Letters: {scripts or 'none'}.{f' Language: {check.language}.' if check.language else ''}")
    lines.append(
        f"Vocabulary: {check.distinct_characters:,} different characters, {check.distinct_words:,} different words. "
        f"{_vocabulary_hint(check)}"
    )
    lines.append(
        f"Repeated: {check.repeated_share:.1%} of the text in lines that stood before, "
        f"{check.repeated_documents:,} whole documents; {check.leaked_share:.1%} of the validation text is in training."
    )
    lines.append(
        f"Longest line: {check.longest_line:,} characters; {check.long_lines:,} above {LONG_LINE_CHARACTERS:,}."
    )
    found = ", ".join(f"{number:,} {what}" for what, number in check.suspicious.items())
    lines.append(f"Suspicious: {found or 'nothing'}.")
    lines += check.report
    lines += [f"Note: {warning}" for warning in check.warnings]
    return lines


@dataclass
class _Counts:
    """Sums over all pieces. Lines and documents are remembered as hashes of 8 bytes."""

    characters: Counter[str] = field(default_factory=Counter)
    words: set[str] = field(default_factory=set)
    common: Counter[str] = field(default_factory=Counter)
    scripts: Counter[str] = field(default_factory=Counter)
    seen: dict[bytes, bool] = field(default_factory=dict)
    """Hash of a line → whether it stands in the training part."""
    documents: set[bytes] = field(default_factory=set)
    repeated_documents: int = 0
    repeated: int = 0
    in_lines: int = 0
    leaked: int = 0
    in_valid_lines: int = 0
    longest_line: int = 0
    long_lines: int = 0
    markup: int = 0
    mojibake: int = 0

    def read(self, pieces: Iterator[Piece], part: str) -> PartCheck:
        documents = characters = num_bytes = num_lines = 0
        digest, rest, dropped = blake2b(digest_size=8), "", 0
        for text, is_end in pieces:
            data = text.encode("utf-8")
            documents, characters, num_bytes = documents + is_end, characters + len(text), num_bytes + len(data)
            digest.update(data)
            self._read_piece(text)
            *whole, rest = (rest + text).split("\n")
            if is_end and (rest or dropped):
                whole, rest = [*whole, rest], ""
            num_lines += len(whole)
            for line in whole:
                self._read_line(line, part, dropped)
                dropped = 0
            if len(rest) > MAX_LINE_CHARACTERS:  # a line without end is only measured, never held
                rest, dropped = "", dropped + len(rest)
            if is_end:
                self._read_document(digest.digest())
                digest = blake2b(digest_size=8)
        return PartCheck(documents, characters, num_bytes, num_lines)

    def _read_piece(self, text: str) -> None:
        found = Counter(text)
        self.characters.update(found)
        for character, number in found.items():
            if script := script_of(character):
                self.scripts[script] += number
        words = Counter(word.lower() for word in _WORD.findall(text))
        if len(self.words) < MAX_REMEMBERED:
            self.words.update(word for word in words if script_of(word[0]) not in _WITHOUT_SPACES)
        for language, common in _COMMON_WORDS.items():
            self.common[language] += sum(words[word] for word in common)
        self.common["all"] += words.total()
        self.markup += len(MARKUP.findall(text))
        self.mojibake += len(MOJIBAKE.findall(text))

    def _read_line(self, line: str, part: str, dropped: int) -> None:
        length = dropped + len(line)
        self.longest_line = max(self.longest_line, length)
        self.long_lines += length > LONG_LINE_CHARACTERS
        self.in_lines += length
        self.in_valid_lines += length if part == "valid" else 0
        if dropped or length < MIN_REPEATED_CHARACTERS:
            return
        mark = blake2b(line.encode("utf-8"), digest_size=8).digest()
        if mark in self.seen:
            self.repeated += len(line)
            self.leaked += len(line) if part == "valid" and self.seen[mark] else 0
        elif len(self.seen) < MAX_REMEMBERED:
            self.seen[mark] = part == "train"

    def _read_document(self, mark: bytes) -> None:
        if mark in self.documents:
            self.repeated_documents += 1
        elif len(self.documents) < MAX_REMEMBERED:
            self.documents.add(mark)

    def language(self) -> str:
        """Guess the language; a script that only one language uses decides, otherwise its commonest words."""
        letters = self.scripts.total()
        if not letters:
            return ""
        if self.scripts["Japanese"] > 0.05 * letters:
            return "Japanese"
        script, number = self.scripts.most_common(1)[0]
        if script != "Latin":
            return f"mostly {script}" if number < 0.95 * letters else script
        language = max(_COMMON_WORDS, key=lambda name: self.common[name])
        return f"{language} by its common words" if self.common[language] > 0.05 * self.common["all"] else ""

    def suspicious(self) -> dict[str, int]:
        """Count characters and marks that are seldom meant."""
        kinds = Counter[str]()
        for character, number in self.characters.items():
            kinds[suspicion_of(character)] += number
        kinds.pop("", None)
        return {**kinds, "tags or entities of HTML": self.markup, "wrongly decoded characters (Ã©, â€™)": self.mojibake}


@cache
def script_of(character: str) -> str:
    """Return the script of a letter; "" for what is no letter."""
    if not character.isalpha():
        return ""
    if character.isascii():
        return "Latin"
    name = unicodedata.name(character, "")
    return next((script for start, script in _SCRIPTS if start in name.split(" ")[0]), "other")


def suspicion_of(character: str) -> str:
    """Say what is strange about a character; "" for most of them."""
    kind = unicodedata.category(character)
    if character == "\ufffd":
        return "replacement characters � (text lost in an earlier conversion)"
    if kind == "Cc" and character not in "\n\t":
        return "control characters"
    if character in "\u200b\u2060\ufeff\u00ad":
        return "invisible characters"
    return "private or unassigned characters" if kind in ("Co", "Cn") else ""


def _warnings(check: TextCheck) -> list[str]:
    train, valid = check.parts["train"], check.parts["valid"]
    total = sum(part.characters for part in check.parts.values())
    told = []
    if total < SMALL_TEXT_CHARACTERS:
        told.append(f"{total:,} characters are few: a model will soon know them by heart. More text helps most.")
    if valid.characters < SMALL_VALID_CHARACTERS:
        told.append(f"{valid.characters:,} characters of validation text make a noisy score. Name more with --valid.")
    if valid.characters > train.characters:
        told.append("The validation part is larger than the training part. Check how the text is split.")
    if check.leaked_share > 0.05:
        told.append(f"{check.leaked_share:.0%} of the validation text also stands in training: its score flatters.")
    if check.repeated_share > 0.2:
        told.append(
            f"{check.repeated_share:.0%} of the text repeats: remove copies, or the model learns them by heart."
        )
    if check.long_lines:
        told.append(f"{check.long_lines:,} lines are very long: perhaps data or minified code, not prose.")
    return told


def _vocabulary_hint(check: TextCheck) -> str:
    if check.distinct_characters <= 256:
        return "Few characters: a tokenizer of characters fits, byte-level BPE is faster."
    return "Byte-level BPE fits: it can say every character."
