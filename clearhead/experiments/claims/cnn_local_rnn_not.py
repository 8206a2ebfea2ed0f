"""A CNN sees a window, an RNN all that came before; the CNN is faster."""

from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from clearhead.experiments.claims import _recall as made
from clearhead.experiments.claims._sequence_learning import Asked, Chance, learn_sequences, share_right
from clearhead.experiments.claims._timing import one_core, shortest_seconds
from clearhead.experiments.claims.base import Cell, Figure, Outcome, Several, Verdict, Words, number
from clearhead.models.base import TextEncoder, count_parameters
from clearhead.models.recurrent import RecurrentConfig, RecurrentEncoder
from clearhead.models.text_cnn import TextCNN, TextCNNConfig
from clearhead.tasks.base import Poll

SECONDS = 60
WIDTHS = (3, 4, 5)
DISTANCES = (1, 2, 4, 8, 16, 32)
BLIND, SEEING = 60.0, 90.0
"""Per cent told rightly: at most the first is next to guessing, from the second on the order was read."""
ROUNDING = 1e-6
"""Relative change below which a state did not change."""
EMBEDDING_DIM, NUM_FILTERS = 32, 32
HIDDEN_SIZES = {"gru": 49, "lstm": 41}
"""Widths at which the recurrent nets have about as many parameters as the filters."""
LENGTHS = (16, 64, 256)
TIMED_ROWS = 16
NAMES = {
    "cnn": {
        "en": f"text CNN (filters over {WIDTHS[0]} to {WIDTHS[-1]} words)",
        "zh": f"文本 CNN（看 {WIDTHS[0]} 到 {WIDTHS[-1]} 个词的滤波器）",
    },
    "gru": {"en": "GRU", "zh": "GRU"},
    "lstm": {"en": "LSTM", "zh": "LSTM"},
}
RECURRENT = ("gru", "lstm")
DOINGS = {"reads": {"en": "reading", "zh": "推理"}, "learns": {"en": "a training step", "zh": "训练一步"}}
WORDS = {
    "en": Words(
        claim="A CNN sees only what lies in its window, an RNN sees everything before; in return the CNN is faster.",
        where="In comparisons of CNN and RNN for text, and in interviews.",
        how="A text CNN, a GRU and an LSTM of nearly the same number of parameters learn which of two symbols comes "
        "first, with noise between them, over all distances mixed, with three seeds. In the trained nets "
        "one word is replaced, and the change of the states after it is measured. Then the three read, and take "
        f"training steps on, {TIMED_ROWS} texts of several lengths on one core.",
        reading=f"The first half holds if the CNN tells the order at {SEEING:g} % or more within its window and at "
        f"{BLIND:g} % or less beyond it, its states beyond it do not change, and both recurrent nets tell it at every "
        "distance. The claim holds if the CNN also takes less time than both at every length. It holds only when the "
        "conditions are right if the first half fails for a recurrent net alone, or the CNN is not always the faster. "
        "It is false if the CNN sees further than its window.",
    ),
    "zh": Words(
        claim="CNN 只看得到窗口里的词，RNN 看得到前面所有的词；作为交换，CNN 更快。",
        where="各种 CNN 与 RNN 做文本的对比，以及面试。",
        how="参数量几乎相同的文本 CNN、GRU、LSTM 学习判断两个符号谁在前，中间隔着长短不一的无意义的词，"
        f"各三个随机种子。在训练好的网络里换掉一个词，量一量后面各处的状态变了多少。然后三者在单核上对 {TIMED_ROWS} "
        "篇不同长度的文本做推理、做训练步，计时。",
        reading=f"若 CNN 在窗口之内正确率不低于 {SEEING:g} %、窗口之外不高于 {BLIND:g} %，窗口之外的状态毫无变化，"
        "而两种循环网络在每个距离都能分辨，则前半句成立；若 CNN 在每个长度上还都比两者快，则整句成立。"
        "若只是某个循环网络做不到，或 CNN 并不总是更快，则有条件地成立；若 CNN 看到了窗口之外，则不成立。",
    ),
}
Scores = dict[tuple[str, int], Several]
"""By net and distance."""
Seconds = dict[tuple[str, str, int], float]
"""By doing, net and length."""


