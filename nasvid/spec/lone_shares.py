"""Names under `share` that one node alone has, so that nothing is shared: most likely misspelt."""

from collections.abc import Iterator, Sequence

from nasvid.core.errors import Problem
from nasvid.spec.parse_repeats import counts_of
from nasvid.spec.syntax import Network, NodeSpec


def lone_shares(network: Network) -> tuple[Problem, ...]:
    """Nodes of the network and of its blocks with a name that no other use has."""
    found = list(_lone(network.nodes, ""))
    for block in network.blocks:
        found += _lone(block.nodes, f"blocks.{block.name}.")
    return tuple(found)


def _lone(nodes: Sequence[NodeSpec], prefix: str) -> Iterator[Problem]:
    users: dict[str, list[NodeSpec]] = {}
    for node in nodes:
        if node.share:
            users.setdefault(node.share, []).append(node)
    for share, (node, *others) in users.items():
        if not others and not _has_copies(node):
            known = ", ".join(repr(name) for name in users if name != share)
            message = (
                f"no other node of this body shares {share!r}, so it has weights of its own."
                + (f" Other names here: {known}." if known else "")
            )
            title = node.name if node.member is None else node.member.level
            yield Problem(node.mark, f"{prefix}{title}", message)


def _has_copies(node: NodeSpec) -> bool:
    """Whether it may stand for more than one use."""
    counts = None if node.repeat is None else counts_of(node.repeat.count)
    return node.repeat is not None and (counts is None or max(counts, default=0) > 1)
