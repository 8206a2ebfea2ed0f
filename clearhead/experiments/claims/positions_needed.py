"""Attention cannot tell the order of words unless it is given positions."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor

from clearhead.experiments.claims import _ordered_sentences as made
from clearhead.experiments.claims._sequence_learning import Asked, Chance, answers, learn_sequences, share_right
from clearhead.experiments.claims.base import Figure, Outcome, Several, Verdict, Words, number
from clearhead.layers.linear_cross_entropy import IGNORE_INDEX
from clearhead.models.base import Model
from clearhead.models.gpt import GPT, GPTConfig
from clearhead.models.transformer import Transformer, TransformerConfig
from clearhead.tasks.base import Poll

SECONDS = 70
BLIND, SEEING = 60.0, 90.0
"""Per cent told rightly: at most the first is next to guessing, from the second on the order was read."""
ROWS, ASKED_ROWS = 32, 300
RATES = {"encoder": 0.003, "causal": 0.01}
"""Learning rates: with its norms after each sum, the encoder learns nothing at the higher one."""
STEPS = {"topic": 100, "who_near": 300, "who_far": 300}
FIRST_ANSWER = made.VOCAB_SIZE
START = FIRST_ANSWER + 2
"""After the words come the two answers, then the start, which is the padding of the Transformer too."""
TASKS = {
    "topic": {"en": "topic (order is of no use)", "zh": "主题（与词序无关）"},
    "who_near": {"en": "who thanked whom", "zh": "谁感谢谁"},
    "who_far": {"en": "who came first", "zh": "谁先来"},
}
ORDER = ("who_near", "who_far")
MODELS: dict[str, Mapping[str, str]] = {
    "encoder_with": {"en": "sees all words, with positions", "zh": "能看全句，有位置"},
    "encoder_without": {"en": "sees all words, no positions", "zh": "能看全句，无位置"},
    "causal_with": {"en": "sees only earlier words, with positions", "zh": "只看前文，有位置"},
    "causal_without": {"en": "sees only earlier words, no positions", "zh": "只看前文，无位置"},
}
WORDS = {
    "en": Words(
        claim="Attention cannot tell the order of words; it needs positions.",
        where="Vaswani et al. 2017, section 3.5, and every explanation of the Transformer since.",
        how="Two small models learn to answer about sentences made on the spot: the Transformer's encoder, in which "
        "every word sees all others (positions are sine waves), and a GPT, in which a word sees only those before it "
        "(positions are rotations). Each is trained with positions and with none. In the tasks of order a sentence of "
        "one class has the words of a sentence of the other. Afterwards the words of each sentence are shuffled, and "
        "it is counted how often the answer changes. Three seeds.",
        reading=f"The claim holds if without positions both models stay at {BLIND:g} % or below on the tasks of order "
        f"and with positions reach {SEEING:g} %. It holds only when every word sees all others if a model that sees "
        f"only earlier words reaches {SEEING:g} % without positions. It is false if the encoder does, or if positions "
        "do not help it.",
    ),
    "zh": Words(
        claim="注意力分不清词序，必须给它位置信息。",
        where="Vaswani 等 2017 第 3.5 节，以及此后每一篇讲解 Transformer 的文章。",
        how="两个小模型学习回答关于句子的问题（句子现场生成）：Transformer 的编码器，每个词看得到全句（位置用正弦波）；"
        "GPT，每个词只看得到前文（位置用旋转）。各训练有位置和无位置两种。词序任务里，两类句子用的词完全一样。"
        "最后打乱每句话的词，数一数有多少答案变了。三个随机种子。",
        reading=f"若没有位置时两个模型在词序任务上都不超过 {BLIND:g} %，有位置时都达到 {SEEING:g} %，则成立；"
        f"若只看前文的模型没有位置也能达到 {SEEING:g} %，则有条件地成立（每个词都看得到全句时才需要位置）；"
        "若看得到全句的编码器没有位置也行，或给了位置也没用，则不成立。",
    ),
}
Scores = dict[tuple[str, str], Several]
"""Per cent, by model and task."""


def measure(*, seed: int = 0, poll: Poll, is_quick: bool = False) -> Outcome:
    """Train both models with and without positions, and shuffle what they read."""
    num_seeds = 2 if is_quick else 3
    right: Scores = {}
    changed: Scores = {}
    for task in TASKS:
        for name in MODELS:
            kind = name.partition("_")[0]
            scores, changes = [], []
            for one_seed in range(seed, seed + num_seeds):
                model = learn_sequences(
                    partial(make, name),
                    partial(draw, kind, task, count=ROWS),
                    steps=1 if is_quick else STEPS[task],
                    seed=one_seed,
                    poll=poll,
                    rate=RATES[kind],
                )
                chance = np.random.default_rng((one_seed, 14))
                asked = draw(kind, task, chance, count=ROWS if is_quick else ASKED_ROWS)
                scores.append(share_right(model, asked))
                changes.append(share_changed(model, asked, chance))
            right[name, task], changed[name, task] = Several.of(scores), Several.of(changes)
    return conclude(right, changed)


def make(name: str) -> Model:
    """Make one of the four models; without positions, the tables of positions say the same of every place."""
    kind, _, positions = name.partition("_")
    shape: dict[str, Any] = {"d_model": 32, "num_layers": 2, "num_heads": 4, "context_length": 64}
    if kind == "encoder":
        control: dict[str, Any] = {"padding_id": START, "start_id": START, "end_id": FIRST_ANSWER}
        model = Transformer(
            TransformerConfig(source_vocab_size=START + 1, target_vocab_size=START + 1, dropout=0.0, **control, **shape)
        )
        if positions == "without":
            model.encoder.positions.zero_()
        return model
    causal = GPT(GPTConfig(vocab_size=START + 1, **shape))
    if positions == "without":
        causal.angles[0].fill_(1.0)  # the cosine and the sine of no rotation
        causal.angles[1].zero_()
    return causal


def draw(kind: str, task: str, chance: Chance, *, count: int) -> Asked:
    """Make sentences and their question, as a model of this kind reads them."""
    sentences = made.make(task, count, chance)
    return as_read(kind, torch.from_numpy(sentences.tokens), torch.from_numpy(sentences.targets))


def as_read(kind: str, tokens: Tensor, targets: Tensor) -> Asked:
    """Ask the encoder's reader in one step; ask the GPT after the last word."""
    start = torch.full((len(tokens), 1), START)
    answer = FIRST_ANSWER + targets[:, None]
    if kind == "encoder":
        return Asked((tokens.masked_fill(tokens == made.PADDING, START), start), answer)
    is_word = tokens != made.PADDING
    read = torch.cat([tokens, start], 1)
    lengths = is_word.sum(1, keepdim=True)
    read = read.scatter(1, lengths, start)  # the question follows the last word; padding after it is not seen
    asked = torch.full(read.shape, IGNORE_INDEX).scatter(1, lengths, answer)
    return Asked((read,), asked)


