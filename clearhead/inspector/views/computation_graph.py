"""The graph that ran: every operation, its value forwards, and the gradient on every edge backwards.

What ran is a copy of the model in the model's own precision, so the values are the model's own.
"""

import copy

import numpy as np
import torch
from torch import Tensor, nn

from clearhead.inspector.views._goal import find_goal
from clearhead.inspector.views._graph_recorder import Step, record
from clearhead.inspector.views.base import Looked, numbers
from clearhead.panels.base import Panel
from clearhead.panels.graph import Edge, Graph, Node
from clearhead.panels.table import Table

TITLE = "Computation graph"
QUESTION = "Which operations ran, what did each compute, and how does the gradient run back through them?"
ANSWER = "graph"
MAX_NUMBERS = 64
"""Values and gradients of more numbers than this are told by their range and length."""


def applies(model: nn.Module) -> str | None:
    """Return None: whatever computes has a graph."""
    return None


def view(look: Looked, *, part: str = "", limit: int = 80) -> list[Panel]:
    """Show the operations from the input to the loss; without a right answer, to the largest output.

    Args:
        part: only the operations inside this part of the model, "layers.0" for example.
        limit: how many operations to show; of more, the last ones, which are next to the loss.
    """
    if limit < 1:
        raise ValueError(f"computation_graph.limit must be at least 1, got {limit}. Use 80.")
    model = copy.deepcopy(look.model).eval()
    try:
        goal = find_goal(look)
        finish, result_name = goal.loss, f"the loss of {goal.words}"
    except ValueError:  # nothing to compare with
        finish, result_name = torch.max, "the largest output"
    batch = tuple(tensor if tensor is None else tensor.clone() for tensor in look.batch)
    steps, result = record(model, batch, finish)
    operations = [index for index, step in enumerate(steps) if step.role == "operation"]
    inside = [index for index in operations if _is_inside(steps[index].where, part)]
    if not inside:
        places = sorted({step.where for step in steps if step.where})
        raise ValueError(
            f"computation_graph.part must be a part of the model that ran, got {part!r}. There are: "
            f"{', '.join(places)}."
        )
    shown = inside[-limit:]
    graph = _graph(steps, shown, result)
    left = len(operations) - len(shown)
    note = f"Gradients are those of {result_name}, {float(result.detach()):.6g}."
    note += f" {left} of {len(operations)} operations are not shown; --part and --limit choose others." if left else ""
    panel = Graph(name="graph", title="What was computed from what", note=note, nodes=graph[0], edges=graph[1])
    return [panel, _kinds(steps, operations)]


def _is_inside(where: str, part: str) -> bool:
    return not part or where == part or where.startswith(f"{part}.")


def _graph(steps: list[Step], shown: list[int], result: Tensor) -> tuple[tuple[Node, ...], tuple[Edge, ...]]:
    """Return the operations that are shown with everything that goes into them."""
    links = [(source, index, edge) for index in shown for source, edge in steps[index].sources]
    kept = sorted({*shown, *(source for source, _, _ in links)})
    place_of = {index: place for place, index in enumerate(kept)}
    asked = [edge for _, _, edge in links if edge.requires_grad]
    found = torch.autograd.grad(result, asked, allow_unused=True) if asked else ()
    slopes = iter(found)
    edges = []
    for source, index, edge in links:
        slope = next(slopes) if edge.requires_grad else None
        edges.append(Edge(place_of[source], place_of[index], _few(slope), None if slope is None else _length(slope)))
    return tuple(_node(steps[index]) for index in kept), tuple(edges)


def _node(step: Step) -> Node:
    value = step.value.detach()
    has_range = value.numel() > 0 and not value.is_complex()
    wide = value.double() if has_range else value
    return Node(
        label=step.label,
        role=step.role,
        where=step.where,
        shape=tuple(value.shape),
        values=_few(value),
        smallest=float(wide.min()) if has_range else None,
        largest=float(wide.max()) if has_range else None,
    )


def _few(value: Tensor | None) -> np.ndarray | None:
    if value is None or value.numel() > MAX_NUMBERS or value.is_complex():
        return None
    return numbers(value).reshape(-1)


def _length(slope: Tensor) -> float:
    return float(slope.detach().double().norm())


def _kinds(steps: list[Step], operations: list[int]) -> Table:
    counts: dict[str, int] = {}
    for index in operations:
        name = steps[index].label.partition(" [")[0]
        counts[name] = counts.get(name, 0) + 1
    rows = tuple(sorted(counts.items(), key=lambda item: -item[1]))
    return Table(
        name="operations",
        title="How often each operation ran",
        columns=("operation", "times"),
        rows=rows,
    )
