"""The nodes of one body so far, and what each name in the file stands for."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import islice

from nasvid.core.errors import GraphError, Mark, SpaceError
from nasvid.core.registry import unknown_name
from nasvid.core.shapes import Shape
from nasvid.graph.ir import OUT, Graph, Input, Node, block_node
from nasvid.graph.sharing import check_alike
from nasvid.lowering.prune import prune


@dataclass(frozen=True, slots=True)
class Placed:
    """What a builder was given from some moment on.

    Args:
        nodes: Nodes that were added.
        shapes: Reference to shape, of those and of what stands for others.
        aliases: Name to the reference that it stands for.
        absent: Nodes that are left out, to their stand-ins.
        names: Names that were asked for.
        num_primitives: Of the nodes.
    """

    nodes: tuple[Node, ...]
    shapes: dict[str, Shape]
    aliases: dict[str, str]
    absent: dict[str, str | None]
    names: tuple[str, ...]
    num_primitives: int


_DOT_OUT = f".{OUT}"


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
        self._absent: dict[str, str | None] = {}
        self._taken = {*shapes, *reserved}
        # The first node of each set of weights that several share; None where it does nothing.
        self._holders: dict[str, Node | None] = {}
        # Names that were asked for, and those that were free.
        self._given: list[tuple[str, str]] = []

    def resolve(self, ref: str, mark: Mark, path: str) -> str:
        """The reference in the graph for one in the file.

        Args:
            ref: Name of an input or node, or `node.port`.
            mark: Where it stands, for messages.
            path: Of what reads it, for messages.

        Raises:
            SpaceError: There is no such port.
        """
        found = self._resolved(ref)
        if found in self.shapes:
            return found
        base, _, port = ref.partition(".")
        ports = {key.partition(".")[2] for key in self.shapes if key.startswith(f"{base}.")}
        message = unknown_name(f"port of {base}", port or OUT, ports)
        raise SpaceError.at(mark, path, message)

    def _resolved(self, ref: str) -> str:
        if ref.endswith(_DOT_OUT) and ref not in self._aliases:
            ref = ref[: -len(_DOT_OUT)]
        ref = self._aliases.get(ref, ref)
        return self._aliases.get(ref, ref)

    def seen(self, ref: str) -> tuple[str, str, Shape] | None:
        """All that a reference of the file means here: what is read, under which name, of what shape.

        None where it is left out, or is not there.
        """
        read = self.present(ref) if self._absent else ref
        if read is None:
            return None
        name = self._resolved(read) if self._aliases or "." in read else read
        shape = self.shapes.get(name)
        return None if shape is None else (read, name, shape)

    def alias(self, name: str, ref: str) -> None:
        """Let a name stand for a reference in the graph."""
        self._aliases[name] = ref
        self.shapes[name] = self.shapes[ref]

    def add(self, node: Node, share: str = "") -> None:
        """One more node; all those of one text in `share` use one set of weights.

        Raises:
            GraphError: It is not like those whose weights it shares.
        """
        if share:
            node = replace(node, share=share)
            first = self._holders.setdefault(share, node)
            if first is None:
                raise _one_does_nothing(share)
            check_alike(first, node, self.shapes)
        self.nodes.append(node)
        self.num_primitives += 1 if node.body is None else node.body.num_primitives
        for port, shape in node.shapes:
            self.shapes[f"{node.name}.{port}"] = shape
            if port == OUT:
                self.shapes[node.name] = shape

    def add_block(
        self, name: str, block: str, body: Graph, refs: tuple[str, ...], share: str = ""
    ) -> None:
        """One more block instance; one that does nothing is left out, as are inputs it ignores.

        Raises:
            GraphError: It is not like those whose weights it shares.
        """
        if not body.nodes:
            if share and self._holders.setdefault(share, None) is not None:
                raise _one_does_nothing(share)
            outer = dict(zip((i.name for i in body.inputs), refs, strict=True))
            for port, ref in body.outputs:
                self.alias(name if port == OUT else f"{name}.{port}", outer[ref])
            return
        if len(refs) > 1:
            body, refs = _without_ignored(body, refs)
        self.add(block_node(name, block, body, refs), share)

    def pruned(self, inputs: tuple[Input, ...], outputs: tuple[tuple[str, str], ...]) -> Graph:
        """All nodes as a body, without those that its outputs do not need."""
        graph, _ = prune(Graph(inputs, tuple(self.nodes), outputs))
        # They are known here, so that not all shapes of a body need be gone through for them.
        shapes = tuple([(port, self.shapes[ref]) for port, ref in outputs])
        return graph.with_output_shapes(shapes)

    def drop(self, name: str, stand_in: str | None = None) -> None:
        """Leave a node out; who reads it reads the stand-in, or one node less."""
        self._absent[name] = stand_in

    @property
    def lacks_nodes(self) -> bool:
        """Whether any node is left out."""
        return bool(self._absent)

    def present(self, ref: str) -> str | None:
        """The reference, that of its stand-in, or None where the node is left out."""
        base, dot, port = ref.partition(".")
        if base not in self._absent:
            return ref
        stand_in = self._absent[base]
        return None if stand_in is None else f"{stand_in}{dot}{port}"

    def free_name(self, name: str) -> str:
        """The name, or one like it that no node of the file has; it is taken then."""
        free, count = name, 1
        while free in self._taken:
            count += 1
            free = f"{name}_{count}"
        self._taken.add(free)
        self._given.append((name, free))
        return free

    def state(self) -> tuple[int, ...]:
        """How much there is of everything; see `since`."""
        parts = (self.nodes, self.shapes, self._aliases, self._absent, self._given)
        return (*map(len, parts), self.num_primitives)

    def since(self, state: tuple[int, ...]) -> Placed | None:
        """What was added since then; None where a name that was asked for was not free."""
        nodes, shapes, aliases, absent, given, num_primitives = state
        names = self._given[given:]
        if any(name != free for name, free in names):
            return None
        return Placed(
            tuple(self.nodes[nodes:]),
            dict(islice(self.shapes.items(), shapes, None)),
            dict(islice(self._aliases.items(), aliases, None)),
            dict(islice(self._absent.items(), absent, None)),
            tuple(free for _, free in names),
            self.num_primitives - num_primitives,
        )

    def add_again(self, placed: Placed) -> bool:
        """Add what was added to another builder; whether all names that it takes are free."""
        if placed.names:
            if not self._taken.isdisjoint(placed.names):
                return False
            self._taken.update(placed.names)
            self._given += zip(placed.names, placed.names, strict=True)
        self.nodes += placed.nodes
        self.shapes.update(placed.shapes)
        if placed.aliases:
            self._aliases.update(placed.aliases)
        if placed.absent:
            self._absent.update(placed.absent)
        self.num_primitives += placed.num_primitives
        return True


def _one_does_nothing(share: str) -> GraphError:
    return GraphError(
        f"of the nodes that share {share!r} one does nothing here and another does; give both the "
        "same block and arguments."
    )


def _without_ignored(body: Graph, refs: tuple[str, ...]) -> tuple[Graph, tuple[str, ...]]:
    """The body without the inputs that nothing in it reads, so that what feeds them can go too."""
    read = {ref for node in body.nodes for ref in node.inputs} | {ref for _, ref in body.outputs}
    kept = [number for number, i in enumerate(body.inputs) if i.name in read]
    if len(kept) == len(refs):
        return body, refs
    inputs = tuple(body.inputs[number] for number in kept)
    return replace(body, inputs=inputs), tuple(refs[number] for number in kept)
