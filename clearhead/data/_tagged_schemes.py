"""Which scheme the tags of a set are in, and rows of tags that break it: refused, or mended by one rule.

A row is mended by reading its spans as a score does (`read_spans` of core/tags.py) and writing them down again: an I or
M without its B becomes B, an E without its B becomes S, and where a B is never closed its last word becomes E, or S.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from clearhead.core.tags import LETTERS, may_follow, read_spans, split_tag, write_tags
from clearhead.data._read import EXAMPLES
from clearhead.data._tagged_columns import Sentence


@dataclass
class BrokenRows:
    """Rows that broke the scheme and were mended."""

    num_sentences: int = 0
    num_tags: int = 0
    """Tags that were changed."""
    examples: list[str] = field(default_factory=list)

    def told(self, scheme: str) -> list[str]:
        """Say it in a sentence."""
        if not self.num_sentences:
            return []
        return [
            f"Mended {self.num_tags:,} tags in {self.num_sentences:,} sentences that break {scheme}: "
            f"{'; '.join(self.examples)}."
        ]


def find_scheme(sentences: Iterable[Sentence]) -> str:
    """Tell by the tags which scheme they are in.

    They mark spans when B- or I- stands with a kind beside O, or when all are letters of one scheme and B is one.

    Raises:
        ValueError: tags that mark spans beside others that do not; the message names one of these and its place.
    """
    names = {tag: (sentence, index) for sentence in sentences for index, tag in enumerate(sentence.tags)}
    marks = {tag for tag in names if _is_mark(tag, "BIESMO")}
    letters = {split_tag(tag)[0] for tag in marks}
    has_kinds = any(_is_mark(tag, "BIESM") and "-" in tag for tag in marks)
    is_meant = has_kinds and "O" in names and bool(letters & {"B", "I"})
    if not is_meant and (marks != names.keys() or "B" not in letters):
        return "none"
    scheme = "BMES" if "M" in letters else "BIOES" if letters & {"E", "S"} else "BIO"
    for tag, (sentence, index) in sorted(names.items()):
        if not _is_mark(tag, LETTERS[scheme]):
            raise _foreign(sentence, index, scheme)
    return scheme


def mended(sentence: Sentence, scheme: str, broken: BrokenRows, *, repairs_tags: bool) -> Sentence:
    """Return a sentence whose tags keep to their scheme.

    Raises:
        ValueError: a tag that is none of the scheme; or, unless `repairs_tags`, one that may not stand where it does.
            The message names the file, the line and the two tags.
    """
    if scheme == "none":
        return sentence
    for index, tag in enumerate(sentence.tags):
        if not _is_mark(tag, LETTERS[scheme]):
            raise _foreign(sentence, index, scheme)
    problem = _first_break(sentence, scheme)
    if problem is None:
        return sentence
    if not repairs_tags:
        raise ValueError(
            f"{problem}, which breaks {scheme}. Mend the tags, or have them mended with repairs_tags (an I or M "
            f"without its B becomes B, an E without one S, a B never closed is closed)."
        )
    tags = write_tags(read_spans(sentence.tags), len(sentence.tags), scheme)
    broken.num_sentences += 1
    broken.num_tags += sum(old != new for old, new in zip(sentence.tags, tags, strict=True))
    if len(broken.examples) < EXAMPLES:
        broken.examples.append(problem)
    return Sentence(sentence.words, tags, sentence.lines, sentence.file)


def order_of(tag: str, scheme: str) -> tuple[object, ...]:
    """Return by what tags are sorted: O first, then kind by kind; without spans by name."""
    if scheme == "none":
        return (tag,)
    letter, kind = split_tag(tag)
    return (tag != "O", kind, LETTERS[scheme].index(letter))


def _first_break(sentence: Sentence, scheme: str) -> str | None:
    """Say where a row first breaks its scheme; None when it keeps to it."""
    tags: Sequence[str | None] = [None, *sentence.tags, None]
    for index, (previous, tag) in enumerate(pairwise(tags)):
        if may_follow(previous, tag, scheme):
            continue
        if tag is None:
            return f"{sentence.file} line {sentence.lines[-1]} has {previous!r} at the end of the sentence"
        after = f"after {previous!r}" if previous is not None else "at the start of the sentence"
        return f"{sentence.file} line {sentence.lines[index]} has {tag!r} {after}"
    return None


def _foreign(sentence: Sentence, index: int, scheme: str) -> ValueError:
    return ValueError(
        f"{sentence.file} line {sentence.lines[index]} has the tag {sentence.tags[index]!r}, which is none of {scheme} "
        f"({', '.join(letter if letter == 'O' else f'{letter}-KIND' for letter in LETTERS[scheme])}). "
        "Mend it, or give the scheme 'none' if every word has a tag of its own."
    )


def _is_mark(tag: str, letters: str) -> bool:
    """Tell whether a tag is a letter of a scheme, with or without a kind (O never has one)."""
    letter, kind = split_tag(tag)
    return len(letter) == 1 and letter in letters and (tag == letter or (letter != "O" and bool(kind)))
