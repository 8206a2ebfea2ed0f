"""Which tokens each token looked at: all heads at a glance, one layer, or one head from scores to mixed values.

    scores = query · key / √head_dim     visible ones only     weights = softmax(scores)     mixed = Σ weights · value

Models with an encoder and a decoder have up to three kinds of it, their sides: the source looks at itself ("encoder"),
what is written at itself ("decoder"), and what is written at the source ("cross"), which aligns the two.

Source: Vaswani et al. 2017, section 3.2, arXiv 1706.03762; rollout: Abnar and Zuidema 2020, arXiv 2005.00928.
"""

from collections.abc import Sequence

from torch import nn

from clearhead.inspector.views._attention_panels import (
    WEIGHTS,
    Attention,
    all_layers,
    find_attention,
    one_layer,
    sides_of,
)
from clearhead.inspector.views._attention_stages import one_head, one_row
from clearhead.inspector.views.base import Looked, at, taps_ending
from clearhead.panels.base import Panel

TITLE = "Attention"
QUESTION = "Which tokens did each token look at, and how was that computed?"
ANSWER = "weights"


def applies(model: nn.Module) -> str | None:
    """Return None for models with attention."""
    return None if taps_ending(model, WEIGHTS) else f"a {type(model).__name__} has no attention."


def offers(look: Looked) -> dict[str, Sequence[str]]:
    """Return the options that not every model has: see `base.py`."""
    return {"side": tuple(sides_of(look.model))}


def view(
    look: Looked,
    *,
    side: str | None = None,
    layer: int | None = None,
    head: int | None = None,
    token: int | None = None,
) -> list[Panel]:
    """Show every head of every layer, the heads of one layer, one head step by step, or one token's row of it.

    Args:
        side: "encoder", "decoder" or "cross" in a model that has them; none given shows what the target saw of the
            source.
        layer: counted from 0; -1 is the last; none given shows all layers.
        head: counted from 0; -1 is the last; none given shows all heads of the layer.
        token: the position that looks; needs a layer and a head.
    """
    seen = find_attention(look, side)
    if layer is None and (head is not None or token is not None):
        option, value = ("head", head) if head is not None else ("token", token)
        raise ValueError(
            f"attention.layer must be given together with {option}, got {option}={value} alone. "
            f"Choose a layer between 0 and {len(seen.places) - 1}."
        )
    if layer is None:
        return all_layers(seen)
    layer = at(layer, len(seen.places), "attention.layer", "layer")
    if head is None:
        if token is not None:
            raise ValueError(
                f"attention.head must be given together with token, got token={token} alone. "
                f"Choose a head between 0 and {_num_heads(seen, layer) - 1}."
            )
        return one_layer(seen, layer)
    head = at(head, _num_heads(seen, layer), "attention.head", "head")
    if token is None:
        return one_head(seen, layer, head)
    return one_row(seen, layer, head, at(token, len(seen.asking), "attention.token", "token"))


def _num_heads(seen: Attention, layer: int) -> int:
    return len(seen.look.value(seen.places[layer] + (".weights" if seen.is_recurrent else ".query")))
