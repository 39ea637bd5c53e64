"""The nodes of one body so far, and what each name in the file stands for."""

from collections.abc import Iterable

from nasvid.core.errors import Mark, SpaceError
from nasvid.core.registry import unknown_name
from nasvid.core.shapes import Shape
from nasvid.graph.ir import OUT, Graph, Node, block_node


class Builder:
    """A body under construction.

    Args:
        shapes: Shapes of its inputs.
        reserved: Names that nodes of the file have or will have.
    """

    def __init__(self, shapes: dict[str, Shape], reserved: Iterable[str] = ()) -> None:
        self.shapes = shapes
        self.nodes: list[Node] = []
        self.num_primitives = 0
        self._aliases: dict[str, str] = {}
        self._taken = {*shapes, *reserved}

    def resolve(self, ref: str, mark: Mark, path: str) -> str:
        """The reference in the graph for one in the file.

        Args:
            ref: Name of an input or node, or `node.port`.
            mark: Where it stands, for messages.
            path: Of what reads it, for messages.

        Raises:
            SpaceError: There is no such port.
        """
        base, _, port = ref.partition(".")
        if not port or port == OUT:
            ref = self._aliases.get(base, base)
        if ref in self.shapes:
            return ref
        ports = {key.partition(".")[2] for key in self.shapes if key.startswith(f"{base}.")}
        message = unknown_name(f"port of {base}", port or OUT, ports)
        raise SpaceError.at(mark, path, message)

    def alias(self, name: str, ref: str) -> None:
        """Let a name stand for a reference in the graph."""
        self._aliases[name] = ref
        self.shapes[name] = self.shapes[ref]

    def add(self, node: Node) -> None:
        """One more node."""
        self.nodes.append(node)
        self.num_primitives += 1 if node.body is None else node.body.num_primitives
        for port, shape in node.shapes:
            self.shapes[f"{node.name}.{port}"] = shape
            if port == OUT:
                self.shapes[node.name] = shape

    def add_block(self, name: str, block: str, body: Graph, refs: tuple[str, ...]) -> None:
        """One more block instance; one that does nothing is left out."""
        if not body.nodes and len(body.outputs) == 1:
            self.alias(name, refs[0])
        else:
            self.add(block_node(name, block, body, refs))

    def free_name(self, name: str) -> str:
        """The name, or one like it that no node of the file has; it is taken then."""
        free, count = name, 1
        while free in self._taken:
            count += 1
            free = f"{name}_{count}"
        self._taken.add(free)
        return free
