"""Gates of one network that are fixed to what was learned: weights of edges, and no decisions.

A space whose merges are gated learns its gates anew in every member. A published network may come
with the gates that were found; `gates:` puts them on the edges that its choices take.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice

from nasvid.core.errors import Mark, Problem, SpaceError
from nasvid.core.registry import unknown_name
from nasvid.spec.addresses import argument_path
from nasvid.spec.decision import DecisionValue, takes
from nasvid.spec.expressions import Name
from nasvid.spec.search_space import SearchSpace
from nasvid.spec.source import MAX_PROBLEMS, cut
from nasvid.spec.syntax import (
    BlockCall,
    Choice,
    Expression,
    Literal,
    Member,
    Network,
    NodeSpec,
    Source,
    ValueSpec,
)

# Of a list of names in a message.
MAX_TEXT = 300


@dataclass(frozen=True, slots=True)
class FixedGate:
    """The gate of one edge.

    Args:
        mark: Place.
        ref: What is read, as the decision on the edges calls it.
        weight: From 0 to 1.
    """

    mark: Mark
    ref: str
    weight: float


@dataclass(frozen=True, slots=True)
class NodeGates:
    """The gates of the edges by which one node reads.

    Args:
        mark: Place.
        node: Name of the node.
        gates: Of some of the edges, or of all.
    """

    mark: Mark
    node: str
    gates: tuple[FixedGate, ...]


def with_gates(space: SearchSpace, given: Sequence[NodeGates]) -> SearchSpace:
    """The network of a closed space with these gates in place of learned ones.

    Args:
        space: Nothing is left to choose in it.
        given: As the file says.

    Raises:
        SpaceError: Something is left to choose, or there is no such gate; all such problems at once.
    """
    if not given:
        return space
    # Looking for what a name may mean takes time, and more than these help nobody.
    problems = list(islice(_problems(space, given), MAX_PROBLEMS))
    if problems:
        raise SpaceError(problems)
    gates = {item.node: {gate.ref: gate for gate in item.gates} for item in given}
    weights = {node: dict(of_node) for node, of_node in space.gates.items()}
    for node, of_node in gates.items():
        weights.setdefault(node, {}).update({r: gate.weight for r, gate in of_node.items()})
    return replace(
        space,
        network=_fixed(space.network, gates),
        written=None if space.written is None else _fixed(space.written, gates),
        gates=weights,
    )


def _fixed(network: Network, gates: Mapping[str, Mapping[str, FixedGate]]) -> Network:
    """The network with these gates on its edges."""

    def changed(node: NodeSpec) -> NodeSpec:
        if node.source is None or node.name not in gates:
            return node
        of_node = gates[node.name]
        edges = tuple(
            replace(edge, gate=Literal(gate.mark, gate.weight))
            if (gate := of_node.get(edge.ref)) is not None
            else edge
            for edge in node.source.edges
        )
        return replace(node, source=replace(node.source, edges=edges))

    return replace(network, nodes=tuple(changed(node) for node in network.nodes))


def _problems(space: SearchSpace, given: Sequence[NodeGates]) -> Iterator[Problem]:
    values = {d.path: next(d.values()) for d in space.decisions if d.num_values == 1}
    missing = space.decisions.open_given(values)
    if missing:
        message = (
            f"are of one network, and {missing[0].path} is left to choose here. Choose it, or leave "
            "the gates out; then they are learned."
        )
        yield Problem(given[0].mark, "gates", message)
        return
    reader = _Reader(space, values)
    for item in given:
        path = f"gates.{item.node}"
        node = reader.nodes.get(item.node)
        if node is None or node.source is None:
            message = unknown_name("node", item.node, reader.gated)
            yield Problem(
                item.mark, path, f"{message} Accepts nodes that join what they read by gates."
            )
            continue
        whole = reader.misfit(node, node.source)
        if whole:
            yield Problem(item.mark, path, whole)
            continue
        taken = reader.taken(node, node.source)
        for gate in item.gates:
            if gate.ref not in taken:
                got, accepted = cut(repr(gate.ref)), cut(", ".join(taken), MAX_TEXT)
                message = f"it does not read {got}; accepts what it reads: {accepted}."
                yield Problem(gate.mark, f"{path}.{gate.ref}", message)


class _Reader:
    """Looks at the nodes of a network of which all is chosen."""

    def __init__(self, space: SearchSpace, values: Mapping[str, DecisionValue]) -> None:
        self.nodes = {node.name: node for node in space.network.nodes}
        self._decisions = dict(space.network.decisions)
        self._merges = space.catalogue.merges
        self._values = values

    @cached_property
    def gated(self) -> list[str]:
        """Nodes whose edges have gates."""
        return [
            name
            for name, node in self.nodes.items()
            if node.source is not None and not self.misfit(node, node.source)
        ]

    def misfit(self, node: NodeSpec, source: Source) -> str:
        """Why the edges of a node have no gates; empty where they have."""
        if not self._is_there(node):
            return "is not there with what is chosen. Drop its gates."
        taken = self.taken(node, source)
        if len(taken) < 2:
            return (
                f"reads {', '.join(taken)} alone, and a single input has no gate. Drop its gates."
            )
        merge = self._merge(source, node.name)
        if merge is None or self._merges[merge].is_gated:
            return ""
        names = ", ".join(name for name, merge in self._merges.items() if merge.is_gated)
        return f"joins what it reads by {merge}, which has no gates; accepts nodes with {names}."

    def taken(self, node: NodeSpec, source: Source) -> list[str]:
        """What a node reads with what is chosen."""
        refs = [edge.ref for edge in source.edges]
        at = argument_path(node.name, "from")
        if source.kind != "all" and at in self._values:
            refs = [ref for ref in refs if takes(self._values[at], (ref,))]
        # As lowering has it: one that is not there gives way to another, and edges that then coincide
        # are one.
        found: list[str] = []
        known = set(refs)
        offered = {edge.ref for edge in source.edges}
        for ref in refs:
            read = self._read(ref)
            if read is None or (read != ref and (read in known or read not in offered)):
                continue
            known.add(read)
            found.append(ref)
        return found

    def _read(self, ref: str) -> str | None:
        """What an edge to this reads, or None where nothing stands in for it."""
        base, dot, port = ref.partition(".")
        node = self.nodes.get(base)
        if node is None or self._is_there(node):
            return ref
        if node.member is None:
            return None if node.vanishes else ref
        count = self._count(node.member)
        stand_in = None if count is None else node.member.stand_in(count)
        return None if stand_in is None else f"{stand_in}{dot}{port}"

    def _is_there(self, node: NodeSpec) -> bool:
        """Whether a node is there, as far as choices tell."""
        if node.when is not None:
            there = self._resolved(node.when, argument_path(node.name, "when"))
            if there is False and (node.vanishes or node.otherwise is None):
                return False
        count = None if node.member is None else self._count(node.member)
        return node.member is None or count is None or node.member.index < count

    def _count(self, member: Member) -> int | None:
        """How many nodes a level has."""
        count = self._resolved(member.count, argument_path(member.level, "repeat"))
        return count if isinstance(count, int) else None

    def _merge(self, source: Source, node: str) -> str | None:
        """How a node joins what it reads; None where that takes arithmetic."""
        if source.merge is None:
            return "add"
        found = self._resolved(source.merge, argument_path(node, "merge"))
        return found if isinstance(found, str) and found in self._merges else None

    def _resolved(self, value: ValueSpec, at: str) -> DecisionValue:
        """The value, or the name of a block; None where it is neither plain nor chosen."""
        if isinstance(value, Literal):
            return value.value
        if isinstance(value, BlockCall):
            return value.block
        if isinstance(value, Choice) and at in self._values:
            label = self._values[at]
            option = next((o for lab, o in value.options if takes(label, (lab,))), None)
            return None if option is None else self._resolved(option, f"{at}.{label}")
        if isinstance(value, Expression) and isinstance(value.tree, Name):
            named = self._decisions.get(value.tree.text)
            return None if named is None else self._resolved(named, value.tree.text)
        return None
