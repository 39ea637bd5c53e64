"""A picture of two networks in one: what both have, what one has, and what has changed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from nasvid.graph.canonical import graph_id
from nasvid.graph.ir import Graph, Node
from nasvid.report.diff import SAME, cost_differences, decision_differences
from nasvid.report.drawing.architecture import arrange, check_size, draw_architecture, find_opening
from nasvid.report.drawing.bundling import Bundle, bundles, find_hosts
from nasvid.report.drawing.layout.rows import in_order, without_circles
from nasvid.report.drawing.model import Box, Drawing, Edge, Lane, Mark
from nasvid.report.drawing.node_words import is_repeat
from nasvid.report.drawing.opening import Opening, are_alike, starts_of
from nasvid.report.drawing.outline import Outline, outline
from nasvid.report.drawing.wording import one_line
from nasvid.spec.decisions import Genotype

ARROW = "\N{RIGHTWARDS ARROW}"
MAX_DECISIONS = 12


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two networks.

    Args:
        title: Its name.
        graph: The network.
        genotype: The decisions that made it, where known.
    """

    title: str
    graph: Graph
    genotype: Genotype | None = None


def draw_difference(left: Side, right: Side, depth: int | None = None) -> Drawing:
    """A picture of what differs, from the left network to the right one.

    Boxes are matched by address. Networks that are the same but for names and the order of nodes
    are drawn once.

    Args:
        left: A network.
        right: Another one.
        depth: As in `draw_architecture`; what is opened for one is opened for both.

    Raises:
        NasvidError: There would be too many boxes.
    """
    title = f"{one_line(left.title)} {ARROW} {one_line(right.title)}"
    if graph_id(left.graph) == graph_id(right.graph):
        drawing = draw_architecture(left.graph, title, depth)
        return replace(drawing, subject="difference", facts=(SAME, *drawing.facts))
    one, other = _outlines(left.graph, right.graph, depth)
    hosts, other_hosts = find_hosts(one), find_hosts(other)
    hosts, other_hosts = (
        hosts.agreed(other_hosts, _paths(other)),
        other_hosts.agreed(hosts, _paths(one)),
    )
    before = arrange(one, hosts, left.title)
    after = arrange(other, other_hosts, right.title)
    parts = bundles(one, hosts)[0], bundles(other, other_hosts)[0]
    return _joined(title, (before, after), parts, _facts(left, right), _decisions(left, right))


def _facts(left: Side, right: Side) -> tuple[str, ...]:
    return tuple(line.replace("->", ARROW) for line in cost_differences(left.graph, right.graph))


def _decisions(left: Side, right: Side) -> tuple[str, ...]:
    if left.genotype is None or right.genotype is None:
        return ()
    found = decision_differences(left.genotype, right.genotype)
    lines = [one_line(line.removeprefix("decision ").replace("->", ARROW)) for line in found]
    if len(lines) <= MAX_DECISIONS:
        return tuple(lines)
    rest = len(lines) - MAX_DECISIONS + 1
    return (*lines[: MAX_DECISIONS - 1], f"{rest} more: nasvid diff lists them")


def _outlines(left: Graph, right: Graph, depth: int | None) -> tuple[Outline, Outline]:
    """Both networks with the same blocks opened, and repeats cut at the same copies."""
    one, other = find_opening(left, depth), find_opening(right, depth)
    paths = one.paths | other.paths
    starts = _starts(left.nodes, "", paths)
    for path, found in _starts(right.nodes, "", paths).items():
        starts[path] = starts.get(path, frozenset()) | found
    opening = Opening(paths, starts)
    return outline(left, opening), outline(right, opening)


def _starts(nodes: Iterable[Node], prefix: str, paths: frozenset[str]) -> dict[str, frozenset[int]]:
    found: dict[str, frozenset[int]] = {}
    for node in nodes:
        path = prefix + node.name
        if path in paths and node.body is not None:
            if is_repeat(node):
                found[path] = starts_of(node)
            found |= _starts(node.body.nodes, f"{path}.", paths)
    return found


