"""An RNN's time grows with the length of a text, that of attention with its square."""

import math
from functools import partial
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from clearhead.experiments.claims._timing import one_core, shortest_seconds
from clearhead.experiments.claims.base import Cell, Figure, Outcome, Verdict, Words, number
from clearhead.layers.cross_attention import MultiHeadAttention
from clearhead.layers.recurrent import Recurrent
from clearhead.layers.tap import listening
from clearhead.models._transformer_config import TransformerConfig
from clearhead.models.transformer import EncoderBlock
from clearhead.tasks.base import Poll

SECONDS = 35
LENGTHS = (64, 128, 256, 512, 1024, 2048)
WIDTH, NUM_HEADS = 64, 2
SLACK = 0.3
"""How far a growth may be from 1 (as the length), or below 2 (as its square); above 2 it is memory that adds."""
NAMES = {
    "lstm": {"en": "LSTM", "zh": "LSTM"},
    "attention": {"en": "attention alone", "zh": "单独的注意力"},
    "block": {"en": "whole Transformer block", "zh": "完整的 Transformer 块"},
}
WORDS = {
    "en": Words(
        claim="An RNN's time grows with the length of a text, that of attention with its square.",
        where="Vaswani et al. 2017, table 1, and every article about long contexts.",
        how=f"An LSTM, self-attention and a whole block of the Transformer's encoder, all {WIDTH} wide, read texts of "
        f"{LENGTHS[0]} to {LENGTHS[-1]:,} positions. Their multiplications and additions are counted, and their time "
        "is taken on one core. The growth is the power of the length: 1 when twice the length takes twice as much, 2 "
        "when it takes four times as much.",
        reading=f"Growth counts as 1 within {SLACK:g}, and as 2 from {2 - SLACK:g} on (what does not fit into the "
        "caches any more adds to it). The claim holds if, in operations and in seconds, that of the LSTM is 1 and "
        "that of attention and of the block is 2, over the first doubling of the length and over the last. It holds "
        "only when texts are long if that is so over the last doubling, for attention alone at least. It is false "
        "otherwise.",
    ),
    "zh": Words(
        claim="RNN 的用时与文本长度成正比，注意力的用时与长度的平方成正比。",
        where="Vaswani 等 2017 的表 1，以及每一篇讲长上下文的文章。",
        how=f"LSTM、自注意力、Transformer 编码器的一个完整块，宽度都是 {WIDTH}，读 {LENGTHS[0]} 到 {LENGTHS[-1]:,} "
        "个位置的文本。数一数各自的乘加次数，并在单核上计时。增长用长度的幂次表示：长度加倍、用量加倍是 1，"
        "用量变成四倍是 2。",
        reading=f"幂次与 1 相差不超过 {SLACK:g} 算 1，不低于 {2 - SLACK:g} 算 2（缓存放不下时还会更高）。"
        "若运算次数和秒数都是 LSTM 为 1、注意力和完整块为 2，第一次和最后一次加倍都如此，则成立；若最后一次加倍时如此"
        "（至少单独的注意力如此），则有条件地成立（文本要足够长）；否则不成立。",
    ),
}
Measured = dict[tuple[str, int], float]
"""By net and length."""


def measure(*, seed: int = 0, poll: Poll, is_quick: bool = False) -> Outcome:
    """Count operations and take times at every length."""
    torch.manual_seed(seed)
    nets = make()
    operations: Measured = {}
    seconds: Measured = {}
    lengths = LENGTHS[:3] if is_quick else LENGTHS
    with one_core(), torch.no_grad():
        # One net after the other: after attention's large squares the memory of an LSTM comes at twice the price.
        for name, net in nets.items():
            for length in lengths:
                x = torch.randn(1, length, WIDTH)
                operations[name, length] = count_operations(net, x)
                way = partial(read, net, x)
                taken = shortest_seconds({name: way}, rounds=3, poll=poll, seconds=0 if is_quick else 1.2)
                seconds[name, length] = taken[name]
    return conclude(operations, seconds)


def make() -> dict[str, nn.Module]:
    """Make the three nets."""
    config = TransformerConfig(
        source_vocab_size=2,
        target_vocab_size=2,
        padding_id=1,
        start_id=1,
        end_id=0,
        d_model=WIDTH,
        num_heads=NUM_HEADS,
    )
    nets = {
        "lstm": Recurrent(WIDTH, WIDTH, cell="lstm"),
        "attention": MultiHeadAttention(WIDTH, NUM_HEADS),
        "block": EncoderBlock(config),
    }
    return {name: net.eval().requires_grad_(False) for name, net in nets.items()}


def read(net: nn.Module, x: Tensor) -> None:
    """Read a text."""
    if isinstance(net, MultiHeadAttention):
        net(x, x)
    elif isinstance(net, EncoderBlock):
        net(x, None)
    else:
        net(x)


def count_operations(net: nn.Module, x: Tensor) -> float:
    """Count multiplications and additions, in matrix products.

    The fused kernels hide theirs. A recurrent net runs its formulas once for those who look, attention where somebody
    gives back another tensor; their products can be counted. So can those of linear maps while gradients are wanted.
    """
    is_recurrent = isinstance(net, Recurrent)
    wanted = "hidden" if is_recurrent else "weights"

    def looked_at(name: str, value: Tensor) -> Tensor:
        return value if is_recurrent else value.clone()

    def is_wanted(name: str) -> bool:
        return name.rpartition(".")[2] == wanted

    with torch.enable_grad(), listening(net, looked_at, is_wanted), FlopCounterMode(display=False) as counter:
        read(net, x)
    return float(counter.get_total_flops())


