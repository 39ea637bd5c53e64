"""Where nodes are placed while a body is lowered."""

from dataclasses import dataclass

from nasvid.lowering.builder import Builder
from nasvid.lowering.scope import Scope
from nasvid.spec.decision import DecisionValue
from nasvid.spec.syntax import NodeSpec, Source

# Address and value, in the order of the table.
Chosen = tuple[tuple[str, DecisionValue], ...]


@dataclass(frozen=True, slots=True)
class Site:
    """A body under construction.

    Args:
        builder: Its nodes so far.
        scope: What names mean in it.
        path: Its address; empty for the network.
        chosen: What is chosen inside it, and maybe more.
    """

    builder: Builder
    scope: Scope
    path: str
    chosen: Chosen

    def below(self, path: str) -> Chosen:
        """What is chosen inside a body that stands at this address in it."""
        if not self.chosen:
            return ()
        prefix = f"{path}."
        return tuple([pair for pair in self.chosen if pair[0].startswith(prefix)])

    def address(self, node: NodeSpec) -> str:
        """Address of a node of the body."""
        return self.address_of(node.name)

    def address_of(self, name: str) -> str:
        """Address of what has this name in the body."""
        return f"{self.path}.{name}" if self.path else name


@dataclass(frozen=True, slots=True)
class Reading:
    """What a node reads.

    Args:
        refs: References in the graph, after what stands on the edges.
        gates: Fixed gate of each, or None.
        source: What the file says of it; None for what stands on an edge.
        path: Address of the node.
    """

    refs: tuple[str, ...]
    gates: tuple[float | None, ...]
    source: Source | None
    path: str
