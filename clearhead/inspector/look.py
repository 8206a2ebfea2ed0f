"""Run a model once on a text, a pair, a row, an image or words, and look at anything in it.

    seen = look("runs/stories", "The cat sat")
    seen.attention(layer=3, head=1)             an array that draws itself
    seen.view("next_token", temperature=0.7)    the same as a list of panels
    look("runs/digits", "seven.png").pixels()

Every file in `views/` is offered under its name; adding one adds it here.
Read with: inputs.py (what each kind of model reads)
"""

import functools
import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console, ConsoleOptions, RenderResult
from torch import Tensor

from clearhead.core import catalog
from clearhead.inspector import notebook, report, terminal
from clearhead.inspector.inputs import read_input, reader_of
from clearhead.inspector.reading import check_attention, check_run, checked_output
from clearhead.inspector.recorder import MEMORY_LIMIT_BYTES, SQUARES, Recorder
from clearhead.inspector.views.base import ROOM, applicable, load_view, offered
from clearhead.panels.base import Name, Panel
from clearhead.runs.run import open_run

LARGE = tuple(f"!*{ending}" for ending in SQUARES)
"""Taps that grow with the square of the text, and cost work of their own: they are opened only when asked for."""

OVERVIEW: dict[str, list[tuple[str, dict[str, Any], tuple[str, ...]]]] = {
    "text": [
        ("tokenization", {}, ("tokens",)),
        ("next_token", {}, ("top",)),
        ("attention", {"layer": -1}, ("strongest",)),
    ],
    "labeled text": [
        ("tokenization", {}, ("tokens",)),
        ("tags", {}, ("path",)),
        ("ngrams", {}, ("for", "against", "outputs")),
        ("layers", {}, ("layers",)),
    ],
    "pair": [("attention", {"side": "cross"}, ("alignment",)), ("layers", {}, ("layers",))],
    "row": [("neuron", {}, ("sum", "outputs")), ("layers", {}, ("layers",))],
    "image": [("pixels", {}, ("pixels", "outputs")), ("layers", {}, ("layers",))],
    "words": [("word_geometry", {}, ("cosines",)), ("layers", {}, ("layers",))],
}
"""The short story of each kind of input: a view, its options, and the panels taken from it."""


def look(run: Any, input: Any, *, target: str | None = None, memory_limit_bytes: int = MEMORY_LIMIT_BYTES) -> "Look":
    """Read an input with a model, ready to be looked into.

    Args:
        run: a run (`runs.run.Run`), or the path of one. For a module of your own see `Look`.
        input: a text; for tables a row as a mapping or as JSON, for images a file, for word vectors words.
        target: for pairs the text the decoder reads (none given: what the model itself writes, without search); for
            rows and images the right answer, from which `training_step` learns.
        memory_limit_bytes: the most that is kept of the model's inner values.
    Raises:
        ValueError: the input is empty, longer than the model's context, or not of the kind the model reads.
        TypeError: no run.
    """
    run = open_run(run) if isinstance(run, str | Path) else check_run(run)
    made_from = {"name": run.name, "folder": getattr(run, "path", None), "memory_limit_bytes": memory_limit_bytes}
    return Look(run.model(), reader_of(run), input, target=target, **made_from)


