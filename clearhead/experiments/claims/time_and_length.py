"""An RNN's time grows with the length of a text, that of attention with its square."""

import math
from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from clearhead.experiments.claims._timing import one_core, shortest_seconds
from clearhead.experiments.claims.base import Cell, Figure, Outcome, Verdict, Words, number
from clearhead.layers.cross_attention import MultiHeadAttention
from clearhead.layers.recurrent import Recurrent
from clearhead.layers.tap import listening
from clearhead.models.transformer import EncoderBlock
from clearhead.models._transformer_config import TransformerConfig
from clearhead.tasks.base import Poll

SECONDS = 45
LENGTHS = (64, 128, 256, 512, 1024, 2048, 4096)
WIDTH, NUM_HEADS = 64, 2
SLACK = 0.25
"""How far a growth may be from 1 (as the length) or 2 (as its square)."""
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
        f"{LENGTHS[0]} to {LENGTHS[-1]:,} positions. Their multiplications and additions are counted, and their time is "
        "taken on one core. The growth is the power of the length: 1 when twice the length takes twice as much, 2 when "
        "it takes four times as much.",
        reading=f"Growth counts as 1 or 2 within {SLACK:g}, over the last doubling of the length. The claim holds if, in "
        "operations and in seconds, that of the LSTM is 1 and that of attention and of the block is 2, over the first "
        "doubling too. It holds only when texts are long if that is so over the last doubling, for attention alone at "
        "least. It is false otherwise.",
    ),
    "zh": Words(
        claim="RNN 的用时与文本长度成正比，注意力的用时与长度的平方成正比。",
        where="Vaswani 等 2017 的表 1，以及每一篇讲长上下文的文章。",
        how=f"LSTM、自注意力、Transformer 编码器的一个完整块，宽度都是 {WIDTH}，读 {LENGTHS[0]} 到 {LENGTHS[-1]:,} 个位置的文本。"
        "数一数各自的乘加次数，并在单核上计时。增长用长度的幂次表示：长度加倍、用量加倍是 1，用量变成四倍是 2。",
        reading=f"幂次与 1 或 2 相差不超过 {SLACK:g} 才算，看最后一次加倍。若运算次数和秒数都是 LSTM 为 1、注意力和完整块为 2，"
        "而且第一次加倍时就是如此，则成立；若最后一次加倍时如此（至少单独的注意力如此），则有条件地成立（文本要足够长）；否则不成立。",
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
    with one_core(), torch.inference_mode():
        for length in lengths:
            x = torch.randn(1, length, WIDTH)
            for name, net in nets.items():
                poll()
                operations[name, length] = count_operations(net, x)
            ways: dict[str, Callable[[], object]] = {name: partial(read, net, x) for name, net in nets.items()}
            taken = shortest_seconds(ways, rounds=2 if is_quick else 3, poll=poll, seconds=0 if is_quick else 2.5)
            seconds |= {(name, length): time for name, time in taken.items()}
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
    return {
        "lstm": Recurrent(WIDTH, WIDTH, cell="lstm").eval(),
        "attention": MultiHeadAttention(WIDTH, NUM_HEADS).eval(),
        "block": EncoderBlock(config).eval(),
    }


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

    The fused kernels hide theirs. Where somebody looks and gives back another tensor, the layers compute by their
    formulas, whose products can be counted.
    """
    wanted = "hidden" if isinstance(net, Recurrent) else "weights"

    def copied(name: str, value: Tensor) -> Tensor:
        return value.clone()

    def is_wanted(name: str) -> bool:
        return name.rpartition(".")[2] == wanted

    with listening(net, copied, is_wanted), FlopCounterMode(display=False) as counter:
        read(net, x)
    return float(counter.get_total_flops())


def growth(measured: Measured, name: str, place: int) -> float:
    """Return the power of the length with which something grows, from one length to the next."""
    lengths = sorted({length for _, length in measured})
    before, after = lengths[place - 1 if place < 0 else place], lengths[place if place < 0 else place + 1]
    return math.log(measured[name, after] / measured[name, before]) / math.log(after / before)
