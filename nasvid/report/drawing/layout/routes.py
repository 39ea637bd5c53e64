"""The line of every edge: upright through rows, bent between them."""

from collections.abc import Sequence
from itertools import pairwise

from nasvid.report.drawing.layout.bands import GUTTER, LANE, crossing
from nasvid.report.drawing.layout.geometry import (
    Point,
    Rect,
    Route,
    Stroke,
    bend,
    line,
    rounded,
    spread,
)
from nasvid.report.drawing.layout.grid import FRAME_BOTTOM, FRAME_TOP, ROW_GAP, TURN, Grid
from nasvid.report.drawing.layout.tracks import Edge

# Of lines that enter one box, and of those to the corners of it.
PORT_ROOM = 13.0
PORT_EDGE = 12.0
# The upright end of a line, which the head of an arrow covers.
LANDING = 8.0


def find_routes(grid: Grid) -> dict[Edge, Route]:
    """Edge to its line; within rows no line leaves its track, so none runs through a box."""
    routes = _Routes(grid)
    return {edge: routes.route(edge, path) for edge, path in grid.tracks.paths.items()}


class _Routes:
    def __init__(self, grid: Grid) -> None:
        self._grid = grid
        self._tracks = grid.tracks
        # Where each line between two places leaves the upper one and enters the lower one.
        self._leave: dict[tuple[int, int], float] = {}
        self._enter: dict[tuple[int, int], float] = {}
        middles = grid.middles
        for index, below in enumerate(self._tracks.below):
            for other in below:
                self._leave[index, other] = self._ends(index, [other])[0]
            above = sorted(self._tracks.above[index], key=lambda other: (middles[other], other))
            for other, x in zip(above, self._ends(index, above), strict=True):
                self._enter[other, index] = x

    def _ends(self, index: int, others: Sequence[int]) -> list[float]:
        """Where lines to other places meet the edge of this one."""
        place, middle = self._tracks.places[index], self._grid.middles[index]
        if not place.name:
            return [middle] * len(others)
        reach = max(0.0, place.width / 2 - PORT_EDGE)
        wanted = [self._wanted(index, other) for other in others]
        wanted = [max(middle - reach, min(x, middle + reach)) for x in wanted]
        return spread(wanted, middle - reach, middle + reach, PORT_ROOM)

    def _wanted(self, index: int, other: int) -> float:
        """Of two boxes that lie above each other both ends of the line are the same."""
        places, band_of = self._tracks.places, self._grid.band_of
        here, there = self._grid.middles[index], self._grid.middles[other]
        if band_of[places[index].row] != band_of[places[other].row] or abs(here - there) < 0.5:
            return here
        return (here + there) / 2 if places[other].name else there

    def route(self, edge: Edge, path: Sequence[int]) -> Route:
        """The line of an edge along its places."""
        source, target = self._grid.boxes[edge[0]], self._grid.boxes[edge[1]]
        upper = self._tracks.places[path[0]]
        if upper.row == self._tracks.places[path[-1]].row:
            return self._sideways(source, target, upper.row)
        if upper.name == edge[0]:
            return self._down(source, target, path)
        return turned(self._down(target, source, path))

    def _down(self, upper: Rect, lower: Rect, path: Sequence[int]) -> Route:
        grid = self._grid
        start: Point = (self._leave[path[0], path[1]], upper.bottom)
        here, strokes = start, list[Stroke]()
        for one, other in pairwise(path):
            row = self._tracks.places[one].row
            is_last = bool(self._tracks.places[other].name)
            end = (self._enter[one, other], grid.tops[row + 1] - LANDING * is_last)
            if grid.band_of[row] != grid.band_of[row + 1]:
                strokes += self._turn(here, end, one)
            else:
                bottom = (here[0], grid.bottom(row))
                strokes += [*line(bottom), *bend(bottom, end)]
            here = end
        strokes += line((here[0], lower.top))
        return Route(start, _tidied(start, strokes))

    def _turn(self, start: Point, end: Point, place: int) -> list[Stroke]:
        """From the end of a band round to the beginning of the next.

        Of lines side by side the right one turns first and lies above the others then, so that none
        crosses another.
        """
        grid, row = self._grid, self._tracks.places[place].row
        beside = crossing(self._tracks, row)
        lane = LANE * (len(beside) - 1 - beside.index(place))
        gutter = grid.rights[grid.band_of[row]] + GUTTER / 2 + lane
        low = grid.bottom(row) + TURN + FRAME_BOTTOM * len(grid.groups(row)) + lane
        high = grid.tops[row + 1] - TURN - FRAME_TOP * len(grid.groups(row + 1))
        high -= LANE * (len(beside) - 1) - lane
        corners = [(start[0], low), (gutter, low), (gutter, high), (end[0], high)]
        return rounded(start, *corners, end)

    def _sideways(self, source: Rect, target: Rect, row: int) -> Route:
        """Between two boxes of a row, below both; differences alone have such edges."""
        low = self._grid.bottom(row)
        start, end = (source.middle, source.bottom), (target.middle, target.bottom)
        dip = low + ROW_GAP * 0.8
        curve = Stroke("curve", ((start[0], dip), (end[0], dip), (end[0], low + LANDING / 2)))
        return Route(start, (*line((start[0], low)), curve, *line(end)), is_up=True)


def _tidied(start: Point, strokes: Sequence[Stroke]) -> tuple[Stroke, ...]:
    """Without lines of no length, and with upright lines that go on as one."""
    kept: list[Stroke] = []
    here = start
    for stroke in strokes:
        if stroke.kind == "line":
            if stroke.end == here:
                continue
            before = kept[-2].end if len(kept) > 1 else start
            if kept and kept[-1].kind == "line" and before[0] == here[0] == stroke.end[0]:
                kept.pop()
        kept.append(stroke)
        here = stroke.end
    return tuple(kept)


def turned(route: Route) -> Route:
    """The same line, drawn from its end to its start."""
    points = [route.start, *(stroke.end for stroke in route.strokes)]
    strokes: list[Stroke] = []
    for index in range(len(route.strokes) - 1, -1, -1):
        stroke, end = route.strokes[index], points[index]
        if stroke.kind == "line":
            strokes.append(Stroke("line", (end,)))
        else:
            first, second, _ = stroke.points
            strokes.append(Stroke("curve", (second, first, end)))
    return Route(route.end, tuple(strokes), is_up=True)
