"""Write down every operation of a run: what went in, what came out, and a tensor on each edge to ask the gradient of.

A mode of PyTorch sees each function call of the model. Before the call each argument is replaced by a view of itself:
the gradient of that view is what runs back along this one edge, where the gradient of the value is the sum over all.
"""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd import Function
from torch.overrides import TorchFunctionMode, resolve_name


class Step:
    """One value: given, or computed."""

    def __init__(self, label: str, role: str, where: str, value: Tensor) -> None:
        self.label, self.role, self.where, self.value = label, role, where, value
        self.sources: list[tuple[int, Tensor]] = []
        """The steps that went in, each with the view that stands for this edge."""


class GraphRecorder(TorchFunctionMode):
    """Collect the steps of everything computed inside its `with` block.

    Args:
        names: what is given, by the name it is shown under.
    """

    def __init__(self, names: dict[str, tuple[str, Tensor]]) -> None:
        super().__init__()
        self.steps: list[Step] = []
        self.where: list[str] = []
        """Names of the parts of the model that are running, the innermost last."""
        self._step_of: dict[int, int] = {}
        self._kept: list[Tensor] = []  # an id means a tensor only as long as that lives
        self._is_inside_one = False
        self._given = {id(tensor): (name, role) for name, (role, tensor) in names.items()}

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if self._is_inside_one:
            return func(*args, **(kwargs or {}))
        return self._note(func, args, kwargs or {})

    def _note(self, func: Any, args: Any, kwargs: Any) -> Any:
        edges: list[tuple[Tensor, Tensor]] = []
        result = func(*_each(args, edges), **_each(kwargs, edges))
        label = _label(func)
        outputs = list(_tensors(result))
        changed = edges[0] if edges and (_IN_PLACE.fullmatch(label) or func is Tensor.__setitem__) else None
        if changed is not None:
            outputs = [changed[0]]
        elif len(outputs) == 1 and (same := [given for given, view in edges if view is outputs[0]]):
            # Nothing was computed (a conversion to the type it has): the view is the value.
            self._step_of[id(outputs[0])] = self._index(same[0])
            self._kept.append(outputs[0])
            return result
        if not edges or not outputs:  # asked for a size or a type
            return result
        sources = [(self._index(given), view) for given, view in edges]
        for number, output in enumerate(outputs):
            name = f"{label} [{number}]" if len(outputs) > 1 else label
            step = Step(name.strip("_"), "operation", self.where[-1] if self.where else "", output)
            step.sources = list(sources)
            self._step_of[id(output)] = len(self.steps)
            self.steps.append(step)
        if changed is not None:
            self._step_of[id(changed[1])] = len(self.steps) - 1
        return result

    @contextmanager
    def whole_functions(self) -> Iterator[None]:
        """See an operation with a backward of its own as one, which a mode of PyTorch does not; in this thread only."""
        known, owner = Function.apply.__func__, threading.get_ident()  # type: ignore[attr-defined]

        def apply(cls: Any, *args: Any, **kwargs: Any) -> Any:
            if threading.get_ident() != owner or self._is_inside_one:
                return known(cls, *args, **kwargs)

            def run(*given: Any, **options: Any) -> Any:
                return known(cls, *given, **options)

            run.__name__ = cls.__name__.removeprefix("_").removesuffix("Function")
            self._is_inside_one = True
            try:
                return self._note(run, args, kwargs)
            finally:
                self._is_inside_one = False

        Function.apply = classmethod(apply)  # type: ignore[method-assign, assignment]
        try:
            yield
        finally:
            Function.apply = classmethod(known)  # type: ignore[method-assign, assignment]

    def _index(self, tensor: Tensor) -> int:
        """Return the step a tensor comes from; one that nobody computed here was given."""
        if id(tensor) not in self._step_of:
            name, role = self._given.get(id(tensor), ("constant", "constant"))
            self._step_of[id(tensor)] = len(self.steps)
            self.steps.append(Step(name, role, "", tensor))
        return self._step_of[id(tensor)]

    @contextmanager
    def parts_of(self, model: nn.Module) -> Iterator[None]:
        """Know at each step which part of the model is running."""

        def leave(module: nn.Module, given: Any, output: Any) -> None:
            self.where.pop()

        hooks = []
        for name, module in model.named_modules():
            hooks.append(module.register_forward_pre_hook(lambda module, given, name=name: self.where.append(name)))
            hooks.append(module.register_forward_hook(leave))
        try:
            yield
        finally:
            for hook in hooks:
                hook.remove()


def _each(values: Any, edges: list[tuple[Tensor, Tensor]]) -> Any:
    """Replace every tensor in nested lists, tuples and dictionaries by a view of itself, and note both."""
    if isinstance(values, Tensor):
        edges.append((values, values.view_as(values) if values.requires_grad else values))
        return edges[-1][1]
    if isinstance(values, list) or type(values) is tuple:
        return type(values)(_each(value, edges) for value in values)
    if isinstance(values, dict):
        return {key: _each(value, edges) for key, value in values.items()}
    return values


def _tensors(values: Any) -> Iterator[Tensor]:
    if isinstance(values, Tensor):
        yield values
    elif isinstance(values, list | tuple):
        for value in values:
            yield from _tensors(value)


def _label(func: Any) -> str:
    """Return the short name of an operation: "linear", "softmax", "T"."""
    name = str(resolve_name(func) or getattr(func, "__name__", "operation"))
    parts = [part for part in name.split(".") if part not in ("__get__", "__call__")]
    return parts[-1] if parts else "operation"


_IN_PLACE = re.compile(r"__i(add|sub|mul|truediv|and|or|xor)__|[a-z][a-z0-9_]*[a-z0-9]_")


def given_names(model: nn.Module, batch: tuple[Tensor, ...]) -> dict[str, tuple[str, Tensor]]:
    """Return everything that is given to a run, by name: inputs, weights and the model's own tables."""
    names = {"input" if len(batch) == 1 else f"input {index}": ("input", part) for index, part in enumerate(batch)}
    names |= {name: ("weight", parameter) for name, parameter in model.named_parameters()}
    names |= {name: ("constant", buffer) for name, buffer in model.named_buffers()}
    return names


def record(model: nn.Module, batch: tuple[Tensor, ...], finish: Any) -> tuple[list[Step], Tensor]:
    """Run a model and what follows it, and return every step and the last number."""
    recorder = GraphRecorder(given_names(model, batch))
    with torch.enable_grad(), recorder.parts_of(model), recorder.whole_functions(), recorder:
        result = finish(model(*batch))
    return recorder.steps, result
