"""A graph with some of its blocks opened: what is left to see as one thing each, and who reads whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nasvid.core.shapes import Shape
from nasvid.graph.ir import OUT, Graph, Node
from nasvid.graph.sharing import first_uses
from nasvid.report.drawing.model import Group
from nasvid.report.drawing.node_words import is_repeat
from nasvid.report.drawing.opening import Opening, runs


@dataclass(frozen=True, slots=True)
class Read:
    """An output that something reads: path of an input or item, and port."""

    source: str
    port: str = OUT


@dataclass(frozen=True, slots=True)
class Item:
    """A node, or copies of a repeat that are alike.

    Args:
        path: Its address; that of the first copy.
        node: The node; the first copy.
        graph: What the node stands in.
        reads: What goes in, in the order of the node's inputs.
        last: The last copy; the node itself where it is one.
        count: Copies.
        group: Path of the opened block that it stands in.
        weights_of: Path of the item whose weights it uses; empty if it has its own, or none.
    """

    path: str
    node: Node
    graph: Graph
    reads: tuple[Read, ...]
    last: Node
    count: int = 1
    group: str = ""
    weights_of: str = ""

    @property
    def shapes_in(self) -> tuple[Shape, ...]:
        """Shapes of what goes in."""
        return tuple(self.graph.shape_of[ref] for ref in self.node.inputs)

    @property
    def shapes_out(self) -> tuple[tuple[str, Shape], ...]:
        """Port and shape of what comes out."""
        return self.last.shapes


@dataclass(frozen=True, slots=True)
class Outline:
    """A network as far as it is opened.

    Args:
        graph: The network.
        items: Each stands behind those that it reads.
        groups: The opened blocks, outer ones first.
        outputs: Name of each output of the network, and what gives it.
    """

    graph: Graph
    items: tuple[Item, ...]
    groups: tuple[Group, ...]
    outputs: tuple[tuple[str, Read], ...]


def outline(graph: Graph, opening: Opening) -> Outline:
    """The network with these blocks opened."""
    walk = _Walk(opening)
    ends = walk.body(graph, "", "", {i.name: Read(i.name) for i in graph.inputs})
    return Outline(graph, tuple(walk.items), tuple(walk.groups), tuple(ends.items()))


class _Walk:
    def __init__(self, opening: Opening) -> None:
        self._opening = opening
        self.items: list[Item] = []
        self.groups: list[Group] = []

    def body(
        self, graph: Graph, prefix: str, group: str, given: Mapping[str, Read]
    ) -> dict[str, Read]:
        """Note what is in a graph; returns what gives its outputs."""
        known = dict(given)
        first = first_uses(graph.nodes)
        for node in graph.nodes:
            held = first.get(node.name, node.name)
            weights_of = prefix + held if held != node.name else ""
            known |= self._node(graph, (node,), prefix, group, known, weights_of)
        return {port: known[ref] for port, ref in graph.outputs}

    def _copies(self, node: Node, path: str, given: Mapping[str, Read]) -> dict[str, Read]:
        graph = node.body
        assert graph is not None
        known = dict(given)
        for run in runs(node, path, self._opening):
            known |= self._node(graph, run, f"{path}.", path, known, "")
        return {port: known[ref] for port, ref in graph.outputs}

    def _node(
        self,
        graph: Graph,
        run: Sequence[Node],
        prefix: str,
        group: str,
        known: Mapping[str, Read],
        weights_of: str,
    ) -> dict[str, Read]:
        """Note a node, or copies that are alike; returns what gives its outputs, by reference."""
        node, last = run[0], run[-1]
        path = prefix + node.name
        reads = tuple(known[ref] for ref in node.inputs)
        if node.body is not None and path in self._opening.paths:
            count = str(len(run)) if len(run) > 1 else ""
            self.groups.append(Group(path, node.block, count, group))
            given = {i.name: read for i, read in zip(node.body.inputs, reads, strict=True)}
            if is_repeat(node):
                ends = self._copies(node, path, given)
            else:
                ends = self.body(node.body, f"{path}.", path, given)
        else:
            item = Item(path, node, graph, reads, last, len(run), group, weights_of)
            self.items.append(item)
            ends = {port: Read(path, port) for port, _ in node.shapes}
        found = {f"{last.name}.{port}": read for port, read in ends.items()}
        return found | ({last.name: ends[OUT]} if OUT in ends else {})
