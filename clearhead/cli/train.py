"""Train a model on a text, or go on with a training."""

import dataclasses
import time
from collections.abc import Sequence
from typing import Annotated, Any

import tyro

from clearhead.cli._options import parse
from clearhead.core import catalog, config

DEFAULT_TASK, DEFAULT_MODEL = "language_modeling", "gpt"


def run(argv: Sequence[str]) -> None:
    """Read the options (the model named by --model decides which --model.KEY there are) and train."""
    started = time.perf_counter()
    if not argv or argv[0] in ("-h", "--help"):
        argv = [DEFAULT_TASK, *argv] if argv else [DEFAULT_TASK]
    options = parse(_options(_model_named(argv)), argv, prog="clearhead train")
    values = {field.name: getattr(options, field.name) for field in dataclasses.fields(options)}
    model_options, training_options = config.given(values.pop("model_keys")), config.given(values.pop("training_keys"))
    as_json = values.pop("as_json")

    from clearhead.experiments.progress import Progress
    from clearhead.training.assemble import Request, train_request

    request = Request(**values, model_options=model_options, training_options=training_options)
    progress = Progress(as_json=as_json)
    progress.conclude(train_request(request, listener=progress, started=started))


def _model_named(argv: Sequence[str]) -> str:
    for index, word in enumerate(argv):
        if word == "--model" and index + 1 < len(argv):
            return catalog.find("models", argv[index + 1])
        if word.startswith("--model="):
            return catalog.find("models", word.partition("=")[2])
    return DEFAULT_MODEL


def _options(model: str) -> type:
    """Make the class of all options of a training of one kind of model."""
    from clearhead.training.config import TrainingConfig
    from clearhead.training.request import Request

    help_lines = config.field_help(Request)
    spelled: dict[str, Any] = {"start_from": "from"}
    fields: list[Any] = [("task", Annotated[str, tyro.conf.Positional, tyro.conf.arg(help="What to learn.")])]
    for field in dataclasses.fields(Request):
        if field.name not in ("task", "model_options", "training_options"):
            arg = tyro.conf.arg(name=spelled.get(field.name), help=help_lines.get(field.name))
            default = dataclasses.field(default=field.default, kw_only=True)
            fields.append((field.name, Annotated[field.type, arg], default))
    model_keys = config.optional_options(catalog.load("models", model).CONFIG, "ModelKeys", leave_out=("vocab_size",))
    training_keys = config.optional_options(TrainingConfig, "TrainingKeys")
    for name, kind in (("model", model_keys), ("training", training_keys)):
        keys = dataclasses.field(default_factory=kind, kw_only=True)
        fields.append((f"{name}_keys", Annotated[kind, tyro.conf.arg(name=name)], keys))
    help_json = tyro.conf.arg(name="json", help="Print each event as a line of JSON.")
    fields.append(("as_json", Annotated[bool, help_json], dataclasses.field(default=False, kw_only=True)))
    return dataclasses.make_dataclass("Options", fields, namespace={"__doc__": "Train a model on your data."})
