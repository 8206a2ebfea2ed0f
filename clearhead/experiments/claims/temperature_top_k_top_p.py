"""Temperature, top-k and top-p trade variety for consistency."""

import tempfile
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from clearhead.data import stories
from clearhead.experiments.claims.base import Figure, Outcome, Several, Verdict, Words, number
from clearhead.generation.generator import Generator
from clearhead.generation.settings import SamplingConfig
from clearhead.metrics.word_vectors import rank_correlation
from clearhead.runs.run import open_run
from clearhead.tasks.base import Poll
from clearhead.training.assemble import train

SECONDS = 80
LANGUAGE = "en"
KNOBS: dict[str, tuple[dict[str, Any], ...]] = {
    "temperature": tuple({"temperature": value} for value in (0.2, 0.4, 0.6, 0.8, 1.0, 1.3)),
    "top_k": tuple({"temperature": 1.0, "top_k": value} for value in (1, 2, 4, 8, 30, 200)),
    "top_p": tuple({"temperature": 1.0, "top_p": value} for value in (0.1, 0.3, 0.5, 0.7, 0.9, 1.0)),
}
NAMES = {
    "temperature": {"en": "temperature", "zh": "温度"},
    "top_k": {"en": "top-k", "zh": "top-k 值"},
    "top_p": {"en": "top-p", "zh": "top-p 值"},
}
STRONG = -0.8
"""Rank correlation of variety and consistency from which on a knob trades one for the other."""
PIECE_WORDS = 3
WORDS = {
    "en": Words(
        claim="Temperature, top-k and top-p trade variety for consistency.",
        where="In every guide to sampling: “turn the temperature down for facts, up for creativity”.",
        how="A small GPT learns our made-up English stories. It then continues the openings of stories it has not "
        "seen, several times each, at six positions of each knob (top-k and top-p at temperature 1). The stories' "
        "own reader checks each continuation fact by fact (who has what, where it lies, names, pronouns, the "
        "closing question): consistency is the share of facts that hold. Variety is the share of three-word pieces "
        "that two continuations of one opening do not have in common.",
        reading="The claim holds if for each of the three knobs the rank correlation of variety and consistency "
        f"over its positions is {STRONG:g} or below. It holds only when the right knob is turned if that is so for "
        "some of them. It is false if it is so for none.",
    ),
    "zh": Words(
        claim="温度、top-k、top-p 都是拿多样性换一致性。",
        where="每一份采样参数指南：“要准确就调低温度，要创意就调高温度”。",
        how="让一个小 GPT 学习自编英文故事，再续写它没见过的故事开头，每个开头续写几次，"
        "三个旋钮各取六个位置（top-k、top-p 在温度 1 下）。由故事自带的“读者”逐条核对续写里的事实（谁拥有什么、"
        "东西放在哪里、名字、代词、结尾的问题），一致性就是其中属实的比例；"
        "多样性是同一开头的两篇续写中不共有的三词片段的比例。",
        reading=f"若三个旋钮各自的多样性与一致性的等级相关都不高于 {STRONG:g}，则成立；若只有部分旋钮如此，"
        "则有条件地成立；若一个也没有，则不成立。",
    ),
}


def measure(*, seed: int = 0, poll: Poll, is_quick: bool = False) -> Outcome:
    """Train the small GPT, turn each knob, and read what it tells."""
    num_openings, num_draws, max_tokens = (2, 2, 40) if is_quick else (24, 3, 200)
    poll()
    generator = small_gpt(seed, is_quick=is_quick)
    openings = stories.prompts(LANGUAGE, num_openings, seed)
    found: dict[tuple[str, int], tuple[Several, Several]] = {}
    for knob, positions in KNOBS.items():
        for place, settings in enumerate(positions):
            poll()
            configs = [SamplingConfig(**settings, max_tokens=max_tokens, seed=seed + draw) for draw in range(num_draws)]
            told = generator.generate_batch(
                [opening for opening in openings for _ in configs], configs * num_openings, cut_prompt=True
            )
            texts = [part.text for part in told]
            drawn = [texts[start : start + num_draws] for start in range(0, len(texts), num_draws)]
            consistency = [100 * facts_that_hold(openings, [row[draw] for row in drawn]) for draw in range(num_draws)]
            variety = [
                100 * float(np.mean([difference(row[a], row[b]) for row in drawn]))
                for a, b in combinations(range(num_draws), 2)
            ]
            found[knob, place] = Several.of(variety), Several.of(consistency)
    return conclude(found)


