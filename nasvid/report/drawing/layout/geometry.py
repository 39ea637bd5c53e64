"""Rectangles, and lines as a pen draws them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle; y grows downwards."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Lower edge."""
        return self.top + self.height

    @property
    def middle(self) -> float:
        """Half way from left to right."""
        return self.left + self.width / 2

    def overlaps(self, other: "Rect") -> bool:
        """Whether both share more than an edge."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def holds(self, other: "Rect") -> bool:
        """Whether the other one lies inside."""
        return (
            self.left <= other.left
            and other.right <= self.right
            and self.top <= other.top
            and other.bottom <= self.bottom
        )

    def moved(self, x: float, y: float) -> "Rect":
        """The same rectangle elsewhere."""
        return Rect(self.left + x, self.top + y, self.width, self.height)


def around(rects: Iterable[Rect]) -> Rect:
    """The smallest rectangle that holds all of these."""
    found = list(rects)
    left, top = min(r.left for r in found), min(r.top for r in found)
    return Rect(left, top, max(r.right for r in found) - left, max(r.bottom for r in found) - top)


@dataclass(frozen=True, slots=True)
class Stroke:
    """One move of the pen: a line to the last point, or a cubic curve over two control points."""

    kind: Literal["line", "curve"]
    points: tuple[Point, ...]

    @property
    def end(self) -> Point:
        """Where the pen is then."""
        return self.points[-1]


@dataclass(frozen=True, slots=True)
class Route:
    """The line of an edge, from its source to its target.

    Args:
        start: Where it begins.
        strokes: What follows.
        is_up: Whether it enters its target from below.
    """

    start: Point
    strokes: tuple[Stroke, ...]
    is_up: bool = False

    @property
    def end(self) -> Point:
        """Where it enters its target."""
        return self.strokes[-1].end

    def corners(self) -> list[Point]:
        """Points between which all of it lies."""
        return [self.start, *(point for stroke in self.strokes for point in stroke.points)]

    def samples(self, per_curve: int = 16) -> list[Point]:
        """Points along it."""
        found = [self.start]
        for stroke in self.strokes:
            if stroke.kind == "line":
                found.append(stroke.end)
            else:
                found += _on_curve((found[-1], *stroke.points), per_curve)
        return found

    def moved(self, x: float, y: float) -> "Route":
        """The same line elsewhere."""
        strokes = tuple(
            Stroke(s.kind, tuple((px + x, py + y) for px, py in s.points)) for s in self.strokes
        )
        return Route((self.start[0] + x, self.start[1] + y), strokes, self.is_up)


def _on_curve(points: Sequence[Point], number: int) -> list[Point]:
    found: list[Point] = []
    for k in range(1, number + 1):
        t = k / number
        weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
        x = sum(w * p[0] for w, p in zip(weights, points, strict=True))
        y = sum(w * p[1] for w, p in zip(weights, points, strict=True))
        found.append((x, y))
    return found


def line(*points: Point) -> list[Stroke]:
    """Straight lines to these points."""
    return [Stroke("line", (point,)) for point in points]


def bend(start: Point, end: Point) -> list[Stroke]:
    """From one height to another, leaving and arriving upright."""
    if abs(start[0] - end[0]) < 0.5:
        return line(end)
    half = (start[1] + end[1]) / 2
    return [Stroke("curve", ((start[0], half), (end[0], half), end))]


def rounded(start: Point, *points: Point, radius: float = 8.0) -> list[Stroke]:
    """Lines along the axes to these points with round corners."""
    strokes: list[Stroke] = []
    here = start
    for corner, after in pairwise(points):
        enter, leave = _towards(corner, here, radius), _towards(corner, after, radius)
        strokes += line(enter)
        strokes.append(Stroke("curve", (corner, corner, leave)))
        here = corner
    return [*strokes, *line(points[-1])]


def _towards(corner: Point, other: Point, radius: float) -> Point:
    x, y = other[0] - corner[0], other[1] - corner[1]
    length = abs(x) + abs(y)
    step = min(radius, length / 2) / length if length else 0.0
    return corner[0] + x * step, corner[1] + y * step


def spread(wanted: Sequence[float], least: float, most: float, room: float) -> list[float]:
    """Places in this order, as near as can be to those wanted, with room between them.

    Args:
        wanted: Places, in rising order or not; the order of the list is kept.
        least: The lowest place there is.
        most: The highest place there is.
        room: Distance of neighbours; less where they would not fit.
    Example:
        >>> spread([5, 5, 40], 0, 30, 4)
        [3.0, 7.0, 30.0]
    """
    if len(wanted) > 1:
        room = min(room, (most - least) / (len(wanted) - 1))
    # Neighbours that push each other move as one, to the mean of what they want.
    runs: list[tuple[float, int]] = []
    for index, place in enumerate(wanted):
        mean, count = place - index * room, 1
        while runs and runs[-1][0] > mean:
            other, size = runs.pop()
            mean, count = (mean * count + other * size) / (count + size), count + size
        runs.append((mean, count))
    means = [mean for mean, count in runs for _ in range(count)]
    highest = most - (len(wanted) - 1) * room
    return [
        float(max(least, min(mean, highest)) + index * room) for index, mean in enumerate(means)
    ]
