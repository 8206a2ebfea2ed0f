"""LSTM and GRU remember over distances at which a plain RNN has forgotten."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from clearhead.experiments.claims._recall import GUESSING, NUM_SYMBOLS, VOCAB_SIZE, recall
from clearhead.experiments.claims._sequence_learning import Asked, Chance, learn_sequences, share_right
from clearhead.experiments.claims.base import Figure, Outcome, Several, Verdict, Words
from clearhead.models.recurrent import RecurrentConfig, RecurrentEncoder
from clearhead.tasks.base import Poll

SECONDS = 90
REMEMBERED = 90.0
"""Per cent told rightly from which on a symbol counts as remembered."""
DISTANCES = (5, 10, 20, 40, 80, 160)
LONGEST_LEARNED = 40
ROWS = 32


@dataclass(frozen=True)
class Setting:
    """What is to be kept, from what distances it is learned, and at which it is asked."""

    name: Mapping[str, str]
    num_kept: int
    shortest_learned: int
    distances: tuple[int, ...]
    hidden_size: int
    steps: int


SETTINGS = {
    "one": Setting(
        {"en": "one symbol, learned from near and far", "zh": "记一个符号，远近都学"}, 1, 1, DISTANCES, 32, 2000
    ),
    "four": Setting(
        {"en": "four symbols, learned from near and far", "zh": "记四个符号，远近都学"}, 4, 1, DISTANCES, 64, 1200
    ),
    "far": Setting(
        {"en": "one symbol, learned from afar only", "zh": "记一个符号，只学远的"},
        1,
        LONGEST_LEARNED,
        (LONGEST_LEARNED,),
        32,
        400,
    ),
}
CELLS = {
    "rnn_random": {"en": "plain RNN, random start", "zh": "普通 RNN，随机初始化"},
    "rnn": {"en": "plain RNN, orthogonal start", "zh": "普通 RNN，正交初始化"},
    "gru": {"en": "GRU", "zh": "GRU"},
    "lstm": {"en": "LSTM", "zh": "LSTM"},
}
PLAIN, GATED = ("rnn_random", "rnn"), ("gru", "lstm")
WORDS = {
    "en": Words(
        claim="LSTM and GRU remember over distances at which a plain RNN has long forgotten.",
        where="In every course, as the reason why LSTM (Hochreiter and Schmidhuber 1997) and GRU were invented.",
        how=f"A net reads symbols ({NUM_SYMBOLS} kinds), then noise, and is asked for the symbols. It has to keep one "
        f"symbol or four in their order; it learns from distances of 1 to {LONGEST_LEARNED} mixed, or from "
        f"{LONGEST_LEARNED} alone, where nothing easier shows the way. Plain RNNs whose recurrent matrix starts at "
        "random or orthogonal, a GRU and an LSTM with the forget gate open at the start learn each setting with three "
        f"seeds and are asked at distances up to {DISTANCES[-1]}, or at {LONGEST_LEARNED} alone.",
        reading=f"A net reaches as far as the longest distance up to which it tells {REMEMBERED:g} % or more rightly, "
        f"in the mean (guessing: {GUESSING:g}). The claim holds if in every setting GRU and LSTM reach further than "
        "both plain RNNs. It holds only when it is about the right setting if that is so for one of them in some "
        "setting. It is false if neither ever reaches further.",
    ),
    "zh": Words(
        claim="隔得远了，普通 RNN 早就忘了，LSTM 和 GRU 还记得。",
        where="每一门课程都这么讲，作为发明 LSTM（Hochreiter 与 Schmidhuber 1997）和 GRU 的理由。",
        how=f"网络先读符号（共 {NUM_SYMBOLS} 种），再读一段无意义的词，最后被问到那些符号。要记的是一个符号，"
        f"或按顺序记四个；训练时距离 1 到 {LONGEST_LEARNED} 混着来，或只有 {LONGEST_LEARNED}（没有更容易的例子引路）。"
        "循环矩阵随机初始化或正交初始化的普通 RNN、GRU、初始时遗忘门打开的 LSTM，各学三种设定，各三个随机种子，"
        f"最后在直到 {DISTANCES[-1]} 的距离上提问（只学 {LONGEST_LEARNED} 的就只问 {LONGEST_LEARNED}）。",
        reading=f"从近到远，平均正确率一直不低于 {REMEMBERED:g} % 的最远距离，就是它记得住的距离（瞎猜为 "
        f"{GUESSING:g} %）。若在每种设定下 GRU 和 LSTM 都比两种普通 RNN 记得远，则成立；"
        "若只在某种设定下其中一个记得更远，则有条件地成立；若从未更远，则不成立。",
    ),
}
Scores = dict[tuple[str, str, int], Several]
"""Per cent told rightly, by setting, cell and distance."""


def measure(*, seed: int = 0, poll: Poll, is_quick: bool = False) -> Outcome:
    """Train each cell in each setting and ask it at every distance."""
    num_seeds, count = (2, 20) if is_quick else (3, 300)
    found: Scores = {}
    for name, setting in SETTINGS.items():
        for cell in CELLS:
            by_distance: dict[int, list[float]] = {distance: [] for distance in setting.distances}
            for one_seed in range(seed, seed + num_seeds):
                model = learn_sequences(
                    partial(make, cell, setting.hidden_size),
                    partial(draw, setting),
                    steps=2 if is_quick else setting.steps,
                    seed=one_seed,
                    poll=poll,
                    rate=0.005,
                )
                chance = np.random.default_rng((one_seed, 12))
                for distance, scores in by_distance.items():
                    asked = recall(chance, count, distance=distance, num_kept=setting.num_kept)
                    scores.append(share_right(model, asked))
            found |= {(name, cell, distance): Several.of(scores) for distance, scores in by_distance.items()}
    return conclude(found)


def make(cell: str, hidden_size: int) -> RecurrentEncoder:
    """Make a net that reads from left to right and answers at every position."""
    model = RecurrentEncoder(
        RecurrentConfig(
            vocab_size=VOCAB_SIZE,
            num_outputs=NUM_SYMBOLS,
            output="tokens",
            embedding_dim=16,
            hidden_size=hidden_size,
            cell="gru" if cell == "gru" else "lstm" if cell == "lstm" else "rnn",
            is_bidirectional=False,
            dropout=0.0,
        )
    )
    if cell == "rnn_random":
        model.encoder.kernel.reset_parameters()
    return model


def draw(setting: Setting, chance: Chance) -> Asked:
    """Make the rows of one step, all of one distance."""
    distance = int(chance.integers(setting.shortest_learned, LONGEST_LEARNED + 1))
    return recall(chance, ROWS, distance=distance, num_kept=setting.num_kept)


def reach(found: Scores, setting: str, cell: str) -> int:
    """Return the longest distance up to which everything is remembered; 0 for none."""
    reached = 0
    for distance in SETTINGS[setting].distances:
        if found[setting, cell, distance].mean < REMEMBERED:
            break
        reached = distance
    return reached


def conclude(found: Scores) -> Outcome:
    """Draw the verdict from how far each cell remembers."""
    reached = {(setting, cell): reach(found, setting, cell) for setting in SETTINGS for cell in CELLS}
    gains = [
        reached[setting, cell] > max(reached[setting, plain] for plain in PLAIN)
        for setting in SETTINGS
        for cell in GATED
    ]
    verdict: Verdict = "holds" if all(gains) else "only_when" if any(gains) else "false"
    told: dict[str, list[str]] = {"en": [], "zh": []}
    for name, setting in SETTINGS.items():
        for language, parts in told.items():
            scores = [f"{CELLS[cell][language]} {found[name, cell, LONGEST_LEARNED]} %" for cell in CELLS]
            parts.append(
                f"{setting.name[language]}: {', '.join(scores)}"
                if language == "en"
                else f"{setting.name[language]}：{'，'.join(scores)}"
            )
    sentence = {
        "en": f"Told rightly over a distance of {LONGEST_LEARNED}: {'; '.join(told['en'])}.",
        "zh": f"距离 {LONGEST_LEARNED} 时的正确率：{'；'.join(told['zh'])}。",
    }
    figures = [
        Figure(
            name={
                "en": f"{setting.name['en'].capitalize()}: told rightly, %, by distance",
                "zh": f"{setting.name['zh']}：各距离的正确率，%",
            },
            columns={
                "en": ["cell", *map(str, setting.distances), "remembers up to"],
                "zh": ["单元", *map(str, setting.distances), "记得住的距离"],
            },
            rows=[
                [CELLS[cell], *(found[name, cell, distance] for distance in setting.distances), reached[name, cell]]
                for cell in CELLS
            ],
        )
        for name, setting in SETTINGS.items()
    ]
    return Outcome(verdict=verdict, sentence=sentence, figures=figures)
