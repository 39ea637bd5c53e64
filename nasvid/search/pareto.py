"""The non-dominated candidates: none is at least as good and as cheap, and better in one of both."""

from collections.abc import Iterable, Sequence

from nasvid.search.history import Result


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


def pareto_results(results: Iterable[Result], objective: str) -> list[Result]:
    """The candidates on the front of objective (up) and MACs (down), cheapest first."""
    candidates = [result for result in results if result.is_candidate]
    points = [(result.score(objective), result.job.cost.macs) for result in candidates]
    return [candidates[index] for index in pareto_front(points)]
