"""What has been lowered before, kept as long as the blocks that it comes from."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from typing import Any, cast
from weakref import WeakKeyDictionary

from nasvid.core.shapes import Shape
from nasvid.graph.expander import make_merge
from nasvid.graph.ir import Graph
from nasvid.graph.primitive import Primitive, make_primitive
from nasvid.lowering.scope import BlockValue
from nasvid.spec.expressions import names_in
from nasvid.spec.signatures import Catalogue
from nasvid.spec.syntax import BlockSpec, Expression

MAX_BODIES = 10_000
MAX_PRIMITIVES = 20_000


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
        blocks: All blocks of a space.
    """

    def __init__(self, blocks: Mapping[str, BlockSpec]) -> None:
        names: set[str] = set()
        for block in blocks.values():
            names |= names_of(block)
        self.names = frozenset(names)
        self._bodies: dict[Hashable, Body] = {}
        self._primitives: dict[Hashable, Primitive] = {}

    def body(self, key: Hashable) -> Body | None:
        """The body of this key, if it is known."""
        return self._bodies.get(key)

    def keep(self, key: Hashable, body: Body) -> None:
        """Remember a body."""
        if len(self._bodies) >= MAX_BODIES:
            # The oldest goes first: a search moves on through its space.
            del self._bodies[next(iter(self._bodies))]
        self._bodies[key] = body

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
    return repr(sorted(values.items())) if values else ""


def memo_of(catalogue: Catalogue) -> Memo:
    """The memo of all spaces that share these blocks."""
    if catalogue not in _MEMOS:
        _MEMOS[catalogue] = Memo(catalogue.blocks)
    return _MEMOS[catalogue]


_MEMOS: WeakKeyDictionary[Catalogue, Memo] = WeakKeyDictionary()


def names_of(part: object) -> set[str]:
    """All names in expressions anywhere inside a part of a file."""
    names: set[str] = set()
    _add_names(part, names)
    return names


def _add_names(part: object, names: set[str]) -> None:
    if isinstance(part, Expression):
        names.update(names_in(part.tree))
    elif isinstance(part, tuple):
        for item in cast("tuple[object, ...]", part):
            _add_names(item, names)
    else:
        for name in _parts_of(type(part)):
            _add_names(getattr(part, name), names)


@cache
def _parts_of(kind: type) -> tuple[str, ...]:
    """Fields in which expressions can stand; none of what is no part of a file."""
    if not is_dataclass(kind):
        return ()
    return tuple(entry.name for entry in fields(kind) if entry.name != "mark")
