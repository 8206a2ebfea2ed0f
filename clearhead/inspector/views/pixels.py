"""From pixels to the next layer: a linear map, a bend, and what comes out, as images; and one window, number by number.

Begin with the filter anyone can set by hand: `filter="difference"` takes z[i] = x[i+1] − x[i] along each row of pixels
and lets through what is beyond a threshold. It finds upright edges; a trained filter is the same with other numbers.
"""

import math

import numpy as np
from torch import nn

from clearhead.core import catalog
from clearhead.inspector.views._maps import Maps, find_maps, window_at
from clearhead.inspector.views._outputs import outputs
from clearhead.inspector.views._units import affine_check, find_units, unit_names
from clearhead.inspector.views.base import Looked, at, numbers
from clearhead.panels.base import Check, Panel
from clearhead.panels.image import Image
from clearhead.panels.table import Cell, Table

TITLE = "From pixels to features"
QUESTION = "What does a layer make of the pixels, and from which window does one of its numbers come?"
ANSWER = "after"
FILTERS = ("difference",)
SHOWN = 8
SMALLEST_SIDE = 8
"""Fewer numbers than this squared are rather columns of a table."""


def applies(model: nn.Module) -> str | None:
    """Return None for models of images, and for neurons whose inputs fill a square."""
    if find_maps(model):
        return None
    units = find_units(model)
    if not units:
        return f"a {type(model).__name__} does not read images."
    side = math.isqrt(units[0].weight.shape[1])
    if side >= SMALLEST_SIDE and side * side == units[0].weight.shape[1]:
        return None
    return f"this {type(model).__name__} reads {units[0].weight.shape[1]} numbers, which are no square of pixels."


def view(
    look: Looked,
    *,
    layer: int = 0,
    unit: int | None = None,
    place: str | None = None,
    filter: str | None = None,
    threshold: float | None = None,
) -> list[Panel]:
    """Show one layer on its way from the image: weights, sums, what the bend lets through, and one window.

    Args:
        layer: counted from 0 at the image; -1 is the last.
        unit: which filter or neuron; none given means the one with the largest value.
        place: row and column of the number to explain, "3,4"; none given means the largest of the map.
        filter: "difference" shows the filter set by hand instead of the model's.
        threshold: with difference: what it lets through, 0 to 255; none given means half of the largest.
    """
    pixels = _pixels(look)
    shown: list[Panel] = [
        Image(
            name="pixels", title="The image", labels=("pixels",), values=pixels[None], scale="pixel",
            note=f"{pixels.shape[1]} × {pixels.shape[2]} pixels, 0 (black) to 255 (white).",
        )
    ]  # fmt: skip
    if filter is not None:
        catalog.choose(filter, FILTERS, where="pixels.filter")
        return [*shown, *_difference(pixels.mean(0), threshold), outputs(look)]
    if threshold is not None:
        raise ValueError(
            f"pixels.threshold must be given with filter=difference, got {threshold} alone. Add --filter difference."
        )
    maps = find_maps(look.model)
    found = _maps(look, maps, layer, unit, place) if maps else _neurons(look, layer, unit, pixels.shape)
    return [*shown, *found, outputs(look)]


def _pixels(look: Looked) -> np.ndarray:
    """Return the image before scaling, (channels, height, width); a row of numbers as the square it fills."""
    assert look.raw is not None
    raw = look.raw
    if raw.ndim == 1:
        side = math.isqrt(raw.size)
        raw = raw.reshape(1, side, side)
    if raw.dtype == np.uint8:
        return raw.astype(np.float32)
    # Numbers of a table have no black and white of their own: the smallest is black, the largest white.
    spread = float(raw.max() - raw.min()) or 1.0
    return ((raw - raw.min()) / spread * 255).astype(np.float32)


def _difference(pixels: np.ndarray, threshold: float | None) -> list[Panel]:
    """Show z[i] = x[i+1] − x[i] and what is beyond the threshold, with one row in numbers."""
    difference = pixels[:, 1:] - pixels[:, :-1]
    limit = float(np.abs(difference).max()) / 2 if threshold is None else threshold
    passed = np.where(np.abs(difference) > limit, difference, 0.0)
    row = int(np.abs(difference).max(1).argmax())
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (index, float(pixels[row, index]), float(pixels[row, index + 1]), float(z), bool(abs(z) > limit))
        for index, z in enumerate(difference[row])
    )
    return [
        Image(
            name="before", title="The linear map: z[i] = x[i+1] − x[i]", labels=("difference",),
            values=difference[None, None], note="A filter of two numbers, −1 and 1, slides along every row.",
            check=Check(
                rule="sum", formula="z[i] = x[i+1] + (−x[i])",
                arrays={"left": pixels[:, 1:].reshape(1, -1), "right": -pixels[:, :-1].reshape(1, -1)},
            ),
        ),
        Image(
            name="after", title=f"The non-linearity: what is beyond ± {limit:.4g}", labels=("edges",),
            values=passed[None, None], note="Left and right sides of a stroke have opposite signs.",
        ),
        Table(
            name="window", title=f"Row {row} in numbers", columns=("i", "x[i]", "x[i+1]", "z[i]", "passes"), rows=rows
        ),
    ]  # fmt: skip


