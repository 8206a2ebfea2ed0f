"""Look at the values inside a model while it runs: keep them, take gradients with respect to them, or change them.

    with Recorder(model, ["layers.3.attention.*"]) as seen:
        model(tokens)
    seen["layers.3.attention.weights"]

Only what is asked for is computed and kept. Before the first value of a kind is kept ("layers.*.attention.weights"),
the size of all its kind is added up, and what does not fit is refused with a sentence that says what would.
A model without taps is looked at through what its parts return (hooks.py); `unseen` then says what that leaves out.
"""

import contextlib
import re
from collections.abc import Callable, Iterable, Iterator
from fnmatch import fnmatchcase

import torch
from torch import Tensor, nn

from clearhead.core import catalog
from clearhead.inspector.edits import Edit
from clearhead.inspector.hooks import RETURNED, returned_names, watching
from clearhead.layers.tap import find_taps, listening

MEMORY_LIMIT_BYTES = 1 << 30
SQUARES = (".scores", ".weights")
"""How taps end whose values grow with the square of the input."""


class Recorder:
    """Keep the values of chosen taps during a `with` block, in which the model is in eval mode, without gradients.

    Args:
        wanted: names of taps, with `*` for any part ("layers.*.residual"); a "!" before a pattern leaves its taps out.
            "layers.*.returned" is what parts of the model return, whether or not they have taps.
        edits: changes made to values on their way; what is kept is the value after the change.
        has_gradients: build the graph, so that `gradients` can be asked. Attention then runs its explicit form
            where its scores or weights are wanted, because the fused one does not pass through them.
        reduce: what to keep of each value instead of the value, for example its maximum; receives (name, value).
        memory_limit_bytes: the most that may be kept.
        leaves_out_what_does_not_fit: pass over kinds of values that do not fit, instead of refusing.
    Raises:
        ValueError: a pattern fits no tap, or what is wanted does not fit in memory.
    """

    def __init__(
        self,
        model: nn.Module,
        wanted: Iterable[str] = ("*",),
        *,
        edits: Iterable[Edit] = (),
        has_gradients: bool = False,
        reduce: Callable[[str, Tensor], Tensor] | None = None,
        memory_limit_bytes: int = MEMORY_LIMIT_BYTES,
        leaves_out_what_does_not_fit: bool = False,
    ) -> None:
        self.model = model
        self.edits = tuple(edits)
        self.has_gradients = has_gradients
        self.reduce = reduce
        self.memory_limit_bytes = memory_limit_bytes
        self.leaves_out_what_does_not_fit = leaves_out_what_does_not_fit
        self.wanted = frozenset(_places(model, wanted, where="Recorder.wanted"))
        self.edited = frozenset(name for edit in self.edits for name in _places(model, [edit.tap], where="Edit.tap"))
        self.values: dict[str, Tensor] = {}
        """What was kept, by the tap's name, in the order of the run; a tap that runs twice keeps its newest value."""
        self._planned_bytes: dict[str, int] = {}  # kind of tap → bytes of all wanted taps of that kind
        self._left_out: set[str] = set()
        self._open = contextlib.ExitStack()
        self._parts: watching | None = None

    def __enter__(self) -> "Recorder":
        self._open.enter_context(_eval_mode(self.model))
        self._open.enter_context(torch.enable_grad() if self.has_gradients else torch.no_grad())
        is_open = (self.wanted | self.edited).__contains__
        self._open.enter_context(listening(self.model, self._observe, is_open))
        self._parts = self._open.enter_context(watching(self.model, self._observe, is_open))
        return self

    def __exit__(self, *error: object) -> None:
        self._open.close()

    def __getitem__(self, name: str) -> Tensor:
        """Return the value kept from a tap."""
        return self.values[catalog.choose(name, self.values, where="the recorded values")]

    @property
    def unseen(self) -> list[str]:
        """What could not be seen, one sentence each; nothing where only taps were asked for."""
        return self._parts.unseen() if self._parts else []

    def gradients(self, output: Tensor) -> dict[str, Tensor]:
        """Return d output / d value for every value kept; the parameters' own gradients stay untouched.

        Args:
            output: one number that the model computed inside the `with` block, for example one logit.
        Raises:
            ValueError: the recorder was made without `has_gradients`, or the output is not one number of this run.
        """
        if not self.has_gradients:
            raise ValueError(
                "Recorder.has_gradients must be True to ask for gradients, got False. Record again with it."
            )
        if output.numel() != 1 or not output.requires_grad:
            raise ValueError(
                f"Recorder.gradients.output must be one number computed while recording, got shape {list(output.shape)}"
                f"{'' if output.requires_grad else ' computed without gradients'}. Choose one logit, or a sum."
            )
        found = torch.autograd.grad(output.sum(), list(self.values.values()), retain_graph=True, allow_unused=True)
        # A value that the output does not depend on has the gradient 0, not none.
        pairs = zip(self.values.items(), found, strict=True)
        return {name: torch.zeros_like(value) if slope is None else slope for (name, value), slope in pairs}

    def _observe(self, name: str, value: Tensor) -> Tensor:
        for edit in self.edits:
            if fnmatchcase(name, edit.tap):
                value = edit.apply(name, value)
        if name not in self.wanted:
            return value
        if self.has_gradients and value.is_floating_point():
            # Another tensor than the one given makes attention compute from it (layers/attention.py).
            value = value.view_as(value) if value.requires_grad else value.detach().requires_grad_()
        kept = value if self.reduce is None else self.reduce(name, value)
        if self._fits(name, kept):
            # A copy: what the model holds may be a view of a cache that is written again.
            self.values[name] = kept if self.has_gradients else kept.detach().clone()
        return value

    def _fits(self, name: str, value: Tensor) -> bool:
        kind = kind_of(name)
        if kind in self._planned_bytes or kind in self._left_out:
            return kind in self._planned_bytes
        size = value.numel() * value.element_size()
        number = sum(kind_of(other) == kind for other in self.wanted)
        before = sum(self._planned_bytes.values())
        total = before + number * size
        if total <= self.memory_limit_bytes:
            self._planned_bytes[kind] = number * size
            return True
        if self.leaves_out_what_does_not_fit:
            self._left_out.add(kind)
            return False
        # What every token has for every other grows with the square of the input.
        share = ((self.memory_limit_bytes - before) / (number * size)) ** (0.5 if kind.endswith(SQUARES) else 1)
        raise ValueError(
            f"Recorder.wanted must fit in {in_words(self.memory_limit_bytes)}, got {number} × {kind} "
            f"of {in_words(size)} each ({in_words(total)} in all). "
            f"{(self.memory_limit_bytes - before) // size} of them would fit: "
            f"ask for fewer layers, give at most {share:.0%} of the input, or raise memory_limit_bytes."
        )


