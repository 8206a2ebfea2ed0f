"""The gates of GRU and LSTM do what is said of them when they are shut by hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np

from clearhead.experiments.claims import _recall as made
from clearhead.experiments.claims._sequence_learning import learn_sequences, share_right
from clearhead.experiments.claims.base import Cell, Figure, Outcome, Several, Verdict, Words
from clearhead.inspector.edits import Edit, replace
from clearhead.inspector.recorder import Recorder
from clearhead.models.recurrent import RecurrentConfig, RecurrentEncoder
from clearhead.tasks.base import Poll

SECONDS = 25
PLACE = "encoder.layers.0.left_to_right"
KEPT, FORGOTTEN = 90.0, 25.0
"""Per cent: from the first on a symbol is still known, up to the second it is as good as forgotten."""
AROUND_LATE = slice(made.LATE.start - 1, made.LATE.stop + 1)
AFTER = made.NUM_WORDS - 3
"""One word of noise after both symbols, and two before the end."""
Effect = Literal["keeps", "keeps_older", "forgets"]
EFFECTS: dict[Effect, Mapping[str, str]] = {
    "keeps": {"en": "the symbol stays known", "zh": "符号还记得"},
    "keeps_older": {"en": "the older symbol stays, the new one does not enter", "zh": "旧符号留着，新符号进不来"},
    "forgets": {"en": "the past is forgotten", "zh": "过去被忘掉"},
}


@dataclass(frozen=True)
class Change:
    """Gates that are set by hand, and what is said to follow."""

    name: Mapping[str, str]
    cell: Literal["gru", "lstm"]
    gates: tuple[tuple[str, float, slice], ...]
    said: Effect
    is_alone: bool
    """Whether one gate is set, as sayings have it; otherwise its partner is set too."""

    def edits(self) -> list[Edit]:
        """Return the changes at the taps."""
        return [replace(f"{PLACE}.{gate}", value, positions=where) for gate, value, where in self.gates]


HERE, BEFORE = slice(AFTER, AFTER + 1), slice(AFTER - 1, AFTER)
CHANGES = {
    "update": Change(
        {"en": "GRU: update gate at 1 (keep) around the new symbol", "zh": "GRU：新符号前后更新门置 1（保留）"},
        "gru", (("update_gate", 1.0, AROUND_LATE),), "keeps_older", True,
    ),
    "reset": Change(
        {"en": "GRU: reset gate at 0 at one later word", "zh": "GRU：之后一个词处重置门置 0"},
        "gru", (("reset_gate", 0.0, HERE),), "forgets", True,
    ),
    "reset_update": Change(
        {"en": "GRU: reset gate and update gate at 0 there", "zh": "GRU：该处重置门、更新门都置 0"},
        "gru", (("reset_gate", 0.0, HERE), ("update_gate", 0.0, HERE)), "forgets", False,
    ),
    "input": Change(
        {"en": "LSTM: input gate at 0 around the new symbol", "zh": "LSTM：新符号前后输入门置 0"},
        "lstm", (("input_gate", 0.0, AROUND_LATE),), "keeps_older", True,
    ),
    "input_forget": Change(
        {"en": "LSTM: input gate at 0 and forget gate at 1 there", "zh": "LSTM：该处输入门置 0、遗忘门置 1"},
        "lstm", (("input_gate", 0.0, AROUND_LATE), ("forget_gate", 1.0, AROUND_LATE)), "keeps_older", False,
    ),
    "forget": Change(
        {"en": "LSTM: forget gate at 0 at one later word", "zh": "LSTM：之后一个词处遗忘门置 0"},
        "lstm", (("forget_gate", 0.0, HERE),), "forgets", True,
    ),
    "forget_output": Change(
        {"en": "LSTM: forget gate at 0 there, output gate at 0 at the word before",
         "zh": "LSTM：该处遗忘门置 0，前一个词处输出门置 0"},
        "lstm", (("forget_gate", 0.0, HERE), ("output_gate", 0.0, BEFORE)), "forgets", False,
    ),
    "output": Change(
        {"en": "LSTM: output gate at 0 at one later word", "zh": "LSTM：之后一个词处输出门置 0"},
        "lstm", (("output_gate", 0.0, HERE),), "keeps", True,
    ),
}  # fmt: skip
PLAIN = {
    "gru": {"en": "GRU: nothing set", "zh": "GRU：不做改动"},
    "lstm": {"en": "LSTM: nothing set", "zh": "LSTM：不做改动"},
}
PARTNERED = {"reset": "reset_update", "input": "input_forget", "forget": "forget_output"}
"""Of a gate set alone, the change that sets its partner too."""
WORDS = {
    "en": Words(
        claim="The gates do what their names say: shut the reset or forget gate and the past is forgotten, shut the "
        "update or input gate and nothing new enters, shut the output gate and the memory is only hidden.",
        where="In every drawing of a GRU or an LSTM cell, and in most blog posts about them.",
        how=f"A GRU and an LSTM learn to name the last symbol among words of noise ({made.NUM_WORDS} in all), where "
        "one or two symbols stand. Then single gates are set by hand through the taps of the trained net, around the "
        "new symbol or at one word after it, and the net is asked again. Where a gate alone does not do what is "
        "said, it is set together with its partner. Three seeds each.",
        reading=f"A symbol stays known if {KEPT:g} % or more are told rightly, and is forgotten at {FORGOTTEN:g} % or "
        f"less (guessing: {made.GUESSING:g}). The claim holds if every gate alone does what is said. It holds only "
        "when the partner is set too if every gate that fails alone succeeds with its partner. It is false "
        "otherwise. (In our GRU an update gate of 1 keeps the old state, as in the paper of Cho et al. 2014.)",
    ),
    "zh": Words(
        claim="门如其名：关上重置门或遗忘门，过去就被忘掉；更新门或输入门不让进，新东西就进不来；关上输出门，"
        "记忆只是藏起来。",
        where="每一张 GRU、LSTM 单元示意图，以及讲它们的大多数博客文章。",
        how=f"让 GRU 和 LSTM 读一串词（共 {made.NUM_WORDS} 个，多数无意义，夹着一个或两个符号），学会说出最后那个符号。"
        "然后通过训练好的网络上的观测点，在新符号前后、或其后的某一个词处，把单个门设成指定的值，再问一次。"
        "一个门单独做不到的，再连同与它配合的门一起设。各三个随机种子。",
        reading=f"答对 {KEPT:g} % 以上算还记得，{FORGOTTEN:g} % 以下算忘了（瞎猜为 {made.GUESSING:g} %）。"
        "若每个门单独就做到所说的，则成立；若单独做不到的门，连同配合的门一起设就做到了，则有条件地成立；否则不成立。"
        "（我们的 GRU 中更新门为 1 表示保留旧状态，与 Cho 等 2014 的论文一致。）",
    ),
}
Scores = dict[str, tuple[Several, Several]]
"""Per cent of the later and of the earlier symbols told rightly, by change; by cell where nothing is changed."""


def measure(*, seed: int = 0, poll: Poll, is_quick: bool = False) -> Outcome:
    """Train both cells, set their gates, and ask."""
    num_seeds, steps, count = (2, 5, 50) if is_quick else (3, 1000, 500)
    later: dict[str, list[float]] = {}
    earlier: dict[str, list[float]] = {}
    for cell in ("gru", "lstm"):
        plans = {cell: [], **{name: change.edits() for name, change in CHANGES.items() if change.cell == cell}}
        for one_seed in range(seed, seed + num_seeds):
            model = learn_sequences(
                partial(make, cell),
                partial(made.last_symbol, count=32, late_share=0.5),
                steps=steps,
                seed=one_seed,
                poll=poll,
                rate=0.005,
            )
            asked = made.last_symbol(np.random.default_rng((one_seed, 13)), count, late_share=1.0)
            for name, edits in plans.items():
                with Recorder(model, [f"{PLACE}.hidden"], edits=edits):
                    later.setdefault(name, []).append(share_right(model, asked))
                    earlier.setdefault(name, []).append(share_right(model, made.early_symbol(asked)))
    return conclude({name: (Several.of(later[name]), Several.of(earlier[name])) for name in later})


def make(cell: Literal["gru", "lstm"]) -> RecurrentEncoder:
    """Make a net that reads from left to right and answers from its last state."""
    return RecurrentEncoder(
        RecurrentConfig(
            vocab_size=made.VOCAB_SIZE,
            num_outputs=made.NUM_SYMBOLS,
            embedding_dim=16,
            hidden_size=32,
            cell=cell,
            is_bidirectional=False,
            pooling="last",
            dropout=0.0,
        )
    )


def does_as_said(change: Change, scores: tuple[Several, Several]) -> bool:
    """Whether what was measured is what is said."""
    later, earlier = (score.mean for score in scores)
    if change.said == "keeps_older":
        return earlier >= KEPT
    return later >= KEPT if change.said == "keeps" else later <= FORGOTTEN


def conclude(found: Scores) -> Outcome:
    """Draw the verdict from what each change did."""
    done = {name: does_as_said(change, found[name]) for name, change in CHANGES.items()}
    failing = [name for name, change in CHANGES.items() if change.is_alone and not done[name]]
    has_learned = all(found[cell][0].mean >= KEPT for cell in PLAIN)
    if not has_learned or not all(done.get(PARTNERED.get(name, ""), False) for name in failing):
        verdict: Verdict = "false"
    else:
        verdict = "only_when" if failing else "holds"
    reset, both = found["reset"][0], found["reset_update"][0]
    forget, hidden = found["forget"][0], found["forget_output"][0]
    sentence = {
        "en": f"With the update gate shut, {found['update'][1]} % still name the older symbol. With the reset gate "
        f"alone at 0, {reset} % still name the symbol that should be forgotten, with the update gate at 0 too "
        f"{both} %. With the LSTM's forget gate alone at 0 it is {forget} %; with the output gate before it at 0 too, "
        f"{hidden} %. The input gate alone leaves the older symbol to {found['input'][1]} %, with the forget gate at "
        f"1 {found['input_forget'][1]} %.",
        "zh": f"更新门不让进时，{found['update'][1]} % 仍答出旧符号。只把重置门置 0，仍有 {reset} % "
        f"答出本该忘掉的符号；更新门也置 0，剩 {both} %。LSTM 只把遗忘门置 0，仍有 {forget} %；"
        f"前一步的输出门也置 0，剩 {hidden} %。只关输入门，{found['input'][1]} % 答出旧符号；遗忘门再置 1，为 "
        f"{found['input_forget'][1]} %。",
    }
    verdicts = {True: {"en": "yes", "zh": "是"}, False: {"en": "no", "zh": "否"}}
    rows: list[list[Cell]] = [
        [plain, *found[cell], EFFECTS["keeps"], verdicts[found[cell][0].mean >= KEPT]] for cell, plain in PLAIN.items()
    ]
    for name, change in CHANGES.items():
        rows.append([change.name, *found[name], EFFECTS[change.said], verdicts[done[name]]])
    figure = Figure(
        name={"en": "Told rightly after gates were set by hand, %", "zh": "手动设门之后的正确率，%"},
        columns={
            "en": ["set by hand", "new symbol", "older symbol", "said to follow", "does it"],
            "zh": ["手动设置", "新符号", "旧符号", "据说会怎样", "做到了吗"],
        },
        rows=rows,
    )
    return Outcome(verdict=verdict, sentence=sentence, figures=[figure])
