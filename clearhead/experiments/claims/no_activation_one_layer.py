"""Without a bend between them, many layers compute no more than one."""

from functools import partial
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from clearhead.experiments.claims._learning import Labeled, learn, share_right
from clearhead.experiments.claims._made_rows import digits, rings
from clearhead.experiments.claims.base import Cell, Figure, Outcome, Several, Verdict, Words, number
from clearhead.models.mlp import MLP, MLPConfig
from clearhead.tasks.base import Poll

SECONDS = 10
ROUNDING = 1e-6
"""Share of a network's outputs that no single layer gives: below it, only rounding is left."""
FEWEST_POINTS = 5.0
NETS: dict[str, dict[str, Any]] = {
    "one": {"hidden": (), "activation": "identity"},
    "plain": {"hidden": (64, 64), "activation": "identity"},
    "bent": {"hidden": (64, 64), "activation": "relu"},
}
NAMES = {
    "one": {"en": "one layer", "zh": "一层"},
    "plain": {"en": "three layers, no activation", "zh": "三层，无激活函数"},
    "bent": {"en": "three layers with ReLU", "zh": "三层，ReLU"},
}
WORDS = {
    "en": Words(
        claim="Without an activation function, many layers compute no more than one.",
        where="In the chapter on activation functions of nearly every textbook, and in interviews: “Why do we need "
        "non-linearity?”",
        how="Networks of one layer, of three layers without activation and of three layers with ReLU learn two tasks: "
        "points of a disc against points of the ring around it, and handwritten digits (scikit-learn's). Then the "
        "single layer nearest to each network is computed by least squares, and what of the network's outputs it "
        "cannot give is measured; the three layers without activation are also multiplied out into one.",
        reading=f"The claim holds if less than {ROUNDING:g} of the outputs of the three layers without activation is "
        f"out of a single layer's reach, and they are not {FEWEST_POINTS:g} points better than one layer anywhere. It "
        "holds only when such nets are not trained (they can express no more, yet learn better) if the second part "
        "fails. It is false if the first part fails.",
    ),
    "zh": Words(
        claim="没有激活函数，叠再多层也只相当于一层。",
        where="几乎所有教材讲激活函数的那一章；面试里的“为什么需要非线性？”",
        how="让三种网络学两个任务：一层、三层无激活函数、三层加 ReLU；任务是区分圆盘与外面圆环上的点，以及识别手写数字"
        "（scikit-learn 自带）。然后用最小二乘求出最接近每个网络的单层，看网络输出里有多少是单层给不出来的；"
        "无激活函数的三层还直接连乘成一层来对照。",
        reading=f"无激活函数的三层，输出中单层给不出的部分小于 {ROUNDING:g}，且在任何任务上都不比一层高出 "
        f"{FEWEST_POINTS:g} 个百分点，则成立；若后一条不满足（表达力一样，却学得更好），则有条件地成立；"
        "若前一条不满足，则不成立。",
    ),
}


Measured = dict[tuple[str, str], list[float]]
"""By network and task."""


def measure(*, seed: int = 0, poll: Poll, is_quick: bool = False) -> Outcome:
    """Train the three kinds of network on both tasks and compare each with the nearest single layer."""
    count, steps, num_seeds = (400, 10, 2) if is_quick else (4000, 600, 3)
    tasks = {"rings": (rings(count, seed), (2, 2)), "digits": (digits(), (64, 10))}
    right: Measured = {}
    beyond: Measured = {}
    differences: dict[str, list[float]] = {name: [] for name in tasks}
    for name, ((known, asked), (num_features, num_outputs)) in tasks.items():
        for one_seed in range(seed, seed + num_seeds):
            for net, shape in NETS.items():
                config = MLPConfig(num_features=num_features, num_outputs=num_outputs, **shape)
                model = learn(partial(MLP, config), known, steps=steps, seed=one_seed, poll=poll)
                assert isinstance(model, MLP)
                right.setdefault((net, name), []).append(share_right(model, asked))
                inputs, outputs = answered(model, asked)
                beyond.setdefault((net, name), []).append(beyond_one_layer(inputs, outputs))
                if net == "plain":
                    differences[name].append(collapsed_difference(model, inputs, outputs))
    return conclude(right, beyond, differences)