def measure(*, seed: int = 0, poll: Poll, is_quick: bool = False) -> Outcome:
    """Train at each distance, replace words, take times."""
    num_seeds, steps, count = (2, 2, 40) if is_quick else (3, 800, 400)
    scores: dict[tuple[str, int], list[float]] = {}
    changes: dict[tuple[str, int], list[float]] = {}
    for name in NAMES:
        for one_seed in range(seed, seed + num_seeds):
            model = learn_sequences(partial(make, name), draw, steps=steps, seed=one_seed, poll=poll, rate=0.005)
            chance = np.random.default_rng((one_seed, 17))
            for distance in DISTANCES:
                asked = made.which_first(chance, count, distance=distance)
                scores.setdefault((name, distance), []).append(share_right(model, asked))
            for distance, change in state_changes(model, chance).items():
                changes.setdefault((name, distance), []).append(change)
    right = {key: Several.of(values) for key, values in scores.items()}
    moved = {key: Several.of(values) for key, values in changes.items()}
    sizes = {name: size(make(name)) for name in NAMES}
    with one_core():
        return conclude(right, moved, take_times(seed, poll, is_quick=is_quick), sizes)


def make(name: str) -> TextEncoder:
    """Make one of the three nets."""
    shape: dict[str, Any] = {
        "vocab_size": made.VOCAB_SIZE,
        "num_outputs": 2,
        "embedding_dim": EMBEDDING_DIM,
        "dropout": 0.0,
    }
    if name == "cnn":
        return TextCNN(TextCNNConfig(widths=WIDTHS, num_filters=NUM_FILTERS, **shape))
    return RecurrentEncoder(
        RecurrentConfig(
            cell="gru" if name == "gru" else "lstm",
            hidden_size=HIDDEN_SIZES[name],
            is_bidirectional=False,
            pooling="last",
            **shape,
        )
    )


def draw(chance: Chance) -> Asked:
    """Make the rows of one step, all with one distance."""
    return made.which_first(chance, 32, distance=int(chance.choice(DISTANCES)))


def size(model: TextEncoder) -> int:
    """Count the parameters between the word vectors and the head."""
    return sum(count_parameters(block) for block in model.blocks())


