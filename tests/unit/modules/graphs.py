"""Hand-made graphs for the tests of this folder."""

from typing import Any

from nasvid.core.shapes import Shape
from nasvid.graph.ir import Graph, Input, Node, block_node, primitive_node
from nasvid.graph.primitive import make_primitive

RGB = Shape.clip(3, 4, 8, 8)
FLOW = Shape.clip(2, 8, 8, 8)


def node(name: str, op: str, *inputs: tuple[str, Shape], **parameters: Any) -> Node:
    """A node with a primitive; inputs are references with their shapes."""
    refs = tuple(ref for ref, _ in inputs)
    shapes = tuple(shape for _, shape in inputs)
    return primitive_node(name, make_primitive(op, parameters), refs, shapes)


def at(made: Node, port: str = "out") -> tuple[str, Shape]:
    """Reference and shape at a port of a node."""
    return (made.name if port == "out" else f"{made.name}.{port}"), made.shape(port)


def unit(shape: Shape, out: int) -> Graph:
    """Body of a block with two ports: conv -> norm -> relu -> gate, and the conv itself."""
    conv = node("conv", "conv", ("x", shape), out=out, kernel=(1, 3, 3))
    norm = node("norm", "batch_norm", at(conv))
    relu = node("half", "relu", at(norm))
    gate = node("gate", "gate", at(relu))
    return Graph((Input("x", shape),), (conv, norm, relu, gate), (("out", "gate"), ("raw", "conv")))


def outer(shape: Shape, out: int) -> Graph:
    """Body of a block that holds a block."""
    op = block_node("op", "unit", unit(shape, out), ("x",))
    total = node("total", "add", at(op), at(op, "raw"))
    return Graph((Input("x", shape),), (op, total), (("out", "total"),))


def single_stream() -> Graph:
    """rgb -> block in a block -> mean -> linear."""
    stage = block_node("stage2", "outer", outer(RGB, 8), ("rgb",))
    pooled = node("type", "mean", at(stage))
    head = node("head", "linear", at(pooled), out=5)
    return Graph((Input("rgb", RGB),), (stage, pooled, head), (("out", "head"),))


def two_streams() -> Graph:
    """Two inputs of different frames, merged; two outputs."""
    slow = node("slow", "subsample_frames", ("flow", FLOW), step=2)
    both = node("both", "concat", ("rgb", RGB), at(slow))
    stem = block_node("stem", "unit", unit(both.shape(), 4), ("both",))
    fixed = node("fixed", "gate", at(stem), initial=0.5)
    inputs = (Input("rgb", RGB), Input("flow", FLOW))
    return Graph(inputs, (slow, both, stem, fixed), (("out", "fixed"), ("raw", "stem.raw")))


def chain(length: int) -> Graph:
    """So many nodes in a row that cost next to nothing."""
    nodes: list[Node] = []
    for index in range(length):
        nodes.append(node(f"n{index}", "identity", (nodes[-1].name if nodes else "rgb", RGB)))
    return Graph((Input("rgb", RGB),), tuple(nodes), (("out", nodes[-1].name),))