def _paths(whole: Outline) -> set[str]:
    return {item.path for item in whole.items} | {i.name for i in whole.graph.inputs}


def _joined(
    title: str,
    drawings: tuple[Drawing, Drawing],
    parts: tuple[Mapping[str, Bundle], Mapping[str, Bundle]],
    facts: tuple[str, ...],
    decisions: tuple[str, ...],
) -> Drawing:
    before, after = drawings
    streams = tuple(dict.fromkeys([*before.streams, *after.streams]))
    olds = {box.path: _relaned(box, before.streams, streams) for box in before.boxes}
    news = {box.path: _relaned(box, after.streams, streams) for box in after.boxes}
    boxes: dict[str, Box] = {}
    for path in dict.fromkeys([*olds, *news]):
        old, new = olds.get(path), news.get(path)
        if new is None:
            boxes[path] = replace(olds[path], mark="removed")
        elif old is None:
            boxes[path] = replace(new, mark="added")
        else:
            mark = _mark(old, new, parts[0].get(path), parts[1].get(path))
            boxes[path] = _changed(old, new, mark)
    check_size(len(boxes))
    edges = _edges(before.edges, after.edges)
    above: dict[str, list[str]] = {path: [] for path in boxes}
    for edge in edges:
        above[edge.target].append(edge.source)
    names = in_order(list(boxes), without_circles(list(boxes), above))
    known = {group.path for group in after.groups}
    return Drawing(
        subject="difference",
        title=title,
        facts=facts,
        streams=streams,
        boxes=tuple(boxes[name] for name in names),
        edges=tuple(edges),
        groups=(*after.groups, *(g for g in before.groups if g.path not in known)),
        shared=decisions,
    )


def _relaned(box: Box, own: Sequence[str], streams: Sequence[str]) -> Box:
    """The box with its stream counted among those of both networks."""
    if box.lane is None:
        return box
    return replace(box, lane=Lane(streams.index(own[box.lane.stream]), box.lane.branch))


def _mark(old: Box, new: Box, before: Bundle | None, after: Bundle | None) -> Mark:
    if before is not None and after is not None:
        one, other = before.parts, after.parts
        same = len(one) == len(other) and all(
            are_alike(left.node, right.node) and left.weights_of == right.weights_of
            for left, right in zip(one, other, strict=True)
        )
        if not same or (old.count, old.join) != (new.count, new.join):
            return "changed"
    if (old.kind, old.join) != (new.kind, new.join):
        return "changed"
    return "same" if old.shapes == new.shapes else "reshaped"


def _changed(old: Box, new: Box, mark: Mark) -> Box:
    """The new box, telling what was before."""
    if mark == "same":
        return new
    shapes = new.shapes
    if old.shapes != new.shapes:
        shapes = (*old.shapes[:-1], f"{old.shapes[-1]} {ARROW}", *new.shapes)
    notes = new.notes
    if mark == "changed" and (old.kind, old.join, old.count) == (new.kind, new.join, new.count):
        notes = (*notes, "differs inside")
    return replace(
        new,
        kind=_both(old.kind, new.kind),
        join=_both(old.join, new.join),
        count=_both(old.count, new.count, "1") if old.count or new.count else "",
        shapes=shapes,
        notes=notes,
        details=(*old.details, ARROW, *new.details),
        mark=mark,
    )


def _both(old: str, new: str, nothing: str = "-") -> str:
    return new if old == new else f"{old or nothing} {ARROW} {new or nothing}"


def _edges(before: Iterable[Edge], after: Iterable[Edge]) -> list[Edge]:
    olds = {(e.source, e.target, e.port): e for e in before}
    news = {(e.source, e.target, e.port): e for e in after}
    found: list[Edge] = []
    for ends in dict.fromkeys([*olds, *news]):
        old, new = olds.get(ends), news.get(ends)
        if new is None:
            found.append(replace(olds[ends], mark="removed"))
        elif old is None:
            found.append(replace(new, mark="added"))
        elif old.gate != new.gate:
            found.append(replace(new, mark="changed", before=old.gate))
        else:
            found.append(new)
    return found
