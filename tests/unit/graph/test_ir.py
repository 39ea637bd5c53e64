"""The graph as data: what it refuses, its JSON, its hash, its flat form."""

import copy
import pickle
from typing import Any

import pytest

from nasvid.core.errors import GraphError, ShapeError
from nasvid.core.shapes import Shape
from nasvid.core.streams import Stream
from nasvid.graph.ir import (
    Graph,
    Input,
    Node,
    block_node,
    flatten,
    graph_from_json,
    primitive_node,
)
from nasvid.graph.primitive import make_primitive

CLIP = Shape.clip(3, 4, 8, 8)
STREAM = Stream("rgb", 3, 4, 1, 8, (0.5,) * 3, (0.2,) * 3)


def relu(name: str, ref: str) -> Node:
    return primitive_node(name, make_primitive("relu", {}), (ref,), (CLIP,))


def stage() -> Graph:
    """A body with two outputs."""
    nodes = (relu("fast", "in"), relu("slow", "fast"))
    return Graph((Input("in", CLIP),), nodes, (("fast", "fast"), ("out", "slow")))


def network() -> Graph:
    """Two instances of one body."""
    body = stage()
    first = block_node("first", "stage", body, ("rgb",))
    second = block_node("second", "stage", body, ("first.fast",))
    total = primitive_node(
        "total", make_primitive("add", {}), ("first", "second.fast", "second.out"), (CLIP,) * 3
    )
    inputs = (Input("rgb", STREAM.shape, STREAM),)
    return Graph(inputs, (first, second, total), (("out", "total"),))


def test_flattening_gives_the_primitives_with_dotted_names_and_what_they_read() -> None:
    flat, ends = flatten(network())
    assert [node.name for node in flat] == [
        "first.fast", "first.slow", "second.fast", "second.slow", "total",
    ]  # fmt: skip
    assert [node.operands for node in flat] == [(0,), (1,), (1,), (3,), (2, 3, 4)]
    assert ends == (5,)


def test_primitives_are_counted_inside_of_blocks() -> None:
    assert network().num_primitives == 5
    assert stage().num_primitives == 2


def test_a_graph_survives_json_and_pickling() -> None:
    graph = network()
    for again in (graph_from_json(graph.to_json()), pickle.loads(pickle.dumps(graph))):
        assert again == graph
        assert hash(again) == hash(graph)
        assert again.to_json() == graph.to_json()


def test_every_reference_has_a_shape() -> None:
    assert set(network().shape_of) == {
        "rgb", "first", "first.fast", "first.out", "second", "second.fast", "second.out",
        "total", "total.out",
    }  # fmt: skip
    assert network().nodes[0].shape("fast") == CLIP
    with pytest.raises(GraphError, match="node 'first' has no port 'medium'"):
        network().nodes[0].shape("medium")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda data: data.update(format="other"), "got graph format 'other'; this version reads"),
        (lambda data: data["nodes"][2].update(name="first"), "two nodes are named 'first'."),
        (lambda data: data["nodes"][0].update(inputs=["total"]), "refers to 'total', which is not"),
        (lambda data: data["nodes"][1].update(inputs=["first.x"]), "refers to 'first.x', which is"),
        (lambda data: data.update(outputs=[["out", "x"]]), "an output refers to 'x'"),
        (lambda data: data["nodes"][0].update(inputs=[]), "has 0 inputs, its body 1."),
    ],
)
def test_data_that_breaks_an_invariant_is_refused(change: Any, message: str) -> None:
    data = copy.deepcopy(network().to_json())
    change(data)
    with pytest.raises(GraphError, match=message):
        graph_from_json(data)


def test_shapes_are_inferred_and_so_checked_when_a_graph_is_read() -> None:
    data = network().to_json()
    data["nodes"][2]["op"] = make_primitive("linear", {"out": 3}).to_json()
    with pytest.raises(ShapeError, match="linear got 3 inputs; accepts 1"):
        graph_from_json(data)


def test_a_node_that_is_nothing_cannot_be_written() -> None:
    graph = Graph((Input("x", CLIP),), (Node("empty", ("x",)),), (("out", "x"),))
    with pytest.raises(GraphError, match="'empty' is neither a primitive nor a block"):
        graph.to_json()
