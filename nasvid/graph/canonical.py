"""The canonical id of a graph: equal exactly for graphs that are the same architecture.

Two graphs are the same if a one-to-one map of their primitives keeps operations, parameters, the
operands (their order too, unless the operation is commutative), streams and outputs. Names, the
order of nodes and block boundaries do not count; identities are looked through.

Nodes are coloured by what they compute from and what they feed into, until no colour splits
further. Where equal colours remain, one member after the other is told apart and the smallest form
is taken; members that give the same form are images of each other, and one of them is enough.

Source: refinement and individualisation as in McKay & Piperno 2014, Practical graph isomorphism II,
https://arxiv.org/abs/1301.1493, sections 2 and 3.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from nasvid.core.canonical import canonical_json, digest
from nasvid.graph.ir import Graph, flatten

VERSION = "g1"
Colours = tuple[int, ...]
Form = tuple[tuple[str, tuple[int, ...]], ...]


def graph_id(graph: Graph) -> str:
    """The canonical id, with the version of the form in front.

    Example:
        >>> from nasvid.core.shapes import Shape
        >>> from nasvid.graph.ir import Input, primitive_node
        >>> from nasvid.graph.primitive import make_primitive
        >>> clip = Shape.clip(3, 8, 16, 16)
        >>> def net(name):
        ...     node = primitive_node(name, make_primitive("relu", {}), ("x",), (clip,))
        ...     return Graph((Input("x", clip),), (node,), (("out", name),))
        >>> graph_id(net("a")) == graph_id(net("b"))
        True
    """
    vertices = _vertices(graph)
    form = _smallest_form(vertices, _refine(vertices, _first_colours(vertices)))
    return f"{VERSION}-{digest(form)}"


@dataclass(frozen=True, slots=True)
class _Vertex:
    """An input, a primitive, or an output.

    Args:
        label: All that it is in itself.
        operands: Indices of the vertices it reads.
        is_ordered: Whether the order of the operands counts.
    """

    label: str
    operands: tuple[int, ...]
    is_ordered: bool


def _vertices(graph: Graph) -> list[_Vertex]:
    flat, ends = flatten(graph)
    vertices: list[_Vertex] = []
    for item in graph.inputs:
        stream = None if item.stream is None else item.stream.to_json()
        folded = [list(pair) for pair in item.shape.folded]
        # The name of an input is how it is fed, so it is part of what it is.
        label = canonical_json(["input", item.name, list(item.shape.sizes), stream, *folded])
        vertices.append(_Vertex(label, (), is_ordered=True))
    alias = list(range(len(vertices)))
    for node in flat:
        operands = tuple(alias[operand] for operand in node.operands)
        if node.op.name() == "identity":
            alias.append(operands[0])
            continue
        if node.op.is_commutative and len(operands) == 1:
            # A sum or product of one operand is that operand.
            alias.append(operands[0])
            continue
        alias.append(len(vertices))
        label = canonical_json(node.op.to_json())
        vertices.append(_Vertex(label, operands, is_ordered=not node.op.is_commutative))
    for (port, _), end in zip(graph.outputs, ends, strict=True):
        vertices.append(_Vertex(canonical_json(["output", port]), (alias[end],), is_ordered=True))
    return vertices


def _first_colours(vertices: Sequence[_Vertex]) -> list[int]:
    # One pass down and one up give nearly all there is to know in linear time, where plain
    # rounds of refinement would need as many as the network is deep.
    down: list[str] = []
    for vertex in vertices:
        below = [down[operand] for operand in vertex.operands]
        down.append(digest([vertex.label, below if vertex.is_ordered else sorted(below)], 32))
    above: list[list[str]] = [[] for _ in vertices]
    up = [""] * len(vertices)
    for index in range(len(vertices) - 1, -1, -1):
        vertex = vertices[index]
        up[index] = digest([down[index], sorted(above[index])], 32)
        for position, operand in enumerate(vertex.operands):
            above[operand].append(f"{position if vertex.is_ordered else ''}:{up[index]}")
    return _ranks(up)


def _ranks(keys: Sequence[object]) -> list[int]:
    rank = {key: index for index, key in enumerate(sorted(set(keys)))}  # type: ignore[type-var]
    return [rank[key] for key in keys]


def _refine(vertices: Sequence[_Vertex], colours: list[int]) -> list[int]:
    readers: list[list[tuple[int, int]]] = [[] for _ in vertices]
    for index, vertex in enumerate(vertices):
        for position, operand in enumerate(vertex.operands):
            readers[operand].append((position if vertex.is_ordered else -1, index))
    num_colours = len(set(colours))
    while num_colours < len(vertices):
        keys: list[tuple[object, ...]] = []
        for index, vertex in enumerate(vertices):
            below = [colours[operand] for operand in vertex.operands]
            above = sorted((position, colours[reader]) for position, reader in readers[index])
            keys.append(
                (colours[index], tuple(below if vertex.is_ordered else sorted(below)), tuple(above))
            )
        colours = _ranks(keys)
        if len(set(colours)) == num_colours:
            break
        num_colours = len(set(colours))
    return colours


def _smallest_form(vertices: Sequence[_Vertex], colours: list[int]) -> Form:
    tied = _first_tie(colours)
    if not tied:
        return _form(vertices, colours)
    best: Form | None = None
    leaves: set[Form] = set()
    for member in tied:
        apart = _refine(vertices, _individualised(colours, member))
        leaf = _first_leaf(vertices, apart)
        if leaf in leaves:
            # An automorphism maps this member to an earlier one: nothing new below it.
            continue
        leaves.add(leaf)
        form = _smallest_form(vertices, apart)
        best = form if best is None else min(best, form)
    return best if best is not None else ()


def _first_leaf(vertices: Sequence[_Vertex], colours: list[int]) -> Form:
    while tied := _first_tie(colours):
        colours = _refine(vertices, _individualised(colours, tied[0]))
    return _form(vertices, colours)


def _first_tie(colours: Sequence[int]) -> list[int]:
    members: dict[int, list[int]] = {}
    for index, colour in enumerate(colours):
        members.setdefault(colour, []).append(index)
    ties = [colour for colour, found in members.items() if len(found) > 1]
    return members[min(ties)] if ties else []


def _individualised(colours: Sequence[int], member: int) -> list[int]:
    # Ranks move apart by one, so that the member alone goes in front of its equals.
    return [2 * colour + (1 if index != member else 0) for index, colour in enumerate(colours)]


def _form(vertices: Sequence[_Vertex], colours: Sequence[int]) -> Form:
    order = sorted(range(len(vertices)), key=lambda index: colours[index])
    place = {index: position for position, index in enumerate(order)}
    rows: list[tuple[str, tuple[int, ...]]] = []
    for index in order:
        vertex = vertices[index]
        operands = [place[operand] for operand in vertex.operands]
        rows.append((vertex.label, tuple(operands if vertex.is_ordered else sorted(operands))))
    return tuple(rows)
