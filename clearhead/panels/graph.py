"""A directed graph: what was computed from what."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from clearhead.panels.base import Panel


@dataclass(frozen=True, eq=False)
class Node:
    """One value: something given, or the result of an operation."""

    label: str
    """The name of what was given, or of the operation."""
    role: str
    """"input", "weight", "constant" or "operation"."""
    where: str
    """The part of the model in which it was computed; empty outside of any."""
    shape: tuple[int, ...]
    values: np.ndarray | None
    """The numbers where there are few, in one row; otherwise None."""
    smallest: float | None
    largest: float | None


@dataclass(frozen=True, eq=False)
class Edge:
    """A value going into an operation; backwards its gradient runs along it."""

    source: int
    """Index of the node it comes from."""
    target: int
    """Index of the operation it goes into."""
    gradient: np.ndarray | None
    """d result / d value, as far as it comes through this edge; None where there are many numbers, or no gradient."""
    gradient_norm: float | None
    """Its length; None where nothing runs back."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Graph(Panel):
    """Nodes in the order in which they were computed, and edges between them."""

    kind: ClassVar[str] = "graph"

    nodes: tuple[Node, ...]
    """What was given and what was computed."""
    edges: tuple[Edge, ...]
    """What went into what."""

    def __post_init__(self) -> None:
        assert all(max(edge.source, edge.target) < len(self.nodes) for edge in self.edges)

    @property
    def array(self) -> np.ndarray:
        """Return the edges as pairs of indices, (edges, 2)."""
        return np.array([(edge.source, edge.target) for edge in self.edges], dtype=np.int64).reshape(-1, 2)
