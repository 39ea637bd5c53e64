"""Which blocks a picture opens, and which copies of a repeat are one box.

By default those are opened that several streams pass through, so that what goes on between streams
is seen, repeats whose copies differ, and, where a network would be a few boxes only, what holds most
of it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from nasvid.cost.analytic import node_cost
from nasvid.graph.ir import Graph, Node
from nasvid.report.diff_nodes import are_same_layers
from nasvid.report.drawing.node_words import is_repeat

# Fewer boxes than this say little of a network; more than this are no overview.
FEW, MANY = 8, 32

CountBoxes = Callable[["Opening"], int]


@dataclass(frozen=True, slots=True)
class Opening:
    """What is opened.

    Args:
        paths: Addresses of block instances.
        starts: Address of a repeat to the copies at which a new box begins; those that are not
            here begin one wherever copies differ.
    """

    paths: frozenset[str] = frozenset()
    starts: Mapping[str, frozenset[int]] = field(default_factory=dict[str, frozenset[int]])

    def joined(self, other: "Opening", starts: Mapping[str, frozenset[int]]) -> "Opening":
        """What either opens."""
        return Opening(self.paths | other.paths, starts)


def runs(node: Node, path: str, opening: Opening) -> list[tuple[Node, ...]]:
    """The copies of a repeat, those that are one box together."""
    inner = () if node.body is None else node.body.nodes
    starts = opening.starts.get(path)
    if starts is None:
        starts = starts_of(node)
    found: list[list[Node]] = []
    for index, copy in enumerate(inner):
        if not found or index in starts:
            found.append([])
        found[-1].append(copy)
    return [tuple(run) for run in found]


def starts_of(node: Node) -> frozenset[int]:
    """The copies of a repeat that differ from the one before them."""
    inner = () if node.body is None else node.body.nodes
    return frozenset(k for k in range(1, len(inner)) if not are_alike(inner[k - 1], inner[k]))


def are_alike(left: Node, right: Node) -> bool:
    """Whether two nodes differ in names and shapes at most."""
    if (left.op, left.block) != (right.op, right.block):
        return False
    if left.body is None or right.body is None:
        return left.body is right.body
    return left.body is right.body or are_same_layers(left.body, right.body)


def is_uniform(node: Node) -> bool:
    """Whether one box can stand for all copies: alike, or two kinds in turn, the first one apart."""
    inner = () if node.body is None else node.body.nodes
    if len({copy.block for copy in inner}) > 1:
        return False
    return all(are_alike(one, other) for one, other in zip(inner[1:], inner[3:], strict=False))


def to_depth(graph: Graph, depth: int) -> Opening:
    """So many levels of blocks are opened, whatever they are."""
    return Opening(frozenset(_paths(graph, "", depth)))


def _paths(graph: Graph, prefix: str, depth: int) -> Iterator[str]:
    for node in graph.nodes if depth > 0 else ():
        if node.body is not None and not is_merge(node):
            yield prefix + node.name
            yield from _paths(node.body, f"{prefix}{node.name}.", depth - 1)


def is_merge(node: Node) -> bool:
    """Whether a node is what joins the inputs of another one."""
    return node.block.startswith("merge_")


def by_itself(graph: Graph, count_boxes: CountBoxes) -> Opening:
    """What a picture opens unless it is told a depth.

    Args:
        graph: The network.
        count_boxes: Boxes of a picture that opens this.
    """
    opening = Opening(frozenset(_fabric(graph, "")))
    tried: set[str] = set()
    while True:
        closed = _closed(graph, "", opening)
        kinds = {kind: share for kind, share in closed.items() if kind not in tried}
        if not kinds:
            return opening
        best = max(kinds, key=lambda kind: (kinds[kind].macs, kind))
        tried.add(best)
        wider = Opening(opening.paths | kinds[best].paths)
        num_boxes = count_boxes(opening)
        if (kinds[best].differs or num_boxes < FEW) and num_boxes < count_boxes(wider) <= MANY:
            opening = wider


def _fabric(graph: Graph, prefix: str) -> Iterator[str]:
    """Blocks with several outputs: what goes on between streams stands inside."""
    for node in graph.nodes:
        if node.body is not None and len(node.body.outputs) > 1:
            yield prefix + node.name
            yield from _fabric(node.body, f"{prefix}{node.name}.")


@dataclass(slots=True)
class _Kind:
    """Closed blocks of one name, which are opened together or not at all."""

    differs: bool
    macs: int = 0
    paths: frozenset[str] = frozenset()


def _closed(graph: Graph, prefix: str, opening: Opening) -> dict[str, _Kind]:
    """By kind, the blocks in sight that hold other blocks."""
    found: dict[str, _Kind] = {}
    for node in graph.nodes:
        path = prefix + node.name
        if node.body is None or is_merge(node):
            continue
        if path in opening.paths:
            inner = _closed(node.body, f"{path}.", opening)
        else:
            differs = is_repeat(node) and not is_uniform(node)
            is_worth = differs or (not is_repeat(node) and _holds_blocks(node.body))
            kind = f"{'repeat of ' if is_repeat(node) else ''}{_name(node)}"
            cost = node_cost(graph, node).macs
            inner = {kind: _Kind(differs, cost, frozenset({path}))} if is_worth else {}
        for kind, other in inner.items():
            known = found.setdefault(kind, _Kind(other.differs))
            known.differs = known.differs or other.differs
            known.macs += other.macs
            known.paths |= other.paths
    return found


def _name(node: Node) -> str:
    inner = node.body.nodes if node.body is not None and is_repeat(node) else (node,)
    return inner[0].block


def _holds_blocks(body: Graph) -> bool:
    return any(node.body is not None and not is_merge(node) for node in body.nodes)
