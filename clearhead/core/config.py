"""Frozen dataclasses ⇄ JSON ⇄ command line.

A configuration is a frozen dataclass whose fields are numbers, strings, booleans, paths, None, lists, tuples,
literals or other configurations. A string under a field documents it; the command line shows it as help.
"""

import ast
import dataclasses
import inspect
import itertools
import math
import textwrap
import types
import typing
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, Union

from clearhead.core import catalog

ConfigT = TypeVar("ConfigT")


def to_json(config: Any) -> dict[str, Any]:
    """Turn a configuration into plain JSON values, field by field, in order."""
    return {field.name: _plain(getattr(config, field.name)) for field in dataclasses.fields(config)}


def from_json(cls: type[ConfigT], values: Any, *, where: str = "") -> ConfigT:
    """Build a configuration from JSON values; unknown keys and wrong types are errors.

    Args:
        where: what the values came from ("config.json"); it opens the error messages.
    Raises:
        ValueError: an unknown key (with the nearest known one), a missing key, or a value of another type.
    """
    where = where or cls.__name__
    if not isinstance(values, dict):
        raise ValueError(f"{where} must be a JSON object, got {type(values).__name__}.")
    hints = typing.get_type_hints(cls)
    fields = {field.name: field for field in dataclasses.fields(cls)}  # type: ignore[arg-type]
    for key in values:
        if key not in fields:
            catalog.choose(key, fields, where=where)
    for name, field in fields.items():
        has_default = field.default is not dataclasses.MISSING or field.default_factory is not dataclasses.MISSING
        if name not in values and not has_default:
            raise ValueError(f"{where}.{name} is missing. Give a value of type {_type_name(hints[name])}.")
    return cls(**{key: _typed(hints[key], value, f"{where}.{key}") for key, value in values.items()})


def field_help(cls: type) -> dict[str, str]:
    """Read the string under each field of a configuration class, as one line each."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(cls)))
    except (OSError, TypeError):  # a class made at run time has no source
        return {}
    body = tree.body[0].body if isinstance(tree.body[0], ast.ClassDef) else []
    found = {}
    for statement, following in itertools.pairwise(body):
        if not (isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name)):
            continue
        if isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant):
            found[statement.target.id] = " ".join(str(following.value.value).split())
    return found


def optional_options(cls: type, name: str, *, leave_out: tuple[str, ...] = ()) -> type:
    """Make the class of a command line's options for a configuration: the same fields, each None when not given.

    What the user did not say can so be told from what they said, and be chosen by the budget.
    """
    import tyro

    hints = typing.get_type_hints(cls)
    help_lines = field_help(cls)
    made = []
    for field in dataclasses.fields(cls):  # type: ignore[arg-type]
        if field.name in leave_out:
            continue
        has_default = field.default not in (dataclasses.MISSING, None)
        argument = tyro.conf.arg(
            help=help_lines.get(field.name, ""),
            help_behavior_hint=f"(default: {field.default})" if has_default else "(chosen when not given)",
        )
        # FlagConversionOff: a yes/no option takes True or False, since not giving it means neither.
        kind = Annotated[hints[field.name] | None, argument, tyro.conf.FlagConversionOff]  # type: ignore[valid-type, name-defined]
        made.append((field.name, kind, dataclasses.field(default=None, kw_only=True)))
    return dataclasses.make_dataclass(name, made, frozen=True)


def given(options: Any) -> dict[str, Any]:
    """Return only the options the user gave (those that are not None)."""
    values = {field.name: getattr(options, field.name) for field in dataclasses.fields(options)}
    return {name: value for name, value in values.items() if value is not None}


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return to_json(value)
    if isinstance(value, Path):
        return value.as_posix()
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value


def _typed(hint: Any, value: Any, where: str) -> Any:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (Union, types.UnionType):
        if value is None and type(None) in arguments:
            return None
        others = [argument for argument in arguments if argument is not type(None)]
        for argument in others[:-1]:
            try:
                return _typed(argument, value, where)
            except ValueError:
                continue
        return _typed(others[-1], value, where)
    if origin is Literal:
        if value not in arguments:
            catalog.choose(str(value), [str(argument) for argument in arguments], where=where)
        return value
    if origin in (list, tuple) and isinstance(value, list | tuple):
        inner = arguments[0] if arguments else Any
        items = [_typed(inner, item, f"{where}[{index}]") for index, item in enumerate(value)]
        return origin(items)
    if origin is dict and isinstance(value, dict):
        return {key: _typed(arguments[1], item, f"{where}.{key}") for key, item in value.items()}
    if dataclasses.is_dataclass(hint):
        return from_json(typing.cast(type, hint), value, where=where)
    if hint is Path and isinstance(value, str):
        return Path(value)
    if hint is float and isinstance(value, int | float) and not isinstance(value, bool):
        if not math.isfinite(value):
            raise ValueError(f"{where} must be a finite number, got {value}.")
        return float(value)
    is_bool_for_int = hint is int and isinstance(value, bool)
    if hint is Any or (isinstance(hint, type) and isinstance(value, hint) and not is_bool_for_int):
        return value
    raise ValueError(f"{where} must be {_type_name(hint)}, got {value!r}.")


def _type_name(hint: Any) -> str:
    return hint.__name__ if isinstance(hint, type) else str(hint).replace("typing.", "")
