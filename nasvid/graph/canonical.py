"""The canonical id of a graph: equal exactly for graphs that are the same architecture.

Two graphs are the same if a one-to-one map of their primitives keeps operations, parameters, the
operands (their order too, unless the operation is commutative), streams, outputs, and which of them
share their weights. Names, the
order of nodes and block boundaries do not count; what does nothing is looked through.

The id is a digest of the graph itself, written down in the order of `canonical_order`.
"""

import hashlib
from dataclasses import dataclass
from functools import lru_cache

from nasvid.core.canonical import canonical_json
from nasvid.graph.canonical_order import Vertex, canonical_order
from nasvid.graph.folding import seen_by
from nasvid.graph.ir import OUT, Graph, Input
from nasvid.graph.parameters import parameters_of
from nasvid.graph.primitive import Primitive

VERSION = "g1"
_LENGTH = 16
# Primitives that do nothing at this value of a parameter.
_IDLE_AT = {
    "dropout": ("rate", 0),
    "drop_path": ("rate", 0),
    "gate": ("initial", 1),
    "subsample_frames": ("step", 1),
}


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
    order = canonical_order(vertices)
    place = [0] * len(order)
    for position, index in enumerate(order):
        place[index] = position
    form: list[bytes] = []
    for index in order:
        label, operands, is_ordered = vertices[index]
        places = [place[operand] for operand in operands]
        if not is_ordered:
            places.sort()
        # A label has a fixed length, so no two forms give one text.
        form += (label, ",".join(map(str, places)).encode(), b";")
    return f"{VERSION}-{hashlib.sha256(b''.join(form)).hexdigest()[:_LENGTH]}"


@dataclass(frozen=True, slots=True)
class _Part:
    """A body with block boundaries gone and without what does nothing.

    Args:
        vertices: Operands below the number of inputs are those, others vertices behind them.
        outputs: What each output is, counted in the same way.
    """

    vertices: tuple[Vertex, ...]
    outputs: tuple[int, ...]


def _vertices(graph: Graph) -> list[Vertex]:
    """Inputs, primitives and outputs; every vertex stands after its operands."""
    part = _flattened(graph)
    outputs = [
        Vertex(_output_label(port), (end,), is_ordered=True)
        for (port, _), end in zip(graph.outputs, part.outputs, strict=True)
    ]
    inputs = [Vertex(_input_label(item), (), is_ordered=True) for item in graph.inputs]
    # Weights that several primitives use are a vertex of their own that reads these primitives.
    offset = len(inputs)
    shared = [
        Vertex(_shared_label(), tuple(offset + index for index in group), is_ordered=False)
        for group in _shared_groups(graph)
    ]
    return [*inputs, *part.vertices, *shared, *outputs]


def _shared_groups(graph: Graph) -> list[list[int]]:
    """Primitives with weights, counted as those of `_flattened`, that have them in common."""
    if not graph.has_shared:
        return []
    has_weights, pairs = _shared_pairs(graph)
    group_of = {index: [index] for index in range(len(has_weights))}
    for one, other in pairs:
        left, right = group_of[one], group_of[other]
        if has_weights[one] and left is not right:
            left.extend(right)
            for index in right:
                group_of[index] = left
    groups = {id(group): sorted(group) for group in group_of.values() if len(group) > 1}
    return list(groups.values())


def _shared_pairs(graph: Graph) -> tuple[list[bool], list[tuple[int, int]]]:
    """For each primitive whether it has weights, and pairs of those that share them."""
    has_weights: list[bool] = []
    pairs: list[tuple[int, int]] = []
    first_of: dict[str, int] = {}
    for node in graph.nodes:
        first = len(has_weights)
        if node.op is not None:
            if _is_idle(node.op, len(node.inputs)):
                continue
            cost = node.op.cost(*seen_by(node.op, tuple(graph.shape_of[r] for r in node.inputs)))
            has_weights.append(cost.params + cost.buffers > 0)
        elif node.body is not None:
            inner, inner_pairs = _shared_pairs(node.body)
            has_weights += inner
            pairs += [(first + one, first + other) for one, other in inner_pairs]
        if node.share:
            start = first_of.setdefault(node.share, first)
            count = len(has_weights) - first
            pairs += [(start + k, first + k) for k in range(count) if start != first]
    return has_weights, pairs


@lru_cache(maxsize=10_000)
def _part(body: Graph) -> _Part:
    # Bodies come again and again, whole networks do not.
    return _flattened(body)


def _flattened(graph: Graph) -> _Part:
    offset = len(graph.inputs)
    index = {item.name: position for position, item in enumerate(graph.inputs)}
    vertices: list[Vertex] = []
    for node in graph.nodes:
        operands = tuple(index[ref] for ref in node.inputs)
        if node.op is not None:
            end = operands[0]
            if not _is_idle(node.op, len(operands)):
                end = offset + len(vertices)
                label = _primitive_label(node.op)
                vertices.append(Vertex(label, operands, not node.op.is_commutative))
            index[node.name] = index[f"{node.name}.{OUT}"] = end
        elif node.body is not None:
            inner = _part(node.body)
            first = offset + len(vertices)
            where = [*operands, *range(first, first + len(inner.vertices))]
            vertices += [
                Vertex(label, tuple([where[operand] for operand in reads]), is_ordered)
                for label, reads, is_ordered in inner.vertices
            ]
            for (port, _), end in zip(node.body.outputs, inner.outputs, strict=True):
                index[f"{node.name}.{port}"] = where[end]
                if port == OUT:
                    index[node.name] = where[end]
    return _Part(tuple(vertices), tuple(index[ref] for _, ref in graph.outputs))


def _is_idle(op: Primitive, num_operands: int) -> bool:
    name = op.name()
    if name == "identity":
        return True
    if name in _IDLE_AT:
        parameter, value = _IDLE_AT[name]
        return getattr(op, parameter) == value
    # A sum, a product or a concatenation of one operand is that operand.
    return num_operands == 1 and (op.is_commutative or name == "concat")


@lru_cache(maxsize=1_000)
def _input_label(item: Input) -> bytes:
    stream = None if item.stream is None else item.stream.to_json()
    folded = [list(pair) for pair in item.shape.folded]
    # The name of an input is how it is fed, so it is part of what it is.
    return _label(canonical_json(["input", item.name, list(item.shape.sizes), stream, *folded]))


@lru_cache(maxsize=1)
def _shared_label() -> bytes:
    return _label(canonical_json(["shared"]))


@lru_cache(maxsize=100)
def _output_label(port: str) -> bytes:
    return _label(canonical_json(["output", port]))


@lru_cache(maxsize=20_000)
def _primitive_label(op: Primitive) -> bytes:
    # Without what is at its default, so that a new parameter leaves the ids of old graphs alone.
    known = parameters_of(type(op))
    data = op.to_json()
    given = {
        name: data[name]
        for name, parameter in known.items()
        if parameter.required or getattr(op, name) != parameter.default
    }
    return _label(canonical_json([op.name(), given]))


def _label(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()[:_LENGTH]