def _places(model: nn.Module, patterns: Iterable[str], *, where: str) -> list[str]:
    """Return the places that patterns name: taps, and what parts return where that is asked for or no tap is there."""
    taps, patterns = list(find_taps(model)), list(patterns)
    if not taps:
        return match_taps(returned_names(model), patterns, where=where)
    of_parts = [pattern for pattern in patterns if pattern.endswith(f".{RETURNED}")]
    found = match_taps(taps, [pattern for pattern in patterns if pattern not in of_parts], where=where)
    return found + match_taps(returned_names(model) if of_parts else [], of_parts, where=where)


def match_taps(names: Iterable[str], patterns: Iterable[str], *, where: str) -> list[str]:
    """Return the names that any pattern accepts and no pattern with a leading "!" rejects, in order.

    Raises:
        ValueError: a pattern accepts no name; the message lists the kinds of taps there are.
    """
    names, patterns = list(names), list(patterns)
    for pattern in patterns:
        if pattern == "*" and not names:  # all there is, which is nothing
            continue
        if not pattern.startswith("!") and not any(fnmatchcase(name, pattern) for name in names):
            kinds = sorted({kind_of(name) for name in names})
            near = catalog.nearest(kind_of(pattern), kinds) or catalog.nearest(pattern, names)
            hint = f" Did you mean {near!r}?" if near else ""
            raise ValueError(
                f"{where} must name taps of the model, got {pattern!r}. There are: {', '.join(kinds) or 'none'}.{hint}"
            )
    accepted = [pattern for pattern in patterns if not pattern.startswith("!")]
    rejected = [pattern[1:] for pattern in patterns if pattern.startswith("!")]

    def is_wanted(name: str) -> bool:
        return any(fnmatchcase(name, pattern) for pattern in accepted) and not any(
            fnmatchcase(name, pattern) for pattern in rejected
        )

    return [name for name in names if is_wanted(name)]


def kind_of(name: str) -> str:
    """Return what taps of different layers have in common: "layers.3.residual" is a "layers.*.residual"."""
    return re.sub(r"\d+", "*", name)


def in_words(num_bytes: float) -> str:
    """Write a number of bytes for people: "1.5 GB"."""
    for unit in ("bytes", "KB", "MB"):
        if num_bytes < 1024:
            return f"{num_bytes:.3g} {unit}"
        num_bytes /= 1024
    return f"{num_bytes:.3g} GB"


@contextlib.contextmanager
def _eval_mode(model: nn.Module) -> Iterator[None]:
    """Switch dropout and the like off, and put every module back as it was (some may have been in eval before)."""
    training = [module for module in model.modules() if module.training]
    model.eval()
    try:
        yield
    finally:
        for module in training:
            module.training = True
