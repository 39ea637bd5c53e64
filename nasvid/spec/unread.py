"""What no output reads, whatever is chosen: streams and nodes that every member leaves out."""

from collections.abc import Iterable, Sequence

from nasvid.core.errors import Mark, Problem
from nasvid.spec.syntax import Edge, Network, NodeSpec
from nasvid.spec.wiring import reads


def unread(network: Network) -> tuple[Problem, ...]:
    """Streams and nodes of a network that none of its members has, and those inside its blocks."""
    named = [(i.name, f"inputs.{i.name}", i.mark) for i in network.inputs]
    named += [(n.name, _title(n), n.mark) for n in network.nodes]
    return (*_unread(named, network.nodes, network.outputs), *unread_in_blocks(network))


def unread_in_blocks(network: Network) -> tuple[Problem, ...]:
    """Nodes inside of blocks that the outputs of their block never read."""
    found: list[Problem] = []
    for block in network.blocks:
        named = [(n.name, f"blocks.{block.name}.{_title(n)}", n.mark) for n in block.nodes]
        found += _unread(named, block.nodes, block.outputs)
    return tuple(found)


def _unread(
    named: Iterable[tuple[str, str, Mark]],
    nodes: Sequence[NodeSpec],
    outputs: Iterable[tuple[str, Edge]],
) -> list[Problem]:
    read = {edge.ref.partition(".")[0] for _, edge in outputs}
    # Every node stands after those that it reads.
    for node in reversed(nodes):
        if node.name in read:
            read.update(reads(node))
    named = list(named)
    # A level is there if any of its nodes is.
    there = {path for name, path, _ in named if name in read}
    left = dict.fromkeys((mark, path) for _, path, mark in named if path not in there)
    message = "does not reach the output, whatever is chosen, and is left out."
    return [Problem(mark, path, message) for mark, path in left]


def _title(node: NodeSpec) -> str:
    return node.name if node.member is None else node.member.level
