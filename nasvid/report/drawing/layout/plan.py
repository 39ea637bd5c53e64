"""What a layout is made for: sizes, who reads whom, and what is kept together."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Item:
    """A box to be placed.

    Args:
        width: As large as what stands in it.
        height: As large as what stands in it.
        group: Name of the innermost group that it is in; empty for none.
        is_top: Whether it stands in the first row.
    """

    width: float
    height: float
    group: str = ""
    is_top: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """Boxes, edges and groups by name.

    Args:
        items: In an order that is kept where nothing speaks against it.
        edges: Names of source and target.
        straight: The edges that are drawn as straight as can be.
        parents: Name of a group to that of the group around it; empty for none.
        keeps_order: Whether the boxes of a row stand in the order of the items, whatever crosses then,
            and no row beside another one.
        is_cabled: Whether edges from one box share a line until they part.
    """

    items: Mapping[str, Item]
    edges: tuple[tuple[str, str], ...] = ()
    straight: frozenset[tuple[str, str]] = frozenset()
    parents: Mapping[str, str] = field(default_factory=dict[str, str])
    keeps_order: bool = False
    is_cabled: bool = True

    def groups_around(self, name: str) -> list[str]:
        """Groups that an item is in, outermost first."""
        found: list[str] = []
        group = self.items[name].group
        while group:
            found.append(group)
            group = self.parents[group]
        return found[::-1]
