"""From scores to the next token: temperature, filters, and the probability of every token of the vocabulary."""

import math

import numpy as np
import torch
from torch import Tensor, nn

from clearhead.generation import sampling
from clearhead.generation.sampling import SamplingConfig
from clearhead.inspector.views.base import Looked, at, numbers
from clearhead.panels.bars import Bars
from clearhead.panels.base import Check, Panel
from clearhead.panels.table import Cell, Table
from clearhead.panels.tokens import token_label

TITLE = "The next token"
QUESTION = "What does the model expect next, and which tokens can be drawn?"
ANSWER = "probabilities"


def applies(model: nn.Module) -> str | None:
    """Return None for language models; others do not say what comes next."""
    if getattr(model, "role", "") == "LanguageModel":
        return None
    return f"a {type(model).__name__} does not predict what comes next."


def view(
    look: Looked,
    *,
    token: int = -1,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    min_p: float | None = None,
    repetition_penalty: float = 1.0,
    top: int = 10,
) -> list[Panel]:
    """Show the distribution after one token; other settings rerun only the sampling, not the model.

    Args:
        token: the position after which the next token is asked for; -1 is the end of the text.
        top: how many tokens the table and the bars list.
    """
    position = at(token, len(look.tokens), "next_token.token", "token")
    logits = look.logits[position]
    logits = logits if logits.dtype == torch.float64 else logits.float()  # a softmax over a vocabulary needs float32
    if not 1 <= top <= len(logits):
        raise ValueError(f"next_token.top must be between 1 and {len(logits)} (the vocabulary), got {top}. Use 10.")
    config = SamplingConfig(
        temperature=temperature, top_k=top_k, top_p=top_p, min_p=min_p, repetition_penalty=repetition_penalty
    )
    stages = _stages(logits, config, look.tokens[: position + 1])
    own = numbers(logits.softmax(-1))
    drawn = numbers((stages[-1][1] if stages else logits).softmax(-1))
    known = look.tokenizer.vocab_size
    names = tuple(
        token_label(look.tokenizer.token_text(index)) if index < known else f"(unused {index})"
        for index in range(len(own))
    )
    best = [int(index) for index in np.argsort(-numbers(logits), kind="stable")[:top]]
    rows: list[tuple[Cell, ...]] = []
    for rank, index in enumerate(best, start=1):
        drawn_with = [float(drawn[index])] if stages else []
        rows.append((rank, names[index], index, float(logits[index]), float(own[index]), *drawn_with))
    columns = ("rank", "token", "id", "logit", "probability")
    place = f"after {token_label(look.pieces[position].text)!r} (token {position})"
    panels: list[Panel] = [
        Table(
            name="top",
            title=f"What the model expects {place}",
            note=f"The other {len(own) - len(best):,} tokens share {max(0.0, 1 - float(own[best].sum())):.2%}.",
            columns=(*columns, "drawn with") if stages else columns,
            rows=tuple(rows),
        ),
        Bars(
            name="probabilities",
            title=f"The probability of every token {place}" + (", as it is drawn" if stages else ""),
            note=f"{int((drawn > 0).sum()):,} of {len(drawn):,} tokens can be drawn; they sum to {drawn.sum():.6f}.",
            labels=names,
            values=drawn,
            axis="probability",
            shown=top,
            check=_check(stages, logits, temperature),
        ),
        Table(
            name="facts",
            title="How sure the model is",
            columns=("what", "value"),
            rows=tuple(_facts(own, drawn, bool(stages)) + _truth(look, position, own, names)),
        ),
    ]
    if stages:
        panels.insert(1, _table_of_stages(stages, logits, best, names))
    return panels


def _check(stages: list[tuple[str, Tensor]], logits: Tensor, temperature: float) -> Check:
    """Return how the probabilities follow from the scores: those that settings removed are −∞, all others as they were.

    At temperature 0 the scores are taken as they are after it: only the best is left.
    """
    scores = dict(stages)
    warmed = f"temperature {temperature}"
    divided = temperature if warmed in scores and temperature > 0 else 1.0
    own, last = logits, stages[-1][1] if stages else logits
    if divided == 1:
        own = last
    elif stages[0][0].startswith("penalty"):
        own = stages[0][1]
    kept = torch.where(last.isfinite(), own, -torch.inf)
    written = (
        "exp(score) / Σ exp(scores)" if divided == 1 else f"exp(score / {temperature}) / Σ exp(scores / {temperature})"
    )
    return Check(
        rule="softmax", formula=written, arrays={"logits": numbers(kept)[None]}, numbers={"temperature": divided}
    )


def _table_of_stages(
    stages: list[tuple[str, Tensor]], logits: Tensor, best: list[int], names: tuple[str, ...]
) -> Table:
    """Follow the best tokens' scores through the settings."""
    scored = [("logit", logits), *stages]
    return Table(
        name="stages",
        title="Their scores after each setting, in the order in which they act",
        note="A missing score was removed. Temperature first moves the best score to 0, which changes no probability.",
        columns=("token", *(name for name, _ in scored)),
        rows=tuple((names[index], *(_score(scores[index]) for _, scores in scored)) for index in best),
    )


def _stages(logits: Tensor, config: SamplingConfig, read: list[int]) -> list[tuple[str, Tensor]]:
    """Return the scores after each setting that is in use, in the order in which they act."""
    stages = []
    if config.repetition_penalty != 1:
        is_seen = torch.zeros_like(logits, dtype=torch.bool)
        is_seen[torch.tensor(read, device=logits.device)] = True
        logits = sampling.penalize_repetition(logits, is_seen, config.repetition_penalty)
        stages.append((f"penalty {config.repetition_penalty}", logits))
    if config.temperature != 1:
        logits = sampling.scale_by_temperature(logits, config.temperature)
        stages.append((f"temperature {config.temperature}", logits))
    if config.top_k is not None:
        logits = sampling.keep_top_k(logits, config.top_k)
        stages.append((f"top-k {config.top_k}", logits))
    if config.top_p is not None:
        logits = sampling.keep_top_p(logits, config.top_p)
        stages.append((f"top-p {config.top_p}", logits))
    if config.min_p is not None:
        logits = sampling.keep_min_p(logits, config.min_p)
        stages.append((f"min-p {config.min_p}", logits))
    return stages


def _score(score: Tensor) -> float | None:
    """Return a score as a number, None when it was removed."""
    return float(score) if math.isfinite(score) else None


def _facts(own: np.ndarray, drawn: np.ndarray, has_stages: bool) -> list[tuple[Cell, ...]]:
    facts: list[tuple[Cell, ...]] = [
        ("entropy, bits", _entropy(own)),
        ("as unsure as between this many equal choices", 2 ** _entropy(own)),
    ]
    if has_stages:
        facts.append(("entropy of what is drawn from, bits", _entropy(drawn)))
    return facts


def _truth(look: Looked, position: int, own: np.ndarray, names: tuple[str, ...]) -> list[tuple[Cell, ...]]:
    """Return what the model gave the token that does follow in the text, when one does."""
    if position + 1 == len(look.tokens):
        return []
    actual = look.tokens[position + 1]
    return [
        ("token that follows in the text", names[actual]),
        ("its probability", float(own[actual])),
        ("its rank", int((own > own[actual]).sum()) + 1),
        ("its surprise, bits", -math.log2(own[actual]) if own[actual] > 0 else None),
    ]


def _entropy(probabilities: np.ndarray) -> float:
    """Return the mean surprise in bits; a token that cannot come adds nothing."""
    possible = probabilities[probabilities > 0].astype(np.float64)
    return float(abs((possible * np.log2(possible)).sum()))
