"""Look at labelled texts before training on them, and tell what a person should know."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

import numpy as np

from clearhead.core import catalog
from clearhead.data._check import MARKUP, MOJIBAKE, script_of, suspicion_of
from clearhead.data._check_examples import FEW_EXAMPLES, FEW_OF_A_CLASS, FEW_VALID, SHOWN_CLASSES, UNEVEN
from clearhead.data._labeled import LabeledTexts
from clearhead.data._labeled_marks import MARK
from clearhead.data._read import EXAMPLES, shown
from clearhead.data._units import UnitRules, Units

LONG_CHARACTERS = 10_000
USUAL_SCRIPT = 0.05
"""A script that so many texts are written in is one of the set's."""
_SAMPLE_CHARACTERS = 1_000
"""As much of a text tells its script."""
_SHOWN_CHARACTERS = 60
_QUOTED = "in quotation marks, with others doubled within"


@dataclass(frozen=True)
class Lengths:
    """How long the texts of a part are (two texts of a row together)."""

    median_words: int
    most_words: int
    """95 of 100 texts are no longer."""
    longest_words: int
    median_characters: int
    most_characters: int
    longest_characters: int


@dataclass(frozen=True)
class LabeledCheck:
    """What is known of labelled texts before training."""

    name: str
    num_texts: int
    has_marks: bool
    target_kind: str
    """"class" or "labels"."""
    parts: dict[str, int]
    """Rows of each part."""
    classes: dict[str, dict[str, int]]
    """For each class (or label) its rows in each part, the commonest first."""
    lengths: dict[str, Lengths]
    """For each part; a word is one as models read it, a Chinese character by itself."""
    scripts: dict[str, float]
    """Share of the texts that are mostly written in each script, largest first."""
    repeated: int
    """Training texts that stood before, but for case and spaces."""
    contradictory: int
    """Training texts that stood before with another target."""
    leaked: dict[str, int]
    """"valid in train": rows of valid whose text also stands in train; and so on for each two parts."""
    suspicious: dict[str, int]
    """Things that are seldom meant, counted in texts."""
    examples: list[str]
    """Some of those texts, with their places."""
    report: list[str]
    """What reading left out, mended and split."""
    warnings: list[str]


def check_labeled(
    spec: str, *, text_columns: Sequence[str] | None = None, target: str | None = None, target_kind: str | None = None
) -> LabeledCheck:
    """Read labelled texts through and count what matters before training.

    Args:
        spec, text_columns, target, target_kind: as `open_labeled_texts` of labeled_text.py takes them.
    Raises:
        ValueError, FileNotFoundError: no usable texts there.
    """
    opened: LabeledTexts = catalog.load("data", "labeled_text").open_labeled_texts(
        spec, text_columns=text_columns, target=target, target_kind=target_kind
    )
    counts = _Counts()
    lengths = {part: counts.read(opened, part) for part in opened.splits}
    scripts = Counter(script for script in counts.scripts if script)
    counts.suspect_scripts(opened)
    check = LabeledCheck(
        name=opened.name,
        num_texts=opened.num_texts,
        has_marks=opened.has_marks,
        target_kind=opened.target_kind,
        parts={part: len(opened.texts(part)) for part in opened.splits},
        classes=_classes(opened),
        lengths=lengths,
        scripts={script: round(number / scripts.total(), 4) for script, number in scripts.most_common()},
        repeated=counts.repeated,
        contradictory=counts.contradictory,
        leaked=counts.leaked,
        suspicious=dict(counts.suspicious),
        examples=counts.examples,
        report=list(opened.report),
        warnings=[],
    )
    check.warnings.extend(_warnings(check))
    return check


def tell(check: LabeledCheck) -> list[str]:
    """Say a check in lines that a person reads."""
    count = len(check.classes)
    kind = f"one of {count} classes" if check.target_kind == "class" else f"some of {count} labels"
    what = "two texts" if check.num_texts == 2 else "a text that marks two entities" if check.has_marks else "a text"
    lines = [f"{check.name}: {what} a row, each with {kind}"]
    for part, rows in check.parts.items():
        found = check.lengths[part]
        lines.append(
            f"  {part:<6} {rows:>9,} rows  half have up to {found.median_words:,} words, 95% up to "
            f"{found.most_words:,}, the longest {found.longest_words:,} ({found.longest_characters:,} characters)"
        )
    for name, counted in list(check.classes.items())[:SHOWN_CLASSES]:
        told = ", ".join(f"{n:,} in {part} ({n / max(1, check.parts[part]):.1%})" for part, n in counted.items())
        lines.append(f"  {shown(name)}: {told}")
    if count > SHOWN_CLASSES:
        lines.append(f"  and {count - SHOWN_CLASSES:,} more.")
    scripts = ", ".join(f"{script} {share:.1%}" for script, share in check.scripts.items() if share >= 0.001)
    leaked = ", ".join(f"{number:,} of {where}" for where, number in check.leaked.items() if number)
    suspicious = ", ".join(f"{number:,} {what}" for what, number in check.suspicious.items())
    return [
        *lines,
        f"Texts written in: {scripts or 'no letters'}.",
        f"Repeated: {check.repeated:,} training texts stood before, {check.contradictory:,} of them with another "
        "target.",
        f"Texts that stand in two parts: {leaked or 'none'}.",
        f"Suspicious texts: {suspicious or 'none'}.",
        *(f"  {example}" for example in check.examples),
        *check.report,
        *(f"Note: {warning}" for warning in check.warnings),
    ]