def conclude(
    right: Measured,
    beyond: Measured,
    differences: dict[str, list[float]],
) -> Outcome:
    """Draw the verdict from what was measured."""
    largest = max(max(beyond["plain", task]) for task in differences)
    gain = max(Several.of(right["plain", task]).mean - Several.of(right["one", task]).mean for task in differences)
    verdict: Verdict = "false" if largest >= ROUNDING else "only_when" if gain >= FEWEST_POINTS else "holds"
    on_rings = {net: Several.of(right[net, "rings"]) for net in NETS}
    on_digits = {net: Several.of(right[net, "digits"]) for net in NETS}
    bent = Several.of(beyond["bent", "rings"])
    sentence = {
        "en": f"Of the outputs of three layers without activation at most {number(largest)} is out of one layer's "
        f"reach; with ReLU, {number(bent.mean)} on the rings. There one layer tells {on_rings['one']} % rightly, three "
        f"layers without activation {on_rings['plain']} %, three with ReLU {on_rings['bent']} %. "
        f"On the digits three layers without activation reach {on_digits['plain']} % in the same number of steps, one "
        f"layer {on_digits['one']} %: the same function may be learned at another pace.",
        "zh": f"无激活函数的三层，输出中单层给不出的部分至多 {number(largest)}；加上 ReLU，在圆环任务上是 "
        f"{number(bent.mean)}。该任务的正确率：一层 {on_rings['one']} %，三层无激活函数 {on_rings['plain']} %，"
        f"三层加 ReLU {on_rings['bent']} %。手写数字上，同样步数内三层无激活函数达到 {on_digits['plain']} %，"
        f"一层 {on_digits['one']} %：函数还是那些函数，学的快慢可以不同。",
    }
    return Outcome(verdict=verdict, sentence=sentence, figures=_figures(right, beyond, differences))


@torch.inference_mode()
def answered(model: MLP, asked: Labeled) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the rows as the network reads them, and its outputs."""
    return asked.inputs.double().numpy(), model(asked.inputs).double().numpy()


def beyond_one_layer(inputs: NDArray[np.float64], outputs: NDArray[np.float64]) -> float:
    """Return the share of the outputs' variation that the nearest single layer does not give."""
    with_bias = np.concatenate([inputs, np.ones((len(inputs), 1))], axis=1)
    weights = np.linalg.lstsq(with_bias, outputs, rcond=None)[0]
    left = outputs - with_bias @ weights
    return float((left**2).sum() / ((outputs - outputs.mean(0)) ** 2).sum())


def collapsed_difference(model: MLP, inputs: NDArray[np.float64], outputs: NDArray[np.float64]) -> float:
    """Return the largest difference from the product of the layers' matrices, as a share of the largest output."""
    weight, bias = (part.double().numpy() for part in model.collapse())
    return float(np.abs(inputs @ weight.T + bias - outputs).max() / np.abs(outputs).max())


def _figures(
    right: Measured,
    beyond: Measured,
    differences: dict[str, list[float]],
) -> list[Figure]:
    tasks = list(differences)
    heads = {"en": ["network", "rings", "digits"], "zh": ["网络", "圆环", "数字"]}
    product = {"en": "three layers multiplied out: largest difference", "zh": "三层连乘成一层：最大差别"}
    single: list[list[Cell]] = [[NAMES[net], *(max(beyond[net, task]) for task in tasks)] for net in NETS]
    return [
        Figure(
            name={"en": "Told rightly, %", "zh": "正确率，%"},
            columns=heads,
            rows=[[NAMES[net], *(Several.of(right[net, task]) for task in tasks)] for net in NETS],
        ),
        Figure(
            name={"en": "Share of the outputs that no single layer gives", "zh": "输出中任何单层都给不出的部分"},
            columns=heads,
            rows=[*single, [product, *(max(differences[task]) for task in tasks)]],
        ),
    ]
