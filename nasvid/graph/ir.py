"""The graph: nodes that are primitives or instances of blocks, in topological order.

The graph is hierarchical. A block instance is a node whose `body` is a graph of its own; bodies of
equal content may be one shared object. `flatten` gives the primitives alone, with dotted names.
"""

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

from nasvid.core.errors import GraphError
from nasvid.core.shapes import Shape
from nasvid.core.streams import Stream
from nasvid.graph.folding import output_shape
from nasvid.graph.primitive import Primitive, primitive_from_json
from nasvid.graph.sharing import check_shared, first_uses

FORMAT = "nasvid-graph-1"
OUT = "out"


@dataclass(frozen=True, slots=True)
class Input:
    """An input of a graph.

    Args:
        name: How nodes refer to it.
        shape: What comes in.
        stream: What to feed, for an input of a whole network; None for an input of a body.
    """

    name: str
    shape: Shape
    stream: Stream | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """One operation: exactly one of `op` (a primitive) and `body` (a block instance) is set.

    Args:
        name: Unique in its graph; letters, digits and underscores.
        inputs: References: the name of an input or node, or `node.port` for a port of a block.
        op: The primitive, or None.
        body: The graph of the block instance, or None.
        block: Name of the block, for readers; does not count in comparisons of architectures.
        shapes: Port name to shape; a primitive has the one port `out`.
        share: Nodes of one graph that have the same text here, if any, are uses of one set of
            weights; see `nasvid.graph.sharing`. The text itself does not count in comparisons.
    """

    name: str
    inputs: tuple[str, ...]
    op: Primitive | None = None
    body: "Graph | None" = None
    block: str = ""
    shapes: tuple[tuple[str, Shape], ...] = ()
    share: str = ""

    def shape(self, port: str = OUT) -> Shape:
        """Shape at a port."""
        for name, shape in self.shapes:
            if name == port:
                return shape
        raise GraphError(f"node {self.name!r} has no port {port!r}.")


@dataclass(frozen=True)
class Graph:
    """A network, or the body of a block.

    Args:
        inputs: In a fixed order.
        nodes: Every node stands after the nodes that it refers to.
        outputs: Port name and reference; the output of a network is the port `out`.
    """

    inputs: tuple[Input, ...]
    nodes: tuple[Node, ...]
    outputs: tuple[tuple[str, str], ...]

    @cached_property
    def shape_of(self) -> dict[str, Shape]:
        """Reference to shape, for every reference that this graph can hold."""
        shapes = {i.name: i.shape for i in self.inputs}
        for node in self.nodes:
            for port, shape in node.shapes:
                shapes[f"{node.name}.{port}"] = shape
                if port == OUT:
                    shapes[node.name] = shape
        return shapes

    @cached_property
    def output_shapes(self) -> tuple[tuple[str, Shape], ...]:
        """Port name and shape of every output."""
        return tuple((port, self.shape_of[ref]) for port, ref in self.outputs)

    def with_output_shapes(self, shapes: tuple[tuple[str, Shape], ...]) -> "Graph":
        """This object, told what `output_shapes` would come to."""
        self.__dict__["output_shapes"] = shapes
        return self

    @cached_property
    def has_shared(self) -> bool:
        """Whether some weights in it are used by several nodes."""
        return any(n.share or (n.body is not None and n.body.has_shared) for n in self.nodes)

    @cached_property
    def num_primitives(self) -> int:
        """Primitives in it, those of block instances too."""
        return sum(1 if n.body is None else n.body.num_primitives for n in self.nodes)

    @cached_property
    def findings(self) -> dict[str, Any]:
        """What layers above have found out about this object, such as its cost; no part of it."""
        return {}

    @cached_property
    def _hash(self) -> int:
        return hash((self.inputs, self.nodes, self.outputs))

    def __hash__(self) -> int:
        # Bodies are shared and compared often; without the cache each look would walk the tree.
        return self._hash

    def __reduce__(self) -> tuple[type["Graph"], tuple[Any, ...]]:
        # Hashes of texts differ between processes, so the cached one must not travel.
        return type(self), (self.inputs, self.nodes, self.outputs)

    def to_json(self) -> dict[str, Any]:
        """Plain data, canonical for equal graphs; `graph_from_json` reads it back."""
        return {
            "format": FORMAT,
            "inputs": [
                {
                    "name": i.name,
                    "axes": "".join(i.shape.axes),
                    "sizes": list(i.shape.sizes),
                    "stream": None if i.stream is None else i.stream.to_json(),
                }
                | _folded_to_json(i.shape)
                for i in self.inputs
            ],
            "nodes": [_node_to_json(node) for node in self.nodes],
            "outputs": [list(output) for output in self.outputs],
        }


def _folded_to_json(shape: Shape) -> dict[str, Any]:
    return {"folded": [list(pair) for pair in shape.folded]} if shape.folded else {}


