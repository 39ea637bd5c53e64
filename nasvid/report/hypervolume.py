"""How much a front is worth: the volume of what it dominates.

Source: Zitzler and Thiele 1998, Multiobjective Optimization Using Evolutionary Algorithms,
https://doi.org/10.1007/BFb0056872; computed by exclusive volumes as in While, Bradstreet and Barone
2012, A Fast Way of Calculating Exact Hypervolumes, https://doi.org/10.1109/TEVC.2010.2077298. Own
code, as pymoo is an extra that comparing runs shall not need; compared with pymoo's by a test.
"""

from collections.abc import Sequence

from nasvid.search.pareto import non_dominated

Vector = tuple[float, ...]


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
    if front and len(front[0]) == 2:
        return _area(front)
    return sum(_exclusive(front, index) for index in range(len(front)))


def _area(front: list[Vector]) -> float:
    area, reached = 0.0, 0.0
    for first, second in front:
        area += first * (second - reached)
        reached = second
    return area


def _exclusive(front: list[Vector], index: int) -> float:
    """What the vector of this index dominates and those before it do not.

    Those before it are at least as large in the first value, so all but that value counts.
    """
    here = front[index]
    rest = here[1:]
    cut = [tuple(map(min, rest, other[1:])) for other in front[:index]]
    shared = [cut[k] for k in non_dominated(cut)]
    whole = 1.0
    for value in rest:
        whole *= value
    return here[0] * (whole - _volume(sorted(shared, reverse=True)))


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

    def share(self, front: Sequence[Vector]) -> float:
        """Share of the box that a front dominates, 0 to 1.

        Example:
            >>> round(Box([(0.0, 1.0), (1.0, 0.0)]).share([(1.0, 0.0)]), 4)
            0.0909
        """
        return hypervolume([self._scaled(vector) for vector in front])

    def _scaled(self, vector: Vector) -> Vector:
        parts = zip(vector, self._worst, self._sides, strict=True)
        return tuple((value - worst) / side for value, worst, side in parts)
