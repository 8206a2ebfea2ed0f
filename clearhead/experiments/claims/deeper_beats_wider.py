"""With the same number of parameters, a deeper network beats a wider one."""

from functools import partial

from clearhead.experiments.claims._learning import learn, share_right
from clearhead.experiments.claims._made_rows import NUM_FOLDS, digits, folds, spirals
from clearhead.experiments.claims.base import Cell, Figure, Outcome, Several, Verdict, Words
from clearhead.models.base import count_parameters
from clearhead.models.mlp import MLP, MLPConfig
from clearhead.tasks.base import Poll

SECONDS = 35
BUDGETS = {"folds": 600, "spirals": 600, "digits": 6000}
"""Parameters that every network of a task has at most, and as nearly as whole widths allow."""
TASKS = {
    "folds": {"en": "folded line", "zh": "反复折叠的线段"},
    "spirals": {"en": "spirals", "zh": "双螺旋"},
    "digits": {"en": "digits", "zh": "手写数字"},
}
DEPTHS = (1, 2, 3, 5, 8)
RATES = (0.003, 0.01)
"""Learning rates; each depth counts with the better one, for what suits one may not suit another."""
FEWEST_POINTS = 1.0
"""A difference of means counts when it is above this many points and above the larger spread of the two."""
WORDS = {
    "en": Words(
        claim="With the same number of parameters, a deeper network beats a wider one.",
        where="In the name “deep learning”; in textbooks with a reference to the theory of depth (Telgarsky 2016).",
        how=f"Multi-layer perceptrons with ReLU and {', '.join(map(str, DEPTHS))} hidden layers, as wide as the same "
        f"number of parameters allows, learn three tasks: the halves of a line that is folded {NUM_FOLDS} times "
        "(the example for which theory proves that depth pays), two spirals, and handwritten digits. Every net "
        f"takes the same number of steps, with three seeds, at the better of {len(RATES)} learning rates.",
        reading=f"A depth wins when it is better by more than {FEWEST_POINTS:g} point and by more than the spread. The "
        "claim holds if on every task the deepest net beats one hidden layer and no depth loses to a smaller one. It "
        "holds only when task and depth fit if some deeper net beats one hidden layer on some task. It is false if "
        "none does.",
    ),
    "zh": Words(
        claim="参数量相同时，深的网络胜过宽的网络。",
        where="“深度学习”这个名字本身；教材常引用关于深度的理论结果（Telgarsky 2016）。",
        how=f"多层感知机，ReLU，隐藏层数取 {'、'.join(map(str, DEPTHS))}，宽度取同样参数量所允许的最大值，学三个任务："
        f"线段对折 {NUM_FOLDS} 次后落在哪一半（理论上证明深度有用的例子）、双螺旋、手写数字。每个网络训练同样的步数，"
        "各用三个随机种子。",
        reading=f"均值高出 {FEWEST_POINTS:g} 个百分点以上、且超过波动，才算胜。若在每个任务上最深的网络都胜过单隐藏层，"
        "且没有哪个深度输给比它浅的，则成立；若只是某个任务上有某个更深的网络胜过单隐藏层，则有条件地成立；"
        "若一个也没有，则不成立。",
    ),
}
Scores = dict[str, dict[int, Several]]
"""Accuracy in per cent, by task and depth."""
Sizes = dict[str, dict[int, tuple[int, int]]]
"""Width of the hidden layers, and parameters."""


