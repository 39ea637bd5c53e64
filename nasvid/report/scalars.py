"""What TensorBoard shows of a run: named numbers over the number of the job."""

from collections.abc import Iterator
from dataclasses import dataclass

from nasvid.core.costs import COUNTED
from nasvid.report.candidate_row import CandidateRow


@dataclass(frozen=True, slots=True)
class Scalar:
    """One point of one curve."""

    tag: str
    step: int
    value: float


class ScalarFold:
    """Turns rows into points; takes the rows in job order, so that `best` is the same every time.

    Args:
        objective: Metric, or cost, by which the winner is found.
        is_minimised: Whether a lower one is better.
    """

    def __init__(self, objective: str, *, is_minimised: bool = False) -> None:
        self._objective = objective
        self._is_minimised = is_minimised
        self._best: float | None = None
        self._num_failed = 0

    def points(self, row: CandidateRow) -> Iterator[Scalar]:
        """The points of the next row.

        Metrics stand under the split that was scored, those of further trainings under their kind;
        the epochs of a candidate that is the best so far stand under its job.
        """
        job = row.job
        yield Scalar("cost/macs", job, row.macs)
        yield Scalar("cost/params", job, row.params)
        yield Scalar("cost/activations", job, row.activations)
        if row.failure is not None:
            self._num_failed += 1
        yield Scalar("search/failed", job, self._num_failed)
        yield Scalar("search/seconds", job, row.seconds)
        group = row.split if row.kind in ("search", "final") else row.kind
        for name, value in sorted(row.metrics.items()):
            yield Scalar(f"{group}/{name}", job, value)
        if row.kind != "search":
            return
        score = row.metrics.get(self._objective)
        if self._objective in COUNTED and row.metrics:
            score = float(getattr(row, self._objective))
        if score is not None and self._is_better(score):
            self._best = score
            yield from _epochs(row)
        if self._best is not None:
            yield Scalar(f"best/{self._objective}", job, self._best)

    def _is_better(self, score: float) -> bool:
        if self._best is None:
            return True
        return score < self._best if self._is_minimised else score > self._best


def _epochs(row: CandidateRow) -> Iterator[Scalar]:
    # A curve for each candidate would be thousands of charts; those that led are few.
    for epoch, metrics in enumerate(row.curve, start=1):
        for name, value in sorted(metrics.items()):
            yield Scalar(f"epochs_of_job_{row.job}/{name}", epoch, value)
