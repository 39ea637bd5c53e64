"""Lists of blocks that choose for themselves: copies of a repeat, nodes of a level.

All of it is told by the table: decisions know the blocks that they stand in.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from nasvid.search.edges import Edges
from nasvid.search.presence import Values, lengths_of
from nasvid.spec.decision import Decision, DecisionValue, Scalar
from nasvid.spec.decisions import DecisionTable
from nasvid.spec.element import Element


@dataclass(frozen=True, eq=False)
class BlockList:
    """One list.

    Args:
        owner: Its address.
        is_parallel: Whether its blocks stand side by side, as nodes of a level.
        count: The decision on its length; None where that is fixed, or decides on more than it.
        lengths: What the options of the length stand for, also where `count` is None.
        addresses: Of the block at each place.
        slots: For each place the decisions of the block there, by what follows its address.
        readers: Choices of edges that can lead to its blocks.
    """

    owner: str
    is_parallel: bool
    count: Decision | None
    lengths: "Lengths"
    addresses: tuple[str, ...]
    slots: tuple[Mapping[str, Decision], ...]
    readers: tuple[Edges, ...]

    def length(self, values: Values) -> int:
        """Blocks that a member has; 0 also where they have nothing to choose."""
        length = self.lengths.of(values)
        is_open = any(d.path in values for slot in self.slots[:length] for d in slot.values())
        return length if is_open else 0

    def next_length(self, length: int, step: int) -> int | None:
        """The nearest length that is larger, or smaller for a step of -1; None if there is none."""
        if self.count is None:
            return None
        further = [n for n in self.lengths.numbers.values() if (n - length) * step > 0]
        return min(further, key=lambda n: abs(n - length), default=None)

    def contents(self, values: Values, place: int) -> dict[str, DecisionValue]:
        """What the block at a place chooses, by what follows its address."""
        slot = self.slots[place]
        return {name: values[d.path] for name, d in slot.items() if d.path in values}

    def option_of(self, length: int) -> Scalar:
        """The option that stands for a length."""
        return next(option for option, n in self.lengths.numbers.items() if n == length)

    def placed(self, contents: Mapping[str, DecisionValue], place: int) -> dict[str, DecisionValue]:
        """Contents as values of the block at a place, as far as it can choose them."""
        slot = self.slots[place]
        return {
            slot[name].path: value
            for name, value in contents.items()
            if name in slot and slot[name].accepts(value)
        }

    def edges_to(self, reader: Edges, place: int) -> list[Scalar]:
        """Options of a reader that lead to the block at a place; one for each port."""
        address = self.addresses[place]
        return [o for o in reader.decision.options if reader.address_of(o) == address]


@dataclass(frozen=True, slots=True)
class Lengths:
    """How long a list is.

    Args:
        path: Address of the decision on it; empty where it is fixed.
        numbers: What the options of that stand for.
        most: The largest number.
    """

    path: str
    numbers: Mapping[Scalar, int]
    most: int

    def of(self, values: Values) -> int:
        """The length that a member chooses."""
        if not self.path:
            return self.most
        value = values.get(self.path)
        return 0 if isinstance(value, tuple) else self.numbers.get(value, 0)


def lists_in(table: DecisionTable, edges: Sequence[Edges]) -> tuple[BlockList, ...]:
    """All lists of at least two blocks, in the order of the table."""
    slots: dict[str, dict[int, dict[str, Decision]]] = {}
    first: dict[str, Element] = {}
    addresses: dict[tuple[str, int], str] = {}
    for decision in table:
        for element in decision.elements:
            first.setdefault(element.owner, element)
            addresses[element.owner, element.index] = element.address
            places = slots.setdefault(element.owner, {})
            name = decision.path.removeprefix(f"{element.address}.")
            places.setdefault(element.index, {})[name] = decision
    num_lists = Counter(element.count for element in first.values())
    found: list[BlockList] = []
    for owner, element in first.items():
        most = 1 + max(slots[owner])
        if most < 2:
            continue
        within = tuple(addresses.get((owner, place), "") for place in range(most))
        count = table.by_path.get(element.count)
        lengths = Lengths(element.count, {} if count is None else lengths_of(count), most)
        is_own = count is not None and num_lists[element.count] == 1 and count.num_values > 1
        found.append(
            BlockList(
                owner=owner,
                is_parallel=element.is_parallel,
                count=count if is_own else None,
                lengths=lengths,
                addresses=within,
                slots=tuple(slots[owner].get(place, {}) for place in range(most)),
                readers=tuple(_readers(within, edges)),
            )
        )
    return tuple(found)


def _readers(within: Collection[str], edges: Sequence[Edges]) -> Iterator[Edges]:
    """Choices of edges with an option that leads to one of these addresses."""
    for one in edges:
        if one.presence is not None and any(
            one.address_of(option) in within for option in one.decision.options
        ):
            yield one
