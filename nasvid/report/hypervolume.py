"""How much a front is worth: the volume of what it dominates.

Source: Zitzler and Thiele 1998, Multiobjective Optimization Using Evolutionary Algorithms,
https://doi.org/10.1007/BFb0056872; computed slice by slice as in While et al. 2006, A Faster
Algorithm for Calculating Hypervolume, https://doi.org/10.1109/TEVC.2005.851275. Own code, as pymoo
is an extra that comparing runs shall not need; compared with pymoo's by a test.
"""

from collections.abc import Sequence
from itertools import pairwise
from operator import ge

from nasvid.search.pareto import non_dominated
from nasvid.search.posterior import Vector


def hypervolume(vectors: Sequence[Vector]) -> float:
    """Volume between the origin and these vectors; what is below 0 in a value adds nothing.

    Args:
        vectors: Values that are all maximised.
    Example:
        >>> hypervolume([(1.0, 0.5), (0.5, 1.0), (0.25, 0.25), (-1.0, 2.0)])
        0.75
    """
    inside = [vector for vector in vectors if all(value > 0 for value in vector)]
    front = [inside[k] for k in non_dominated(inside)]
    return _volume(sorted(front, reverse=True))


def _volume(front: list[Vector]) -> float:
    """Volume of a front that is sorted by its first value, the largest first."""
    if not front or len(front[0]) == 1:
        return front[0][0] if front else 0.0
    if len(front[0]) == 2:
        return _area(front)
    volume = 0.0
    # Between one first value and the next lower one, all vectors so far fill the same slice.
    filled: list[Vector] = []
    for here, below in pairwise([*front, (0.0,)]):
        filled = _joined(filled, here[1:])
        if here[0] > below[0]:
            volume += (here[0] - below[0]) * _volume(filled)
    return volume


def _area(front: list[Vector]) -> float:
    area, reached = 0.0, 0.0
    for first, second in front:
        area += first * (second - reached)
        reached = second
    return area


def _joined(front: list[Vector], vector: Vector) -> list[Vector]:
    """A sorted front with one more vector, and without what that one dominates."""
    if any(all(map(ge, other, vector)) for other in front):
        return front
    kept = [other for other in front if not all(map(ge, vector, other))]
    return sorted([*kept, vector], reverse=True)


class Box:
    """The box that fronts are measured in: from the worst to the best value of each objective.

    A tenth of each side lies behind the worst value, so that the ends of a front count.

    Args:
        vectors: The members of all fronts; all values are maximised.
    """

    _MARGIN = 0.1

    def __init__(self, vectors: Sequence[Vector]) -> None:
        columns = list(zip(*vectors, strict=True))
        # An objective in which all members are equal gets a side of 1, which no front fills more.
        spans = [max(column) - min(column) or 1.0 for column in columns]
        self._worst = [
            min(column) - self._MARGIN * span for column, span in zip(columns, spans, strict=True)
        ]
        self._sides = [(1 + self._MARGIN) * span for span in spans]
        self._known: dict[tuple[Vector, ...], float] = {}

    def share(self, front: Sequence[Vector]) -> float:
        """Share of the box that a front dominates, 0 to 1.

        Example:
            >>> round(Box([(0.0, 1.0), (1.0, 0.0)]).share([(1.0, 0.0)]), 4)
            0.0909
        """
        # Most fronts of a curve are those of the point before.
        key = tuple(front)
        if key not in self._known:
            self._known[key] = hypervolume([self._scaled(vector) for vector in front])
        return self._known[key]

    def _scaled(self, vector: Vector) -> Vector:
        parts = zip(vector, self._worst, self._sides, strict=True)
        # A front of before may have been ahead of all that it is compared with now.
        return tuple(min((value - worst) / side, 1.0) for value, worst, side in parts)
