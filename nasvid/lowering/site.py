"""Where nodes are placed while a body is lowered."""

from dataclasses import dataclass

from nasvid.lowering.builder import Builder
from nasvid.lowering.scope import Scope
from nasvid.spec.syntax import NodeSpec


@dataclass(frozen=True, slots=True)
class Site:
    """A body under construction.

    Args:
        builder: Its nodes so far.
        scope: What names mean in it.
        path: Its address; empty for the network.
    """

    builder: Builder
    scope: Scope
    path: str = ""

    def address(self, node: NodeSpec) -> str:
        """Address of a node of the body."""
        return f"{self.path}.{node.name}" if self.path else node.name


@dataclass(frozen=True, slots=True)
class Reading:
    """What a node reads.

    Args:
        refs: References in the graph, after what stands on the edges.
        gates: Fixed gate of each, or None.
    """

    refs: tuple[str, ...]
    gates: tuple[float | None, ...]
