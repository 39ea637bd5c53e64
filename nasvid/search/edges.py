"""Choices of edges as they are lowered: those to nodes that are not there lead to others, or nowhere."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from nasvid.search.presence import Presence, Values
from nasvid.spec.decision import Decision, DecisionValue, Scalar
from nasvid.spec.decisions import DecisionTable


@dataclass(frozen=True, eq=False)
class Edges:
    """A choice of edges, or of several options of another kind.

    Args:
        decision: The choice.
        node: Address of the node that reads; empty where it is no choice of edges.
        presence: Which nodes there are; None where every option leads to a node that always is.
    """

    decision: Decision
    node: str
    presence: Presence | None

    def address_of(self, option: Scalar) -> str:
        """Address of the node that an option leads to, whatever its port."""
        return self._addresses[option]

    @cached_property
    def _addresses(self) -> Mapping[Scalar, str]:
        body, dot, _ = self.node.rpartition(".")
        return {o: f"{body}{dot}{str(o).partition('.')[0]}" for o in self.decision.options}

    def is_there(self, option: Scalar, values: Values) -> bool:
        """Whether the node that an option leads to is there."""
        return self.presence is None or self.presence.is_there(self.address_of(option), values)

    def taken(self, values: Values) -> tuple[Scalar, ...]:
        """The options that a member reads in the end, each once, in the order of its edges."""
        value = values[self.decision.path]
        chosen = value if isinstance(value, tuple) else (value,)
        if self.presence is None:
            return chosen
        found: list[Scalar] = []
        known = set(chosen)
        for option in chosen:
            read = self.read(option, values)
            # What is read in place of a node counts once, and only where it could be chosen.
            if read == option or (read not in known and read in self.decision.options):
                known.add(read)
                found.append(read)
        return tuple(found)

    def free(self, values: Values) -> list[Scalar]:
        """Options that are there and not taken."""
        return [
            option
            for option in without(self.decision.options, self.taken(values))
            if self.is_there(option, values)
        ]

    def value_of(self, taken: Iterable[Scalar], values: Values) -> DecisionValue | None:
        """The value with which a member reads these options; None if the bounds allow none.

        Args:
            taken: What is to be read.
            values: All values of the member. Where more edges are asked for than are to be read,
                some that lead to the same nodes are added.
        """
        decision, wanted = self.decision, list(taken)
        if decision.kind == "choice":
            return wanted[0] if len(wanted) == 1 else None
        for option in decision.options if len(wanted) < decision.least else ():
            is_idle = not self.is_there(option, values) and self.read(option, values) in wanted
            if is_idle and len(wanted) < decision.least:
                wanted.append(option)
        if not max(decision.least, bool(self.node)) <= len(wanted) <= decision.most:
            return None
        left = without(decision.options, wanted)
        return tuple(without(decision.options, left))

    def read(self, option: Scalar, values: Values) -> Scalar:
        """The option that is read where this one is chosen; None where there is none."""
        if self.presence is None:
            return option
        here = self._addresses[option]
        address = self.presence.read(here, values)
        if address is None or address == here:
            return option if address == here else None
        _, dot, port = str(option).partition(".")
        return f"{address.rpartition('.')[2]}{dot}{port}"


def without(options: Iterable[Scalar], others: Iterable[Scalar]) -> list[Scalar]:
    """Options other than these, where True, 1 and 1.0 are three."""
    barred = {(type(option), option) for option in others}
    return [option for option in options if (type(option), option) not in barred]


def edges_in(table: DecisionTable, presence: Presence) -> tuple[Edges, ...]:
    """All choices of edges and of several options that have more than one value."""
    found: list[Edges] = []
    for decision in table:
        is_edge = decision.role == "edge"
        if decision.num_values < 2 or not (is_edge or decision.kind == "subset"):
            continue
        edges = Edges(decision, decision.path.removesuffix(".from") if is_edge else "", None)
        addresses = {edges.address_of(option) for option in decision.options}
        if is_edge and not addresses.isdisjoint({*presence.elements, *presence.switches}):
            edges = Edges(decision, edges.node, presence)
        found.append(edges)
    return tuple(found)