def small_gpt(seed: int, *, is_quick: bool) -> Generator:
    """Train a small GPT on stories in a folder that does not stay."""
    shape = {"num_layers": 2, "d_model": 96, "num_heads": 2, "context_length": 192}
    options: dict[str, Any] = {"steps": 700, "vocab_size": 1024, "model_options": shape}
    batch_size = 8
    if is_quick:
        shape = {"num_layers": 1, "d_model": 32, "num_heads": 1, "context_length": 64}
        options, batch_size = {"steps": 3, "vocab_size": 512, "model_options": shape}, 4
    with tempfile.TemporaryDirectory(prefix="clearhead-claim-") as folder:
        result = train(
            data=f"stories:{LANGUAGE}",
            out=str(Path(folder) / "run"),
            seed=seed,
            device="cpu",
            training_options={"batch_size": batch_size, "precision": "fp32"},
            **options,
        )
        if not result.is_finished:
            raise KeyboardInterrupt
        run = open_run(result.path)
        return Generator(run.model(), run.tokenizer)


def facts_that_hold(openings: Sequence[str], continuations: Sequence[str]) -> float:
    """Return the share that holds of all facts which the stories' reader checks in continuations."""
    checks = [
        check.holds
        for opening, continuation in zip(openings, continuations, strict=True)
        for check in stories.consistency(opening, continuation, LANGUAGE).checks
    ]
    return sum(checks) / max(1, len(checks))


def difference(one: str, other: str) -> float:
    """Return the share of the pieces of two texts that they do not have in common: 0 for equal texts, 1 at most."""
    first, second = pieces(one), pieces(other)
    return 1 - len(first & second) / len(first | second) if first | second else 0.0


def pieces(text: str) -> set[tuple[str, ...]]:
    """Return the different pieces of three words of a text."""
    words = text.split()
    return {tuple(words[start : start + PIECE_WORDS]) for start in range(len(words) - PIECE_WORDS + 1)}


def conclude(found: dict[tuple[str, int], tuple[Several, Several]]) -> Outcome:
    """Draw the verdict from variety and consistency at each position of each knob."""
    traded = {knob: correlation([found[knob, place] for place in range(len(KNOBS[knob]))]) for knob in KNOBS}
    num_strong = sum(value <= STRONG for value in traded.values())
    verdict: Verdict = "holds" if num_strong == len(KNOBS) else "only_when" if num_strong else "false"
    told: dict[str, list[str]] = {"en": [], "zh": []}
    figures = []
    for knob, positions in KNOBS.items():
        last = len(positions) - 1
        (low_variety, low), (high_variety, high) = found[knob, 0], found[knob, last]
        ends = [f"{positions[place][knob]:g}" for place in (0, last)]
        shares = [number(part.mean) for part in (low, high, low_variety, high_variety)]
        told["en"].append(
            f"{NAMES[knob]['en']} from {ends[0]} to {ends[1]} turns consistency from {shares[0]} % to {shares[1]} % "
            f"and variety from {shares[2]} % to {shares[3]} % (rank correlation {traded[knob]:.2f})"
        )
        told["zh"].append(
            f"{NAMES[knob]['zh']}从 {ends[0]} 调到 {ends[1]}，一致性从 {shares[0]} % 变为 {shares[1]} %，多样性从 "
            f"{shares[2]} % 变为 {shares[3]} %（等级相关 {traded[knob]:.2f}）"
        )
        figures.append(
            Figure(
                name=NAMES[knob],
                columns={
                    "en": [NAMES[knob]["en"], "consistency, %", "variety, %"],
                    "zh": [NAMES[knob]["zh"], "一致性，%", "多样性，%"],
                },
                rows=[
                    [f"{settings[knob]:g}", found[knob, place][1], found[knob, place][0]]
                    for place, settings in enumerate(positions)
                ],
            )
        )
    figures.append(
        Figure(
            name={"en": "Variety and consistency together", "zh": "多样性与一致性的关系"},
            columns={"en": ["knob", "rank correlation"], "zh": ["旋钮", "等级相关"]},
            rows=[[NAMES[knob], value] for knob, value in traded.items()],
        )
    )
    english = "; ".join(told["en"])
    sentence = {"en": f"{english[:1].upper()}{english[1:]}.", "zh": f"{'；'.join(told['zh'])}。"}
    return Outcome(verdict=verdict, sentence=sentence, figures=figures)


def correlation(points: Sequence[tuple[Several, Several]]) -> float:
    """Return the rank correlation of variety and consistency; 0 where one of them never changes."""
    variety, consistency = (np.array([point[side].mean for point in points]) for side in (0, 1))
    value = rank_correlation(variety, consistency)
    return value if np.isfinite(value) else 0.0
