"""One Transformer block in nine steps, from the vectors that enter to those that leave, every number shown.

    encoder   1 word vectors + positions  2 Q, K, V  3 products  4 scale  5 weights  6 Σ weights · V
              7 concat · W_O  8 add & norm  9 W_1, bend, W_2, add & norm
    decoder   1 word vectors + positions  2–5 masked self-attention, add & norm  6–7 cross-attention, add & norm
              8 W_1, bend, W_2, add & norm  9 linear, softmax
    GPT       the same as the encoder, with a mask and the norms before the parts

Source: Vaswani et al. 2017, arXiv 1706.03762; the others: models/gpt2.py, models/gpt.py.
"""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from clearhead.inspector.views._block_post_norm import decoder_block, encoder_block
from clearhead.inspector.views._block_pre_norm import pre_norm_block
from clearhead.inspector.views._block_steps import Steps, difference
from clearhead.inspector.views._sides import choose_side, exact, is_pair, target_name
from clearhead.inspector.views.base import Looked, at, labels
from clearhead.layers.tap import find_taps
from clearhead.panels.base import Panel
from clearhead.panels.table import Table

TITLE = "One block, step by step"
QUESTION = "What does a Transformer block do with each token, number by number?"
ANSWER = "step_9"

NUM_TOP = 8


def applies(model: nn.Module) -> str | None:
    """Return None for models of Transformer blocks that this view knows the steps of."""
    return None if _sides(model) else f"a {type(model).__name__} has no Transformer block that is written out here."


def offers(look: Looked) -> dict[str, Sequence[str]]:
    """Return the options that not every model has: see `base.py`."""
    return {"side": [name for name in _sides(look.model) if name]}


def view(
    look: Looked, *, side: str | None = None, layer: int = 0, head: int = 0, token: int | None = None
) -> list[Panel]:
    """Show the nine steps of one block, and recompute each of them.

    Args:
        side: "encoder" or "decoder" in a model that has both; none given shows the encoder.
        layer: counted from 0; -1 is the last.
        head: whose queries, keys, values and weights are shown.
        token: show only this token's rows; none given shows all.
    """
    known = _sides(look.model)
    side = choose_side(side, [name for name in known if name], where="block.side", model=look.model)
    places, build = known[side]
    layer = at(layer, len(places), "block.layer", "layer")
    head = at(head, look.model.config.num_heads, "block.head", "head")
    asking = labels(look.target_pieces if side == "decoder" else look.pieces)
    token = None if token is None else at(token, len(asking), "block.token", "token")
    steps, alone = (Steps(look, head, asking, token, is_alone=is_alone) for is_alone in (False, True))
    build(steps, places[layer], layer)
    left = build(alone, places[layer], layer)
    if side == "decoder":
        last = exact(look.value(f"{places[-1]}.residual"))
        own = exact(look.logits)
        steps.checked.append(
            ("step_9", "Linear: output of the last block · Wᵀ + b", difference(_linear(look, last), own))
        )
        steps.panels.append(_top(look, own, asking, -1 if token is None else token))
        if layer == len(places) - 1:
            away = difference(_linear(look, left), own)
            steps.checked.append(("all", "the logits from what entered, by formulas alone", away))
    away = difference(left, exact(look.value(f"{places[layer]}.residual")))
    steps.checked.append(("all", "what leaves the block from what entered, by formulas alone", away))
    return [*steps.panels, steps.check()]


Build = Callable[[Steps, str, int], Tensor]


def _sides(model: nn.Module) -> dict[str, tuple[list[str], Build]]:
    """Return the places of the blocks on each side, and what writes their steps; "" for a model without sides."""
    places = [name.removesuffix(".residual") for name in find_taps(model) if name.endswith(".residual")]
    if is_pair(model):
        sides: dict[str, tuple[list[str], Build]] = {}
        for side, build in (("encoder", encoder_block), ("decoder", decoder_block)):
            own = [place for place in places if place.startswith(f"{side}.layers.")]
            if own:
                sides[side] = own, build
        return sides
    if getattr(model, "role", "") == "LanguageModel" and places:
        block = model.get_submodule(places[0])
        if all(hasattr(block, part) for part in ("attention_norm", "attention", "feed_forward_norm", "feed_forward")):
            return {"": (places, pre_norm_block)}
    return {}


def _linear(look: Looked, vectors: Tensor) -> Tensor:
    """Return vectors · Wᵀ + b, with −∞ for what can never be said."""
    head = look.model.head()
    logits = vectors @ exact(head.weight).T
    if head.bias is not None:
        logits = logits + exact(head.bias)
    return logits if head.excluded is None else logits.index_fill(-1, head.excluded.cpu(), -torch.inf)


def _top(look: Looked, logits: Tensor, asking: tuple[str, ...], token: int) -> Table:
    """Show the most probable tokens after one position: the last step of the decoder."""
    probabilities = logits[token].softmax(-1)
    best = [int(index) for index in probabilities.argsort(descending=True, stable=True)[:NUM_TOP]]
    rest = max(0.0, 1 - float(probabilities[best].sum()))
    return Table(
        name="step_9",
        title=f"9. Linear and softmax: what comes after {asking[token]!r}",
        note=f"After the last block. The other {len(probabilities) - len(best):,} tokens share {rest:.2%}.",
        columns=("rank", "token", "id", "logit", "probability"),
        rows=tuple(
            (rank, target_name(look, index), index, float(logits[token, index]), float(probabilities[index]))
            for rank, index in enumerate(best, start=1)
        ),
    )
