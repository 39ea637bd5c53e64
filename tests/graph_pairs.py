"""Pairs of small graphs that are the same in another guise, or nearly the same."""

import random
from dataclasses import dataclass, replace

import networkx as nx

from nasvid.core.shapes import Shape
from nasvid.graph.ir import Graph, Input, Node, primitive_node
from nasvid.graph.primitive import Primitive, make_primitive

CLIP = Shape.clip(4, 2, 2, 2)
UNARY = ("relu", "sigmoid", "conv")
# The one that has weights, which several nodes may share.
WEIGHTED = "conv"
COMMUTATIVE = ("add", "multiply")
ORDERED = "attention_product"


@dataclass(frozen=True)
class Sketch:
    """A graph before it has names: of each node the operation and what it reads.

    Operands below the number of inputs are those, others nodes behind them; `shared` has a number for
    each node, if any.
    """

    num_inputs: int
    nodes: tuple[tuple[str, tuple[int, ...]], ...]
    outputs: tuple[int, ...]
    shared: tuple[int, ...] = ()

    def group(self, index: int) -> int:
        """Number of the weights that a node shares with others of this number; 0 for its own."""
        return self.shared[index] if self.shared else 0


def draw_sketch(rng: random.Random) -> Sketch:
    """Few operations on many nodes, so that much looks alike."""
    num_inputs = rng.randint(1, 2)
    nodes: list[tuple[str, tuple[int, ...]]] = []
    while len(nodes) < rng.randint(3, 11):
        known = num_inputs + len(nodes)
        kind = rng.random()
        if kind < 0.45:
            # The same operation on the same input some times over: parallel branches.
            name, operand = rng.choice(UNARY), rng.randrange(known)
            nodes += [(name, (operand,))] * rng.choice((1, 1, 2, 3))
        elif kind < 0.9:
            number = rng.randint(2, min(4, known + 1))
            operands = tuple(rng.randrange(known) for _ in range(number))
            nodes += [(rng.choice(COMMUTATIVE), operands)] * rng.choice((1, 1, 2))
        else:
            nodes.append((ORDERED, tuple(rng.randrange(known) for _ in range(3))))
    known = num_inputs + len(nodes)
    unread = sorted(set(range(num_inputs, known)) - {o for _, ops in nodes for o in ops})
    nodes.append(("add", tuple(unread[:8]) if len(unread) > 1 else (known - 1, known - 1)))
    shared: list[int] = []
    if rng.random() < 0.5:
        shared = [rng.randrange(3) for _ in nodes]
    return Sketch(num_inputs, tuple(nodes), (num_inputs + len(nodes) - 1,), tuple(shared))


def slightly_changed(sketch: Sketch, rng: random.Random) -> Sketch:
    """One operation or one operand is another; at times that comes to the same graph."""
    nodes = list(sketch.nodes)
    at = rng.randrange(len(nodes))
    name, operands = nodes[at]
    if sketch.shared and rng.random() < 0.3:
        shared = list(sketch.shared)
        shared[at] = rng.randrange(3)
        return Sketch(sketch.num_inputs, sketch.nodes, sketch.outputs, tuple(shared))
    if rng.random() < 0.3 and name in UNARY:
        nodes[at] = (UNARY[UNARY.index(name) - 1], operands)
    else:
        position = rng.randrange(len(operands))
        other = rng.randrange(sketch.num_inputs + at)
        nodes[at] = (name, (*operands[:position], other, *operands[position + 1 :]))
    return Sketch(sketch.num_inputs, tuple(nodes), sketch.outputs, sketch.shared)


def shuffled(sketch: Sketch, rng: random.Random) -> Sketch:
    """The same graph with its nodes in another order and commutative operands shuffled."""
    left = list(range(len(sketch.nodes)))
    place = {index: index for index in range(sketch.num_inputs)}
    nodes: list[tuple[str, tuple[int, ...]]] = []
    shared: list[int] = []
    number_of: dict[int, int] = dict(zip((1, 2), rng.sample((1, 2), 2), strict=True))
    while left:
        ready = [i for i in left if all(o in place for o in sketch.nodes[i][1])]
        index = rng.choice(ready)
        left.remove(index)
        name, operands = sketch.nodes[index]
        moved = [place[operand] for operand in operands]
        if name in COMMUTATIVE:
            rng.shuffle(moved)
        place[sketch.num_inputs + index] = sketch.num_inputs + len(nodes)
        nodes.append((name, tuple(moved)))
        shared.append(number_of.get(sketch.group(index), 0))
    outputs = tuple(place[o] for o in sketch.outputs)
    return Sketch(sketch.num_inputs, tuple(nodes), outputs, tuple(shared))


def graph_of(sketch: Sketch, prefix: str = "node") -> Graph:
    """The sketch as a graph, its nodes named by position."""
    inputs = tuple(Input(f"in_{k}", CLIP) for k in range(sketch.num_inputs))
    names = [i.name for i in inputs]
    nodes: list[Node] = []
    for index, (name, operands) in enumerate(sketch.nodes):
        refs = tuple(names[operand] for operand in operands)
        names.append(f"{prefix}_{index}")
        node = primitive_node(names[-1], _op(name), refs, tuple(CLIP for _ in refs))
        group = sketch.group(index)
        # Nodes without weights may say so too, each kind for itself, which changes nothing.
        share = f"{prefix}_{name}_{group}" if group and name in UNARY else ""
        nodes.append(replace(node, share=share))
    outputs = tuple((f"out_{k}", names[end]) for k, end in enumerate(sketch.outputs))
    return Graph(inputs, tuple(nodes), outputs)


def _op(name: str) -> Primitive:
    return make_primitive(name, {"out": 4} if name == WEIGHTED else {})


def are_isomorphic(left: Sketch, right: Sketch) -> bool:
    """Whether networkx finds a map that keeps operations, operands and their order."""
    return nx.is_isomorphic(
        _networkx(left),
        _networkx(right),
        node_match=nx.algorithms.isomorphism.categorical_node_match("label", ""),
        edge_match=nx.algorithms.isomorphism.categorical_multiedge_match("place", ""),
    )


def _is_shared(sketch: Sketch, group: int) -> bool:
    names = (name for k, (name, _) in enumerate(sketch.nodes) if sketch.group(k) == group)
    return sum(name == WEIGHTED for name in names) > 1


def _networkx(sketch: Sketch) -> "nx.MultiDiGraph[int]":
    drawn: nx.MultiDiGraph[int] = nx.MultiDiGraph()
    for index in range(sketch.num_inputs):
        drawn.add_node(index, label=f"input {index}")
    for index, (name, operands) in enumerate(sketch.nodes, sketch.num_inputs):
        drawn.add_node(index, label=name)
        group = sketch.group(index - sketch.num_inputs)
        if group and name == WEIGHTED and _is_shared(sketch, group):
            drawn.add_node(-100 - group, label="weights")
            drawn.add_edge(index, -100 - group, place="weights")
        for position, operand in enumerate(operands):
            drawn.add_edge(operand, index, place=position if name == ORDERED else "any")
    for position, end in enumerate(sketch.outputs):
        drawn.add_node(-1 - position, label=f"output {position}")
        drawn.add_edge(end, -1 - position, place=0)
    return drawn
