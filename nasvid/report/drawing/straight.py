"""The edges that a picture keeps straight: those along which streams go on."""

from collections import Counter

from nasvid.report.drawing.model import Drawing


def straight_edges(drawing: Drawing) -> frozenset[tuple[str, str]]:
    """One edge into each box at most, and one out of each.

    Into a box that is the one from its own stream, of several the one with the widest gate, of those
    the first. Out of a box it is the one behind which its stream goes on longest.
    """
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
    # Boxes stand behind what they read, so lengths are known from the end on.
    length: dict[str, float] = {}
    met = {edge.source for edge in drawing.edges if lane[edge.target] is None}
    for box in reversed(drawing.boxes):
        same = [length.get(r, 0) for r in readers.get(box.path, ()) if lane[r] == box.lane]
        # Where streams meet is farther than where one merely leads into another.
        length[box.path] = 1 + max(same, default=0.5 if box.path in met else 0)
    found: set[tuple[str, str]] = set()
    for source, targets in readers.items():
        best = max(targets, key=lambda t: (lane[t] == lane[source], length[t]))
        found.add((source, best))
    return frozenset(found)
