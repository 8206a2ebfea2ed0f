"""Look at what the parts of any model return: for models of other libraries, which were written without taps.

    with Recorder(model, ["encoder.layer.*.returned"]) as seen:
        model(tokens)
    seen.unseen        what could not be seen, in sentences

Every part with a name and a forward of its own is a place; "head.returned" is what the part `head` returned. What
happens inside a part, between its own parts, has no place here: that is what taps are for.
"""

import functools
from collections.abc import Callable, Iterator
from typing import Any

from torch import Tensor, nn

from clearhead.layers.tap import Observer

RETURNED = "returned"
"""The label of such a place, as a tap has one."""
INSIDE = (
    "What happens inside a part, between its own parts, is not seen: sums, gates, the weights of fused attention. "
    "Only what a part returns is."
)


def returned_names(model: nn.Module) -> list[str]:
    """Return the places where a part returns something, in the model's order."""
    return [name for name, _ in _parts(model)]


def _parts(model: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    """Yield every part that can run by itself; lists of parts cannot."""
    for name, part in model.named_modules():
        if name and type(part).forward is not nn.Module.forward:
            yield f"{name}.{RETURNED}", part


class watching:
    """Show an observer what parts return, for the length of a `with` block."""

    def __init__(self, model: nn.Module, observer: Observer, wanted: Callable[[str], bool] = lambda name: True) -> None:
        self.parts = {name: part for name, part in _parts(model) if wanted(name)}
        self.observer = observer
        self.num_runs = dict.fromkeys(self.parts, 0)
        self._others: dict[str, str] = {}
        self._hooks: list[Any] = []

    def __enter__(self) -> "watching":
        self._hooks = [
            part.register_forward_hook(functools.partial(self._returned, name)) for name, part in self.parts.items()
        ]
        return self

    def __exit__(self, *error: object) -> None:
        for hook in self._hooks:
            hook.remove()

    def unseen(self) -> list[str]:
        """Return what could not be seen so far, one sentence each."""
        said = [INSIDE] if self.parts else []
        for name, count in self.num_runs.items():
            part = name.removesuffix(f".{RETURNED}")
            if count == 0:
                said.append(f"{part} did not run, or what it does was called without it.")
            elif name in self._others:
                said.append(f"{part} returned {self._others[name]}.")
            if count > 1:
                said.append(f"{part} ran {count} times; only what it returned last is kept.")
        return said

    def _returned(self, name: str, part: nn.Module, given: Any, output: Any) -> Any:
        self.num_runs[name] += 1
        if isinstance(output, Tensor):
            return self.observer(name, output)
        if not (isinstance(output, tuple | list) and output and isinstance(output[0], Tensor)):
            self._others[name] = f"a {type(output).__name__}, into which nobody looks"
            return None
        if len(output) > 1:
            self._others[name] = f"{len(output)} values, of which only the first is seen"
        first = self.observer(name, output[0])
        if first is output[0]:
            return None
        if isinstance(output, list):
            return [first, *output[1:]]
        make = getattr(output, "_make", tuple)  # a tuple whose places have names is made again with them
        return make([first, *output[1:]])
