"""Boxes and edges of a space, from its nodes as the file has them."""

from collections.abc import Callable, Mapping, Sequence
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
            path = site.below(node.member.level)
            self.level_of[node.name] = node.member.level
        self._add(node, path, site)
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
        given = {param.name: param.default for param in spec.params if param.default is not None}
        bound = (*(block.arguments if isinstance(block, BlockCall) else ()), *node.arguments)
        first = spec.params[0].name if spec.params else ""
        given |= {name or first: site.resolved(value) for name, value in bound}
        reads = {} if node.source is None else self._passed(node, node.source, spec, site, known)
        found = self.body(spec.nodes, Site(path, given, site.depth + 1), reads)
        ends: dict[str, tuple[Give, ...]] = {}
        for port, edge in spec.outputs:
            ends[f"{node.name}.{port}"] = gives(found, edge.ref)
            if port == OUT:
                ends[node.name] = gives(found, edge.ref)
        return ends

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


def gives(known: Known, ref: str) -> tuple[Give, ...]:
    """What a reference stands for."""
    if ref in known:
        return known[ref]
    base, _, port = ref.partition(".")
    return tuple(replace(give, port="" if port == OUT else port) for give in known.get(base, ()))
