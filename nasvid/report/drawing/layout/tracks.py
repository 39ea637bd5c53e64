"""Boxes in rows, and for every edge that passes a row a place in that row.

All edges from one box share the places until they part, as a cable does, unless the plan wants none.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from nasvid.report.drawing.layout.plan import Plan

TRACK_WIDTH = 8.0
Edge = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Place:
    """A box, or where edges pass a row.

    Args:
        name: Of the box; empty for edges.
        row: Counted from 0.
        width: Of the box, or what edges take.
        groups: Groups that it is in, outermost first.
    """

    name: str
    row: int
    width: float
    groups: tuple[str, ...]


@dataclass(slots=True)
class Tracks:
    """Places and the lines between those of neighbouring rows.

    Args:
        places: All of them.
        rows: Indices of the places in each row; the order of each is found by `order`.
        below: For each place those of the next row that it is joined to.
        above: The other way round.
        paths: For every edge the places from source to target. One that leads to a higher row is
            upside down; one within a row has just the two.
        straight: Lines that are drawn as straight as can be.
    """

    places: list[Place] = field(default_factory=list[Place])
    rows: list[list[int]] = field(default_factory=list[list[int]])
    below: list[list[int]] = field(default_factory=list[list[int]])
    above: list[list[int]] = field(default_factory=list[list[int]])
    paths: dict[Edge, list[int]] = field(default_factory=dict[Edge, list[int]])
    straight: set[tuple[int, int]] = field(default_factory=set[tuple[int, int]])

    def add(self, place: Place) -> int:
        """One more place; returns its index."""
        index = len(self.places)
        self.places.append(place)
        self.rows[place.row].append(index)
        self.below.append([])
        self.above.append([])
        return index

    def join(self, upper: int, lower: int) -> None:
        """Join two places of neighbouring rows."""
        if lower not in self.below[upper]:
            self.below[upper].append(lower)
            self.above[lower].append(upper)

    def lines(self, row: int) -> Iterator[tuple[int, int]]:
        """The lines between a row and the next."""
        for upper in self.rows[row]:
            for lower in self.below[upper]:
                yield upper, lower


def find_tracks(plan: Plan, rows: Mapping[str, int]) -> Tracks:
    """The places of all boxes and edges."""
    return _Laying(plan, rows).tracks()


class _Laying:
    def __init__(self, plan: Plan, rows: Mapping[str, int]) -> None:
        self._plan = plan
        self._rows = rows
        self._groups = {name: tuple(plan.groups_around(name)) for name in plan.items}
        self._spans = _spans(rows, self._groups)
        self._tracks = Tracks(rows=[[] for _ in range(max(rows.values(), default=-1) + 1)])
        self._box = {
            name: self._tracks.add(Place(name, rows[name], item.width, self._groups[name]))
            for name, item in plan.items.items()
        }

    def tracks(self) -> Tracks:
        """All edges laid."""
        tracks, rows, box = self._tracks, self._rows, self._box
        ahead: dict[str, list[str]] = {}
        for source, target in self._plan.edges:
            if rows[target] > rows[source]:
                ahead.setdefault(source, []).append(target)
            elif rows[target] < rows[source]:
                tracks.paths[source, target] = [*self._cable(target, [source]), box[source]]
            else:
                tracks.paths[source, target] = [box[source], box[target]]
        for source, targets in ahead.items():
            cable = self._cable(source, targets) if self._plan.is_cabled else []
            for target in targets:
                own = cable or self._cable(source, [target])
                path = [*own[: rows[target] - rows[source]], box[target]]
                tracks.paths[source, target] = path
                if (source, target) in self._plan.straight:
                    tracks.straight.update(pairwise(path))
        for (source, target), path in tracks.paths.items():
            if rows[source] != rows[target]:
                for upper, lower in pairwise(path):
                    tracks.join(upper, lower)
        return tracks

    def _cable(self, start: str, ends: Sequence[str]) -> list[int]:
        """The place where a cable begins, and those where it passes rows on its way down."""
        path = [self._box[start]]
        for row in range(self._rows[start] + 1, max(self._rows[end] for end in ends)):
            beyond = _shared([self._groups[end] for end in ends if self._rows[end] > row])
            groups = max(self._within(self._groups[start], row), self._within(beyond, row), key=len)
            path.append(self._tracks.add(Place("", row, TRACK_WIDTH, groups)))
        return path

    def _within(self, groups: tuple[str, ...], row: int) -> tuple[str, ...]:
        """Those of some groups that the row runs through."""
        return tuple(g for g in groups if self._spans[g][0] <= row <= self._spans[g][1])


def _shared(many: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    shared = many[0]
    for other in many[1:]:
        length = 0
        while length < min(len(shared), len(other)) and shared[length] == other[length]:
            length += 1
        shared = shared[:length]
    return shared


def _spans(
    rows: Mapping[str, int], groups: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[int, int]]:
    """First and last row of each group."""
    spans: dict[str, tuple[int, int]] = {}
    for name, around in groups.items():
        for group in around:
            first, last = spans.get(group, (rows[name], rows[name]))
            spans[group] = min(first, rows[name]), max(last, rows[name])
    return spans
