"""What has been lowered before, kept as long as the blocks that it comes from."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from nasvid.core.kept import Kept
from nasvid.core.shapes import Shape
from nasvid.graph.expander import make_merge
from nasvid.graph.ir import Graph
from nasvid.graph.primitive import Primitive, make_primitive
from nasvid.lowering.mentions import names_of, open_blocks
from nasvid.lowering.plain import PlainNode, plain_node
from nasvid.lowering.scope import BlockValue
from nasvid.spec.signatures import Catalogue
from nasvid.spec.syntax import NodeSpec

# Primitives of all bodies that are kept.
MAX_KEPT = 50_000
MAX_PRIMITIVES = 20_000
MAX_NODES = 1_000


@dataclass(frozen=True, slots=True)
class Body:
    """The body of a block instance.

    Args:
        graph: What it is.
        num_steps: Instances that were placed for it; they count again wherever it is used again,
            so that limits do not hang on what happens to be known.
    """

    graph: Graph
    num_steps: int


class Memo:
    """Bodies and primitives by what they hang on.

    The body of a block instance hangs on its arguments, the shape that it sees, the named decisions
    that blocks speak of, and what is chosen inside it, wherever it stands.

    Args:
        catalogue: All blocks of a space.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        blocks = catalogue.blocks
        names: set[str] = set()
        for block in blocks.values():
            names |= names_of(block)
        self.names = frozenset(names)
        # Blocks whose bodies hang on what is chosen inside them; of all others it need not be told.
        self.open_blocks = open_blocks(blocks)
        self._counting: dict[int, tuple[NodeSpec, bool]] = {}
        self._plain: dict[int, tuple[NodeSpec, PlainNode | None]] = {}
        # A part of the catalogue, which holds this in turn.
        self._signatures = Catalogue(catalogue.primitives, catalogue.merges, blocks)
        self._bodies = Kept[Body](MAX_KEPT)
        self._primitives: dict[Hashable, Primitive] = {}

    def body(self, key: Hashable) -> Body | None:
        """The body of this key, if it is known."""
        return self._bodies.get(key)

    def keep(self, key: Hashable, body: Body) -> None:
        """Remember a body."""
        self._bodies.keep(key, body, len(body.graph.nodes))

    def plain(self, node: NodeSpec) -> PlainNode | None:
        """What a node of the plainest kind is; None for all others."""
        known = self._plain.get(id(node))
        if known is None:
            if len(self._plain) >= MAX_NODES:
                self._plain.clear()
            # With the node, so that its number is not given to another one.
            known = self._plain[id(node)] = (node, plain_node(node, self._signatures))
        return known[1]

    def is_counting(self, node: NodeSpec) -> bool:
        """Whether the copies of a repeated node differ by their number."""
        known = self._counting.get(id(node))
        if known is None:
            repeat = node.repeat
            parts = (node.block, node.arguments, () if repeat is None else repeat.variants)
            is_counting = (repeat is not None and repeat.per_copy) or "i" in names_of(parts)
            if len(self._counting) >= MAX_NODES:
                self._counting.clear()
            known = self._counting[id(node)] = (node, is_counting)
        return known[1]

    def primitive(self, name: str, arguments: Mapping[str, Any]) -> Primitive:
        """The primitive with these parameters; equal ones are one object.

        Raises:
            ShapeError: A parameter is unknown, missing or of the wrong kind.
        """
        key = (name, settings_key(arguments))
        known = self._primitives.get(key)
        if known is not None:
            return known
        made = make_primitive(name, arguments)
        if len(self._primitives) >= MAX_PRIMITIVES:
            del self._primitives[next(iter(self._primitives))]
        self._primitives[key] = made
        return made

    def merge(
        self,
        merge: BlockValue,
        shapes: tuple[Shape, ...],
        gates: tuple[float | None, ...],
        *,
        is_aligned: bool,
    ) -> Graph:
        """The merge of inputs of these shapes.

        Raises:
            ShapeError: They do not fit, or a parameter is wrong.
            UnknownPluginError: There is no merge of that name.
        """
        given = dict(merge.arguments)
        key = ("merge", merge.name, settings_key(given), shapes, repr(gates), is_aligned)
        known = self._bodies.get(key)
        if known is None:
            made = make_merge(merge.name, given)
            graph = made.expand(shapes, gates, is_aligned=is_aligned)
            known = Body(graph, graph.num_primitives)
            self.keep(key, known)
        return known.graph


def settings_key(values: Mapping[str, Any]) -> str:
    """A key that tells 1, 1.0 and True apart, which are equal in Python."""
    # In the order in which they come, which is the same wherever it is the same node that gives them.
    return repr(values) if values else ""


def memo_of(catalogue: Catalogue) -> Memo:
    """The memo of all spaces that share these blocks."""
    if catalogue not in _MEMOS:
        _MEMOS[catalogue] = Memo(catalogue)
    return _MEMOS[catalogue]


_MEMOS: WeakKeyDictionary[Catalogue, Memo] = WeakKeyDictionary()