@dataclass
class _Counts:
    """Sums over all texts; the training part is read first."""

    seen: dict[str, dict[bytes, bytes]] = field(default_factory=dict)
    """For each part its texts by a hash, with a hash of the first target."""
    repeated: int = 0
    contradictory: int = 0
    leaked: dict[str, int] = field(default_factory=dict)
    scripts: list[str] = field(default_factory=list)
    suspicious: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)

    def read(self, opened: LabeledTexts, part: str) -> Lengths:
        units = Units(UnitRules(has_marks=opened.has_marks), [])
        words, characters, here = [], [], dict[bytes, bytes]()
        for before in self.seen:
            self.leaked[f"{part} in {before}"] = 0
        strip = MARK.sub if opened.has_marks else None
        for texts, target, place in zip(opened.texts(part), opened.targets(part), opened.places(part), strict=True):
            words.append(sum(len(units.cut(text)) for text in texts))
            characters.append(sum(map(len, texts)))
            self.scripts.append(_script(texts))
            self._remember(texts, np.asarray(target).tobytes(), part, here)
            plain = [strip("", text) for text in texts] if strip else texts
            for what, holds in _SUSPICIONS.items():
                if any(holds(text) for text in plain):
                    self._suspect(what, place, texts)
        self.seen[part] = here
        found = [[*map(round, np.percentile(sizes, [50, 95])), max(sizes)] for sizes in (words, characters)]
        return Lengths(*found[0], *found[1])

    def _remember(self, texts: tuple[str, ...], target: bytes, part: str, here: dict[bytes, bytes]) -> None:
        folded = "\x1f".join(" ".join(text.casefold().split()) for text in texts)
        mark = blake2b(folded.encode("utf-8"), digest_size=8).digest()
        if part == "train":
            self.repeated += mark in here
            self.contradictory += here.get(mark, target) != target
        here.setdefault(mark, target)
        for before, marks in self.seen.items():
            self.leaked[f"{part} in {before}"] += mark in marks

    def suspect_scripts(self, opened: LabeledTexts) -> None:
        """Note texts in a script that few others are written in."""
        usual = Counter(self.scripts)
        scripts = iter(self.scripts)
        for part in opened.splits:
            for texts, place in zip(opened.texts(part), opened.places(part), strict=True):
                script = next(scripts)
                if script and usual[script] < USUAL_SCRIPT * len(self.scripts):
                    self._suspect("in another script than the rest", place, texts)

    def _suspect(self, what: str, place: str, texts: tuple[str, ...]) -> None:
        self.suspicious[what] += 1
        if self.suspicious[what] <= EXAMPLES:
            self.examples.append(f"{place}, {what}: {shown(' | '.join(texts)[:_SHOWN_CHARACTERS])!r}")


_SUSPICIONS = {
    "of one character": lambda text: len(text) == 1,
    f"of more than {LONG_CHARACTERS:,} characters": lambda text: len(text) > LONG_CHARACTERS,
    "without a letter": lambda text: not any(map(str.isalpha, text)),
    "with tags or entities of HTML": lambda text: bool(MARKUP.search(text)),
    "with wrongly decoded characters (Ã©, â€™)": lambda text: bool(MOJIBAKE.search(text)),
    "with characters that are seldom meant": lambda text: any(map(suspicion_of, text)),
    _QUOTED: lambda text: text[0] == text[-1] == '"' and '""' in text[1:-1],
}


def _script(texts: tuple[str, ...]) -> str:
    """Return the script that most letters of a row belong to; "" without letters."""
    found = Counter(filter(None, map(script_of, "".join(texts)[:_SAMPLE_CHARACTERS])))
    return found.most_common(1)[0][0] if found else ""


def _classes(opened: LabeledTexts) -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = {name: {} for name in opened.label_names}
    for part in opened.splits:
        targets = opened.targets(part)
        found = targets.sum(0) if targets.ndim == 2 else np.bincount(targets, minlength=len(counts))
        for name, number in zip(opened.label_names, found, strict=True):
            counts[name][part] = int(number)
    return dict(sorted(counts.items(), key=lambda each: (-each[1]["train"], each[0])))


def _warnings(check: LabeledCheck) -> list[str]:
    train, told = check.parts["train"], []
    if train < FEW_EXAMPLES:
        told.append(f"{train:,} training texts are few: simple models may do as well.")
    told += [
        f"{rows:,} texts of {part} make a noisy score."
        for part, rows in check.parts.items()
        if part != "train" and rows < FEW_VALID
    ]
    counts = {name: parts["train"] for name, parts in check.classes.items()}
    if rare := [name for name, number in counts.items() if number < FEW_OF_A_CLASS]:
        told.append(f"Fewer than {FEW_OF_A_CLASS} training texts each: {', '.join(map(shown, rare[:10]))}.")
    uneven = max(counts.values()) / max(1, min(counts.values()))
    if uneven > UNEVEN:
        told.append(
            f"The commonest class has {uneven:.0f} times as many texts as the rarest: look at macro-F1, accuracy "
            "flatters."
        )
    for where, number in check.leaked.items():
        part, _, before = where.partition(" in ")
        if number > 0.01 * check.parts[part]:
            told.append(
                f"{number / check.parts[part]:.0%} of {part} also stand in {before}: the score of {part} flatters."
            )
    if check.repeated > 0.2 * train:
        told.append(f"{check.repeated / train:.0%} of the training texts repeat: remove copies.")
    if check.contradictory > 0.01 * train:
        told.append(f"{check.contradictory:,} equal texts have different targets: no model can get them all right.")
    if max(found.longest_characters for found in check.lengths.values()) > LONG_CHARACTERS:
        longest = max(found.longest_words for found in check.lengths.values())
        told.append(f"The longest text has {longest:,} words: models read only the beginning of such a text.")
    if _QUOTED in check.suspicious:
        told.append("Some texts stand in quotation marks: TSV is read without quoting, save such a file as CSV.")
    return told
