"""Who may read whom in a network, without what nodes are."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from nasvid.spec.syntax import Network
from nasvid.spec.wiring import reads


@dataclass(frozen=True, slots=True)
class Outline:
    """Nodes of a network, those of levels one by one.

    Args:
        inputs: The streams.
        reads: Each node to the nodes and inputs that it reads whatever is chosen, or may read where
            it chooses; in an order in which every one can be computed.
        outputs: Nodes that give an output.
    """

    inputs: tuple[str, ...] = ()
    reads: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    outputs: tuple[str, ...] = ()


def outline_of(network: Network) -> Outline:
    """The outline of a network."""
    return Outline(
        tuple(stream.name for stream in network.inputs),
        {node.name: reads(node) for node in network.nodes},
        tuple(dict.fromkeys(edge.ref.split(".")[0] for _, edge in network.outputs)),
    )
