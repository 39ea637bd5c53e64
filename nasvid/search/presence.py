"""Which nodes a member has: levels have so many, and a node may be left out with all that it is."""

from collections.abc import Mapping
from dataclasses import dataclass

from nasvid.spec.decision import Decision, DecisionValue, Scalar
from nasvid.spec.decisions import DecisionTable
from nasvid.spec.element import Element
from nasvid.spec.meaning import Use

Values = Mapping[str, DecisionValue]

_BRANCH = Use("node", "branch")
_WHEN = ".when"


@dataclass(frozen=True, eq=False)
class Presence:
    """Tells of nodes by their addresses.

    Args:
        elements: Nodes of levels.
        lengths: Address of the decision on the length of a level to what its options stand for.
        switches: Nodes without which nothing stands in their place, to the decision on that.
    """

    elements: Mapping[str, Element]
    lengths: Mapping[str, Mapping[Scalar, int]]
    switches: Mapping[str, str]

    @classmethod
    def of(cls, table: DecisionTable) -> "Presence":
        """Of a table."""
        elements = {e.address: e for d in table for e in d.elements if e.is_parallel}
        counts = dict.fromkeys(element.count for element in elements.values() if element.count)
        switches = {
            decision.path.removesuffix(_WHEN): decision.path
            for decision in table
            if decision.path.endswith(_WHEN) and _BRANCH in decision.meaning.uses
        }
        lengths = {path: lengths_of(table.by_path[path]) for path in counts}
        return cls(elements, lengths, switches)

    def read(self, address: str, values: Values) -> str | None:
        """What is read by who chooses this node; None where nothing is.

        In place of a node of a level that is not there it is the one whose number is the remainder.
        """
        element = self.elements.get(address)
        if element is not None:
            length = self.length(element, values)
            if element.index >= length:
                # As copies of levels are called.
                return f"{element.owner}_{element.index % length}" if length else None
        switch = self.switches.get(address)
        return None if switch is not None and not values.get(switch) else address

    def is_there(self, address: str, values: Values) -> bool:
        """Whether there is such a node."""
        return self.read(address, values) == address

    def length(self, element: Element, values: Values) -> int:
        """How many nodes the level has."""
        if not element.count:
            return element.index + 1
        count = values.get(element.count)
        # A level that is closed has none.
        return 0 if isinstance(count, tuple) else self.lengths[element.count].get(count, 0)


def lengths_of(count: Decision) -> dict[Scalar, int]:
    """What the options of a choice of a number of blocks stand for."""
    numbers = count.numbers or count.options
    pairs = zip(count.options, numbers, strict=True)
    return {option: int(number) for option, number in pairs if isinstance(number, int)}
