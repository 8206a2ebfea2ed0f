"""How close translations come to references: BLEU and chrF through sacreBLEU, each with the signature that names it.

Sources: Papineni et al. 2002 (BLEU), aclanthology P02-1040; Popović 2015 (chrF), W15-3049; Post 2018 (why a score
without its signature says nothing), arXiv 1804.08771.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""The Chinese characters, as ranges for a regular expression."""


class Scored(NamedTuple):
    """A score from 0 to 100 and how it was computed: only scores of one signature compare."""

    value: float
    signature: str


@dataclass(frozen=True)
class LengthBucket:
    """The BLEU of the sentences whose source has from `low` to `high` tokens, both included."""

    low: int
    high: int
    count: int
    bleu: float


def bleu(
    hypotheses: Sequence[str], references: Sequence[str], *, tokenize: str = "13a", lowercase: bool = False
) -> Scored:
    """Return the BLEU of a corpus against one reference each.

    Args:
        hypotheses: plain text, not tokenized.
        tokenize: sacreBLEU's name of how both sides are cut into words; `tokenization_for` chooses it.
    """
    from sacrebleu.metrics import BLEU

    _check_counts(hypotheses, references)
    metric = BLEU(tokenize=tokenize, lowercase=lowercase)
    value = metric.corpus_score(list(hypotheses), [list(references)]).score
    return Scored(value, metric.get_signature().format())


def chrf(hypotheses: Sequence[str], references: Sequence[str]) -> Scored:
    """Return the chrF2 of a corpus: n-grams of characters up to 6, recall weighing twice; needs no words."""
    from sacrebleu.metrics import CHRF

    _check_counts(hypotheses, references)
    metric = CHRF()
    value = metric.corpus_score(list(hypotheses), [list(references)]).score
    return Scored(value, f"chrF2|{metric.get_signature().format()}")


def tokenized_bleu(hypotheses: Sequence[str], references: Sequence[str], *, language: str) -> Scored:
    """Return BLEU over lower-cased Moses tokens without smoothing: what most papers on Multi30k report.

    It is the formula of `multi-bleu.perl`, mostly some points above sacreBLEU's own: compare it with such papers alone.

    Args:
        hypotheses: plain text, not tokenized.
        language: whose abbreviations and apostrophes Moses knows, as "en" or "de".
    """
    from sacrebleu.metrics import BLEU
    from sacremoses import MosesTokenizer

    _check_counts(hypotheses, references)
    moses = MosesTokenizer(lang=language)
    ours, theirs = (
        [moses.tokenize(text.lower(), return_str=True, escape=False) for text in texts]
        for texts in (hypotheses, references)
    )
    # force: sacreBLEU else warns that its input looks tokenized, which is what it shall be here.
    metric = BLEU(tokenize="none", lowercase=True, smooth_method="none", force=True)
    value = metric.corpus_score(ours, [theirs]).score
    return Scored(value, f"{metric.get_signature().format()}|moses:{language}")


def exact_match(hypotheses: Sequence[str], references: Sequence[str]) -> float:
    """Return the share of translations that are their reference, apart from spaces around it."""
    _check_counts(hypotheses, references)
    pairs = zip(hypotheses, references, strict=True)
    return sum(ours.strip() == theirs.strip() for ours, theirs in pairs) / len(references)


def bleu_by_length(
    lengths: Sequence[int],
    hypotheses: Sequence[str],
    references: Sequence[str],
    *,
    bounds: Sequence[int] = (10, 20, 30, 40),
    tokenize: str = "13a",
) -> list[LengthBucket]:
    """Return BLEU apart for short and long sources; buckets without a sentence are left out.

    Args:
        lengths: of the sources, in tokens.
        bounds: the greatest length of each bucket, rising; what is longer makes a last one.
    """
    _check_counts(hypotheses, references)
    if len(lengths) != len(references):
        raise ValueError(f"lengths must be one for each of the {len(references)} references, got {len(lengths)}.")
    buckets = []
    low = 0
    for high in [*bounds, max(*lengths, *bounds)]:
        chosen = [index for index, length in enumerate(lengths) if low <= length <= high]
        if chosen:
            ours = [hypotheses[index] for index in chosen]
            theirs = [references[index] for index in chosen]
            buckets.append(LengthBucket(low, high, len(chosen), bleu(ours, theirs, tokenize=tokenize).value))
        low = high + 1
    return buckets


def tokenization_for(references: Sequence[str]) -> str:
    """Return sacreBLEU's tokenization for a language: "zh" where most letters are Chinese characters, else "13a"."""
    text = "".join(references)
    num_han = len(re.findall(f"[{_HAN}]", text))
    return "zh" if 2 * num_han > sum(character.isalpha() for character in text) else "13a"


def _check_counts(hypotheses: Sequence[str], references: Sequence[str]) -> None:
    if not references or len(hypotheses) != len(references):
        raise ValueError(
            f"hypotheses must be one for each reference, at least one, "
            f"got {len(hypotheses)} for {len(references)} references. Translate each source once."
        )
