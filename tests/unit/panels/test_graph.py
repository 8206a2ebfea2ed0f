"""Graphs as data: edges name their ends, and all of it goes into JSON."""

import json

import numpy as np
import pytest

from clearhead.panels.graph import Edge, Graph, Node


def node(label: str) -> Node:
    return Node(label, "operation", "", (2,), np.array([1.0, 2.0]), 1.0, 2.0)


def test_the_array_lists_the_edges_from_source_to_target() -> None:
    edges = (Edge(0, 1, np.array([0.5]), 0.5), Edge(1, 2, None, None))
    panel = Graph(title="g", nodes=(node("a"), node("b"), node("c")), edges=edges)
    assert panel.array.tolist() == [[0, 1], [1, 2]]


def test_a_graph_goes_into_json_with_its_numbers() -> None:
    panel = Graph(title="g", nodes=(node("a"), node("b")), edges=(Edge(0, 1, np.array([0.5]), 0.5),))
    found = json.loads(json.dumps(panel.to_json(), allow_nan=False))
    assert found["kind"] == "graph"
    assert found["nodes"][0]["values"] == [1.0, 2.0]
    assert found["edges"][0] == {"source": 0, "target": 1, "gradient": [0.5], "gradient_norm": 0.5}


def test_an_edge_to_nowhere_is_our_own_mistake() -> None:
    with pytest.raises(AssertionError):
        Graph(title="g", nodes=(node("a"),), edges=(Edge(0, 1, None, None),))
