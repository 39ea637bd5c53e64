"""The canonical id of a graph: equal exactly for graphs that are the same architecture.

Two graphs are the same if a one-to-one map of their primitives keeps operations, parameters, the
operands (their order too, unless the operation is commutative), streams, outputs, and which of them
share their weights. Names, the
order of nodes and block boundaries do not count; what does nothing is looked through.

The id is a digest of the keys of all rows, see `canonical_keys`, or, where some rows have one key, of
the graph itself, written down in the order of `canonical_order`.
"""

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from operator import add
from struct import pack

from nasvid.graph.canonical_keys import KeysOf, add_what_is_above
from nasvid.graph.canonical_order import Vertex, order_alike
from nasvid.graph.canonical_rows import (
    LABEL_LENGTH,
    Adder,
    Bag,
    RowsOf,
    add_graph,
    is_idle,
    label_of,
)
from nasvid.graph.folding import seen_by
from nasvid.graph.ir import Graph, Input

VERSION = "g2"
# Places as text; networks with more rows than these are rare.
_PLACES = [b"%d;" % place for place in range(1_000)]


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
    below = KeysOf()
    _add_all(below, graph)
    keys = below.keys
    if len(set(keys)) == len(keys):
        form = b"keys" + pack(f">{len(keys)}Q", *sorted(keys))
    else:
        rows = RowsOf(0)
        _add_all(rows, graph)
        form = b"rows" + _form(rows, _order(rows, keys))
    return f"{VERSION}-{hashlib.sha256(form).hexdigest()[:LABEL_LENGTH]}"


def _add_all(rows: Adder, graph: Graph) -> None:
    """Inputs, primitives and outputs; every row stands after what it reads."""
    inputs = [rows.add(_input_label(item), ()) for item in graph.inputs]
    ends = add_graph(rows, graph, inputs)
    if graph.has_shared:
        # Weights that several primitives use are a row of their own that reads these primitives.
        for group in _shared_groups(graph):
            read = [rows.called(len(inputs) + index) for index in group]
            rows.add(_shared_label(), read, is_ordered=False)
    for (port, _), end in zip(graph.outputs, ends, strict=True):
        rows.add(_output_label(port), (end,))


def _order(rows: RowsOf, keys: list[int]) -> Sequence[int]:
    """An order of the rows that is the same for all images of a graph."""
    add_what_is_above(rows, keys)
    if len(set(keys)) == len(keys):
        return sorted(range(len(keys)), key=keys.__getitem__)
    return order_alike(_vertices(rows), keys)


def _form(rows: RowsOf, order: Sequence[int]) -> bytes:
    """All that the rows are, in an order."""
    known = _PLACES if len(order) <= len(_PLACES) else [_place(at) for at in range(len(order))]
    place = [b""] * len(order)
    for row, text in zip(order, known, strict=False):
        place[row] = text
    # A label has a fixed length, so no two forms give one text. Most rows read the one in front of
    # them; the others are put right.
    texts = list(map(add, rows.labels, [b"", *place[:-1]]))
    for row, reads in enumerate(rows.reads):
        if reads == -1:
            continue
        if isinstance(reads, int):
            texts[row] = rows.labels[row] + place[row + reads]
        else:
            texts[row] = rows.labels[row] + _places([place[row + read] for read in reads], reads)
    return b"".join(map(texts.__getitem__, order))


def _places(places: list[bytes], reads: tuple[int, ...]) -> bytes:
    numbers = [text[:-1] for text in places]
    if isinstance(reads, Bag):
        numbers.sort(key=int)
    return b",".join(numbers) + b";"


def _place(place: int) -> bytes:
    return b"%d;" % place


def _vertices(rows: RowsOf) -> list[Vertex]:
    found: list[Vertex] = []
    for row, label in enumerate(rows.labels):
        reads = rows.reads[row]
        distances = (reads,) if isinstance(reads, int) else reads
        operands = tuple([row + distance for distance in distances])
        found.append(Vertex(label, operands, not isinstance(reads, Bag)))
    return found


def _shared_groups(graph: Graph) -> list[list[int]]:
    """Primitives with weights, counted as rows behind those of the inputs, that have them in common."""
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
            if is_idle(node.op, len(node.inputs)):
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


@lru_cache(maxsize=1_000)
def _input_label(item: Input) -> bytes:
    stream = None if item.stream is None else item.stream.to_json()
    folded = [list(pair) for pair in item.shape.folded]
    # The name of an input is how it is fed, so it is part of what it is.
    return label_of(["input", item.name, list(item.shape.sizes), stream, *folded])


@lru_cache(maxsize=1)
def _shared_label() -> bytes:
    return label_of(["shared"])


@lru_cache(maxsize=100)
def _output_label(port: str) -> bytes:
    return label_of(["output", port])
