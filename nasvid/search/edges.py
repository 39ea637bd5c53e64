"""Edges that a member has: those to nodes that are not there lead to others, as in lowering."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nasvid.spec.decision import Decision, DecisionValue, Scalar, is_same
from nasvid.spec.decisions import DecisionTable
from nasvid.spec.element import Element

Values = Mapping[str, DecisionValue]


@dataclass(frozen=True, eq=False)
class Edges:
    """A choice of edges, or of several options of another kind.

    Args:
        decision: The choice.
        node: Address of the node that reads; empty where it is no choice of edges.
        elements: For each option the node of a level that it leads to, or None.
        lengths: Address to what its options stand for, of the lengths of those levels.
    """

    decision: Decision
    node: str
    elements: Mapping[Scalar, Element]
    lengths: Mapping[str, Mapping[Scalar, int]]

    def is_there(self, option: Scalar, values: Values) -> bool:
        """Whether the node that an option leads to is there."""
        element = self.elements.get(option)
        return element is None or element.index < self._length(element, values)

    def taken(self, values: Values) -> tuple[Scalar, ...]:
        """The options that a member reads in the end, each once, in the order of its edges.

        In place of a node that is not there it reads the one whose number is the remainder, unless
        it does so anyway.
        """
        value = values[self.decision.path]
        chosen = value if isinstance(value, tuple) else (value,)
        if not self.elements:
            return chosen
        found: list[Scalar] = []
        known = set(chosen)
        for option in chosen:
            read = self._read(option, values)
            if read == option or (read not in known and read in self.decision.options):
                known.add(read)
                found.append(read)
        return tuple(found)

    def free(self, values: Values) -> list[Scalar]:
        """Options that are there and not taken."""
        taken = self.taken(values)
        return [
            option
            for option in self.decision.options
            if not any(is_same(option, one) for one in taken) and self.is_there(option, values)
        ]

    def value_of(self, taken: Iterable[Scalar], values: Values) -> DecisionValue | None:
        """The value with which a member reads these options; None if the bounds allow none.

        Args:
            taken: What is to be read.
            values: All values of the member; where more edges are asked for than those, some that
                lead to the same nodes are kept.
        """
        decision, wanted = self.decision, list(taken)
        if decision.kind == "choice":
            return wanted[0] if len(wanted) == 1 else None
        for option in decision.options if len(wanted) < decision.least else ():
            is_silent = not self.is_there(option, values) and self._read(option, values) in wanted
            if is_silent and len(wanted) < decision.least:
                wanted.append(option)
        if not max(decision.least, bool(self.node)) <= len(wanted) <= decision.most:
            return None
        return tuple(o for o in decision.options if any(is_same(o, one) for one in wanted))

    def _length(self, element: Element, values: Values) -> int:
        if not element.count:
            return element.index + 1
        count = values.get(element.count)
        # A level that is closed has no nodes.
        return 0 if isinstance(count, tuple) else self.lengths[element.count].get(count, 0)

    def _read(self, option: Scalar, values: Values) -> Scalar:
        """The option that is read where this one is chosen; None where there is none."""
        element = self.elements.get(option)
        if element is None:
            return option
        length = self._length(element, values)
        if element.index < length:
            return option
        _, dot, port = str(option).partition(".")
        owner = element.owner.rsplit(".", 1)[-1]
        return f"{owner}_{element.index % length}{dot}{port}" if length else None


def edges_in(table: DecisionTable) -> tuple[Edges, ...]:
    """All choices of edges and of several options that have more than one value."""
    elements = {e.address: e for decision in table for e in decision.elements}
    found: list[Edges] = []
    for decision in table:
        is_edge = decision.role == "edge"
        if decision.num_values < 2 or not (is_edge or decision.kind == "subset"):
            continue
        node = decision.path.removesuffix(".from") if is_edge else ""
        leads_to = _elements_of(decision, node, elements) if is_edge else {}
        counts = {element.count for element in leads_to.values() if element.count}
        lengths = {path: lengths_of(table.by_path[path]) for path in sorted(counts)}
        found.append(Edges(decision, node, leads_to, lengths))
    return tuple(found)


def lengths_of(count: Decision) -> dict[Scalar, int]:
    """What the options of a choice of a number of blocks stand for."""
    numbers = count.numbers or count.options
    pairs = zip(count.options, numbers, strict=True)
    return {option: int(number) for option, number in pairs if isinstance(number, int)}


def _elements_of(
    decision: Decision, node: str, elements: Mapping[str, Element]
) -> dict[Scalar, Element]:
    body = node.rpartition(".")[0]
    found: dict[Scalar, Element] = {}
    for option in decision.options:
        name = str(option).partition(".")[0]
        element = elements.get(f"{body}.{name}" if body else name)
        if element is not None and element.is_parallel:
            found[option] = element
    return found