def _node_to_json(node: Node) -> dict[str, Any]:
    data: dict[str, Any] = {"name": node.name, "inputs": list(node.inputs)}
    if node.share:
        data["share"] = node.share
    if node.op is not None:
        return data | {"op": node.op.to_json()}
    if node.body is None:
        raise GraphError(f"node {node.name!r} is neither a primitive nor a block.")
    return data | {"block": node.block, "body": node.body.to_json()}


def graph_from_json(data: dict[str, Any]) -> Graph:
    """Read what `Graph.to_json` wrote, inferring and so checking every shape.

    Raises:
        GraphError: The data is of another format or breaks an invariant.
        ShapeError: Shapes or parameters do not fit.
    """
    if data.get("format") != FORMAT:
        raise GraphError(f"got graph format {data.get('format')!r}; this version reads {FORMAT!r}.")
    inputs = tuple(
        Input(
            item["name"],
            Shape(
                tuple(item["axes"]),
                tuple(item["sizes"]),
                tuple((name, size) for name, size in item.get("folded", ())),
            ),
            None if item["stream"] is None else Stream.from_json(item["stream"]),
        )
        for item in data["inputs"]
    )
    shapes = {i.name: i.shape for i in inputs}
    nodes: list[Node] = []
    for item in data["nodes"]:
        node = _node_from_json(item, shapes)
        if node.name in shapes:
            raise GraphError(f"two nodes are named {node.name!r}.")
        nodes.append(node)
        for port, shape in node.shapes:
            shapes[f"{node.name}.{port}"] = shape
            if port == OUT:
                shapes[node.name] = shape
    check_shared(nodes, shapes)
    outputs = tuple((port, ref) for port, ref in data["outputs"])
    for _, ref in outputs:
        if ref not in shapes:
            raise GraphError(f"an output refers to {ref!r}, which is not there.")
    return Graph(inputs, tuple(nodes), outputs)


def _node_from_json(item: dict[str, Any], shapes: dict[str, Shape]) -> Node:
    refs = tuple(item["inputs"])
    for ref in refs:
        if ref not in shapes:
            raise GraphError(f"node {item['name']!r} refers to {ref!r}, which is not above it.")
    if "op" in item:
        op = primitive_from_json(item["op"])
        node = primitive_node(item["name"], op, refs, tuple(shapes[ref] for ref in refs))
    else:
        node = block_node(item["name"], item["block"], graph_from_json(item["body"]), refs)
    return replace(node, share=item["share"]) if item.get("share") else node


def primitive_node(
    name: str, op: Primitive, refs: tuple[str, ...], shapes: tuple[Shape, ...]
) -> Node:
    """A node with a primitive; its shape is inferred, which checks it."""
    return Node(name, refs, op=op, shapes=_shapes_of(op, shapes))


@lru_cache(maxsize=20_000)
def _shapes_of(op: Primitive, shapes: tuple[Shape, ...]) -> tuple[tuple[str, Shape], ...]:
    op.check_operands(shapes)
    return ((OUT, output_shape(op, shapes)),)


def block_node(name: str, block: str, body: Graph, refs: tuple[str, ...]) -> Node:
    """A node with a block instance."""
    if len(refs) != len(body.inputs):
        raise GraphError(f"node {name!r} has {len(refs)} inputs, its body {len(body.inputs)}.")
    return Node(name, refs, body=body, block=block, shapes=body.output_shapes)


@dataclass(frozen=True, slots=True)
class FlatNode:
    """A primitive with its dotted name and the indices of the flat nodes or inputs it reads.

    Index i below `len(graph.inputs)` means that input, else node `i - len(graph.inputs)`. `weights` is
    the name of the node that holds its weights, if it has any: its own unless they are shared.
    """

    name: str
    op: Primitive
    operands: tuple[int, ...]
    input_shapes: tuple[Shape, ...]
    shape: Shape
    weights: str


def flatten(graph: Graph) -> tuple[tuple[FlatNode, ...], tuple[int, ...]]:
    """All primitives in order with block boundaries gone, and the indices of the outputs."""
    flat: list[FlatNode] = []
    offset = len(graph.inputs)

    def walk(body: Graph, prefix: str, holder: str, operands: tuple[int, ...]) -> tuple[int, ...]:
        index = {i.name: operand for i, operand in zip(body.inputs, operands, strict=True)}
        first = first_uses(body.nodes)
        for node in body.nodes:
            read = tuple(index[ref] for ref in node.inputs)
            if node.op is not None:
                shapes = tuple(body.shape_of[ref] for ref in node.inputs)
                index[node.name] = index[f"{node.name}.{OUT}"] = offset + len(flat)
                name, held = prefix + node.name, holder + first.get(node.name, node.name)
                flat.append(FlatNode(name, node.op, read, shapes, node.shape(), held))
            elif node.body is not None:
                held = holder + first.get(node.name, node.name)
                ends = walk(node.body, f"{prefix}{node.name}.", f"{held}.", read)
                for (port, _), end in zip(node.body.outputs, ends, strict=True):
                    index[f"{node.name}.{port}"] = end
                    if port == OUT:
                        index[node.name] = end
        return tuple(index[ref] for _, ref in body.outputs)

    ends = walk(graph, "", "", tuple(range(offset)))
    return tuple(flat), ends
