"""What parts of a file speak of: names in arithmetic, and blocks inside which something is chosen."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import cast

from nasvid.spec.expressions import names_in
from nasvid.spec.syntax import (
    BlockCall,
    BlockSpec,
    Choice,
    Expression,
    Literal,
    NodeSpec,
    Source,
    Subset,
    Variant,
)


def names_of(part: object) -> set[str]:
    """All names in expressions anywhere inside a part of a file."""
    found: set[str] = set()
    for piece in _pieces(part):
        if isinstance(piece, Expression):
            found.update(names_in(piece.tree))
    return found


def open_blocks(blocks: Mapping[str, BlockSpec]) -> frozenset[str]:
    """The blocks in whose bodies something can be chosen, be it in those of blocks that they use.

    A block that another one is given from outside may be any of them.
    """
    mentioned: dict[str, set[str]] = {}
    found: set[str] = set()
    calls_any: set[str] = set()
    for name, block in blocks.items():
        mentioned[name] = set()
        for piece in _pieces(block):
            if isinstance(piece, BlockCall):
                mentioned[name].add(piece.block)
            elif isinstance(piece, Literal) and isinstance(piece.value, str):
                mentioned[name].add(piece.value)
            elif isinstance(piece, NodeSpec | Variant) and not piece.is_fixed_block:
                calls_any.add(name)
            if isinstance(piece, Choice | Subset) or (
                isinstance(piece, Source) and piece.kind != "all"
            ):
                found.add(name)
    if found:
        found |= calls_any
    size = -1
    while size < len(found):
        size = len(found)
        found |= {name for name, others in mentioned.items() if not found.isdisjoint(others)}
    return frozenset(found)


def _pieces(part: object) -> Iterator[object]:
    """The part and all parts of it."""
    if isinstance(part, tuple):
        for item in cast("tuple[object, ...]", part):
            yield from _pieces(item)
        return
    yield part
    for name in _parts_of(type(part)):
        yield from _pieces(getattr(part, name))


@cache
def _parts_of(kind: type) -> tuple[str, ...]:
    """Fields in which others can stand; none of what is no part of a file."""
    if not is_dataclass(kind) or kind is Expression:
        return ()
    return tuple(entry.name for entry in fields(kind) if entry.name != "mark")
