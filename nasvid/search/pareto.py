"""The non-dominated candidates: none is at least as good and as cheap, and better in one of both."""

from collections.abc import Sequence
from operator import ge


def pareto_front(points: Sequence[tuple[float, float]]) -> list[int]:
    """Indices of the points that no other point dominates, cheapest first.

    Of equal points the first one stands for all.

    Args:
        points: Pairs of a value that is maximised and a cost that is minimised.
    Example:
        >>> pareto_front([(0.5, 10), (0.7, 20), (0.6, 30), (0.4, 5)])
        [3, 0, 1]
    """
    by_cost = sorted(range(len(points)), key=lambda i: (points[i][1], -points[i][0], i))
    front: list[int] = []
    best = float("-inf")
    for index in by_cost:
        value = points[index][0]
        if value > best:
            front.append(index)
            best = value
    return front


def non_dominated(vectors: Sequence[tuple[float, ...]]) -> list[int]:
    """Indices of the vectors that no other one dominates, in order; of equals the first one.

    Args:
        vectors: Values that are all maximised.
    Example:
        >>> non_dominated([(1, 1), (2, 0), (0, 0), (2, 0), (0, 3)])
        [0, 1, 4]
    """
    # The best first: what dominates a vector stands before it, so the front alone is looked at.
    order = sorted(range(len(vectors)), key=lambda k: (tuple(-v for v in vectors[k]), k))
    front: list[int] = []
    for index in order:
        here = vectors[index]
        if not any(all(map(ge, vectors[other], here)) for other in front):
            front.append(index)
    return sorted(front)
