"""How pairs are read for a task, and where their vocabulary comes from."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from clearhead.core import config
from clearhead.data.parallel_text import PairSource, open_pairs
from clearhead.tasks.base import Asked, Tell
from clearhead.tokenizers._pairs import load_pairs, train_pairs


@dataclass(frozen=True, kw_only=True)
class PairOptions:
    """How pairs are read, learned from and decoded."""

    pieces: Literal["unigram", "bpe", "character"] | None = None
    """What the vocabulary is made of; none given means unigram, for made-up pairs character."""
    is_joint: bool = True
    """One vocabulary for both sides (a Marian folder needs one); otherwise one for each."""
    lower_case: bool = False
    """Read and write small letters only."""
    label_smoothing: float = 0.1
    """Share of the certainty that the loss gives to all other tokens."""
    subword_sampling: float = 0.0
    """Share of the sentences that are cut into other pieces in each pass; 0: always the likeliest pieces."""
    num_beams: int = 4
    """Beams with which the test part and new inputs are decoded; validation while training is greedy."""
    length_penalty: float = 1.0
    """Exponent of the length by which a hypothesis' log-probability is divided; 0: no division."""

    def __post_init__(self) -> None:
        for name in ("label_smoothing", "subword_sampling"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"PairOptions.{name} must be in [0, 1], got {getattr(self, name)}. Use 0.1.")
        if self.num_beams < 1:
            raise ValueError(f"PairOptions.num_beams must be at least 1, got {self.num_beams}. Use 4.")


def learn_pairs(asked: Asked, folder: Path, *, parent: Path | None, tell: Tell, default_size: int) -> None:
    """Train the vocabulary of a pair of languages (or take the parent run's) and keep it in the run's folder."""
    source, options = open_source(asked), read_options(asked.options)
    tell(f"Reading {source.name}.")
    if parent is not None:
        load_pairs(parent).save(folder)
        return
    if asked.tokenizer not in (None, "unigram", "bpe", "character"):
        raise ValueError(
            f"--tokenizer must be unigram, bpe or character for pairs, got {asked.tokenizer!r}. Leave it out."
        )
    tokenizer = train_pairs(
        (pair[0] for pair in source.pairs("train")),
        (pair[1] for pair in source.pairs("train")),
        vocab_size=asked.vocab_size or default_size,
        is_joint=options.is_joint,
        kind=asked.tokenizer or options.pieces or ("character" if _is_made_up(asked.data) else "unigram"),
        seed=asked.seed,
        lower_case=options.lower_case,
        languages=(source.languages[0], source.languages[1]),
    )
    for note in tokenizer.notes:
        tell(note)
    tokenizer.save(folder)


def open_source(asked: Asked) -> PairSource:
    """Open the pairs that a user asked for."""
    return open_pairs(asked.data, source=asked.source, target=asked.target, valid=asked.valid)


def read_options(options: Mapping[str, Any]) -> PairOptions:
    """Build the options of a task of pairs."""
    return config.from_json(PairOptions, dict(options), where="--task")


def _is_made_up(data: str) -> bool:
    """Whether the pairs are dates or reversed words, whose tokens are their characters."""
    return data.split(":")[0].strip().lower() in ("dates", "reversal")
