"""The best candidate so far."""

from collections.abc import Iterable

from nasvid.search.history import Result


def find_incumbent(results: Iterable[Result], objective: str) -> Result | None:
    """The candidate of highest objective; of equals the one of fewest MACs, then the earliest.

    Returns: None where no candidate has succeeded.
    """
    candidates = [result for result in results if result.is_candidate]
    return max(
        candidates,
        key=lambda r: (r.score(objective), -r.job.cost.macs, -r.job.number),
        default=None,
    )
