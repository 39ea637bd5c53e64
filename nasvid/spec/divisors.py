"""Numbers that widths have to be multiples of: heads of attention, groups of convolutions."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from math import lcm
from typing import cast

from nasvid.core.errors import Mark
from nasvid.spec.syntax import (
    PRIMARY,
    Arguments,
    BlockCall,
    BlockSpec,
    Choice,
    Literal,
    Network,
    ParamSpec,
    Subset,
)

DIVISOR_NAMES = frozenset(("heads", "groups"))
OUT, GROUPS = "out", "groups"


def divisor_of(network: Network, standard: Mapping[str, BlockSpec]) -> int:
    """The least number that all heads and groups divide that are written down.

    Args:
        network: Its nodes, decisions and blocks are looked through.
        standard: Other blocks, of which those count that are named, with their defaults.
    """
    own = {block.name for block in network.blocks}
    found = 1
    waiting: list[object] = [network]
    looked_at = set(own)
    while waiting:
        for name, value in _named(waiting.pop()):
            if not DIVISOR_NAMES.isdisjoint(name.split("_")):
                found = lcm(found, *_numbers(value))
            for block in _blocks_named(value):
                if block in standard and block not in looked_at:
                    looked_at.add(block)
                    waiting.append(standard[block])
    return found


def is_depthwise(arguments: Arguments) -> bool:
    """Whether there are as many groups as channels, both written as one number."""
    written = {
        OUT if name == PRIMARY else name: value.value
        for name, value in arguments
        if isinstance(value, Literal)
    }
    return written.get(GROUPS) not in (None, 1) and written.get(GROUPS) == written.get(OUT)


def _named(part: object) -> Iterator[tuple[str, object]]:
    """Every argument, parameter and decision inside, and every other piece without a name."""
    if isinstance(part, Mark):
        return
    if isinstance(part, tuple):
        items = cast("tuple[object, ...]", part)
        if _is_arguments(items) and is_depthwise(cast("Arguments", items)):
            # The groups of these follow the width.
            items = tuple(i for i in cast("Arguments", items) if i[0] != GROUPS)
        if len(items) == 2 and isinstance(items[0], str):
            yield items[0], items[1]
        for item in items:
            yield from _named(item)
    elif is_dataclass(part) and not isinstance(part, type):
        yield (part.name, part.default) if isinstance(part, ParamSpec) else ("", part)
        for field in fields(part):
            yield from _named(getattr(part, field.name))


def _is_arguments(items: tuple[object, ...]) -> bool:
    for item in items:
        pair = cast("tuple[object, ...]", item) if isinstance(item, tuple) else ()
        if len(pair) != 2 or not isinstance(pair[0], str):
            return False
    return True


def _numbers(value: object) -> Iterator[int]:
    if isinstance(value, Literal):
        number = value.value
        if isinstance(number, int) and not isinstance(number, bool) and number > 0:
            yield number
    elif isinstance(value, Choice | Subset):
        for _, option in value.options:
            yield from _numbers(option)


def _blocks_named(value: object) -> Iterator[str]:
    if isinstance(value, BlockCall):
        yield value.block
    elif isinstance(value, Literal) and isinstance(value.value, str):
        yield value.value
