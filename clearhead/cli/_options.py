"""From the words of a command line to the call they mean, with every mistake told in one sentence."""

import contextlib
import functools
import inspect
import io
import re
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Literal, Union

import tyro

from clearhead.core import catalog

CONFIG = (
    tyro.conf.FlagCreatePairsOff,  # --json, not --json and --no-json
    tyro.conf.DisallowNone,  # None is what an option is when it is not given
)
POSITIONAL = typing.get_args(tyro.conf.Positional[int])[1]
"""How tyro marks an annotation whose value is given without an option's name."""


def parse(target: Callable[..., Any], argv: Sequence[str], *, prog: str) -> Any:
    """Read a command's words as the arguments of a function or the fields of a dataclass, and call it with them.

    Args:
        target: what to call; its annotations are the options, its docstring the help.
        argv: the words after the command's name.
        prog: how the command is called, for the help ("clearhead train").
    Returns:
        What the call returns: the dataclass, or the function's result.
    Raises:
        ValueError: words that do not fit; the message names the nearest option.
    """
    is_function = inspect.isfunction(target)
    spec = _deferred(target) if is_function else target
    with _rejections_as_sentences(spec, argv, prog):
        result = tyro.cli(spec, args=list(argv), prog=prog, config=CONFIG)
    return result() if is_function else result


def parse_action(actions: Mapping[str, Callable[..., Any]], argv: Sequence[str], *, prog: str) -> Any:
    """Read the first word as one of several actions of a command (`tokenizer train`), the rest as its arguments.

    Args:
        actions: a function for each action; the first line of its docstring is its help.
    """
    listed = ", ".join(actions)
    if not argv:
        raise ValueError(f"{prog} needs one of {listed}. {_see(prog)}")
    if argv[0] in ("-h", "--help"):
        rows = [f"  {name:<12}{(inspect.getdoc(action) or '').splitlines()[0]}" for name, action in actions.items()]
        print("\n".join([f"usage: {prog} {{{listed.replace(', ', ',')}}} [OPTIONS]", "", *rows]))
        return None
    name = catalog.choose(argv[0], actions, where=prog)
    return parse(actions[name], argv[1:], prog=f"{prog} {name}")


def _deferred(function: Callable[..., Any]) -> Callable[..., Any]:
    """Make a twin that keeps the arguments for later, so that reading the words and doing the work stay apart.

    A positional parameter is shown by its own name in the help (RUN, not PATH).
    """

    def later(*arguments: Any, **options: Any) -> Callable[[], Any]:
        return functools.partial(function, *arguments, **options)

    signature = inspect.signature(function)
    hints = {name: _quick(hint) for name, hint in typing.get_type_hints(function, include_extras=True).items()}
    for name, parameter in signature.parameters.items():
        settings = getattr(hints[name], "__metadata__", ())
        is_positional = parameter.kind is parameter.POSITIONAL_ONLY or POSITIONAL in settings
        bare = hints[name].__origin__ if settings else hints[name]
        has_name = typing.get_origin(bare) is Literal  # its choices say more
        if is_positional and not has_name and not any(hasattr(setting, "metavar") for setting in settings):
            word = name.upper().replace("_", "-")
            is_several = typing.get_origin(bare) in (tuple, list)
            hints[name] = Annotated[hints[name], tyro.conf.arg(metavar=f"[{word} ...]" if is_several else word)]
    parameters = [p.replace(annotation=hints.get(p.name, p.annotation)) for p in signature.parameters.values()]
    later.__doc__ = function.__doc__
    later.__annotations__ = hints
    later.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    return later


def _quick(hint: Any) -> Any:
    """Write `X | None` as Union[X, None], which tyro reads by itself; for the other it loads typeguard (50 ms)."""
    if typing.get_origin(hint) is Annotated:
        return Annotated[(_quick(hint.__origin__), *hint.__metadata__)]
    return Union[typing.get_args(hint)] if isinstance(hint, types.UnionType) else hint  # noqa: UP007


def _rejections_as_sentences(
    spec: Callable[..., Any], argv: Sequence[str], prog: str
) -> contextlib.AbstractContextManager[None]:
    """Raise a ValueError with one sentence where tyro would print a box; what is not known here stays tyro's."""
    try:
        from tyro import _errors  # how tyro tells why it refuses; private, so another version may lack it
    except ImportError:
        return contextlib.nullcontext()

    def refuse(event: Any) -> None:
        try:
            sentence = _unknown_option(spec, argv, prog) or _sentence(event, argv, prog)
        except AttributeError:
            return
        if sentence:
            raise ValueError(" ".join(sentence.split()))

    return _errors.on_parse_error(refuse)


def _unknown_option(spec: Callable[..., Any], argv: Sequence[str], prog: str) -> str | None:
    """Look for a misspelled option first: tyro may take it for something else and then miss what it should be."""
    known = known_options(spec, prog=prog)
    for word in argv:
        option = word.split("=")[0]
        if option.startswith("--") and len(option) > 2 and option.replace("_", "-") not in known:
            near = catalog.nearest(option, known)
            return f"{prog} has no option {option!r}. " + (f"Did you mean {near!r}?" if near else _see(prog))
    return None


def _sentence(event: Any, argv: Sequence[str], prog: str) -> str | None:
    match type(event).__name__:
        case "UnrecognizedArgs":
            word = event.tokens[0]
            if word.startswith("-"):
                return f"{prog} has no option {word!r}. {_see(prog)}"
            return f"{prog} takes no further word, got {word!r}. Put a text of several words in quotes."
        case "MissingArgs":
            missing = " and ".join(_shown(item.arg) for item in event.missing_arguments)
            return f"{prog} needs {missing}. {_see(prog)}"
        case "InvalidChoice":
            catalog.choose(event.value, event.choices, where=_shown(event.argument))
        case "BadValue" if event.reason == "too_few_values":
            return f"{_shown(event.argument)} needs a value. {_see(prog)}"
        case "InstantiationFailure" if event.argument is not None:
            value = _value_of(event.argument, argv)
            kind = event.argument.lowered.metavar
            reason = event.message.rstrip(".") if value is None or not kind else f"must be {kind}, got {value!r}"
            return f"{_shown(event.argument)} {reason}. {_see(prog)}"
        case "InstantiationFailure":  # a configuration refused its values, in its own sentence
            return str(event.message)
    return None


def _see(prog: str) -> str:
    return f"See {prog} --help."


def _value_of(argument: Any, argv: Sequence[str]) -> str | None:
    """Return the word that was given to an option, or None when it cannot be told."""
    for word, following in zip(argv, [*argv[1:], None], strict=True):
        option, equals, value = word.partition("=")
        if option.replace("_", "-") in argument.lowered.name_or_flags:
            return value if equals else following
    return None


def known_options(target: Callable[..., Any], *, prog: str) -> list[str]:
    """List the options that a function or dataclass offers on the command line, as they are written there."""
    page = io.StringIO()
    with contextlib.redirect_stdout(page), contextlib.suppress(SystemExit):
        tyro.cli(target, args=["--help"], prog=prog, config=CONFIG)
    return sorted(set(re.findall(r"(?<![\w-])--[a-z0-9][\w.-]*", page.getvalue())))


def _shown(argument: Any) -> str:
    """Name an argument as the user writes it: --max-tokens, or PROMPT."""
    if argument.is_positional():
        return str(argument.lowered.metavar or argument.field.extern_name.upper()).strip("[]")
    return str(argument.lowered.name_or_flags[-1])