def measure(*, seed: int = 0, poll: Poll, is_quick: bool = False) -> Outcome:
    """Train nets of each depth on each task."""
    count, steps, num_seeds = (400, 5, 2) if is_quick else (4000, 1000, 3)
    tasks = {
        "folds": (folds(count, seed), (1, 2)),
        "spirals": (spirals(count, seed), (2, 2)),
        "digits": (digits(), (64, 10)),
    }
    scores: Scores = {}
    sizes: Sizes = {}
    for name, ((known, asked), (num_features, num_outputs)) in tasks.items():
        for depth in DEPTHS:
            width = widest(depth, BUDGETS[name], num_features=num_features, num_outputs=num_outputs)
            config = MLPConfig(num_features=num_features, num_outputs=num_outputs, hidden=(width,) * depth)
            by_rate: list[list[float]] = []
            for rate in RATES:
                by_rate.append([])
                for one_seed in range(seed, seed + num_seeds):
                    model = learn(partial(MLP, config), known, steps=steps, seed=one_seed, poll=poll, rate=rate)
                    by_rate[-1].append(share_right(model, asked))
            scores.setdefault(name, {})[depth] = max(map(Several.of, by_rate), key=lambda found: found.mean)
            sizes.setdefault(name, {})[depth] = width, count_parameters(model)
    return conclude(scores, sizes)


def widest(depth: int, budget: int, *, num_features: int, num_outputs: int) -> int:
    """Return the greatest width at which so many hidden layers have at most so many parameters."""

    def parameters(width: int) -> int:
        return (num_features + 1) * width + (depth - 1) * (width + 1) * width + (width + 1) * num_outputs

    width = 1
    while parameters(width + 1) <= budget:
        width += 1
    return width


def conclude(scores: Scores, sizes: Sizes) -> Outcome:
    """Draw the verdict from the accuracies."""
    is_steady = all(
        wins(by_depth[DEPTHS[-1]], by_depth[DEPTHS[0]])
        and not any(wins(by_depth[a], by_depth[b]) for a in DEPTHS for b in DEPTHS if a < b)
        for by_depth in scores.values()
    )
    has_winner = any(wins(by_depth[d], by_depth[DEPTHS[0]]) for by_depth in scores.values() for d in DEPTHS[1:])
    verdict: Verdict = "holds" if is_steady else "only_when" if has_winner else "false"
    told: dict[str, list[str]] = {"en": [], "zh": []}
    for name, by_depth in scores.items():
        best = max(DEPTHS[1:], key=lambda depth: by_depth[depth].mean)
        first, last = by_depth[DEPTHS[0]], by_depth[DEPTHS[-1]]
        shown = f"{TASKS[name]['en']}: {first} % with {DEPTHS[0]} hidden layer, {by_depth[best]} % with {best}"
        told["en"].append(shown + (f", {last} % with {DEPTHS[-1]}" if best != DEPTHS[-1] else ""))
        shown = f"{TASKS[name]['zh']}：{DEPTHS[0]} 个隐藏层 {first} %，{best} 个隐藏层 {by_depth[best]} %"
        told["zh"].append(shown + (f"，{DEPTHS[-1]} 个隐藏层 {last} %" if best != DEPTHS[-1] else ""))
    heads = {
        "en": ["hidden layers", *(f"{TASKS[name]['en']} ({BUDGETS[name]:,} parameters)" for name in scores)],
        "zh": ["隐藏层数", *(f"{TASKS[name]['zh']}（{BUDGETS[name]:,} 个参数）" for name in scores)],
    }
    rows: list[list[Cell]] = [[depth, *(by_depth[depth] for by_depth in scores.values())] for depth in DEPTHS]
    shapes: list[list[Cell]] = [
        [depth, *(f"{by_depth[depth][0]} / {by_depth[depth][1]:,}" for by_depth in sizes.values())] for depth in DEPTHS
    ]
    figures = [
        Figure(name={"en": "Told rightly, %", "zh": "正确率，%"}, columns=heads, rows=rows),
        Figure(
            name={"en": "Width of each hidden layer / parameters", "zh": "每个隐藏层的宽度／参数量"},
            columns=heads,
            rows=shapes,
        ),
    ]
    sentence = {
        "en": f"The best of the deeper nets beside one hidden layer: {'; '.join(told['en'])}.",
        "zh": f"单隐藏层与更深网络中最好的一个：{'；'.join(told['zh'])}。",
    }
    return Outcome(verdict=verdict, sentence=sentence, figures=figures)


def wins(one: Several, other: Several) -> bool:
    """Whether one accuracy is clearly above the other."""
    return one.mean - other.mean > max(FEWEST_POINTS, one.spread, other.spread)
