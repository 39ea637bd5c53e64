"""A block or primitive as a node calls it, before it is known what it sees."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nasvid.core.errors import SpaceError
from nasvid.core.registry import unknown_name
from nasvid.core.shapes import Shape
from nasvid.lowering.memo import Body
from nasvid.spec.syntax import Source


@dataclass(frozen=True, slots=True)
class Call:
    """A block or primitive as it is used at one place.

    Args:
        block: Its name.
        arguments: What it is given.
        path: Address of its body.
        bodies: What it came to, by the shapes that it saw; copies see the same again.
    """

    block: str
    arguments: Mapping[str, Any]
    path: str
    bodies: dict[tuple[Shape, ...], Body] = field(default_factory=dict[tuple[Shape, ...], Body])


def by_name(
    refs: tuple[str, ...], source: Source, inputs: tuple[str, ...], path: str
) -> tuple[str, ...]:
    """What goes into the inputs of a block where the file says which reads what.

    Raises:
        SpaceError: The block has no such input, or one of its inputs reads nothing.
    """
    given = dict(zip(source.ports, refs, strict=True))
    for port in given:
        if port not in inputs:
            raise SpaceError.at(source.mark, path, unknown_name("input of the block", port, inputs))
    missing = ", ".join(name for name in inputs if name not in given)
    if missing:
        raise SpaceError.at(source.mark, path, f"the input {missing} of the block reads nothing.")
    return tuple(given[name] for name in inputs)
