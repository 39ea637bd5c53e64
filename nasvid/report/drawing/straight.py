"""The edges that a picture keeps straight: those along which streams go on."""

from collections import Counter
from collections.abc import Mapping, Sequence

from nasvid.report.drawing.model import Drawing


def straight_edges(drawing: Drawing) -> frozenset[tuple[str, str]]:
    """One edge into each box at most, and one out of each.

    Into a box that is the one from its own stream, of several the one with the widest gate, of those
    the first. Out of a box it is the one behind which its stream goes on longest.
    """
    if drawing.subject == "inside":
        # No branch is more than another.
        return frozenset()
    lane = {box.path: box.lane for box in drawing.boxes}
    role = {box.path: box.role for box in drawing.boxes}
    num_read, num_readers = (
        Counter(e.target for e in drawing.edges),
        Counter(e.source for e in drawing.edges),
    )
    into: dict[str, tuple[tuple[bool, float], str]] = {}
    for edge in drawing.edges:
        # Where streams part or meet, the box stands in the middle of them.
        parts = role[edge.source] == "input" and num_readers[edge.source] > 1
        meets = num_read[edge.target] > 1 and lane[edge.source] != lane[edge.target]
        if parts or meets:
            continue
        gate = edge.gate if isinstance(edge.gate, float | int) else 0.5
        rank = (lane[edge.source] == lane[edge.target], gate)
        if edge.target not in into or rank > into[edge.target][0]:
            into[edge.target] = (rank, edge.source)
    readers: dict[str, list[str]] = {}
    for target, (_, source) in into.items():
        readers.setdefault(source, []).append(target)
    going = _goes_on(drawing, readers)
    found: set[tuple[str, str]] = set()
    for source, targets in readers.items():
        best = max(targets, key=lambda t: (lane[t] == lane[source], going[t]))
        found.add((source, best))
    return frozenset(found)


def _goes_on(drawing: Drawing, readers: Mapping[str, Sequence[str]]) -> dict[str, tuple[bool, int]]:
    """Whether the stream of a box goes on behind it to its end, and through how many boxes.

    It ends where the network does, or where it meets others. Ways that merely lead into another stream,
    as lateral connections do, are none of its own.
    """
    lane = {box.path: box.lane for box in drawing.boxes}
    into = {edge.source for edge in drawing.edges}
    met = {edge.source for edge in drawing.edges if lane[edge.target] is None}
    found: dict[str, tuple[bool, int]] = {}
    # Boxes stand behind what they read, so what follows is known from the end on.
    for box in reversed(drawing.boxes):
        same = [r for r in readers.get(box.path, ()) if lane[r] == box.lane]
        ends = box.path in met or box.path not in into
        far, length = max((found.get(reader, (False, 0)) for reader in same), default=(False, 0))
        found[box.path] = (ends or far, length + 1)
    return found
