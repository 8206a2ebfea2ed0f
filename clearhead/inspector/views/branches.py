"""A text being written, token by token: what else could have come, and how the text goes on from there."""

from dataclasses import replace

import torch
from torch import nn

from clearhead.generation.decoding import Decoding
from clearhead.generation.report import Judgement, judge
from clearhead.generation.row import Row, choose_tokens, probabilities_of
from clearhead.generation.sampling import SamplingConfig
from clearhead.generation.text import TokenStep
from clearhead.inspector.views._answers import find_answers
from clearhead.inspector.views.base import Looked
from clearhead.panels.base import Name, Panel
from clearhead.panels.heatmap import Heatmap
from clearhead.panels.lines import Lines
from clearhead.panels.table import Cell, Table
from clearhead.panels.tokens import TokenBox, Tokens

TITLE = "Where the text branches"
QUESTION = "What else could the model have written, and how would it have gone on?"
ANSWER = "steps"
MOST_STEPS = 500


def applies(model: nn.Module) -> str | None:
    """Return None for language models; others do not write."""
    if getattr(model, "role", "") == "LanguageModel":
        return None
    return f"a {type(model).__name__} does not continue texts."


def view(
    look: Looked,
    *,
    length: int = 12,
    choose: str | None = None,
    temperature: float = 0.0,
    top_k: int | None = None,
    top_p: float | None = None,
    seed: int = 0,
    top: int = 5,
) -> list[Panel]:
    """Continue the text and show at each step the tokens that were most probable.

    Args:
        length: how many tokens to write.
        choose: what to take instead of the model's choice, "3:2" is at step 3 the second most probable token;
            several with commas between, "3:2,7:1". Steps and ranks count from 1.
        temperature: 0 takes the most probable token; above, tokens are drawn.
        seed: of the drawn tokens.
        top: how many alternatives to show at each step.
    """
    answers = find_answers(look)
    if not 1 <= length <= MOST_STEPS:
        raise ValueError(f"branches.length must be between 1 and {MOST_STEPS}, got {length}. Use 12.")
    if not 1 <= top <= look.tokenizer.vocab_size:
        raise ValueError(
            f"branches.top must be between 1 and {look.tokenizer.vocab_size} (the vocabulary), got {top}. Use 5."
        )
    forced = _choices(choose, length, look.tokenizer.vocab_size)
    config = SamplingConfig(max_tokens=length, temperature=temperature, top_k=top_k, top_p=top_p, seed=seed)
    written = _write(look, config, forced, max(top, *forced.values()) if forced else top)
    late = [step for step in forced if step > len(written)]
    if late:
        raise ValueError(
            f"branches.choose must name steps between 1 and {len(written)}, where this text ends, got {late[0]}. "
            "Choose an earlier step."
        )
    text = "".join(step.text for step, _ in written)
    names = tuple(Name(f"{number} {answers.name(step.id)}") for number, (step, _) in enumerate(written, start=1))
    rows: list[tuple[Cell, ...]] = []
    every: list[tuple[Cell, ...]] = []
    for number, (step, said) in enumerate(written, start=1):
        how = "chosen here" if number in forced else "the best" if temperature == 0 else "drawn"
        others = " · ".join(f"{answers.name(token)} {share:.3f}" for token, share in said.alternatives[: min(top, 3)])
        rows.append((number, answers.name(step.id), how, said.probability, said.rank, said.entropy, others))
        every += [
            (number, rank, answers.name(token), token, share, f"{number}:{rank}")
            for rank, (token, share) in enumerate(said.alternatives[:top], start=1)
        ]
    return [
        Table(
            name="steps",
            title="How the text goes on, step by step",
            note="Probabilities over the whole vocabulary, before any setting. Entropy: 0 bits is certain.",
            columns=("step", "token", "how", "probability", "rank", "entropy, bits", "most probable"),
            rows=tuple(rows),
        ),
        Table(
            name="alternatives",
            title="What else could have come",
            note="Give the last column as `choose`, and the text goes on from there.",
            columns=("step", "rank", "token", "id", "probability", "choose"),
            rows=tuple(every),
        ),
        _map(names, written, top),
        Lines(
            name="probability",
            title="How probable each written token was",
            note="Where the line is low, the model could as well have gone on otherwise.",
            points=names,
            series={"written": torch.tensor([said.probability for _, said in written]).numpy()},
            axis="probability",
        ),
        _text(written, [answers.name(step.id) for step, _ in written], text),
    ]


def _choices(choose: str | None, length: int, vocab_size: int) -> dict[int, int]:
    """Return which rank to take at which step."""
    forced: dict[int, int] = {}
    for part in (choose or "").split(","):
        if not part.strip():
            continue
        step, colon, rank = part.strip().partition(":")
        if not (colon and step.isdecimal() and rank.isdecimal()):
            raise ValueError(
                f'branches.choose must look like "3:2" (step 3, the second most probable), got {choose!r}. '
                "Put commas between several."
            )
        if not (1 <= int(step) <= length and 1 <= int(rank) <= vocab_size):
            raise ValueError(
                f"branches.choose must name a step between 1 and {length} and a rank between 1 and {vocab_size}, "
                f"got {part.strip()!r}. Both count from 1."
            )
        forced[int(step)] = int(rank)
    return forced


def _write(
    look: Looked, config: SamplingConfig, forced: dict[int, int], num_alternatives: int
) -> list[tuple[TokenStep, Judgement]]:
    """Write a text as the generator does, but take what was chosen where something was."""
    tokenizer = look.tokenizer
    row = Row(0, look.tokens, config, tokenizer)
    decoding = Decoding(look.model, [look.tokens], max_tokens=config.max_tokens)
    logits, written = decoding.read(), []
    while True:
        scores = logits[:, : tokenizer.vocab_size]
        tokens = choose_tokens([row], scores)
        rank = forced.get(row.num_written + 1)
        if rank is not None:
            tokens = scores.topk(rank, dim=-1).indices[:, -1]
        [drawn] = probabilities_of([row], scores, tokens.tolist())
        # A model's vocabulary may be rounded up; rows that stand for nothing cannot be written, so none is offered.
        spare = logits.shape[-1] - scores.shape[-1]
        [said] = judge(logits, tokens, [drawn], num_alternatives=num_alternatives + spare)
        known = [(token, share) for token, share in said.alternatives if token < tokenizer.vocab_size]
        said = replace(said, alternatives=known[:num_alternatives])
        token = int(tokens)
        step = row.take(token, tokenizer.token_bytes(token))
        written.append((step, said))
        if step.finish_reason is not None:
            return written
        logits = decoding.feed(tokens)


def _map(names: tuple[str, ...], written: list[tuple[TokenStep, Judgement]], top: int) -> Heatmap:
    return Heatmap(
        name="map",
        title="The probabilities of the most probable tokens at each step",
        note="One dark cell: only one token could come. Several: here the text branches.",
        values=torch.tensor([[share for _, share in said.alternatives[:top]] for _, said in written]).numpy(),
        rows=names,
        columns=tuple(map(str, range(1, top + 1))),
        row_axis="step",
        column_axis="rank",
    )


def _text(written: list[tuple[TokenStep, Judgement]], names: list[str], text: str) -> Tokens:
    """Show the written tokens; one that is a part of a character covers what became readable with it."""
    boxes, position = [], 0
    for (step, _), name in zip(written, names, strict=True):
        boxes.append(TokenBox(step.id, step.text or name, step.bytes, position, position + len(step.text)))
        position += len(step.text)
    return Tokens(name="text", title="What was written", text=text, tokens=tuple(boxes))
