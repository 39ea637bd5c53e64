"""Which nodes of a member read which, and which of them the outputs need."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nasvid.search.edges import Edges
from nasvid.search.presence import Presence, Values
from nasvid.spec.outline import Outline


@dataclass(frozen=True, slots=True)
class Connections:
    """The nodes of a member, those of blocks apart.

    Args:
        reads: Each node that is there to the nodes and inputs that it reads.
        needed: Nodes and inputs that the outputs need.
    """

    reads: Mapping[str, tuple[str, ...]]
    needed: frozenset[str]

    def needs(self, address: str) -> bool:
        """Whether the outputs need what stands at an address; so where no nodes are known."""
        return not self.reads or address.partition(".")[0] in self.needed

    def entries(self, outline: Outline) -> list[str]:
        """Nodes that are needed and read nothing but inputs: where the streams begin."""
        return [node for node in entries_of(outline) if node in self.needed]

    def origins(self, outline: Outline) -> dict[str, frozenset[str]]:
        """For each node the entries that it descends from."""
        entries = set(entries_of(outline))
        found: dict[str, frozenset[str]] = {}
        # Every node stands behind those that it reads.
        for node, read in self.reads.items():
            above = (found.get(name, frozenset()) for name in read)
            found[node] = frozenset((node,)) if node in entries else frozenset().union(*above)
        return found


def connections(
    outline: Outline, edges_of: Mapping[str, Edges], presence: Presence, values: Values
) -> Connections:
    """Those of a member."""
    reads: dict[str, tuple[str, ...]] = {}
    for node, possible in outline.reads.items():
        if presence.is_there(node, values):
            edges = edges_of.get(node)
            if edges is not None and edges.decision.path in values:
                names = (str(option).partition(".")[0] for option in edges.taken(values))
            else:
                names = (name for name in possible if presence.is_there(name, values))
            reads[node] = tuple(dict.fromkeys(names))
    return Connections(reads, _reached(outline.outputs, reads))


def entries_of(outline: Outline) -> list[str]:
    """Nodes that can read nothing but inputs, in order."""
    inputs = set(outline.inputs)
    return [node for node, possible in outline.reads.items() if inputs.issuperset(possible)]


def inputs_of(outline: Outline) -> dict[str, frozenset[str]]:
    """Inputs and nodes to the inputs that they may descend from, whatever is chosen."""
    found = {name: frozenset((name,)) for name in outline.inputs}
    for node, possible in outline.reads.items():
        found[node] = frozenset().union(*(found.get(name, frozenset()) for name in possible))
    return found


def _reached(ends: Iterable[str], reads: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    found: set[str] = set()
    waiting = list(ends)
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting += reads.get(node, ())
    return frozenset(found)
