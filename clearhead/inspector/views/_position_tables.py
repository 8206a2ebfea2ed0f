"""The tables of positions that models hold: waves, learned vectors, angles; each with its formula."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from clearhead.inspector.views._block_math import rotary_angles
from clearhead.inspector.views._sides import exact
from clearhead.panels.table import Table

Checked = tuple[str, float]
"""An equation, and the largest difference between it and the model's table."""


@dataclass(frozen=True, kw_only=True)
class Positions:
    """One table of positions, as the model holds it."""

    kind: str
    """"sinusoids", "learned" or "rotary"."""
    side: str = ""
    """Which of a pair's sides, or "" in a model that has none."""
    title: str
    note: str
    table: Tensor
    """(positions, dimensions); of rotary positions the cosines."""
    sines: Tensor | None = None
    """Of rotary positions the sines."""
    said_of_products: str
    columns: tuple[str, ...]
    """The label of each dimension."""
    wavelengths: Table | None = None
    check: Callable[[], tuple[Checked, ...]] = tuple

    def products(self, length: int) -> Tensor:
        """Return the dot product of every two of the first positions."""
        if self.sines is None:
            table = exact(self.table[:length])
            return table @ table.T
        both = exact(torch.cat([self.table[:length], self.sines[:length]], -1))
        return both @ both.T / self.table.shape[-1]


def find_positions(model: Any) -> dict[str, Positions]:
    """Return the tables of a model: one for each side of a pair, else one under ""; none where it has none."""
    if isinstance(getattr(model, "angles", None), Tensor):
        return {"": _rotary(model)}
    if hasattr(model, "position_embedding"):
        return {"": _learned(model.position_embedding.weight)}
    sides = {side: getattr(getattr(model, side, None), "positions", None) for side in ("encoder", "decoder")}
    return {side: _sinusoids(model, side, table) for side, table in sides.items() if isinstance(table, Tensor)}


def _sinusoids(model: Any, side: str, table: Tensor) -> Positions:
    width, half = table.shape[-1], table.shape[-1] // 2
    is_interleaved = model.config.preset == "tutorial"
    places = [(2 * pair, 2 * pair + 1) if is_interleaved else (pair, pair + half) for pair in range(half)]
    names = [""] * width
    for pair, (sine, cosine) in enumerate(places):
        names[sine], names[cosine] = f"{sine} sin {pair}", f"{cosine} cos {pair}"

    def check() -> tuple[Checked, ...]:
        angles = rotary_angles(len(table), width, 10000.0)
        again = torch.empty(len(table), width, dtype=torch.float64)
        for pair, (sine, cosine) in enumerate(places):
            again[:, sine], again[:, cosine] = angles[:, pair].sin(), angles[:, pair].cos()
        lengths = exact(table).norm(dim=-1)
        return (
            ("sine and cosine of position · 10000^(−2i/d_model)", float((again - exact(table)).abs().max())),
            (f"the length of every row = √(d_model / 2) = {math.sqrt(half):.4g}", _off(lengths, math.sqrt(half))),
        )

    return Positions(
        kind="sinusoids",
        side=side,
        title=f"The table that is added to the word vectors ({side}, {len(table)} positions × {width})",
        note=f"{'Neighbours are' if is_interleaved else 'All sines come first, then all cosines:'} the sine and cosine "
        "of one frequency; the first pair turns fastest.",
        table=table,
        said_of_products="It depends only on how far apart the two are: the sum of cos(distance · frequency).",
        columns=tuple(names),
        wavelengths=_wavelengths(rotary_angles(2, width, 10000.0)[1], places, len(table)),
        check=check,
    )


def _learned(weight: Tensor) -> Positions:
    return Positions(
        kind="learned",
        title=f"The learned vector of each place, added to the word vectors ({len(weight)} positions × "
        f"{weight.shape[1]})",
        note="Nothing but training gave these numbers; a place that no training text reached keeps its first ones.",
        table=weight.detach(),
        said_of_products="Nothing forces it to depend on the distance alone; training may bring it near that.",
        columns=tuple(str(index) for index in range(weight.shape[1])),
    )


def _rotary(model: Any) -> Positions:
    cosines, signed_sines = model.angles  # each pair's numbers stand twice, the second sine with its own sign
    half = cosines.shape[-1] // 2
    theta = model.config.rope_theta
    cosine, sine = cosines[:, :half], signed_sines[:, half:]

    def check() -> tuple[Checked, ...]:
        angles = rotary_angles(len(cosine), 2 * half, theta)
        ones = exact(cosine).square() + exact(sine).square()
        return (
            ("cosine of position · θ^(−2i/head_dim)", float((angles.cos() - exact(cosine)).abs().max())),
            ("sine of position · θ^(−2i/head_dim)", float((angles.sin() - exact(sine)).abs().max())),
            ("cosine² + sine² = 1: turning keeps lengths", _off(ones, 1.0)),
        )

    places = [(pair, pair + half) for pair in range(half)]
    return Positions(
        kind="rotary",
        title=f"Cosines of the angles by which queries and keys are turned ({len(cosine)} positions × {half} pairs)",
        note=f"θ = {theta:g}; the first pair turns fastest. Nothing is added to the word vectors.",
        table=cosine,
        sines=sine,
        said_of_products="Of one vector of length 1, all pairs alike, turned to both places: the mean of "
        "cos(distance · frequency). It depends only on how far apart the two are.",
        columns=tuple(f"pair {pair}" for pair in range(half)),
        wavelengths=_wavelengths(rotary_angles(2, 2 * half, theta)[1], places, len(cosine)),
        check=check,
    )


def _wavelengths(frequencies: Tensor, places: list[tuple[int, int]], length: int) -> Table:
    """Show how fast each pair turns: after how many positions it stands where it began."""
    waves = [2 * math.pi / float(frequency) for frequency in frequencies]
    return Table(
        name="wavelengths",
        title="How fast each pair turns",
        note="A wavelength is the number of positions after which the pair stands where it began.",
        columns=("pair", "components", "wavelength, positions", f"turns in {length} positions"),
        rows=tuple(
            (pair, f"{first}, {second}", wave, length / wave)
            for pair, ((first, second), wave) in enumerate(zip(places, waves, strict=True))
        ),
    )


def _off(values: Tensor, expected: float) -> float:
    return float((values - expected).abs().max())
