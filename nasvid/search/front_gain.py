"""How far a candidate would push a front out, and the best of many candidates, front by front.

Source: the maximin improvement of Svenson and Santner 2016, Multiobjective Optimization of
Expensive-to-Evaluate Deterministic Computer Simulator Models,
https://doi.org/10.1016/j.csda.2015.08.011. Differs: every objective counts by its span over the
front; what lies behind the front is ranked too, by how far; no expectation is taken, a bound takes
its place.
"""

from collections.abc import Sequence

import numpy as np

from nasvid.search.features import Floats
from nasvid.search.pareto import non_dominated
from nasvid.search.posterior import Vector


def gains(children: Floats, front: Floats) -> Floats:
    """For each child the least by which it is ahead of a member in some objective.

    Negative where a member is better in all of them.

    Args:
        children: A row for each child, a column for each objective, all maximised.
        front: Likewise.
    Example:
        >>> front = np.array([[0.0, 1.0], [1.0, 0.0]])
        >>> gains(np.array([[0.5, 0.75], [0.0, 1.0], [1.5, 0.0], [-0.25, -0.5]]), front).tolist()
        [0.5, 0.0, 0.5, -0.5]
    """
    span = front.max(0) - front.min(0)
    # An objective in which all members are equal, as those of a front of one are, is not scaled.
    ahead = (children[:, None, :] - front) / np.where(span > 0, span, 1.0)
    return ahead.max(2).min(1)


def best_of(vectors: Sequence[Vector], count: int) -> list[int]:
    """Indices of the best, front by front; within the last front those that came first.

    Example:
        >>> best_of([(1, 1), (2, 0), (0, 0), (0, 1), (3,-1)], 4)
        [0, 1, 4, 3]
    """
    if len(vectors[0]) == 1:
        return sorted(range(len(vectors)), key=lambda k: (-vectors[k][0], k))[:count]
    found: list[int] = []
    left = [*range(len(vectors))]
    while left and len(found) < count:
        front = [left[k] for k in non_dominated([vectors[k] for k in left])]
        found += front
        left = sorted(set(left).difference(front))
    return found[:count]
