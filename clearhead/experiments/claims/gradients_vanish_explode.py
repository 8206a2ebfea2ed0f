"""In a plain RNN gradients vanish or explode over distance, and clipping helps against one of the two."""

import math
from functools import partial

import torch

from clearhead.experiments.claims._recall import NUM_SYMBOLS, VOCAB_SIZE, recall
from clearhead.experiments.claims._sequence_learning import follow
from clearhead.experiments.claims.base import Cell, Figure, Outcome, Several, Verdict, Words, number
from clearhead.layers.recurrent import Recurrent
from clearhead.models.recurrent import RecurrentConfig, RecurrentEncoder
from clearhead.tasks.base import Poll
from clearhead.training.config import TrainingConfig

SECONDS = 45
RADII = (0.5, 0.9, 1.0, 1.1, 1.5, 2.0)
"""Of the recurrent matrix at the start: an orthogonal one times this number, so that it stretches all directions so."""
INPUTS = {"faint": 0.01, "loud": 1.0}
NAMES = {
    "faint": {"en": "faint input (tanh stays straight)", "zh": "微弱输入（tanh 近似直线）"},
    "loud": {"en": "input of size one (tanh bends)", "zh": "大小为一的输入（tanh 弯曲）"},
}
DISTANCES = (1, 10, 30, 100)
WIDTH = 64
VANISHED, EXPLODED = 1e-2, 1e2
"""Gradient over the longest distance as a multiple of the one over none."""
TRAINED_RADII = (0.5, 1.2, 1.5)
LEARNED_DISTANCE = 30
CLIPS: dict[str, float | None] = {"free": None, "clipped": 1.0}
WORST_LOSS = 10.0
"""What a loss counts as that is larger, or no number any more."""
FEWEST_NATS = 0.2
"""A loss counts as lower when it is so much lower, and lower by more than the spread."""
WORDS = {
    "en": Words(
        claim="In a plain RNN gradients vanish over distance when the spectral radius of the recurrent matrix is below "
        "1 and explode when it is above; clipping cures the second, not the first.",
        where="In every chapter on back-propagation through time; Bengio et al. 1994, Pascanu et al. 2013.",
        how="The recurrent matrix of a tanh RNN is set to an orthogonal one times a number, which then is its spectral "
        f"radius. The gradient of the last state with respect to inputs up to {DISTANCES[-1]} positions earlier is "
        "compared with that of the last input, for faint inputs and for inputs of size one. GRU and LSTM stand beside "
        f"it. Then such RNNs learn to recall a symbol over {LEARNED_DISTANCE} positions by gradient descent, with and "
        "without clipping. Three seeds each.",
        reading=f"Over {DISTANCES[-1]} positions a gradient has vanished below {VANISHED:g} of its size and exploded "
        f"above {EXPLODED:g} times. The claim holds if all radii below 1 vanish, all above 1 explode, with both "
        "inputs, and clipping lowers the loss at every radius above 1 and at none below. It holds only when more is "
        "given (inputs that leave the tanh straight, radii far enough from 1) if gradients vanish at all radii below "
        "1 and some explode above 1. It is false otherwise.",
    ),
    "zh": Words(
        claim="普通 RNN 的循环矩阵谱半径小于 1 时梯度随距离消失，大于 1 时爆炸；梯度裁剪治得了爆炸，治不了消失。",
        where="每一章讲“随时间反向传播”的教材；Bengio 等 1994，Pascanu 等 2013。",
        how=f"把 tanh RNN 的循环矩阵设为正交矩阵乘以一个数，这个数就是谱半径。求最后状态对直到 {DISTANCES[-1]} "
        "个位置之前的输入的梯度，与对最后一个输入的梯度相比，输入分微弱和大小为一两种；GRU 和 LSTM 放在一起对照。"
        f"然后让这样的 RNN 用梯度下降学习隔 {LEARNED_DISTANCE} 个位置回忆一个符号，分裁剪与不裁剪。各三个随机种子。",
        reading=f"隔 {DISTANCES[-1]} 个位置，梯度小于原来的 {VANISHED:g} 倍算消失，大于 {EXPLODED:g} 倍算爆炸。"
        "若小于 1 的谱半径全都消失、大于 1 的全都爆炸（两种输入都如此），且裁剪在每个大于 1 的谱半径上都降低了损失、"
        "在小于 1 时都没有，则成立；若小于 1 时全都消失，大于 1 时只有部分爆炸，则有条件地成立（要看 tanh 是否饱和、"
        "谱半径离 1 有多远）；否则不成立。",
    ),
}
Reached = dict[tuple[str, float, str, int], Several]
"""Relative gradient by cell, spectral radius, input and distance."""
Losses = dict[tuple[float, str], Several]
"""Loss at the end of training by spectral radius and clipping."""


