"""The options of a view as a form: their types and ranges, and what was filled in, checked.

The types come from the view's own signature, the words from `view_options.py`.
"""

import ast
import functools
import inspect
import math
import types
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from clearhead.core import catalog
from clearhead.inspector import view_options
from clearhead.inspector.views.base import Looked, limits, load_view, offered

CHOICES: dict[str, tuple[str, ...]] = {
    "side": ("encoder", "decoder", "cross"),
    "way": ("left_to_right", "right_to_left"),
    "filter": ("difference",),
    "map": ("pca", "tsne"),
}
"""Options of few words, offered as a list."""
SLIDERS: dict[str, tuple[float, float, float]] = {
    "temperature": (0.0, 2.0, 0.05),
    "top_p": (0.0, 1.0, 0.01),
    "min_p": (0.0, 1.0, 0.01),
    "repetition_penalty": (1.0, 2.0, 0.05),
}
"""Options that are dragged: from, to, step."""
MOST: dict[str, int] = {
    "steps": 100,
    "limit": 1000,
    "negatives": 1000,
    "window": 100,
    "length": 4096,
    "top": 10_000,
    "around": 200,
}
"""The most that a page may ask for: what costs time is bounded."""
MOST_TEXT = 20_000
MOST_NUMBER = 2**31 - 1


def form(view: str, look: Looked | None = None) -> list[dict[str, Any]]:
    """Return the options of a view: name, type, default, help, and where there are such its choices or its range.

    Args:
        look: what is looked at, for which not every option has a meaning; None: all options.
    """
    fields = []
    known, limited = _parameters(view), {} if look is None else limits(view, look)
    for name in known if look is None else offered(view, look):
        kind, default, choices = known[name]
        choices = tuple(limited.get(name, choices))
        field: dict[str, Any] = {"name": name, "type": kind, "default": default, "help": helps().get(name, "")}
        if choices:
            field["choices"] = list(choices)
        if name in SLIDERS and kind == "float":
            field["low"], field["high"], field["step"] = SLIDERS[name]
        fields.append(field)
    return fields


def filled_in(view: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return options of a view as they came from a page, checked; what is null or equal to nothing is left out.

    Raises:
        ValueError: an option that the view does not take, of another type, or beyond what a page may ask for.
    """
    known = _parameters(view)
    options: dict[str, Any] = {}
    for name, value in given.items():
        catalog.choose(name, known, where=f"the options of the view {view!r}")
        if value is None:
            continue
        options[name] = _checked(f"{view}.{name}", known[name][0], value, MOST.get(name, MOST_NUMBER))
    return options


@functools.cache
def helps() -> dict[str, str]:
    """Return the help of each option, from the sentences below the fields of `ViewOptions`."""
    source = Path(view_options.__file__).read_text(encoding="utf-8")
    [made] = [node for node in ast.parse(source).body if isinstance(node, ast.ClassDef)]
    found = {}
    for field, after in zip(made.body, made.body[1:], strict=False):
        if isinstance(field, ast.AnnAssign) and isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
            found[ast.unparse(field.target)] = str(after.value.value)
    return found


def _parameters(view: str) -> dict[str, tuple[str, Any, tuple[str, ...]]]:
    """Return for each option its type ("int", "float", "str", "bool"), its default, and its choices."""
    found = {}
    for name, parameter in inspect.signature(load_view(view).view).parameters.items():
        if name == "look":
            continue
        kinds = [kind for kind in _union(parameter.annotation) if kind is not type(None)]
        literals = [word for kind in kinds if get_origin(kind) is Literal for word in get_args(kind)]
        kind = next((kind.__name__ for kind in (bool, int, float, str) if kind in kinds), "str")
        found[name] = kind, parameter.default, tuple(literals) or CHOICES.get(name, ())
    return found


def _union(annotation: Any) -> tuple[Any, ...]:
    return get_args(annotation) if isinstance(annotation, types.UnionType) else (annotation,)


def _checked(where: str, kind: str, value: Any, most: int) -> Any:
    if kind == "float" and isinstance(value, int | float) and not isinstance(value, bool):
        if not math.isfinite(value) or abs(value) > MOST_NUMBER:
            raise ValueError(f"{where} must be a number below {MOST_NUMBER:,}, got {value}. Choose a smaller one.")
        return float(value)
    if kind == "int" and isinstance(value, int) and not isinstance(value, bool):
        if abs(value) > most:
            raise ValueError(f"{where} must be at most {most:,} here, got {value:,}. Choose a smaller number.")
        return value
    if kind == "bool" and isinstance(value, bool):
        return value
    if kind == "str" and isinstance(value, str):
        if len(value) > MOST_TEXT:
            raise ValueError(f"{where} must be at most {MOST_TEXT:,} characters, got {len(value):,}. Shorten it.")
        return value
    words = {"int": "a whole number", "float": "a number", "bool": "true or false", "str": "a text"}
    raise ValueError(f"{where} must be {words[kind]}, got {value!r}. Give {words[kind]}.")
