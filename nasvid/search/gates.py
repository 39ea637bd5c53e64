"""Which edges the gates of a trained network belong to."""

import re
from collections.abc import Iterable, Mapping

from nasvid.search.edges import Edges
from nasvid.search.presence import Values
from nasvid.spec.decision import Scalar

# As merges call their gates: that of the second edge of `fusion` is `fusion_merge.gate_1`.
_GATE = re.compile(r"(?P<node>.+)_merge(?:_\d+)?\.gate_(?P<number>\d+)")

Edge = tuple[str, Scalar]


def gates_of_edges(
    edges: Iterable[Edges], values: Values, gates: Mapping[str, float]
) -> dict[Edge, float]:
    """The gate of each edge by the node that reads and the option that it reads.

    Edges without a learned gate are left out: single ones, those whose gate is fixed, and those of
    nodes that the outputs do not need. Where copies of a node share their edges it is the mean.

    Args:
        edges: Choices of edges.
        values: All values of the member that was trained.
        gates: Learned gate of each gated edge by node path.
    """
    open_edges = [one for one in edges if one.node and one.decision.path in values]
    copies: dict[str, list[Mapping[int, float]]] = {}
    for name, by_number in _by_node(gates).items():
        nodes = [one.node for one in open_edges if is_node_of(name, one.node)]
        if nodes:
            # Of nodes with one name, one inside the other, the outer one is meant.
            copies.setdefault(min(nodes, key=len), []).append(by_number)
    found: dict[Edge, float] = {}
    for one in open_edges:
        taken, known = one.taken(values), copies.get(one.node, [])
        if len(taken) <= max((max(by_number) for by_number in known), default=0):
            continue
        for number, option in enumerate(taken):
            learned = [by_number[number] for by_number in known if number in by_number]
            if learned:
                found[one.node, option] = sum(learned) / len(learned)
    return found


def _by_node(gates: Mapping[str, float]) -> dict[str, dict[int, float]]:
    """Name of each node that has gates, to the gates by the numbers of its edges."""
    found: dict[str, dict[int, float]] = {}
    for path, gate in gates.items():
        match = _GATE.fullmatch(path)
        if match is not None:
            found.setdefault(match["node"], {})[int(match["number"])] = gate
    return found


def is_node_of(name: str, address: str) -> bool:
    """Whether a dotted node name of a graph is that of a node at an address.

    Names have the numbers of copies that share their choices, addresses the names of blocks that
    could have been others.

    Example:
        >>> is_node_of("stage.1.mix", "stage.cell.mix"), is_node_of("stage.1.mix", "stage.0.mix")
        (True, False)
    """
    names, parts = name.split("."), address.split(".")
    at = 0
    for number, part in enumerate(parts):
        if not part.isdigit():
            while at and at < len(names) and names[at].isdigit():
                at += 1
        if at < len(names) and names[at] == part:
            at += 1
        elif part.isdigit() or not number:
            return False
    return at == len(names)
