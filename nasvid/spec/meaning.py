"""What the value of a decision sets in the end, as far as a file tells."""

from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

Axis = Literal["", "time", "space"]


@dataclass(frozen=True, slots=True, order=True)
class Use:
    """One thing that a value sets.

    Args:
        owner: A primitive or merge; `node` for what nodes have besides arguments: `block`,
            `repeat`, `when`, `branch` (a `when` without which nothing stands there), `merge`,
            `gate`, `from`; or `input` for its clip: `frames`, `frame_stride`, `size`.
        name: Of the parameter.
        axis: Of a value that is for some axes alone.
        is_part: Whether it is reckoned with others: a factor of a width, a part of a condition.
    """

    owner: str
    name: str
    axis: Axis = ""
    is_part: bool = False


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a value is for.

    Args:
        uses: What it sets.
        names: Parameters of blocks that it goes through, and nodes and blocks that it switches.
    """

    uses: frozenset[Use] = frozenset()
    names: frozenset[str] = frozenset()

    def joined(self, other: "Meaning") -> "Meaning":
        """Both."""
        return Meaning(self.uses | other.uses, self.names | other.names)

    def seen(self, axis: Axis, *, is_part: bool) -> "Meaning":
        """That of a value from which this one is made.

        Args:
            axis: What it is for of a value for all axes.
            is_part: Whether others are part of it too.
        """
        if not axis and not is_part:
            return self
        return Meaning(
            frozenset(
                replace(use, axis=use.axis or axis, is_part=use.is_part or is_part)
                for use in self.uses
            ),
            self.names,
        )


UNKNOWN = Meaning()
# What may be open of an input.
CLIP_KEYS = ("frames", "frame_stride", "size")


def of_input(key: str) -> Meaning:
    """Of one of the numbers that say which clip an input is."""
    return Meaning(frozenset((Use("input", key),)))


@cache
def of_node(name: str, named: tuple[str, ...] = ()) -> Meaning:
    """Of a value that a node has besides its arguments.

    Args:
        name: What of it.
        named: What the value switches.
    """
    return Meaning(frozenset((Use("node", name),)), frozenset(named))