@torch.inference_mode()
def state_changes(model: TextEncoder, chance: Chance) -> dict[int, float]:
    """Return how much the state at a word changes when the word so far before it is replaced, as a share of it."""
    place = made.NUM_AROUND
    shape = (64, place + DISTANCES[-1] + made.NUM_AROUND)
    tokens = torch.from_numpy(chance.integers(made.FIRST_SYMBOL, made.QUESTION, shape))
    other = tokens.clone()
    num_kinds = made.QUESTION - made.FIRST_SYMBOL
    other[:, place] = (tokens[:, place] - made.FIRST_SYMBOL + num_kinds // 2) % num_kinds + made.FIRST_SYMBOL
    before, after = model.states(tokens), model.states(other)
    share = (after - before).norm(dim=-1).mean(0) / before.norm(dim=-1).mean()
    return {distance: float(share[place + distance]) for distance in DISTANCES}


def take_times(seed: int, poll: Poll, *, is_quick: bool) -> Seconds:
    """Time reading and training steps of all three nets, by turns."""
    found: Seconds = {}
    models = {name: make(name) for name in NAMES}
    chance = np.random.default_rng((seed, 18))
    for length in LENGTHS[:1] if is_quick else LENGTHS:
        tokens = torch.from_numpy(made.noise(chance, TIMED_ROWS, length))
        targets = torch.zeros(TIMED_ROWS, dtype=torch.int64)
        for doing, work in (("reads", read), ("learns", partial(take_step, targets=targets))):
            ways = {name: partial(work, model, tokens) for name, model in models.items()}
            seconds = shortest_seconds(ways, rounds=2 if is_quick else 8, poll=poll, seconds=0 if is_quick else 2.0)
            found |= {(doing, name, length): taken for name, taken in seconds.items()}
    return found


@torch.inference_mode()
def read(model: TextEncoder, tokens: Tensor) -> None:
    """Read texts."""
    model(tokens)


def take_step(model: TextEncoder, tokens: Tensor, targets: Tensor) -> None:
    """Compute the gradients of a training step."""
    model.zero_grad()
    cross_entropy(model(tokens), targets).backward()  # type: ignore[no-untyped-call]


def conclude(right: Scores, moved: Scores, seconds: Seconds, sizes: dict[str, int]) -> Outcome:
    """Draw the verdict from order told, states changed and times taken."""
    window = WIDTHS[-1]
    inside, outside = [d for d in DISTANCES if d < window], [d for d in DISTANCES if d >= window]
    is_local = all(right["cnn", d].mean <= BLIND and moved["cnn", d].mean <= ROUNDING for d in outside)
    sees = all(right["cnn", d].mean >= SEEING for d in inside)
    reaches = all(
        right[name, d].mean >= SEEING and moved[name, d].mean > ROUNDING for name in RECURRENT for d in DISTANCES
    )
    ratios = {
        (doing, length): min(seconds[doing, name, length] for name in RECURRENT) / seconds[doing, "cnn", length]
        for doing, _, length in seconds
    }
    slowest, fastest = min(ratios.values()), max(ratios.values())
    if not (is_local and sees):
        verdict: Verdict = "false"
    else:
        verdict = "holds" if reaches and slowest > 1 else "only_when"
    near, far = inside[-1], DISTANCES[-1]
    sentence = {
        "en": f"Two symbols {near} words apart: the CNN tells the order at {right['cnn', near]} %, {outside[0]} apart "
        f"at {right['cnn', outside[0]]} %; {far} apart the GRU tells it at {right['gru', far]} %, the LSTM at "
        f"{right['lstm', far]} %. A word {outside[0]} places back changes a state of the CNN by "
        f"{number(moved['cnn', outside[0]].mean)}, of the LSTM by {number(moved['lstm', outside[0]].mean)}, a word "
        f"{far} places back that of the LSTM by {number(moved['lstm', far].mean)}. On one core the faster recurrent "
        f"net takes {slowest:.2f} to {fastest:.2f} times as long as the CNN.",
        "zh": f"两个符号相隔 {near} 个词时，CNN 的正确率是 {right['cnn', near]} %，相隔 {outside[0]} 个时 "
        f"{right['cnn', outside[0]]} %；相隔 {far} 个时 GRU {right['gru', far]} %，LSTM {right['lstm', far]} %。换掉 "
        f"{outside[0]} 个位置之前的词，CNN 的状态变了 {number(moved['cnn', outside[0]].mean)}，LSTM 的变了 "
        f"{number(moved['lstm', outside[0]].mean)}；换掉 {far} 个位置之前的词，LSTM 的变了 "
        f"{number(moved['lstm', far].mean)}。单核上，较快的循环网络用时是 CNN 的 {slowest:.2f} 到 {fastest:.2f} 倍。",
    }
    ratio_rows: list[list[Cell]] = [
        [DOINGS[doing], length, *(1000 * seconds[doing, name, length] for name in NAMES), ratios[doing, length]]
        for doing, length in ratios
    ]
    heads = {language: [name[language] for name in NAMES.values()] for language in ("en", "zh")}
    by_distance = {"en": ["distance", *heads["en"]], "zh": ["距离", *heads["zh"]]}
    figures = [
        Figure(
            name={
                "en": "Which symbol came first, told rightly, % (guessing: 50)",
                "zh": "谁在前，正确率，%（瞎猜为 50）",
            },
            columns=by_distance,
            rows=[[d, *(right[name, d] for name in NAMES)] for d in DISTANCES],
        ),
        Figure(
            name={
                "en": "Change of a state when the word so far before it is replaced, as a share of the state",
                "zh": "换掉相隔若干位置的前一个词，状态的变化（相对于状态大小）",
            },
            columns=by_distance,
            rows=[[d, *(moved[name, d] for name in NAMES)] for d in DISTANCES],
        ),
        Figure(
            name={
                "en": f"Milliseconds for {TIMED_ROWS} texts (parameters: "
                f"{', '.join(f'{n:,}' for n in sizes.values())})",
                "zh": f"{TIMED_ROWS} 篇文本用时，毫秒（参数量：{'、'.join(f'{n:,}' for n in sizes.values())}）",
            },
            columns={
                "en": ["doing", "words", *heads["en"], "faster recurrent net over CNN"],
                "zh": ["做什么", "词数", *heads["zh"], "较快的循环网络 ÷ CNN"],
            },
            rows=ratio_rows,
        ),
    ]
    return Outcome(verdict=verdict, sentence=sentence, figures=figures)
