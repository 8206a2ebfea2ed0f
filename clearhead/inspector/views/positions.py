"""How the model knows where a token stands: waves or learned vectors that are added, or angles that turn.

    sinusoids   position p, pair i:  sin and cos of p · 10000^(−2i/d_model), added to the token's vector
    learned     one vector for each place, added to the token's vector
    rotary      each pair of a query's or key's components turns by p · θ^(−2i/head_dim)

Source: Vaswani et al. 2017, section 3.5, arXiv 1706.03762; rotary: Su et al. 2021, arXiv 2104.09864.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from clearhead.inspector.views._block_post_norm import token_vectors
from clearhead.inspector.views._position_tables import Positions, find_positions
from clearhead.inspector.views._rotation import rotation
from clearhead.inspector.views._sides import choose_side, exact
from clearhead.inspector.views.base import Looked, at, numbers
from clearhead.panels.base import Panel
from clearhead.panels.heatmap import Heatmap
from clearhead.panels.lines import Lines
from clearhead.panels.table import Table

TITLE = "Positions"
QUESTION = "How does the model know where a token stands, and which positions are alike?"
ANSWER = "table"

NUM_SHOWN = 32


def applies(model: nn.Module) -> str | None:
    """Return None for models with a table of positions."""
    return None if find_positions(model) else f"a {type(model).__name__} has no table of positions."


def offers(look: Looked) -> dict[str, Sequence[str]]:
    """Return the options that not every model has: see `base.py`."""
    tables = find_positions(look.model)
    has_turns = any(table.kind == "rotary" for table in tables.values())
    of_turns: dict[str, Sequence[str]] = {} if has_turns else dict.fromkeys(("layer", "head", "token"), ())
    return {"side": [name for name in tables if name], **of_turns}


def view(
    look: Looked,
    *,
    side: str | None = None,
    length: int | None = None,
    layer: int = 0,
    head: int = 0,
    token: int = -1,
) -> list[Panel]:
    """Show the model's table of positions, and the dot product of every two of them.

    Args:
        side: "encoder" or "decoder" in a model that has both.
        length: how many positions to show; none given means the first 32, or all of a shorter table.
        layer: rotary positions: where the turned query is taken from.
        head: rotary positions: whose query it is.
        token: rotary positions: the position of the token that asks.
    """
    tables = find_positions(look.model)
    side = choose_side(side, [name for name in tables if name], where="positions.side", model=look.model)
    chosen = tables[side]
    longest = len(chosen.table)
    length = min(NUM_SHOWN, longest) if length is None else length
    if not 1 <= length <= longest:
        raise ValueError(
            f"positions.length must be between 1 and {longest} (the model's context), got {length}. Use {longest}."
        )
    products = chosen.products(length)
    panels: list[Panel] = [_table("table", chosen.title, chosen, chosen.table[:length])]
    if chosen.sines is not None:
        panels.append(_table("sines", "Sines of the same angles", chosen, chosen.sines[:length]))
    panels += [_products(products, chosen), _by_distance(products)]
    if chosen.wavelengths is not None:
        panels.append(chosen.wavelengths)
    if chosen.kind == "rotary":
        layer = at(layer, len(look.model.blocks()), "positions.layer", "layer")
        head = at(head, look.model.config.num_heads, "positions.head", "head")
        turned, difference = rotation(look, layer, head, at(token, len(look.tokens), "positions.token", "token"))
        panels.append(turned)
        used = ("the turned query = what the model compares with the keys", difference)
    else:
        used = ("token vector + position = what enters the first block", _entering(look, chosen))
    check = Table(
        name="check",
        title="Recomputed from the formulas",
        note="Formulas in float64, over the whole table; the model's own table is in float32.",
        columns=("equation", "largest difference"),
        rows=(*chosen.check(), used),
    )
    return [*panels, check]


def _table(name: str, title: str, chosen: Positions, values: Tensor) -> Heatmap:
    return Heatmap(
        name=name,
        title=title,
        note=chosen.note,
        values=numbers(values),
        rows=tuple(str(index) for index in range(len(values))),
        columns=chosen.columns,
        row_axis="position",
        column_axis="dimension",
        scale="signed",
    )


def _products(products: Tensor, chosen: Positions) -> Heatmap:
    places = tuple(str(index) for index in range(len(products)))
    return Heatmap(
        name="products",
        title="The dot product of every two positions",
        note=chosen.said_of_products,
        values=numbers(products),
        rows=places,
        columns=places,
        row_axis="position",
        column_axis="position",
        scale="signed",
    )


def _by_distance(products: Tensor) -> Lines:
    """Show what the products depend on: the mean over all pairs of positions equally far apart, and their spread."""
    diagonals = [products.diagonal(offset).double() for offset in range(len(products))]
    return Lines(
        name="by_distance",
        title="The dot product by how far apart the two positions are",
        note="Mean over all pairs at that distance, and half the spread between the largest and the smallest.",
        points=tuple(str(offset) for offset in range(len(diagonals))),
        series={
            "mean": numbers(torch.stack([diagonal.mean() for diagonal in diagonals])),
            "± spread": numbers(torch.stack([(diagonal.max() - diagonal.min()) / 2 for diagonal in diagonals])),
        },
        axis="dot product",
    )


def _entering(look: Looked, chosen: Positions) -> float:
    """Return how far token vector + position is from what entered the first block of this side."""
    entered = exact(look.value(f"{chosen.side}.embedding".lstrip(".")))
    if chosen.side:
        vectors = token_vectors(look, chosen.side)
    else:
        vectors = exact(look.model.embedding.weight)[torch.tensor(look.tokens)]
    return float((vectors + exact(chosen.table)[: len(entered)] - entered).abs().max())