class Look:
    """A model, an input, and what went on inside while the model read it.

    Args:
        tokenizer: what turns inputs into what the model reads (`inspector/inputs.py`); None for plain numbers.
    """

    def __init__(
        self,
        model: Any,
        tokenizer: Any,
        text: Any,
        *,
        target: str | None = None,
        name: str = "",
        folder: Path | None = None,
        memory_limit_bytes: int = MEMORY_LIMIT_BYTES,
    ) -> None:
        self.model, self.tokenizer, self.name, self.folder, self.given = model, tokenizer, Name(name), folder, text
        self.memory_limit_bytes = memory_limit_bytes
        self.reading = reading = read_input(model, tokenizer, text, target)
        self.kind, self.text, self.target, self.batch = reading.kind, reading.text, reading.target, reading.batch
        self.tokens, self.pieces = reading.tokens, reading.pieces
        self.target_tokens, self.target_pieces = reading.target_tokens, reading.target_pieces
        self.inputs, self.raw = self.batch[0], reading.raw
        self.feature_names, self.label_names, self.words = reading.feature_names, reading.label_names, reading.words

    @functools.cached_property
    def _run(self) -> tuple[Tensor, dict[str, Tensor], list[str]]:
        """The one run: its output, every value that grows with the text only linearly and fits, what is not seen."""
        with self._recorder(("*", *LARGE), leaves_out_what_does_not_fit=True) as seen:
            logits = checked_output(self.model, self.model(*self.batch))
        return logits[0], seen.values, seen.unseen

    @property
    def logits(self) -> Tensor:
        """The model's own output without the batch axis: (seq, vocab), (target, vocab), (outputs,) or (rows,)."""
        return self._run[0]

    @property
    def unseen(self) -> list[str]:
        """What cannot be seen in a model without taps, in sentences; nothing of a model of ours."""
        return self._run[2]

    def value(self, name: str) -> Tensor:
        """Return what passed a tap, without the batch axis; large ones cost another run, in which they are computed.

        Raises:
            ValueError: no such tap, or it does not fit in memory.
        """
        values = self._run[1]
        if name not in values:
            if self._is_large(name):  # keep one layer of these at a time
                for other in [other for other in values if other.endswith(SQUARES)]:
                    if other.rpartition(".")[0] != name.rpartition(".")[0]:
                        del values[other]
            with self._recorder((name,)) as seen:
                self.model(*self.batch)
            values.update(seen.values)
        return values[name][0]

    def reduce(self, pattern: str, function: Callable[[str, Tensor], Tensor]) -> dict[str, Tensor]:
        """Run once more and keep only what `function` makes of each value (which comes without the batch axis)."""
        self._is_large(pattern)
        with self._recorder((pattern,), reduce=lambda name, value: function(name, value[0])) as seen:
            self.model(*self.batch)
        return seen.values

    def again(self, text: Any, target: str | None = None) -> "Look":
        """Look at another input through the same model."""
        made_from: dict[str, Any] = {
            "name": self.name, "folder": self.folder, "memory_limit_bytes": self.memory_limit_bytes
        }  # fmt: skip
        return Look(self.model, self.tokenizer, text, target=target, **made_from)

    def through(self, run: str | Path) -> "Look":
        """Look at the same input, of a pair with the same target, through the model of another run."""
        return look(run, self.given, target=self.target, memory_limit_bytes=self.memory_limit_bytes)

    def views(self) -> list[str]:
        """List the views that have something to show for this model."""
        return applicable(self.model)

    def view(self, name: str, **options: Any) -> list[Panel]:
        """Return the panels of one view.

        Raises:
            ValueError: no such view or option (with the nearest), a view that does not apply to this model, or an
                option outside its range.
        """
        name = catalog.find(ROOM, name)
        entry = load_view(name)
        reason = entry.applies(self.model)
        if reason is not None:
            raise ValueError(f"The view {name!r} does not apply: {reason} Views that do: {', '.join(self.views())}.")
        for option in options:
            if option == "look" or option not in inspect.signature(entry.view).parameters:
                catalog.choose(option, offered(name, self), where=f"the options of the view {name!r}")
        return entry.view(self, **options)

    def panels(self, name: str | None, **options: Any) -> list[Panel]:
        """Return the panels of a view, or of the overview when none is named.

        Raises:
            ValueError: options without a view; the message says which view takes them.
        """
        chosen = self.only(name, options)
        return self.overview() if chosen is None else self.view(*chosen, **options)

    def only(self, name: str | None, options: Mapping[str, Any]) -> dict[str, Mapping[str, Any]] | None:
        """Return one view with its options, or None for all when none is named.

        Raises:
            ValueError: options without a view; the message says which view takes them.
        """
        if name is not None:
            return {name: options}
        for option in options:
            takers = [entry for entry in self.views() if option in offered(entry, self)]
            raise ValueError(
                f"look.view must be named together with {option}, got {option}={options[option]!r} alone. "
                f"Add --view; views that take it: {', '.join(takers) or 'none'}."
            )
        return None

    def overview(self) -> list[Panel]:
        """Return the short story of this kind of input; of a text its tokens, what comes next, what looks at what."""
        panels: list[Panel] = []
        kind = "labeled text" if self.kind == "text" and self.label_names else self.kind
        for name, options, wanted in OVERVIEW[kind]:
            if name in self.views():
                panels += [panel for panel in self.view(name, **options) if panel.name in wanted]
        return panels

    def to_json(self, panels: Sequence[Panel]) -> dict[str, Any]:
        """Return panels with what they were made from, as plain JSON values."""
        made_from = {
            "run": self.name,
            "model": type(self.model).__name__,
            "text": self.text,
            "tokens": self.tokens,
            "target": self.target,
            "target_tokens": self.target_tokens,
        }
        kept = {key: value for key, value in made_from.items() if key not in ("target", "target_tokens") or value}
        return {**kept, "panels": [panel.to_json() for panel in panels]}

    def save_html(self, path: str | Path, views: report.Chosen = None) -> Path:
        """Write one HTML file that opens without a network and can still be asked; return its path.

        Args:
            views: names of views, or names with their options; None: every view that applies.
        """
        return report.save(self, path, views)

    def __getattr__(self, name: str) -> "Callable[..., Drawing]":
        if name.startswith("_") or name not in catalog.entries(ROOM):
            near = catalog.nearest(name, catalog.entries(ROOM))
            hint = f" Did you mean {near!r}?" if near else ""
            raise AttributeError(f"Look has no view {name!r}. Available: {', '.join(catalog.entries(ROOM))}.{hint}")

        def draw(**options: Any) -> Drawing:
            return Drawing(self.view(name, **options), answer=load_view(name).ANSWER)

        draw.__name__, draw.__doc__ = name, load_view(name).QUESTION
        return draw

    def __dir__(self) -> Iterable[str]:
        return [*super().__dir__(), *catalog.entries(ROOM)]

    def __repr__(self) -> str:
        through = self.name or type(self.model).__name__
        pair = f" → {self.target!r}" if self.kind == "pair" else ""
        return f"Look at {self.text!r}{pair} ({self.reading.size}) through {through}"

    def _is_large(self, name: str) -> bool:
        """Whether a tap grows with the square of the text; what would not fit is refused before it is computed."""
        if is_large := name.endswith(SQUARES):
            check_attention(max(len(self.tokens), len(self.target_tokens)), self.model, self.memory_limit_bytes)
        return is_large

    def _recorder(self, wanted: Iterable[str], **options: Any) -> Recorder:
        return Recorder(self.model, wanted, memory_limit_bytes=self.memory_limit_bytes, **options)


class Drawing:
    """What a view showed: an array that draws itself, in a terminal and in a notebook."""

    def __init__(self, panels: list[Panel], *, answer: str) -> None:
        self.panels = panels
        self._answer = next((panel for panel in panels if panel.name == answer), panels[0])

    @property
    def array(self) -> np.ndarray:
        """The numbers that answer the view's question."""
        return self._answer.array

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the array."""
        return self.array.shape

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return np.array(self.array, dtype=dtype, copy=copy)

    def __len__(self) -> int:
        return len(self.array)

    def __getitem__(self, index: Any) -> Any:
        """Return a panel by its name, or a part of the array."""
        if isinstance(index, str):
            names = {panel.name: panel for panel in self.panels}
            return names[catalog.choose(index, names, where="the panels of this view")]
        return self.array[index]

    def to_json(self) -> list[dict[str, Any]]:
        """Return every panel as plain JSON values."""
        return [panel.to_json() for panel in self.panels]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield terminal.Drawn(self.panels)

    def __str__(self) -> str:
        return terminal.to_text(self.panels)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return notebook.to_html(self.panels)
