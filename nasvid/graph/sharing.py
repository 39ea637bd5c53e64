"""Weights that several nodes of one body use: who holds them, and who can use them too.

Uses are alike in all but their names, what they read, and the frames, height and width of that, as
far as one module takes them all.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from nasvid.core.errors import GraphError
from nasvid.core.shapes import Shape
from nasvid.graph.folding import seen_by
from nasvid.graph.parameters import parameters_of
from nasvid.graph.primitive import Primitive

if TYPE_CHECKING:
    from nasvid.graph.ir import Graph, Node

_SAME_BLOCK = "give both the same block and arguments"
_SAME_CHANNELS = "bring what they read to the same channels"
_SAME_SIZE = "bring what they read to one size"


def first_uses(nodes: Iterable["Node"]) -> dict[str, str]:
    """Name of a node that shares its weights to that of the first node with these weights."""
    first: dict[str, str] = {}
    return {node.name: first.setdefault(node.share, node.name) for node in nodes if node.share}


def check_shared(nodes: Iterable["Node"], shape_of: Mapping[str, Shape]) -> None:
    """Check that the nodes of a body that share weights are alike.

    Raises:
        GraphError: Two of them differ; tells in what.
    """
    first: dict[str, Node] = {}
    for node in nodes:
        if node.share:
            check_alike(first.setdefault(node.share, node), node, shape_of)


def check_alike(first: "Node", node: "Node", shape_of: Mapping[str, Shape]) -> None:
    """Check that a node can use the weights of another one of its body.

    Args:
        first: The node that holds them.
        node: The other one.
        shape_of: Reference to shape, for all that they read.

    Raises:
        GraphError: They differ; tells in what.
    """
    found = _difference(first, node, shape_of, shape_of)
    if found:
        what, advice = found
        raise GraphError(
            f"{node.name!r} shares its weights with {first.name!r}, but {what}; {advice}."
        )


_Found = tuple[str, str] | None


def _difference(
    first: "Node",
    node: "Node",
    shape_of_first: Mapping[str, Shape],
    shape_of_node: Mapping[str, Shape],
    inner: str = "",
) -> _Found:
    """What the node has that the first one has not, and what to do; None if one module serves both.

    Args:
        first: The node that holds the weights.
        node: The other one.
        shape_of_first: Shapes in the body of the first.
        shape_of_node: Shapes in the body of the other.
        inner: Where they stand in the nodes that share, dotted; empty for those themselves.
    """
    subject = f"its {inner!r} " if inner else ""
    before = tuple(shape_of_first[ref] for ref in first.inputs)
    here = tuple(shape_of_node[ref] for ref in node.inputs)
    if len(before) != len(here):
        return f"{subject}reads {len(here)} nodes and not {len(before)}", _SAME_BLOCK
    for one, other in zip(before, here, strict=True):
        if one.axes != other.axes:
            axes = ["".join(shape.axes) for shape in (other, one)]
            return f"{subject}reads {axes[0]} {other} and not {axes[1]} {one}", _SAME_CHANNELS
        if one.channels != other.channels:
            channels = f"{other.channels} channels and not {one.channels}"
            return f"{subject}reads {channels}", _SAME_CHANNELS
    if first.op is not None and node.op is not None:
        return _difference_of_primitives((first.op, before), (node.op, here), subject)
    if first.body is None or node.body is None:
        return f"{subject}is {_kind(node)} and not {_kind(first)}", _SAME_BLOCK
    if first.body is node.body:
        return None
    found = _difference_inside(first.body, node.body, f"{inner}." if inner else "")
    if found and first.block != node.block:
        return f"{subject}is {_kind(node)} and not {_kind(first)}", _SAME_BLOCK
    return found


def _kind(node: "Node") -> str:
    return node.block if node.op is None else node.op.name()


def _difference_of_primitives(
    first: tuple[Primitive, tuple[Shape, ...]],
    node: tuple[Primitive, tuple[Shape, ...]],
    subject: str,
) -> _Found:
    (before, inputs_before), (here, inputs_here) = first, node
    if type(before) is not type(here):
        return f"{subject}is {here.name()} and not {before.name()}", _SAME_BLOCK
    for name in parameters_of(type(here)):
        old, new = getattr(before, name), getattr(here, name)
        if old != new:
            return f"{subject}has {name} {new!r} and not {old!r}", _SAME_BLOCK
    sizes = [
        op.module_sizes(*seen_by(op, inputs))
        for op, inputs in ((before, inputs_before), (here, inputs_here))
    ]
    if sizes[0] != sizes[1]:
        listed = [", ".join(map(str, inputs)) for inputs in (inputs_here, inputs_before)]
        what = (
            f"{subject}reads {listed[0]} and not {listed[1]}, and {here.name()} is made for a size"
        )
        return what, _SAME_SIZE
    return None


def _difference_inside(first: "Graph", body: "Graph", prefix: str) -> _Found:
    """The first difference of two bodies, node by node."""
    names = [[node.name for node in graph.nodes] for graph in (first, body)]
    if names[0] != names[1]:
        missing = [prefix + name for name in names[0] if name not in names[1]]
        added = [prefix + name for name in names[1] if name not in names[0]]
        what = f"no {missing[0]!r}" if missing else f"{added[0]!r}" if added else "another order"
        return f"has {what} inside", _SAME_BLOCK
    uses = [first_uses(graph.nodes) for graph in (first, body)]
    for one, other in zip(first.nodes, body.nodes, strict=True):
        inner = f"{prefix}{one.name}"
        found = _difference(one, other, first.shape_of, body.shape_of, inner)
        if found:
            return found
        if one.inputs != other.inputs:
            listed = [", ".join(inputs) for inputs in (other.inputs, one.inputs)]
            return f"its {inner!r} reads {listed[0]} and not {listed[1]}", _SAME_BLOCK
        if uses[0].get(one.name, one.name) != uses[1].get(one.name, one.name):
            return f"its {inner!r} shares weights with another node", _SAME_BLOCK
    ends = [[i.name for i in graph.inputs] for graph in (first, body)]
    if (first.outputs, ends[0]) != (body.outputs, ends[1]):
        return "gives the result of other nodes inside", _SAME_BLOCK
    return None
