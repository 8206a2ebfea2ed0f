"""Panels as the page receives them: the keys of `Panel.to_json`, every large array packed into few bytes.

An array of more than 256 numbers becomes

    {"encoding": "f32", "shape": [rows, columns], "data": …}     float32, little-endian; NaN where there is no number
    {"encoding": "u8",  "shape": …, "data": …, "scale": {"low": a, "high": b, "root": true}}

with the bytes deflated (zlib) and written in base64. In "u8" the byte 0 stands where there is no number, 1 to 255 go
from low to high in equal steps. Shares go from 0 up, and their steps are equal in the square root (root is true);
signed numbers go as far down as up, so that 128 is 0. The bytes are thus the levels of the page's colours. A grid of
more than 128 × 128 numbers comes so: the page draws it at once, and asks for a row where someone points at it.

"names" says for each field of texts which of them are a `Name`, and so not translated: true for all, or their places
(of a mapping the keys themselves); of the rows of a table the same for each column.
"""

import base64
import dataclasses
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np

from clearhead.panels.base import Name, Panel, plain
from clearhead.panels.table import Table

MAX_LISTED = 256
"""Arrays of more numbers are packed."""
MAX_EXACT = 128 * 128
"""Grids of more numbers come as bytes."""
GRIDS = ("heatmap", "thumbnails")
"""Panels whose `values` may come as bytes."""
SMALL_STEPS = 63
"""Thumbnails are drawn too small to tell more shades: a third of the bytes is saved, and rows come exact on demand."""
FAST_ABOVE = 1 << 20
"""Arrays of more bytes are deflated lightly: it takes a fifth of the time and gives a tenth more bytes."""
LIGHTLY = ((1, zlib.Z_DEFAULT_STRATEGY), (1, zlib.Z_RLE))
"""How such an array may be deflated: by what was there before, or, as suits what looks like noise, without looking back
farther than one byte."""
BLOCK = 1 << 16
"""Numbers that are turned into bytes at a time: few enough to stay in the processor's own memory."""
SAMPLES, SAMPLE_BYTES = 16, 1 << 15
"""From how many places of an array, and how many bytes of each, the way is chosen that makes it smaller."""


def to_page(panel: Panel, *, keeps_every_digit: bool = False) -> dict[str, Any]:
    """Return a panel as JSON values for the page.

    Args:
        keeps_every_digit: send large grids as float32 too, as a page needs that cannot ask for a row.
    """
    is_coarse = panel.kind in GRIDS and panel.array.size > MAX_EXACT and not keeps_every_digit
    fields: dict[str, Any] = {"kind": panel.kind}
    for field in dataclasses.fields(panel):
        value = getattr(panel, field.name)
        if field.name == "check" and value is None:
            continue
        if field.name == "values" and is_coarse:
            steps = SMALL_STEPS if panel.kind == "thumbnails" else 254
            fields["values"] = as_bytes(value, root=getattr(panel, "scale", "signed") == "share", steps=steps)
        else:
            fields[field.name] = _packed(value)
    names = {field: where for field in fields if field != "kind" and (where := _names(panel, field))}
    return {**fields, "names": names} if names else fields


def _names(panel: Panel, field: str) -> bool | list[Any]:
    """Return where in a field of a panel names stand; nothing where there are none."""
    value = getattr(panel, field)
    if isinstance(panel, Table) and field == "rows":
        columns = [_places_of_names(column) for column in zip(*value, strict=True)]
        return columns if any(columns) else []
    return isinstance(value, Name) or _places_of_names(value)


def _places_of_names(value: Any) -> bool | list[Any]:
    if isinstance(value, Mapping):
        return [key for key in value if isinstance(key, Name)]
    if not isinstance(value, list | tuple):
        return False
    found = [place for place, text in enumerate(value) if isinstance(text, Name)]
    return len(found) == len(value) > 0 or found