def _neurons(look: Looked, layer: int, unit: int | None, shape: tuple[int, ...]) -> list[Panel]:
    """Show a layer of neurons; the weights of one in the shape of the image where the image is what it reads."""
    layers = find_units(look.model)
    layer = at(layer, len(layers), "pixels.layer", "layer")
    units = layers[layer]
    before, after = numbers(look.value(units.sum_tap)), numbers(look.value(units.values_tap))
    unit = at(int(after.argmax()) if unit is None else unit, len(after), "pixels.unit", "neuron")
    inputs, weights = numbers(look.value(units.source_tap)), numbers(units.weight[unit])
    size = (1, *(shape if layer == 0 else (1, 1, len(inputs))))
    parts = {"inputs": inputs, "weights": weights, "products": inputs * weights}
    who = f"{unit_names(look, layer)[unit]} of {units.name}"
    product = Check(rule="product", formula="input · weight", arrays={"left": inputs[None], "right": weights[None]})
    panels: list[Panel] = [
        Image(
            name=name, title=f"The {name} of {who}", labels=(name,), values=part.reshape(size),
            check=product if name == "products" else None,
        )
        for name, part in parts.items()
    ]  # fmt: skip
    bias = float(numbers(units.bias)[unit])
    total = float((inputs.astype(np.float64) * weights).sum()) + bias
    own = float(before[unit])
    sums, bent = (affine_check(look, units, is_bent=is_bent) for is_bent in (False, True))
    panels.append(_row_of_units("before", f"The sums of {units.name}", before, sums))
    panels.append(_row_of_units("after", f"What the bend of {units.name} lets through", after, bent))
    panels.append(
        Table(
            name="check",
            title=f"The sum of {who}, recomputed",
            note="All products and the bias added up in float64.",
            columns=("what", "recomputed", "in the model", "difference"),
            rows=(("sum", total, own, abs(total - own)),),
        )
    )
    return panels


def _row_of_units(name: str, title: str, values: np.ndarray, check: Check | None) -> Image:
    """Show the values of a layer as an image as square as can be, row by row; nothing stands beyond the last."""
    width = math.ceil(math.sqrt(len(values)))
    height = math.ceil(len(values) / width)
    grid = np.zeros(height * width, values.dtype)
    grid[: len(values)] = values
    note = f"{len(values)} numbers, from left to right and top to bottom."
    shaped = grid.reshape(1, 1, height, width)
    return Image(name=name, title=title, labels=(name,), values=shaped, note=note, check=check)


def _maps(look: Looked, layers: list[Maps], layer: int, unit: int | None, place: str | None) -> list[Panel]:
    """Show a layer of filters: their numbers, the maps on both sides of the bend, and one window."""
    layer = at(layer, len(layers), "pixels.layer", "layer")
    maps = layers[layer]
    before, after = numbers(look.value(maps.before_tap)), numbers(look.value(maps.after_tap))
    strongest = np.argsort(-after.max((1, 2)), kind="stable")
    unit = at(int(strongest[0]) if unit is None else unit, len(after), "pixels.unit", "filter")
    chosen = [unit, *(int(index) for index in strongest if index != unit)][:SHOWN]
    row, column = _place(place, after[unit])
    weights = numbers(maps.convolution.weight[unit])
    names = tuple(f"filter {index}" for index in chosen)
    told = f"{len(chosen)} of {len(after)} maps shown, the chosen one first, then those with the largest values."
    window = window_at(look, maps, unit, row, column)
    return [
        Image(
            name="filters",
            title=f"Filter {unit} of {maps.name}",
            note=f"One picture for each of the {len(weights)} maps it reads"
            + (f"; the first {SHOWN}." if len(weights) > SHOWN else "."),
            labels=tuple(f"from {index}" for index in range(min(SHOWN, len(weights)))),
            values=weights[:SHOWN, None],
        ),
        Image(name="before", title=f"{maps.name} before the bend", note=told, labels=names,
              values=before[chosen][:, None]),
        Image(name="after", title=f"{maps.name} after the bend", note=told, labels=names,
              values=after[chosen][:, None]),
        Image(
            name="window",
            title=f"The window that made row {row}, column {column} of filter {unit}, times the filter",
            note=f"Input times weight; it begins at row {window.top}, column {window.left} of what the layer reads; "
            "beyond the border there is 0.",
            labels=tuple(f"from {index}" for index in range(min(SHOWN, len(window.products)))),
            values=window.products[:SHOWN, None],
            check=Check(
                rule="product", formula="what the layer reads · weight",
                arrays={
                    "left": window.read[:SHOWN].reshape(len(weights[:SHOWN]), -1),
                    "right": weights[:SHOWN].reshape(len(weights[:SHOWN]), -1),
                },
            ),
        ),
        Table(
            name="check",
            title="This one number, recomputed from its window",
            note="Products added up; divided by the root mean square over all filters at this place and scaled; bent.",
            columns=("what", "recomputed", "in the model", "difference"),
            rows=(
                ("sum of the products", window.total, None, None),
                ("after the norm", window.normed, float(before[unit, row, column]),
                 abs(window.normed - float(before[unit, row, column]))),
                ("after the bend", max(0.0, window.normed), float(after[unit, row, column]),
                 abs(max(0.0, window.normed) - float(after[unit, row, column]))),
            ),
        ),
    ]  # fmt: skip


def _place(place: str | None, values: np.ndarray) -> tuple[int, int]:
    height, width = values.shape
    if place is None:
        row, column = divmod(int(values.argmax()), width)
        return row, column
    parts = place.replace(",", " ").split()
    if len(parts) != 2 or not all(part.lstrip("-").isdigit() for part in parts):
        raise ValueError(f'pixels.place must be a row and a column like "3,4", got {place!r}. Count from 0.')
    return at(int(parts[0]), height, "pixels.place (row)", "row"), at(
        int(parts[1]), width, "pixels.place (column)", "column"
    )
