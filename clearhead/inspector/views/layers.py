"""What a model is made of: its parts, what they cost in numbers, work and time, and how their numbers are spread."""

import copy
import statistics
import time
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from clearhead.inspector.views._flops import FlopCounter
from clearhead.inspector.views._histogram_panels import activations_table, enlarged, weights_table
from clearhead.inspector.views.base import Looked
from clearhead.models.base import count_parameters
from clearhead.panels.base import Panel
from clearhead.panels.formula import Formula
from clearhead.panels.table import Cell, Table

TITLE = "Layers"
QUESTION = "What is the model made of, where are its parameters, its work and its time, and how are its numbers spread?"
ANSWER = "layers"
NUM_RUNS = 5
SHOWN_TERMS = 12


def applies(model: nn.Module) -> str | None:
    """Return None: every model is made of something."""
    return None


def view(look: Looked, *, part: str | None = None) -> list[Panel]:
    """Show every part with what it costs on this input, and how its numbers are spread.

    Args:
        part: a tensor, a place or a part of the model, whose histograms are drawn large instead: "layers.0".
    """
    if part is not None:
        return enlarged(look, part)
    model = copy.deepcopy(look.model).eval()
    with torch.no_grad():
        shapes, counted = _count(model, look.batch)
        times = _measure(model, look.batch)
    total = count_parameters(model)
    total_flops = counted.get("", 0)
    rows: list[tuple[Cell, ...]] = []
    for name, module in model.named_modules():
        if name and name in shapes:
            own = sum(parameter.numel() for parameter in module.parameters())
            rows.append((name, type(module).__name__, shapes[name], own, counted.get(name, 0), 1000 * times[name]))
    rows.append(("all together", type(model).__name__, shapes[""], total, total_flops, 1000 * times[""]))
    return [
        Table(
            name="layers",
            title=f"The parts of this {type(model).__name__}",
            note="Each line includes the parts inside it; a tied matrix counts once in the last. FLOPs: a product and "
            "an addition are two; products of matrices, convolutions, recurrences and attention are counted. "
            f"Milliseconds: the median of {NUM_RUNS} runs with batch 1.",
            columns=("part", "kind", "output", "parameters", "FLOPs", "ms"),
            rows=tuple(rows),
        ),
        weights_table(look.model, total),
        activations_table(look),
        _formula(model, total),
    ]


def _count(model: nn.Module, batch: tuple[Tensor, ...]) -> tuple[dict[str, str], dict[str, int]]:
    """Run once and return the shape of what each part put out, and the work each part did."""
    shapes: dict[str, str] = {}
    counted: dict[str, int] = {}
    counter = FlopCounter()
    begun: dict[str, list[int]] = {}

    def before(name: str) -> Callable[..., None]:
        return lambda module, given: begun.setdefault(name, []).append(counter.total)

    def after(name: str) -> Callable[..., None]:
        def note(module: nn.Module, given: Any, output: Any) -> None:
            counted[name] = counted.get(name, 0) + counter.total - begun[name].pop()
            shapes[name] = _shape(output)

        return note

    hooks = [module.register_forward_pre_hook(before(name)) for name, module in model.named_modules()]
    hooks += [module.register_forward_hook(after(name)) for name, module in model.named_modules()]
    with counter:
        model(*batch)
    for hook in hooks:
        hook.remove()
    return shapes, counted


def _measure(model: nn.Module, batch: tuple[Tensor, ...]) -> dict[str, float]:
    """Return the median time of each part, in seconds a run of the whole model."""
    spent: dict[str, list[float]] = {name: [] for name, _ in model.named_modules()}
    begun: dict[str, list[float]] = {name: [] for name in spent}
    is_cpu = batch[0].device.type == "cpu"

    def now() -> float:
        if not is_cpu:
            torch.accelerator.synchronize()
        return time.perf_counter()

    def before(name: str) -> Callable[..., None]:
        return lambda module, given: begun[name].append(now())

    def after(name: str) -> Callable[..., None]:
        def note(module: nn.Module, given: Any, output: Any) -> None:
            spent[name][-1] += now() - begun[name].pop()

        return note

    hooks = [module.register_forward_pre_hook(before(name)) for name, module in model.named_modules()]
    hooks += [module.register_forward_hook(after(name)) for name, module in model.named_modules()]
    for _ in range(NUM_RUNS):
        for times in spent.values():
            times.append(0.0)
        model(*batch)
    for hook in hooks:
        hook.remove()
    return {name: statistics.median(times) for name, times in spent.items()}


def _shape(output: Any) -> str:
    if isinstance(output, Tensor):
        return " × ".join(map(str, output.shape))
    if isinstance(output, tuple | list):
        return ", ".join(_shape(part) for part in output if isinstance(part, Tensor))
    return type(output).__name__


def _formula(model: nn.Module, total: int) -> Formula:
    """Write the number of parameters as the sum of the shapes; equal ones are written once."""
    shapes: dict[tuple[int, ...], int] = {}
    linear = {id(module.weight) for module in model.modules() if isinstance(module, nn.Linear)}
    for parameter in model.parameters():
        # inputs · outputs, as one says it; PyTorch keeps the outputs first.
        shape = tuple(reversed(parameter.shape)) if id(parameter) in linear else tuple(parameter.shape)
        shapes[shape] = shapes.get(shape, 0) + 1
    terms = [f"{count} × ({_product(shape)})" if count > 1 else _product(shape) for shape, count in shapes.items()]
    shown = " + ".join(terms[:SHOWN_TERMS]) + (f" + {len(terms) - SHOWN_TERMS} more" * (len(terms) > SHOWN_TERMS))
    return Formula(
        name="formula",
        title="Why so many parameters",
        note="A tensor has the product of its sides; a layer of neurons has inputs × neurons weights and a bias each.",
        lines=(f"{shown} = {total:,}",),
        values={"parameters": float(total)},
    )


def _product(shape: tuple[int, ...]) -> str:
    return "·".join(map(str, shape)) or "1"
