"""Boxes and edges of a space, from its nodes as the file has them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from nasvid.graph.ir import OUT
from nasvid.report.drawing.model import Box, Edge, Group
from nasvid.report.drawing.spec_words import Site, SpecWords
from nasvid.spec.syntax import IN, BlockCall, BlockSpec, Literal, NodeSpec, Source, ValueSpec

__all__ = ["Give", "Site", "Walk"]


@dataclass(frozen=True, slots=True)
class Give:
    """A box, and the output of it that is read."""

    path: str
    port: str = ""


# What each name that can be read stands for.
Known = Mapping[str, tuple[Give, ...]]


class Walk:
    """Notes nodes as boxes.

    Args:
        words: Tells what they are.
        opens: Whether a block is opened that stands so deep.
    """

    def __init__(self, words: SpecWords, opens: Callable[[BlockSpec, int], bool]) -> None:
        self._words = words
        self._opens = opens
        self.boxes: dict[str, Box] = {}
        self.edges: dict[tuple[str, str, str], Edge] = {}
        self.groups: list[Group] = []
        self.level_of: dict[str, str] = {}
        # Also of what is a box of its own.
        self.member_of: dict[str, str] = {}
        self._closed: dict[str, tuple[NodeSpec, BlockSpec, ValueSpec, Site]] = {}

    def body(self, nodes: Sequence[NodeSpec], site: Site, given: Known) -> Known:
        """Note nodes; returns what can be read then."""
        known = dict(given)
        for node in nodes:
            known |= self._node(node, site, known)
        return known

    def _node(self, node: NodeSpec, site: Site, known: Known) -> dict[str, tuple[Give, ...]]:
        address = site.below(node.name)
        if self._words.is_absent(node, address):
            edges = () if node.source is None else node.source.edges[:1]
            passed = edges if node.member is None and not node.vanishes else ()
            return {node.name: tuple(give for edge in passed for give in gives(known, edge.ref))}
        block = site.resolved(node.block)
        spec = self._spec(block)
        if spec is not None and node.member is None and self._opens(spec, site.depth):
            return self._opened(node, spec, block, site, known)
        path = address
        if node.member is not None:
            self.member_of[node.name] = node.member.level
        if node.member is not None and self._words.is_stem(node):
            # Streams are told apart from their beginning.
            is_sure = node.member.index < self._words.least(node.member, address)
            node = replace(node, member=None)
            self._add(node, path, site)
            box = self.boxes[path]
            self.boxes[path] = replace(box, is_optional=box.is_optional or not is_sure)
        elif node.member is not None:
            path = site.below(node.member.level)
            self.level_of[node.name] = node.member.level
            self._add(node, path, site)
        else:
            self._add(node, path, site)
        if spec is not None:
            self._closed.setdefault(path, (node, spec, block, site))
        if node.source is not None:
            self._read(node.source, address, path, known)
        return {node.name: (Give(path),)}

    def _spec(self, block: ValueSpec) -> BlockSpec | None:
        """The block that the file names."""
        if isinstance(block, BlockCall):
            return self._words.blocks.get(block.block)
        return self._words.blocks.get(str(block.value)) if isinstance(block, Literal) else None

    def _opened(
        self, node: NodeSpec, spec: BlockSpec, block: ValueSpec, site: Site, known: Known
    ) -> dict[str, tuple[Give, ...]]:
        """Note what is in a block."""
        path = site.below(node.name)
        self.groups.append(Group(path, spec.name, self._words.count(node, path), site.path))
        given = _bound(node, spec, block, site)
        reads = {} if node.source is None else self._passed(node, node.source, spec, site, known)
        found = self.body(spec.nodes, Site(path, given, site.depth + 1), reads)
        ends: dict[str, tuple[Give, ...]] = {}
        for port, edge in spec.outputs:
            ends[f"{node.name}.{port}"] = gives(found, edge.ref)
            if port == OUT:
                ends[node.name] = gives(found, edge.ref)
        return ends

    def insides(self) -> Iterator[tuple[str, str, "Walk"]]:
        """Path of each closed block, name of what it covers, and what is in that, with its inputs."""
        for path, closed in self._closed.items():
            spec, site = self._uncovered(*closed)
            walk = Walk(self._words, lambda _, __: False)
            inputs = spec.inputs or (IN,)
            walk.body(spec.nodes, site, {name: (Give(name),) for name in inputs})
            walk.shorten(f"{site.path}.", [Box(path=name, role="input") for name in inputs])
            yield path, spec.name, walk

    def _uncovered(
        self, node: NodeSpec, spec: BlockSpec, block: ValueSpec, site: Site
    ) -> tuple[BlockSpec, Site]:
        """The block, or the one that it is a mere cover of, and where its nodes stand."""
        inside = Site(site.below(node.name), _bound(node, spec, block, site), site.depth + 1)
        if len(spec.nodes) == 1:
            block = inside.resolved(spec.nodes[0].block)
            inner = self._spec(block)
            if inner is not None:
                return self._uncovered(spec.nodes[0], inner, block, inside)
        return spec, inside

    def shorten(self, start: str, inputs: Sequence[Box]) -> None:
        """Leave out the address of the block that all stands in, and put its inputs first."""
        boxes = [replace(b, path=b.path.removeprefix(start), group="") for b in self.boxes.values()]
        self.boxes = {box.path: box for box in (*inputs, *boxes)}
        for ends, edge in self.edges.items():
            source, target = edge.source.removeprefix(start), edge.target.removeprefix(start)
            self.edges[ends] = replace(edge, source=source, target=target)

    def _passed(
        self, node: NodeSpec, source: Source, spec: BlockSpec, site: Site, known: Known
    ) -> dict[str, tuple[Give, ...]]:
        """What the inputs of an opened block stand for."""
        inputs = source.ports or spec.inputs
        if source.ports or (len(inputs) > 1 and source.merge is None) or len(source.edges) == 1:
            pairs = zip(inputs, source.edges, strict=False)
            return {name: gives(known, edge.ref) for name, edge in pairs}
        address = site.below(node.name)
        path = f"{address}_merge"
        kind = self._words.join(source, address, spec.name)
        self.boxes[path] = Box(path=path, role="layer", kind=kind, group=site.path)
        self._read(source, address, path, known)
        return {inputs[0] if inputs else IN: (Give(path),)}

    def _add(self, node: NodeSpec, path: str, site: Site) -> None:
        words, address = self._words, site.below(node.name)
        seen = words.seen(node, path)
        kind, role = words.kind(node, address, site)
        when = words.decision(address, "when")
        self.boxes[path] = Box(
            path=path,
            role=role,
            kind=kind,
            join="" if node.source is None else words.join(node.source, address, kind),
            count=words.count(node, path),
            shapes=seen.shape_texts(),
            steps=seen.step_texts(),
            frames=seen.frames(),
            notes=tuple(words.notes(node, address)),
            group=site.path,
            is_optional=when is not None and when.num_values > 1,
        )

    def _read(self, source: Source, address: str, path: str, known: Known) -> None:
        """Note the edges into a box."""
        decision = self._words.decision(address, "from")
        offered = None if decision is None else set(decision.options)
        for edge in source.edges:
            if offered is not None and edge.ref not in offered:
                continue
            for give in gives(known, edge.ref):
                ends = (give.path, path, give.port)
                before = self.edges.get(ends)
                is_open = decision is not None and decision.num_values > 1
                self.edges[ends] = Edge(
                    source=give.path,
                    target=path,
                    gate=self._words.gate(source, edge),
                    port=give.port,
                    # Of the nodes of a level all have to have it, or it is open.
                    is_optional=is_open and (before is None or before.is_optional),
                )


def _bound(node: NodeSpec, spec: BlockSpec, block: ValueSpec, site: Site) -> dict[str, ValueSpec]:
    """What the parameters of a block stand for at a node."""
    given = {param.name: param.default for param in spec.params if param.default is not None}
    bound = (*(block.arguments if isinstance(block, BlockCall) else ()), *node.arguments)
    first = spec.params[0].name if spec.params else ""
    return given | {name or first: site.resolved(value) for name, value in bound}


def gives(known: Known, ref: str) -> tuple[Give, ...]:
    """What a reference stands for."""
    if ref in known:
        return known[ref]
    base, _, port = ref.partition(".")
    return tuple(replace(give, port="" if port == OUT else port) for give in known.get(base, ()))
