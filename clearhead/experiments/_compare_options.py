"""The options of `clearhead compare` as a class: what trainings share, from the fields of `Request`, and its own."""

import dataclasses
from typing import Annotated, Any

from clearhead.core import catalog, config
from clearhead.training.config import TrainingConfig
from clearhead.training.request import Request

OWN = ("task", "model", "start_from", "out", "resume", "seed", "model_options", "training_options", "task_options")
"""Fields of a request that a comparison fills in itself."""
ABOUT = "Train several models on the same data, for the same time, with several seeds, and say which is best."
HELP = {
    "task": "What to learn: an entry of clearhead show tasks.",
    "models": "Entries, parted by commas: a model, or a model with options: neuron,mlp:hidden=256+256:dropout=0.2 "
    "(a plus sign between the numbers of a list; training.KEY=VALUE sets how that entry is trained).",
    "seeds": "Train each entry with the seeds 0 to N-1.",
    "out": "Folder of the runs and the report; otherwise a new one below runs/.",
    "html": "Write the page into this file too; one always lies in --out as comparison.html.",
    "resume": "Go on with the comparison in --out: finished runs are kept, the others are trained.",
    "json": "Print everything as JSON.",
}
LENGTHS = {"minutes": "Minutes for each run, reading and scoring included (2 when nothing else is said)."}


def options_class(task_name: str | None) -> type:
    """Make the class of all options of a comparison.

    Args:
        task_name: an entry of tasks/, whose own keys are among the options; None leaves them out and loads no PyTorch.
    """
    import tyro

    def option(name: str, kind: Any, default: Any) -> Any:
        argument = tyro.conf.arg(name=name, help=HELP[name])
        field = "as_json" if name == "json" else name
        return field, Annotated[kind, argument], dataclasses.field(default=default, kw_only=True)

    positional = Annotated[str, tyro.conf.Positional, tyro.conf.arg(help=HELP["task"])]
    models = Annotated[str, tyro.conf.arg(help=HELP["models"])]
    fields: list[Any] = [("task", positional), ("models", models, dataclasses.field(kw_only=True))]
    help_lines = {**config.field_help(Request), **LENGTHS}
    for field in dataclasses.fields(Request):
        if field.name not in OWN:
            behaviour = "" if field.default is None else None
            argument = tyro.conf.arg(help=help_lines.get(field.name), help_behavior_hint=behaviour)
            kind = Annotated[field.type, argument]  # type: ignore[valid-type, name-defined]
            fields.append((field.name, kind, dataclasses.field(default=field.default, kw_only=True)))
    fields += [option("seeds", int, 3), option("out", str | None, None), option("html", str | None, None)]
    fields += [option("resume", bool, False), option("json", bool, False)]
    keys = {"training": config.optional_options(TrainingConfig, "TrainingKeys")}
    if task_name is not None:
        keys["task"] = config.optional_options(catalog.load("tasks", task_name).OPTIONS, "TaskKeys")
    for name, made in keys.items():
        kind = Annotated[made, tyro.conf.arg(name=name)]  # type: ignore[valid-type, misc]
        fields.append((f"{name}_keys", kind, dataclasses.field(default_factory=made, kw_only=True)))
    return dataclasses.make_dataclass("Options", fields, namespace={"__doc__": ABOUT})


def read_options(options: Any) -> tuple[dict[str, Any], bool]:
    """Turn parsed options into the arguments of `compare`, and whether JSON is wanted."""
    values = {field.name: getattr(options, field.name) for field in dataclasses.fields(options)}
    as_json = values.pop("as_json")
    values["training_options"] = config.given(values.pop("training_keys"))
    if "task_keys" in values:
        values["task_options"] = config.given(values.pop("task_keys"))
    return values, as_json
