"""Graph -> cost, exact and without building anything."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from nasvid.core.costs import ZERO_COST, Cost
from nasvid.core.shapes import Shape
from nasvid.graph import folding
from nasvid.graph.ir import Graph, Node
from nasvid.graph.primitive import Primitive
from nasvid.graph.sharing import first_uses

# Bodies that stand in many places are one object, so a network is counted body by body.
_FOUND = "cost"


def cost_of(graph: Graph) -> Cost:
    """Cost of one clip passing once through a network.

    Example:
        >>> from nasvid.core.shapes import Shape
        >>> from nasvid.graph.ir import Input, primitive_node
        >>> from nasvid.graph.primitive import make_primitive
        >>> clip = Shape.clip(1, 4, 2, 2)
        >>> conv = make_primitive("conv", {"out": 32, "kernel": 3})
        >>> node = primitive_node("conv", conv, ("x",), (clip,))
        >>> cost_of(Graph((Input("x", clip),), (node,), (("out", "conv"),))).params
        864
    """
    known = graph.findings.get(_FOUND)
    if known is None:
        known = graph.findings[_FOUND] = _counted(graph)
    return known


def _counted(graph: Graph) -> Cost:
    macs = norm_elements = params = buffers = activations = 0
    seen: set[str] = set()
    for node in graph.nodes:
        # Plain integers, as a record for every sum would take longer than to count.
        body = node.body
        cost = node_cost(graph, node) if body is None else body.findings.get(_FOUND)
        if cost is None:
            cost = node_cost(graph, node)
        macs += cost.macs
        norm_elements += cost.norm_elements
        activations += cost.activations
        if node.share:
            if node.share in seen:
                continue
            seen.add(node.share)
        params += cost.params
        buffers += cost.buffers
    return Cost(macs, norm_elements, params, buffers, activations)


def node_cost(graph: Graph, node: Node) -> Cost:
    """Cost of one node of a graph, with all that is inside."""
    if node.body is not None:
        return cost_of(node.body)
    if node.op is None:
        return ZERO_COST
    inputs = tuple([graph.shape_of[ref] for ref in node.inputs])
    return _primitive_cost(node.op, inputs, node.shapes[0][1])


@lru_cache(maxsize=10_000)
def _primitive_cost(op: Primitive, inputs: tuple[Shape, ...], output: Shape) -> Cost:
    return folding.cost(op, inputs, output)


@dataclass(frozen=True, slots=True)
class CostRow:
    """Cost of one node, for a table.

    Args:
        path: Dotted name.
        depth: 0 for a node of the network itself.
        kind: Name of its block or primitive.
        shape: What comes out.
        cost: With all that is inside; weights count at the first of those that share them.
        weights_of: Path of that first one, for another one; else empty.
    """

    path: str
    depth: int
    kind: str
    shape: Shape
    cost: Cost
    weights_of: str = ""


def cost_rows(graph: Graph, max_depth: int = 99) -> Iterator[CostRow]:
    """Cost of every node, a block before what is inside it; shared weights count where first used."""
    return _rows(graph, max_depth, "", "", 0)


def _rows(graph: Graph, max_depth: int, prefix: str, holder: str, depth: int) -> Iterator[CostRow]:
    """Rows of a body whose weights are those of the body called `holder`."""
    first = first_uses(graph.nodes)
    for node in graph.nodes:
        kind = node.block if node.op is None else node.op.name()
        path = prefix + node.name
        shape = node.shapes[0][1]
        cost = node_cost(graph, node)
        held = holder + first.get(node.name, node.name)
        weights_of = held if held != path and cost.params + cost.buffers else ""
        if weights_of:
            cost = replace(cost, params=0, buffers=0)
        yield CostRow(path, depth, kind, shape, cost, weights_of)
        if node.body is not None and depth < max_depth:
            yield from _rows(node.body, max_depth, f"{path}.", f"{held}.", depth + 1)