def as_floats(values: np.ndarray) -> dict[str, Any]:
    """Pack an array as float32."""
    numbers = np.asarray(values, dtype="<f4")
    numbers = np.where(np.isfinite(numbers), numbers, np.float32("nan")).astype("<f4")
    return {"encoding": "f32", "shape": list(values.shape), "data": _deflated(numbers.tobytes())}


def as_bytes(values: np.ndarray, *, root: bool, steps: int = 254) -> dict[str, Any]:
    """Pack an array as one byte a number; the scale says what the bytes stand for.

    Args:
        steps: into how many steps the scale is cut; fewer make a smaller message.
    """
    numbers = np.ascontiguousarray(values).reshape(-1)
    blocks = [slice(start, start + BLOCK) for start in range(0, numbers.size, BLOCK)]
    high = max((float(np.abs(_known(numbers[block])).max()) for block in blocks), default=0.0)
    # Each step to the nearest of the page's levels; 0 is for what is not there.
    levels = np.rint(np.arange(steps + 1) * 254 / steps).astype(np.uint8) + 1
    codes = np.empty(numbers.size, np.uint8)
    for block in blocks:
        part = _known(numbers[block]) / (high or 1.0)
        part = np.sqrt(np.clip(part, 0, 1)) if root else (part + 1) / 2
        codes[block] = np.where(np.isfinite(numbers[block]), levels[np.rint(steps * part).astype(np.intp)], 0)
    scale = {"low": 0.0 if root else -high, "high": high, "root": root}
    return {"encoding": "u8", "shape": list(values.shape), "data": _deflated(codes.tobytes()), "scale": scale}


def _known(numbers: np.ndarray) -> np.ndarray:
    """Return numbers in float64, 0 where there is none."""
    return np.where(np.isfinite(numbers), numbers, 0).astype(np.float64)


def row_of(panel: Panel, row: int) -> list[float | None]:
    """Return the numbers of one row of a grid in full, null where there is none.

    Raises:
        ValueError: the panel has no rows of numbers, or not this one.
    """
    if panel.kind not in GRIDS:
        raise ValueError(f"row.panel must be a grid of numbers, got {panel.name!r}, a {panel.kind}. Name a heatmap.")
    rows = panel.array.reshape(-1, panel.array.shape[-1])  # of several grids the rows of the first come first
    if not 0 <= row < len(rows):
        raise ValueError(f"row.row must be between 0 and {len(rows) - 1}, got {row}. Choose one of these.")
    found: list[float | None] = plain(rows[row])
    return found


def _packed(value: Any) -> Any:
    """Do as `panels.base.plain`, with large arrays packed wherever they stand."""
    if isinstance(value, np.ndarray) and value.size > MAX_LISTED and value.dtype.kind in "fiub":
        return as_floats(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: _packed(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _packed(item) for key, item in value.items()}
    if isinstance(value, list | tuple) and any(map(_may_be_packed, value)):
        return [_packed(item) for item in value]
    return plain(value)


def _may_be_packed(value: Any) -> bool:
    return isinstance(value, np.ndarray) or dataclasses.is_dataclass(value)


def _deflated(data: bytes) -> str:
    packed = zlib.compress(data, 6) if len(data) <= FAST_ABOVE else _lightly(data)
    return base64.b64encode(packed).decode("ascii")


def _lightly(data: bytes) -> bytes:
    starts = range(0, len(data) - SAMPLE_BYTES, (len(data) - SAMPLE_BYTES) // SAMPLES)
    sample = b"".join(data[start : start + SAMPLE_BYTES] for start in starts)
    level, strategy = min(LIGHTLY, key=lambda way: len(_squeezed(sample, *way)))
    return _squeezed(data, level, strategy)


def _squeezed(data: bytes, level: int, strategy: int) -> bytes:
    deflating = zlib.compressobj(level, strategy=strategy)
    return deflating.compress(data) + deflating.flush()