def measure(*, seed: int = 0, poll: Poll, is_quick: bool = False) -> Outcome:
    """Measure gradients over distances, then train with and without clipping."""
    num_seeds, steps = (2, 3) if is_quick else (3, 200)
    reached: Reached = {}
    cells = [("rnn", radius) for radius in RADII] + [("gru", 1.0), ("lstm", 1.0)]
    for cell, radius in cells:
        for name, size in INPUTS.items():
            curves = []
            for one_seed in range(seed, seed + num_seeds):
                poll()
                curves.append(relative_gradients(cell, radius, size, seed=one_seed))
            for place, distance in enumerate(DISTANCES):
                reached[cell, radius, name, distance] = Several.of(curve[place] for curve in curves)
    losses: Losses = {}
    norms: Losses = {}
    for radius in TRAINED_RADII:
        for name, clip_norm in CLIPS.items():
            training = TrainingConfig(
                steps=steps,
                optimizer="gradient_descent",
                learning_rate=0.1,
                schedule="constant",
                clip_norm=clip_norm,
                precision="fp32",
            )
            ends, longest = [], []
            for one_seed in range(seed, seed + num_seeds):
                _, course = follow(
                    partial(make, radius),
                    partial(recall, count=32, distance=LEARNED_DISTANCE, num_kept=1),
                    training,
                    seed=one_seed,
                    poll=poll,
                )
                last = [min(loss, WORST_LOSS) for loss in course.losses[-max(1, steps // 10) :]]
                ends.append(sum(last) / len(last))
                longest.append(max(course.gradient_norms))
            losses[radius, name], norms[radius, name] = Several.of(ends), Several.of(longest)
    return conclude(reached, losses, norms)


def relative_gradients(cell: str, radius: float, size: float, *, seed: int) -> list[float]:
    """Return the last state's gradient with respect to earlier inputs, over that of the last input, by distance."""
    torch.manual_seed(seed)
    net = Recurrent(WIDTH, WIDTH, cell=cell).double()
    stretch(net, radius)
    inputs = (size * torch.randn(8, DISTANCES[-1] + 1, WIDTH, dtype=torch.float64)).requires_grad_()
    last = net(inputs)[0][:, -1]
    (gradient,) = torch.autograd.grad((last * torch.randn_like(last)).sum(), inputs)
    lengths = gradient.norm(dim=-1).log().mean(0).exp()
    return [float(lengths[-1 - distance] / lengths[-1]) for distance in DISTANCES]


@torch.no_grad()
def stretch(net: Recurrent, radius: float) -> None:
    """Multiply the recurrent matrices, which start orthogonal, so that this becomes their spectral radius."""
    for _, recurrent, *_ in net.kernel.all_weights:
        recurrent.mul_(radius)


def make(radius: float) -> RecurrentEncoder:
    """Make a plain RNN that answers at every position."""
    model = RecurrentEncoder(
        RecurrentConfig(
            vocab_size=VOCAB_SIZE,
            num_outputs=NUM_SYMBOLS,
            output="tokens",
            embedding_dim=16,
            hidden_size=32,
            cell="rnn",
            is_bidirectional=False,
            dropout=0.0,
        )
    )
    stretch(model.encoder, radius)
    return model


def conclude(reached: Reached, losses: Losses, norms: Losses) -> Outcome:
    """Draw the verdict from gradients over the longest distance and from the losses."""
    far = {key[1:3]: value.mean for key, value in reached.items() if key[0] == "rnn" and key[3] == DISTANCES[-1]}
    vanish = [value < VANISHED for (radius, _), value in far.items() if radius < 1]
    explode = [value > EXPLODED for (radius, _), value in far.items() if radius > 1]
    helps = {radius: is_lower(losses[radius, "clipped"], losses[radius, "free"]) for radius in TRAINED_RADII}
    is_cured = all(is_helped == (radius > 1) for radius, is_helped in helps.items())
    if not all(vanish) or not any(explode):
        verdict: Verdict = "false"
    else:
        verdict = "holds" if all(explode) and is_cured else "only_when"
    low, high = RADII[0], RADII[-1]
    small, large = TRAINED_RADII[0], TRAINED_RADII[-1]
    ends = {radius: [far[radius, name] for name in INPUTS] for radius in (low, high)}
    sentence = {
        "en": f"Over {DISTANCES[-1]} positions, radius {low:g} leaves {number(ends[low][0])} of the gradient, radius "
        f"{high:g} multiplies it by {number(ends[high][0])} while inputs are faint, but by {number(ends[high][1])} "
        f"with inputs of size one, which bend the tanh. Clipping brings the loss at radius {large:g} from "
        f"{losses[large, 'free']} to {losses[large, 'clipped']}, at radius {small:g} from {losses[small, 'free']} to "
        f"{losses[small, 'clipped']} (guessing: {math.log(NUM_SYMBOLS):.2f}).",
        "zh": f"隔 {DISTANCES[-1]} 个位置，谱半径 {low:g} 只剩下梯度的 {number(ends[low][0])}；谱半径 {high:g} "
        f"在输入微弱时放大到 {number(ends[high][0])} 倍，而输入大小为一、tanh 弯曲时是 {number(ends[high][1])} 倍。"
        f"梯度裁剪使谱半径 {large:g} 的损失从 {losses[large, 'free']} 变为 {losses[large, 'clipped']}，谱半径 "
        f"{small:g} 的从 {losses[small, 'free']} 变为 {losses[small, 'clipped']}（瞎猜为 "
        f"{math.log(NUM_SYMBOLS):.2f}）。",
    }
    return Outcome(verdict=verdict, sentence=sentence, figures=[*_gradient_figures(reached), _losses(losses, norms)])


def is_lower(one: Several, other: Several) -> bool:
    """Whether one loss is clearly below the other."""
    return other.mean - one.mean > max(FEWEST_NATS, one.spread, other.spread)


def _gradient_figures(reached: Reached) -> list[Figure]:
    cells = list(dict.fromkeys(key[:2] for key in reached))
    figures = []
    for name, title in NAMES.items():
        rows: list[list[Cell]] = [
            [
                f"{cell.upper()} {radius:g}" if cell == "rnn" else cell.upper(),
                *(reached[cell, radius, name, distance].mean for distance in DISTANCES),
            ]
            for cell, radius in cells
        ]
        figures.append(
            Figure(
                name={
                    "en": f"Gradient over a distance, as a multiple of that of the last input: {title['en']}",
                    "zh": f"各距离上的梯度，相对于最后一个输入的梯度：{title['zh']}",
                },
                columns={
                    "en": ["cell, spectral radius", *map(str, DISTANCES)],
                    "zh": ["单元、谱半径", *map(str, DISTANCES)],
                },
                rows=rows,
            )
        )
    return figures


def _losses(losses: Losses, norms: Losses) -> Figure:
    return Figure(
        name={
            "en": "Training by gradient descent: loss at the end, and the longest gradient before clipping",
            "zh": "用梯度下降训练：最后的损失，以及裁剪前最长的梯度",
        },
        columns={
            "en": [
                "spectral radius",
                "loss, not clipped",
                "loss, clipped",
                "gradient, not clipped",
                "gradient, clipped",
            ],
            "zh": ["谱半径", "损失，不裁剪", "损失，裁剪", "梯度，不裁剪", "梯度，裁剪"],
        },
        rows=[
            [f"{radius:g}", *(table[radius, name] for table in (losses, norms) for name in CLIPS)]
            for radius in TRAINED_RADII
        ],
    )