def share_changed(model: Model, asked: Asked, chance: Chance) -> float:
    """Return the share of answers that are others once the words of each sentence are shuffled, in per cent."""
    tokens = asked.inputs[0].clone()
    for row in tokens:
        words = (row < FIRST_ANSWER) & (row != made.PADDING)
        row[words] = row[words][torch.from_numpy(chance.permutation(int(words.sum())))]
    is_asked = asked.targets != IGNORE_INDEX
    before = answers(model, asked.inputs)[is_asked]
    after = answers(model, (tokens, *asked.inputs[1:]))[is_asked]
    return 100 * float((before != after).float().mean())


def conclude(right: Scores, changed: Scores) -> Outcome:
    """Draw the verdict from what each model tells rightly."""

    def reads(name: str) -> bool:
        return all(right[name, task].mean >= SEEING for task in ORDER)

    def is_blind(name: str) -> bool:
        return all(right[name, task].mean <= BLIND for task in ORDER)

    if not (is_blind("encoder_without") and reads("encoder_with")):
        verdict: Verdict = "false"
    else:
        verdict = "holds" if is_blind("causal_without") and reads("causal_with") else "only_when"
    moved = {name: max(changed[name, task].mean for task in ORDER) for name in MODELS}
    sentence = {
        "en": f"Who came first: where every word sees all others, {right['encoder_with', 'who_far']} % are told "
        f"rightly with positions and {right['encoder_without', 'who_far']} % without; where a word sees only those "
        f"before it, {right['causal_with', 'who_far']} % with and {right['causal_without', 'who_far']} % without. "
        f"Shuffling the words changes {number(moved['encoder_without'])} % of the answers of the first without "
        f"positions, and {number(moved['causal_without'])} % of the second.",
        "zh": f"“谁先来”的正确率：每个词看得到全句时，有位置 {right['encoder_with', 'who_far']} %，无位置 "
        f"{right['encoder_without', 'who_far']} %；只看前文时，有位置 {right['causal_with', 'who_far']} %，无位置 "
        f"{right['causal_without', 'who_far']} %。没有位置时打乱词序，前者的答案变了 "
        f"{number(moved['encoder_without'])} %，后者变了 {number(moved['causal_without'])} %。",
    }
    heads = {"en": "model", "zh": "模型"}
    figures = [
        Figure(
            name=title,
            columns={language: [head, *(TASKS[task][language] for task in TASKS)] for language, head in heads.items()},
            rows=[[words, *(table[name, task] for task in TASKS)] for name, words in MODELS.items()],
        )
        for title, table in (
            ({"en": "Told rightly, % (guessing: 50)", "zh": "正确率，%（瞎猜为 50）"}, right),
            ({"en": "Answers that change when the words are shuffled, %", "zh": "打乱词序后变了的答案，%"}, changed),
        )
    ]
    return Outcome(verdict=verdict, sentence=sentence, figures=figures)
