"""The options of `clearhead train` as a class: the fields of `Request`, and --model.KEY, --training.KEY, --task.KEY."""

import dataclasses
from collections.abc import Sequence
from typing import Annotated, Any

from clearhead.core import catalog, config
from clearhead.training.config import TrainingConfig
from clearhead.training.request import Request

SPELLED = {"start_from": "from"}
PAGE: dict[str, tuple[Any, Any, str]] = {
    "watch": (bool, False, "Open a page in the browser on which the training is seen while it runs."),
    "port": (int | None, None, "Of that page (0: any that is free); otherwise the usual one."),
    "no_browser": (bool, False, "Tell the address of the page without opening a browser."),
}
"""Options of the page: type, default, help."""


def model_named(words: Sequence[str]) -> str:
    """Return the model that --model names among the words of a command line, or else the usual one of the task.

    It decides which --model.KEY there are.
    """
    for word, following in zip(words, [*words[1:], ""], strict=True):
        if word == "--model" and following:
            return catalog.find("models", following)
        if word.startswith("--model="):
            return catalog.find("models", word.partition("=")[2])
    model: str = catalog.load("tasks", words[0]).TASK.default_model
    return model


def options_class(task_name: str | None, model: str | None) -> type:
    """Make the class of all options of a training.

    Args:
        task_name: an entry of tasks/, whose own keys are among the options; None leaves them out.
        model: an entry of models/, whose keys are among the options; None leaves them out (and loads no PyTorch).
    """
    import tyro

    help_lines = config.field_help(Request)
    task = Annotated[str, tyro.conf.Positional, tyro.conf.arg(help="What to learn: an entry of clearhead show tasks.")]
    fields: list[Any] = [("task", task)]
    for field in dataclasses.fields(Request):
        if field.name in ("task", "model_options", "training_options", "task_options"):
            continue
        argument = tyro.conf.arg(
            name=SPELLED.get(field.name),
            help=help_lines.get(field.name),
            help_behavior_hint="" if field.default is None else None,
        )
        kind = Annotated[field.type, argument]  # type: ignore[valid-type, name-defined]
        fields.append((field.name, kind, dataclasses.field(default=field.default, kw_only=True)))
    keys: dict[str, type] = {"training": config.optional_options(TrainingConfig, "TrainingKeys")}
    if model is not None:
        model_config = catalog.load("models", model).CONFIG
        keys["model"] = config.optional_options(model_config, "ModelKeys", leave_out=("vocab_size",))
    if task_name is not None:
        keys["task"] = config.optional_options(catalog.load("tasks", task_name).OPTIONS, "TaskKeys")
    for name, made in keys.items():
        kind = Annotated[made, tyro.conf.arg(name=name)]  # type: ignore[valid-type, misc]
        fields.append((f"{name}_keys", kind, dataclasses.field(default_factory=made, kw_only=True)))
    as_json = Annotated[bool, tyro.conf.arg(name="json", help="Print each event as a line of JSON.")]
    fields.append(("as_json", as_json, dataclasses.field(default=False, kw_only=True)))
    for name, (field_type, default, text) in PAGE.items():
        argument = tyro.conf.arg(help=text, help_behavior_hint="" if default is None else None)
        fields.append((name, Annotated[field_type, argument], dataclasses.field(default=default, kw_only=True)))
    about = "Train a model on your data; `clearhead train TASK --model NAME --help` lists the model's own keys too."
    return dataclasses.make_dataclass("Options", fields, namespace={"__doc__": about})


@dataclasses.dataclass(frozen=True)
class Telling:
    """How a training is told to its user."""

    as_json: bool
    watch: bool
    port: int | None
    no_browser: bool

    def __post_init__(self) -> None:
        for name, is_given in (("--port", self.port is not None), ("--no-browser", self.no_browser)):
            if is_given and not self.watch:
                raise ValueError(f"{name} must come with --watch, whose page it is about, got it alone. Add --watch.")


def read_options(options: Any) -> tuple[Request, Telling]:
    """Turn parsed options into the request they mean, and how the training is to be told.

    Raises:
        ValueError: options of the page without --watch.
    """
    values = {field.name: getattr(options, field.name) for field in dataclasses.fields(options)}
    model_options, training_options = config.given(values.pop("model_keys")), config.given(values.pop("training_keys"))
    task_options = config.given(values.pop("task_keys")) if "task_keys" in values else {}
    telling = Telling(as_json=values.pop("as_json"), **{name: values.pop(name) for name in PAGE})
    chosen: dict[str, Any] = {
        "model_options": model_options,
        "training_options": training_options,
        "task_options": task_options,
    }
    return Request(**values, **chosen), telling
