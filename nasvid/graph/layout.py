"""Which changes of axes are views: how tensors lie in memory while a network trains.

A clip lies with its channels last, tokens and vectors as their axes are written.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

Axis = TypeVar("Axis", bound=Hashable)


def is_view(
    memory: Iterable[Axis],
    sizes: Mapping[Axis, int],
    groups: Iterable[Sequence[Axis]],
) -> bool:
    """Whether axes can be joined into one, group by group, without a copy.

    Args:
        memory: All axes, from the outermost to the one whose elements are neighbours.
        sizes: Of each axis; one that is left out is larger than 1.
        groups: Axes that become one, in this order.

    Example:
        >>> sizes = {"T": 8, "H": 14, "W": 14, "C": 64}
        >>> is_view("BTHWC", sizes, ["THW"]), is_view("BTHWC", sizes, ["BH"])
        (True, False)
    """
    long = [axis for axis in memory if sizes.get(axis, 2) > 1]
    for group in groups:
        joined = [axis for axis in group if sizes.get(axis, 2) > 1]
        if joined:
            start = long.index(joined[0])
            if long[start : start + len(joined)] != joined:
                return False
    return True
