"""Which model is best, and whether the difference is more than chance: the numbers, and plain sentences for them.

Chance comes in twice. Seeds differ: by Welch's interval for the difference of two means (Welch 1947, Biometrika 34),
at 95 %. And a score that is a share of rows is uncertain because there are not more rows: by the normal interval for
shares, at 95 %, as if the two models erred independently, which asks for a little too much.
"""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from clearhead.experiments.tables import KNOWN

SHARES_OF_ROWS = ("accuracy", "exact", "subset_accuracy")
"""Main scores that are a share of the rows that are right."""
CONFIDENCE = 0.95


@dataclass(frozen=True, kw_only=True)
class Spread:
    """A quantity over the seeds."""

    mean: float
    median: float
    """What times are told by: it does not heed the one run that had to compile something first."""
    deviation: float
    """Standard deviation (n − 1); 0 for one seed."""
    lowest: float
    highest: float
    count: int


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Who is best, by how much, and whether that is more than chance."""

    best: str
    second: str | None = None
    difference: float | None = None
    """Of the means, in favour of the best."""
    spread: float | None = None
    """The larger standard deviation of the two over the seeds."""
    seed_margin: float | None = None
    """Difference that chance between seeds alone makes in 95 of 100 comparisons at most; None for one seed."""
    row_margin: float = 0.0
    """The same for the choice of rows; 0 where the score is no share of rows."""
    judgement: Literal["clear", "within the noise", "unknown", "alone"] = "alone"
    """"unknown": one seed tells nothing about chance, or the objectives differ. "alone": it is the only one."""
    baseline: str | None = None
    """The best simple method."""
    baseline_score: float | None = None
    baseline_is: Literal["worse", "as good", "better", "none"] = "none"
    """How it does beside the best model; "as good" where chance alone makes the difference."""
    sentences: dict[str, list[str]] = field(default_factory=dict)
    """In English ("en") and Chinese ("zh")."""


def spread_of(values: Sequence[float]) -> Spread:
    """Return mean, median, standard deviation and range of the values of all seeds."""
    return Spread(
        mean=statistics.fmean(values),
        median=statistics.median(values),
        deviation=statistics.stdev(values) if len(values) > 1 else 0.0,
        lowest=min(values),
        highest=max(values),
        count=len(values),
    )


def seed_margin(one: Spread, other: Spread | None = None) -> float | None:
    """Return the half width of the 95 % interval of a difference of means (or of one mean); None for one seed."""
    from scipy.stats import t

    parts = [(each.deviation**2 / each.count, each.count - 1) for each in (one, other) if each is not None]
    if any(freedom < 1 for _, freedom in parts):
        return None
    variance = sum(part for part, _ in parts)
    if variance == 0:
        return 0.0
    freedom = variance**2 / sum(part**2 / each for part, each in parts)
    return float(t.ppf((1 + CONFIDENCE) / 2, freedom)) * math.sqrt(variance)


def row_margin(score: str, values: Sequence[float], num_rows: int) -> float:
    """Return what the choice of rows alone makes of a difference of shares in 95 of 100 cases at most."""
    if score not in SHARES_OF_ROWS or num_rows < 1:
        return 0.0
    variance = sum(value * (1 - value) / num_rows for value in values)
    return statistics.NormalDist().inv_cdf((1 + CONFIDENCE) / 2) * math.sqrt(max(0.0, variance))


def judge(
    scores: dict[str, Spread],
    baselines: dict[str, float],
    *,
    score: str,
    is_higher_better: bool,
    num_rows: int,
    has_one_objective: bool = True,
) -> Verdict:
    """Say which model is best and whether that is more than chance.

    Args:
        scores: the main score of each entry.
        baselines: the main score of each simple method.
        score: its name.
        num_rows: how many rows the score was measured on.
        has_one_objective: whether all were scored by the same objective; otherwise nothing is judged.
    """
    sign = 1 if is_higher_better else -1
    order = sorted(scores, key=lambda label: -sign * scores[label].mean)
    best, top = order[0], scores[order[0]]
    facts: dict[str, Any] = {"best": best}
    if not has_one_objective:
        return Verdict(best=best, judgement="unknown", sentences=_other_objectives(best, score))
    if len(order) > 1:
        after = scores[order[1]]
        difference, by_seed = sign * (top.mean - after.mean), seed_margin(top, after)
        by_row = row_margin(score, (top.mean, after.mean), num_rows)
        is_clear = by_seed is not None and difference > max(by_seed, by_row)
        judgement = "unknown" if by_seed is None else "clear" if is_clear else "within the noise"
        facts |= {"second": order[1], "difference": difference, "spread": max(top.deviation, after.deviation)}
        facts |= {"seed_margin": by_seed, "row_margin": by_row, "judgement": judgement}
    if baselines:
        simple = max(baselines, key=lambda label: sign * baselines[label])
        margin = max(seed_margin(top) or 0.0, row_margin(score, (top.mean, baselines[simple]), num_rows))
        ahead = sign * (top.mean - baselines[simple])
        how = "worse" if ahead > margin else "better" if ahead < -margin else "as good"
        facts |= {"baseline": simple, "baseline_score": baselines[simple], "baseline_is": how}
    facts["sentences"] = _sentences(Verdict(**facts), scores, score, num_rows)
    return Verdict(**facts)


def _other_objectives(best: str, score: str) -> dict[str, list[str]]:
    """Say why nothing is judged: word vectors of two objectives have losses of two kinds."""
    name = KNOWN.get(score, (score.replace("_", " "), 4))[0]
    en = f"{best} has the best {name}, but each entry has that of its own objective, and they cannot be compared."
    zh = f"{best} 的 {name} 最好，但各条目的 {name} 属于各自的目标函数，不能互相比较。"
    return {"en": [en, "Compare the other scores."], "zh": [zh, "请比较其他得分。"]}


def _sentences(verdict: Verdict, scores: dict[str, Spread], score: str, num_rows: int) -> dict[str, list[str]]:
    """Write the verdict in both languages, each number as the tables show it."""
    name, digits = KNOWN.get(score, (score.replace("_", " "), 4))
    top = scores[verdict.best]

    def shown(value: float | None) -> str:
        return "–" if value is None else f"{value:z,.{digits}f}"

    en, zh = [], []
    if verdict.second is None:
        en.append(f"{verdict.best}: {name} {shown(top.mean)} ± {shown(top.deviation)} over {top.count} seeds.")
        zh.append(f"{verdict.best}：{name} {shown(top.mean)} ± {shown(top.deviation)}（{top.count} 个种子）。")
    else:
        after = shown(scores[verdict.second].mean)
        gap, spread, by_seed = shown(verdict.difference), shown(verdict.spread), shown(verdict.seed_margin)
        if verdict.difference:
            both = f"{name} {shown(top.mean)} against {after}"
            en.append(f"{verdict.best} is better than {verdict.second} by {gap} ({both}).")
            zh.append(f"{verdict.best} 比 {verdict.second} 好 {gap}（{name} {shown(top.mean)} 对 {after}）。")
        else:
            en.append(f"{verdict.best} and {verdict.second} score the same ({name} {after}).")
            zh.append(f"{verdict.best} 与 {verdict.second} 得分相同（{name} {after}）。")
        if verdict.seed_margin is None:
            en.append("One seed tells nothing about chance: compare with --seeds 3 before believing it.")
            zh.append("只有一个种子，看不出偶然的影响：请先用 --seeds 3 再下结论。")
        else:
            rows_en = rows_zh = ""
            if verdict.row_margin:
                rows_en = f", and up to {shown(verdict.row_margin)} by which {num_rows:,} rows are scored"
                rows_zh = f"，用哪 {num_rows:,} 行来评分可造成至多 {shown(verdict.row_margin)}"
            said = {"clear": "清楚的差别", "within the noise": "在噪声之内"}[verdict.judgement]
            en.append(
                f"The spread of the seeds is {spread}; chance alone makes up to {by_seed} between seeds"
                f"{rows_en}: {verdict.judgement}."
            )
            zh.append(f"各种子的标准差为 {spread}；种子的偶然可造成至多 {by_seed}{rows_zh}：{said}。")
    if verdict.baseline is not None:
        simple = shown(verdict.baseline_score)
        if verdict.baseline_is == "worse":
            en.append(f"The best simple method, {verdict.baseline}, has {simple}.")
            zh.append(f"最好的简单方法 {verdict.baseline} 的 {name} 为 {simple}。")
        else:
            is_same, is_better = verdict.baseline_score == top.mean, verdict.baseline_is == "better"
            how_en = "better" if is_better else "as well" if is_same else "as well, within the noise"
            how_zh = "更好" if is_better else "一样好" if is_same else "在噪声之内一样好"
            en.append(f"A simpler way does {how_en}: {verdict.baseline} has {simple}.")
            zh.append(f"更简单的方法{how_zh}：{verdict.baseline} 的 {name} 为 {simple}。")
    return {"en": en, "zh": zh}