def growths(measured: Measured, name: str) -> list[float]:
    """Return the powers of the length with which something grows, from each length to the next."""
    lengths = sorted(length for one, length in measured if one == name)
    return [
        math.log(measured[name, after] / measured[name, before]) / math.log(after / before)
        for before, after in pairwise(lengths)
    ]


def conclude(operations: Measured, seconds: Measured) -> Outcome:
    """Draw the verdict from how operations and seconds grow."""
    grown = {
        (what, name): growths(table, name) for what, table in (("n", operations), ("s", seconds)) for name in NAMES
    }

    def fits(name: str, wanted: int, place: int) -> bool:
        powers = [grown[what, name][place] for what in ("n", "s")]
        return all(power >= wanted - SLACK and (wanted == 2 or power <= wanted + SLACK) for power in powers)

    is_square = {place: [fits("attention", 2, place), fits("block", 2, place)] for place in (0, -1)}
    if not (fits("lstm", 1, -1) and is_square[-1][0]):
        verdict: Verdict = "false"
    else:
        verdict = "holds" if fits("lstm", 1, 0) and all(is_square[0] + is_square[-1]) else "only_when"
    lengths = sorted({length for _, length in seconds})
    shortest, longest = lengths[0], lengths[-1]
    ratios = [seconds["lstm", length] / seconds["block", length] for length in (shortest, longest)]
    sentence = {
        "en": f"Over the last doubling of the length seconds grow with the power {grown['s', 'lstm'][-1]:.2f} (LSTM), "
        f"{grown['s', 'attention'][-1]:.2f} (attention) and {grown['s', 'block'][-1]:.2f} (block), operations with "
        f"{grown['n', 'lstm'][-1]:.2f}, {grown['n', 'attention'][-1]:.2f} and {grown['n', 'block'][-1]:.2f}; over the "
        f"first, seconds with {grown['s', 'lstm'][0]:.2f}, {grown['s', 'attention'][0]:.2f} and "
        f"{grown['s', 'block'][0]:.2f}. The LSTM takes {number(ratios[0])} times as long as the block at {shortest:,} "
        f"positions, {number(ratios[1])} times at {longest:,}.",
        "zh": f"长度最后一次加倍，秒数按 {grown['s', 'lstm'][-1]:.2f}（LSTM）、{grown['s', 'attention'][-1]:.2f}"
        f"（注意力）、{grown['s', 'block'][-1]:.2f}（完整块）次幂增长，运算次数按 {grown['n', 'lstm'][-1]:.2f}、"
        f"{grown['n', 'attention'][-1]:.2f}、{grown['n', 'block'][-1]:.2f}；第一次加倍，秒数按 "
        f"{grown['s', 'lstm'][0]:.2f}、{grown['s', 'attention'][0]:.2f}、{grown['s', 'block'][0]:.2f}。{shortest:,} "
        f"个位置时 LSTM 用时是完整块的 {number(ratios[0])} 倍，{longest:,} 个时是 {number(ratios[1])} 倍。",
    }
    heads = {language: [name[language] for name in NAMES.values()] for language in ("en", "zh")}
    return Outcome(verdict=verdict, sentence=sentence, figures=_figures(operations, seconds, grown, heads))


def _figures(
    operations: Measured,
    seconds: Measured,
    grown: dict[tuple[str, str], list[float]],
    heads: dict[str, list[str]],
) -> list[Figure]:
    lengths = sorted({length for _, length in seconds})
    columns = {"en": ["positions", *heads["en"]], "zh": ["位置数", *heads["zh"]]}
    tables = (
        ({"en": "Milliseconds on one core", "zh": "单核用时，毫秒"}, seconds, 1e3),
        ({"en": "Millions of multiplications and additions", "zh": "乘加次数，百万"}, operations, 1e-6),
    )
    figures = [
        Figure(
            name=name,
            columns={language: [*texts, ratio[language]] for language, texts in columns.items()},
            rows=[
                [
                    length,
                    *(scale * table[net, length] for net in NAMES),
                    table["lstm", length] / table["block", length],
                ]
                for length in lengths
            ],
        )
        for ratio in [{"en": "LSTM over block", "zh": "LSTM ÷ 完整块"}]
        for name, table, scale in tables
    ]
    rows: list[list[Cell]] = []
    for place, (before, after) in enumerate(pairwise(lengths)):
        rows.append([f"{before:,} → {after:,}", *(grown[what, net][place] for what in ("s", "n") for net in NAMES)])
    said = {"en": ("seconds", "operations"), "zh": ("秒数", "运算")}
    doubling = {"en": "doubling", "zh": "加倍"}
    growth = Figure(
        name={"en": "Growth: power of the length", "zh": "增长：长度的幂次"},
        columns={
            language: [doubling[language], *(f"{net}, {what}" for what in said[language] for net in heads[language])]
            for language in heads
        },
        rows=rows,
    )
    return [*figures, growth]
