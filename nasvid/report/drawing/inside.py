"""Pictures of what is inside blocks that hold branches side by side, each kind of block once.

A picture of a whole network leaves such blocks closed, as copies of them are many; yet the branches
are what modules as those of Inception and EvaNet are about.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from nasvid.graph.ir import Graph, Node
from nasvid.report.drawing.bundling import Bundle
from nasvid.report.drawing.model import Box, Drawing, Lane
from nasvid.report.drawing.node_words import POOLS, is_repeat, telling

MAX_INSETS = 8
MAX_BOXES = 40
MAX_NAMES = 4

# What a block looks like inside, without a title.
Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Inside:
    """What a box holds.

    Args:
        path: Of the box.
        block: Name of the block.
        drawing: The picture of it.
    """

    path: str
    block: str
    drawing: Drawing


def look_inside(
    found: Mapping[str, Bundle], lanes: Mapping[str, Lane | None], draw: Callable[[Graph], Drawing]
) -> tuple[Drawing, ...]:
    """The insides of the boxes of a network.

    Args:
        found: Boxes by path.
        lanes: Stream of each.
        draw: Makes a picture of the body of a block.
    """
    insides: list[Inside] = []
    for path, bundle in found.items():
        node = _unwrapped(bundle.main.node)
        if node is None or node.body is None or len(node.body.nodes) > MAX_BOXES:
            continue
        drawing = draw(node.body)
        if has_branches(drawing):
            insides.append(Inside(path, node.block, painted(drawing, lanes[path])))
    return as_insets(insides)


def _unwrapped(node: Node) -> Node | None:
    """The block that a node is copies of, or a mere cover of; None for a primitive."""
    while node.body is not None and node.body.nodes:
        inner = node.body.nodes
        if is_repeat(node):
            node = _telling_most(inner)
        elif len(inner) == 1 and inner[0].body is not None:
            node = inner[0]
        else:
            return node
    return None


def _telling_most(copies: Sequence[Node]) -> Node:
    """A late one of the copies that tell most: they may take turns, and first ones may widen."""
    counts = [len(set(telling(copy))) for copy in copies]
    return [copy for copy, count in zip(copies, counts, strict=True) if count == max(counts)][-1]


def has_branches(drawing: Drawing) -> bool:
    """Whether several ways lead on from a box.

    Of two ways both have to have kernels, as a pool and a projection are no more than a shortcut. Queries,
    keys and values are no branches, as every attention has them.
    """
    reads: dict[str, list[str]] = {}
    readers: dict[str, list[str]] = {}
    for edge in drawing.edges:
        reads.setdefault(edge.target, []).append(edge.source)
        readers.setdefault(edge.source, []).append(edge.target)
    kinds = {box.path: box.kind for box in drawing.boxes}
    if any(kind.startswith("attention_product") for kind in kinds.values()):
        return False
    for targets in readers.values():
        ways = [target for target in dict.fromkeys(targets) if len(reads[target]) == 1]
        if len(ways) > 2 or sum(_has_kernels(way, kinds, reads, readers) for way in ways) > 1:
            return True
    return False


def _has_kernels(
    way: str,
    kinds: Mapping[str, str],
    reads: Mapping[str, Sequence[str]],
    readers: Mapping[str, Sequence[str]],
) -> bool:
    """Whether a chain of boxes that begins here has more than pools and pointwise layers."""
    while True:
        kind = kinds[way]
        if any(sign.isdecimal() for sign in kind) and not kind.startswith(POOLS):
            return True
        following = readers.get(way, ())
        if len(following) != 1 or len(reads[following[0]]) != 1:
            return False
        way = following[0]


def as_insets(insides: Iterable[Inside]) -> tuple[Drawing, ...]:
    """One picture for all boxes that hold the same layers, of widths of their own."""
    alike: dict[Key, list[Inside]] = {}
    for inside in insides:
        alike.setdefault(_key(inside), []).append(inside)
    return tuple(
        replace(same[0].drawing, title=_title(same)) for same in list(alike.values())[:MAX_INSETS]
    )


def _key(inside: Inside) -> Key:
    drawing = inside.drawing
    boxes = tuple((box.path, box.kind, box.join, box.lane) for box in drawing.boxes)
    return inside.block, boxes, drawing.edges


def _title(same: Sequence[Inside]) -> str:
    paths = [inside.path for inside in same]
    rest = len(paths) - MAX_NAMES
    names = ", ".join(paths[:MAX_NAMES]) + (f" and {rest} more" if rest > 0 else "")
    return f"{same[0].block} of {names}, opened"


def painted(drawing: Drawing, lane: Lane | None) -> Drawing:
    """The inside of a box in the colour of its stream."""
    return replace(
        drawing, subject="inside", boxes=tuple(_without_ticks(box, lane) for box in drawing.boxes)
    )


def _without_ticks(box: Box, lane: Lane | None) -> Box:
    return replace(box, lane=lane, frames=0)
