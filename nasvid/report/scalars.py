"""What TensorBoard shows of a run: named numbers over the number of the job."""

from collections.abc import Iterator
from dataclasses import dataclass

from nasvid.core.costs import COUNTED
from nasvid.report.candidate_row import CandidateRow
from nasvid.report.tally import SEARCHED_KINDS, Tally
from nasvid.search.objectives import Objectives


@dataclass(frozen=True, slots=True)
class Scalar:
    """One point of one curve."""

    tag: str
    step: int
    value: float


class ScalarFold:
    """Turns rows into points; takes the rows in job order, so that `best` is the same every time.

    Args:
        objectives: How candidates are ranked.
    """

    def __init__(self, objectives: Objectives) -> None:
        self._objective = objectives.primary
        self._tally = Tally(objectives)
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
        if row.kind in SEARCHED_KINDS:
            yield from self._lead(row)

    def _lead(self, row: CandidateRow) -> Iterator[Scalar]:
        """What the leading candidate is worth by the trainings until this one."""
        former = self._tally.leader
        self._tally.add(row)
        leader = self._tally.leader
        if leader is None:
            return
        if leader is not former and leader.first is row:
            yield from _epochs(row)
        shown = leader.row
        is_cost = self._objective in COUNTED
        best = getattr(shown, self._objective) if is_cost else shown.metrics[self._objective]
        yield Scalar(f"best/{self._objective}", row.job, float(best))


def _epochs(row: CandidateRow) -> Iterator[Scalar]:
    # A curve for each candidate would be thousands of charts; those that led are few.
    for epoch, metrics in enumerate(row.curve, start=1):
        for name, value in sorted(metrics.items()):
            yield Scalar(f"epochs_of_job_{row.job}/{name}", epoch, value)
