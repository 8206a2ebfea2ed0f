"""Tagged sentences in memory: their scheme found, broken rows mended, parts made, tags turned into ids."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clearhead.core import catalog
from clearhead.core.tags import split_tag
from clearhead.data._read import EXAMPLES, shown
from clearhead.data._splits import NUM_DRAWS, TOO_FEW, is_fair, is_valid_side
from clearhead.data._tagged_columns import Sentence
from clearhead.data._tagged_schemes import BrokenRows, find_scheme, mended, order_of

UNKNOWN_TAG = -1
_RULES_VERSION = 1


@dataclass(frozen=True)
class TaggedRows:
    """Tagged sentences, in parts; see `TaggedTexts` in _tagged.py."""

    name: str
    parts: Mapping[str, Sequence[Sentence]]
    """The sentences of each part, "train" first, then "valid"."""
    scheme: str
    report: list[str] = field(default_factory=list)
    broken: BrokenRows = field(default_factory=BrokenRows)
    """What was mended."""

    @property
    def splits(self) -> tuple[str, ...]:
        """The parts there are, "train" and "valid" first."""
        return tuple(self.parts)

    @cached_property
    def fingerprint(self) -> str:
        """Name the sentences, their tags and how these are read; hex digits."""
        digest = sha256(f"tagged {_RULES_VERSION} {self.scheme}".encode())
        for split, sentences in self.parts.items():
            digest.update(f"\0\0{split}".encode())
            for sentence in sentences:
                digest.update(f"\0{chr(31).join(sentence.words)}\0{chr(31).join(sentence.tags)}".encode())
        return digest.hexdigest()

    @cached_property
    def tag_names(self) -> list[str]:
        """Names of the tags by id, those of the training part: O first, then by kind or name."""
        found = {tag for sentence in self.parts["train"] for tag in sentence.tags}
        return sorted(found, key=lambda tag: order_of(tag, self.scheme))

    def sentences(self, split: str) -> Sequence[list[str]]:
        """Return the words of each sentence of a part."""
        return [sentence.words for sentence in self._part(split)]

    def tags(self, split: str) -> Sequence[NDArray[Any]]:
        """Return the tag ids of each sentence, int64 (words,); −1 for a tag never seen in training."""
        id_of = {name: index for index, name in enumerate(self.tag_names)}
        return [
            np.array([id_of.get(tag, UNKNOWN_TAG) for tag in sentence.tags], dtype=np.int64)
            for sentence in self._part(split)
        ]

    def tag_rows(self, split: str) -> Sequence[list[str]]:
        """Return the tags of each sentence by name."""
        return [sentence.tags for sentence in self._part(split)]

    def places(self, split: str) -> Sequence[str]:
        """Return where each sentence stands."""
        return [sentence.place for sentence in self._part(split)]

    def preprocessing(self) -> dict[str, Any]:
        """Return the scheme and the names of the tags, as plain JSON."""
        return {"kind": "tags", "scheme": self.scheme, "tag_names": self.tag_names}

    def _part(self, split: str) -> Sequence[Sentence]:
        return self.parts[catalog.choose(split, self.splits, where=f"the parts of {self.name}")]


def arrange(
    name: str,
    parts: Mapping[str, Sequence[Sentence]],
    *,
    scheme: str | None = None,
    repairs_tags: bool = False,
    notes: Iterable[str] = (),
) -> TaggedRows:
    """Make tagged rows of sentences as they were read.

    Args:
        parts: sentences by part; without "valid" a tenth of the training sentences is taken by a fixed hash.
        scheme: how tags mark spans; None to find it.
        repairs_tags: mend rows that break the scheme, and count them, instead of stopping.
        notes: sentences that open the report.
    Raises:
        ValueError: tags that break their scheme, or all of one name in training.
    """
    settled = scheme or find_scheme(sentence for sentences in parts.values() for sentence in sentences)
    broken = BrokenRows()
    kept = {
        part: [mended(sentence, settled, broken, repairs_tags=repairs_tags) for sentence in sentences]
        for part, sentences in parts.items()
    }
    told_split = f"Parts as the files name them: {', '.join(kept)}."
    if "valid" not in kept:
        train, valid, told_split = _split(kept["train"])
        kept |= {"train": train, "valid": valid}
    kept = {part: kept[part] for part in dict.fromkeys(("train", "valid", *kept))}
    rows = TaggedRows(name, kept, settled, broken=broken)
    if len(rows.tag_names) < 2:
        raise ValueError(
            f"{shown(name)} must have two tags or more in its training part, got only {rows.tag_names[0]!r}. "
            "Check which column holds the tags (--target)."
        )
    rows.report.extend([*notes, _tell_scheme(rows), *broken.told(settled), told_split, *_tell_parts(rows)])
    rows.report.extend(_tell_unknown(rows))
    return rows


def _split(sentences: list[Sentence]) -> tuple[list[Sentence], list[Sentence], str]:
    """Take a tenth for validation: equal sentences are on one side."""
    contents = ["\x1f".join(sentence.words).encode() for sentence in sentences]
    for draw in range(NUM_DRAWS):
        is_valid = is_valid_side(contents, draw)
        if is_fair(int(is_valid.sum()), len(sentences)):
            train = [sentence for sentence, side in zip(sentences, is_valid, strict=True) if not side]
            valid = [sentence for sentence, side in zip(sentences, is_valid, strict=True) if side]
            told = (
                f"Split by a fixed hash of the words: {len(valid):,} of {len(sentences):,} sentences "
                f"({len(valid) / len(sentences):.1%}) are for validation."
            )
            return train, valid, told
    return sentences, sentences, TOO_FEW


def _tell_scheme(rows: TaggedRows) -> str:
    if rows.scheme == "none":
        return f"Every word has a tag of its own, one of {len(rows.tag_names)}: {_some(rows.tag_names)}."
    kinds = list(dict.fromkeys(split_tag(tag)[1] for tag in rows.tag_names if tag != "O"))
    named = f"{len(kinds)} kinds ({_some(kinds)})" if kinds != [""] else "one kind, which has no name"
    return f"Tags mark spans by {rows.scheme}, of {named}."


def _tell_parts(rows: TaggedRows) -> list[str]:
    told = [
        f"{len(sentences):,} sentences ({sum(len(sentence.words) for sentence in sentences):,} words) for {part}"
        for part, sentences in rows.parts.items()
    ]
    return [f"{', '.join(told)}."]


def _tell_unknown(rows: TaggedRows) -> list[str]:
    known, told = set(rows.tag_names), []
    for part, sentences in rows.parts.items():
        unknown = Counter(tag for sentence in sentences for tag in sentence.tags if tag not in known)
        if unknown:
            first = next(sentence for sentence in sentences if not known.issuperset(sentence.tags))
            named = ", ".join(f"{tag} {count:,}" for tag, count in unknown.most_common(EXAMPLES))
            more = f" and {len(unknown) - EXAMPLES} more" if len(unknown) > EXAMPLES else ""
            told.append(
                f"{unknown.total():,} words of {part} have a tag never seen in training, so never predicted: "
                f"{named}{more} (first at {first.place})."
            )
    return told


def _some(names: Sequence[str], limit: int = 20) -> str:
    return ", ".join(names[:limit]) + (f", and {len(names) - limit} more" if len(names) > limit else "")
