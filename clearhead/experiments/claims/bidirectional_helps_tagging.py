"""A tagger that reads both ways beats one that reads from left to right."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from torch.nn.functional import pad

from clearhead.data._units import PADDING_ID, UnitRules, Units
from clearhead.data.tagged_text import open_tagged_texts
from clearhead.experiments.claims import _recall as made
from clearhead.experiments.claims._sequence_learning import Asked, Chance, learn_sequences, share_right
from clearhead.experiments.claims.base import Figure, Outcome, Several, Verdict, Words
from clearhead.layers.linear_cross_entropy import IGNORE_INDEX
from clearhead.models.base import count_parameters
from clearhead.models.recurrent import RecurrentConfig, RecurrentEncoder
from clearhead.tasks.base import Poll

SECONDS = 45
ROWS = 32
NUM_WORDS = 12
FEWEST_POINTS = 1.0
"""A difference of means counts when it is above this many points and above the larger spread of the two."""
READERS = {
    "right": {"en": "from left to right", "zh": "从左到右"},
    "left": {"en": "from right to left", "zh": "从右到左"},
    "both": {"en": "both ways", "zh": "双向"},
}
WIDTHS = {"right": 52, "left": 52, "both": 32}
"""Of the state of one way, so that all readers have about as many parameters."""
TASKS = {
    "python": {"en": "kinds of names in Python", "zh": "Python 里名字的种类"},
    "before": {"en": "the word before decides", "zh": "由前一个词决定"},
    "after": {"en": "the word after decides", "zh": "由后一个词决定"},
}
NAMES = frozenset("attribute builtin class function method module parameter variable".split())
"""Tags that depend on where a word stands; those of keywords, operators, numbers and strings do not."""
WORDS = {
    "en": Words(
        claim="For tagging, read both ways: a bidirectional net beats one that reads from left to right.",
        where="In every chapter on sequence labelling; Graves and Schmidhuber 2005, Huang et al. 2015.",
        how="LSTM taggers of nearly the same number of parameters, reading from left to right, from right to left, "
        "or both ways, learn three tasks: the kinds of names in Python statements of the standard library (variable, "
        "method, module …; keywords and signs are not counted), and two tasks made on the spot in which a word's tag "
        "is decided by the word before it or by the word after it. Three seeds.",
        reading=f"Both ways wins when it is better than left to right by more than {FEWEST_POINTS:g} point and by more "
        "than the spread. The claim holds if it wins every task. It holds only when what decides stands after the word "
        "if it wins some. It is false if it wins none.",
    ),
    "zh": Words(
        claim="做序列标注要双向读：双向网络胜过只从左往右读的网络。",
        where="每一章讲序列标注的教材；Graves 与 Schmidhuber 2005，Huang 等 2015。",
        how="参数量几乎相同的 LSTM 标注器，分别从左到右、从右到左、双向读，学三个任务：Python 标准库语句里名字的种类"
        "（变量、方法、模块……；关键字和符号不计），以及两个现场生成的任务，一个词的标签由前一个词或后一个词决定。"
        "三个随机种子。",
        reading=f"双向比从左到右高出 {FEWEST_POINTS:g} 个百分点以上、且超过波动，才算胜。若每个任务都胜，则成立；"
        "若只胜部分任务，则有条件地成立（决定标签的东西在词的后面）；若一个也不胜，则不成立。",
    ),
}
Scores = dict[tuple[str, str], Several]
"""Per cent of the tags told rightly, by reader and task."""
Draw = Callable[[Chance, bool, int], Asked]
"""Make sentences with their tags: (chance, whether of the part that is scored, how many)."""


@dataclass(frozen=True)
class TagTask:
    """What there is to tag."""

    vocab_size: int
    num_tags: int
    draw: Draw


def measure(*, seed: int = 0, poll: Poll, is_quick: bool = False) -> Outcome:
    """Train the three readers on the three tasks."""
    num_seeds, steps, count = (2, 2, 16) if is_quick else (3, 300, 600)
    poll()
    tasks = {
        "python": python_names(),
        "before": TagTask(made.VOCAB_SIZE, 2, partial(neighbours, -1)),
        "after": TagTask(made.VOCAB_SIZE, 2, partial(neighbours, 1)),
    }
    right: Scores = {}
    sizes: dict[str, int] = {}
    for name, task in tasks.items():
        for reader in READERS:
            scores = []
            for one_seed in range(seed, seed + num_seeds):
                model = learn_sequences(
                    partial(make, reader, task),
                    partial(learned, reader, task),
                    steps=steps,
                    seed=one_seed,
                    poll=poll,
                    rate=0.005,
                )
                asked = task.draw(np.random.default_rng((one_seed, 19)), True, count)
                scores.append(share_right(model, turned(reader, asked)))
            right[reader, name] = Several.of(scores)
            sizes[reader] = count_parameters(model.encoder)
    return conclude(right, sizes)


def make(reader: str, task: TagTask) -> RecurrentEncoder:
    """Make a tagger; the one that reads from right to left gets its sentences turned round."""
    return RecurrentEncoder(
        RecurrentConfig(
            vocab_size=task.vocab_size,
            num_outputs=task.num_tags,
            output="tokens",
            embedding_dim=64,
            hidden_size=WIDTHS[reader],
            is_bidirectional=reader == "both",
            dropout=0.0,
        )
    )


def learned(reader: str, task: TagTask, chance: Chance) -> Asked:
    """Make the sentences of one step."""
    return turned(reader, task.draw(chance, False, ROWS))


def turned(reader: str, asked: Asked) -> Asked:
    """Return sentences as a reader gets them: turned round for the one from right to left, padding still at the end."""
    if reader != "left":
        return asked
    tokens = asked.inputs[0]
    length = tokens.shape[1]
    places = ((tokens != PADDING_ID).sum(1, keepdim=True) - 1 - torch.arange(length)) % length
    return Asked((tokens.gather(1, places),), asked.targets.gather(1, places))


def neighbours(step: int, chance: Chance, is_scored: bool, count: int) -> Asked:
    """Make rows of noise in which a word's tag says of which half the word one step before or after it is."""
    tokens = made.noise(chance, count, NUM_WORDS)
    halves = (tokens - made.FIRST_NOISE) * 2 // made.NUM_SYMBOLS
    targets = np.full(tokens.shape, IGNORE_INDEX)
    if step < 0:
        targets[:, 1:] = halves[:, :-1]
    else:
        targets[:, :-1] = halves[:, 1:]
    return Asked((torch.from_numpy(tokens),), torch.from_numpy(targets))


