"""The nodes of one body so far, and what each name in the file stands for."""

from collections.abc import Iterable
from dataclasses import replace

from nasvid.core.errors import GraphError, Mark, SpaceError
from nasvid.core.registry import unknown_name
from nasvid.core.shapes import Shape
from nasvid.graph.ir import OUT, Graph, Node, block_node
from nasvid.graph.sharing import check_alike


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
        ref = self._aliases.get(ref, base if port == OUT else ref)
        ref = self._aliases.get(ref, ref)
        if ref in self.shapes:
            return ref
        ports = {key.partition(".")[2] for key in self.shapes if key.startswith(f"{base}.")}
        message = unknown_name(f"port of {base}", port or OUT, ports)
        raise SpaceError.at(mark, path, message)

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

    def drop(self, name: str, stand_in: str | None = None) -> None:
        """Leave a node out; who reads it reads the stand-in, or one node less."""
        self._absent[name] = stand_in

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
        return free


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
