"""Bodies that have been lowered before, kept as long as the blocks that they come from."""

from collections.abc import Iterator, Mapping
from typing import Any
from weakref import WeakKeyDictionary

from nasvid.core.shapes import Shape
from nasvid.graph.ir import Graph
from nasvid.lowering.scope import BlockValue
from nasvid.spec.signatures import Catalogue
from nasvid.spec.syntax import BlockCall, BlockSpec, Choice, Items, Literal, NodeSpec, ValueSpec

MAX_BODIES = 20_000


class Memo:
    """Lowered bodies of blocks that leave nothing to choose.

    Args:
        blocks: All blocks of a space.
    """

    def __init__(self, blocks: Mapping[str, BlockSpec]) -> None:
        self._blocks = blocks
        self._is_settled: dict[str, bool] = {}
        self._bodies: dict[Any, Graph] = {}

    def key(
        self, block: str, arguments: Mapping[str, Any], shape: Shape, shared: tuple[Any, ...]
    ) -> Any:
        """What the body depends on, or None where it also depends on choices inside."""
        if not self.is_settled(block):
            return None
        for value in arguments.values():
            name = value.name if isinstance(value, BlockValue) else value
            if isinstance(name, str) and name in self._blocks and not self.is_settled(name):
                return None
        # 1, 1.0 and True are equal keys, but not equal parameters; their texts differ.
        given = tuple(sorted((name, repr(value)) for name, value in arguments.items()))
        return (block, given, shape, shared)

    def get(self, key: Any) -> Graph | None:
        """The body, if it is known."""
        return self._bodies.get(key)

    def keep(self, key: Any, body: Graph) -> None:
        """Remember a body."""
        if len(self._bodies) >= MAX_BODIES:
            self._bodies.clear()
        self._bodies[key] = body

    def is_settled(self, name: str) -> bool:
        """Whether the block, and all that it may contain, has no choices inside."""
        block = self._blocks.get(name)
        if block is None:
            return True
        if name not in self._is_settled:
            values = list(_values(block))
            inner = {text for value in values for text in _texts(value)}
            self._is_settled[name] = not any(_has_choice(value) for value in values) and all(
                self.is_settled(text) for text in sorted(inner) if text != name
            )
        return self._is_settled[name]


_MEMOS: WeakKeyDictionary[Catalogue, Memo] = WeakKeyDictionary()


def memo_of(catalogue: Catalogue) -> Memo:
    """The memo of all spaces that share these blocks."""
    if catalogue not in _MEMOS:
        _MEMOS[catalogue] = Memo(catalogue.blocks)
    return _MEMOS[catalogue]


def _values(block: BlockSpec) -> Iterator[ValueSpec]:
    for param in block.params:
        if param.default is not None:
            yield param.default
    for node in block.nodes:
        yield from _node_values(node)


def _node_values(node: NodeSpec) -> Iterator[ValueSpec]:
    yield node.block
    yield from (value for _, value in node.arguments)
    if node.when is not None:
        yield node.when
    if node.repeat is not None:
        yield node.repeat.count
        yield from (value for _, value in (*node.repeat.first, *node.repeat.last))
    source = node.source
    if source is None:
        return
    if source.kind != "all":
        # Which edges are taken is a choice too.
        yield Choice(source.mark, (), is_ordered=False)
    if source.merge is not None:
        yield source.merge
    for edge in source.edges:
        if edge.gate is not None:
            yield edge.gate
        for step in edge.steps:
            yield from _node_values(step)


def _has_choice(value: ValueSpec) -> bool:
    if isinstance(value, Choice):
        return True
    if isinstance(value, Items):
        return any(_has_choice(item) for item in value.items)
    return isinstance(value, BlockCall) and any(_has_choice(v) for _, v in value.arguments)


def _texts(value: ValueSpec) -> Iterator[str]:
    if isinstance(value, Literal) and isinstance(value.value, str):
        yield value.value
    elif isinstance(value, BlockCall):
        yield value.block
        for _, argument in value.arguments:
            yield from _texts(argument)
    elif isinstance(value, Items):
        for item in value.items:
            yield from _texts(item)