def python_names() -> TagTask:
    """Open statements of Python's standard library; asked are the tags of names alone."""
    data = open_tagged_texts("python_tokens")
    units = Units.learn_words(data.sentences("train"), UnitRules(kind="cased_words", min_count=2))
    is_name = np.array([tag in NAMES for tag in data.tag_names])
    parts = {
        is_scored: [
            (units.encode_words(words), np.where((tags >= 0) & is_name[tags], tags, IGNORE_INDEX).tolist())
            for split in splits
            for words, tags in zip(data.sentences(split), data.tags(split), strict=True)
        ]
        for is_scored, splits in ((False, ("train",)), (True, ("valid", "test")))
    }

    def draw(chance: Chance, is_scored: bool, count: int) -> Asked:
        part = parts[is_scored]
        chosen = [part[row] for row in chance.permutation(len(part))[:count]]
        return Asked(
            (side_by_side([row[0] for row in chosen], PADDING_ID),),
            side_by_side([row[1] for row in chosen], IGNORE_INDEX),
        )

    return TagTask(units.vocab_size, len(data.tag_names), draw)


def side_by_side(rows: Sequence[Sequence[int]], filler: int) -> torch.Tensor:
    """Return rows of different lengths as one tensor, filled at the right."""
    longest = max(map(len, rows))
    return torch.stack([pad(torch.tensor(row), (0, longest - len(row)), value=filler) for row in rows])


def conclude(right: Scores, sizes: dict[str, int]) -> Outcome:
    """Draw the verdict from the tags told rightly."""
    wins = [is_better(right["both", task], right["right", task]) for task in TASKS]
    verdict: Verdict = "holds" if all(wins) else "only_when" if any(wins) else "false"
    told: dict[str, list[str]] = {"en": [], "zh": []}
    for task, name in TASKS.items():
        one, other, both = (right[reader, task] for reader in READERS)
        told["en"].append(f"{name['en']}: {both} % both ways, {one} % from left to right, {other} % from right to left")
        told["zh"].append(f"{name['zh']}：双向 {both} %，从左到右 {one} %，从右到左 {other} %")
    english = "; ".join(told["en"])
    sentence = {"en": f"{english[:1].upper()}{english[1:]}.", "zh": f"{'；'.join(told['zh'])}。"}
    figure = Figure(
        name={"en": "Tags told rightly, %", "zh": "标签正确率，%"},
        columns={
            "en": ["reads", *(name["en"] for name in TASKS.values()), "parameters of the LSTM"],
            "zh": ["读法", *(name["zh"] for name in TASKS.values()), "LSTM 的参数量"],
        },
        rows=[[name, *(right[reader, task] for task in TASKS), sizes[reader]] for reader, name in READERS.items()],
    )
    return Outcome(verdict=verdict, sentence=sentence, figures=[figure])


def is_better(one: Several, other: Several) -> bool:
    """Whether one accuracy is clearly above the other."""
    return one.mean - other.mean > max(FEWEST_POINTS, one.spread, other.spread)
