"""What a run had found after each number of its trainings, by what was known then."""

from collections.abc import Sequence
from functools import cached_property

from nasvid.report.run_summary import RunSummary
from nasvid.report.tally import Tally
from nasvid.search.posterior import Vector


class Course:
    """The way of a run through its trainings.

    Args:
        run: The run.
        noises: How much a single training varies in each objective, in all runs that are compared.
    """

    def __init__(self, run: RunSummary, noises: Vector = ()) -> None:
        self.run = run
        self.noises = noises

    @cached_property
    def length(self) -> int:
        """Trainings of the search that came back, up to the first that has not."""
        rows = self.run.searched
        gaps = (number for number, row in enumerate(rows) if row.state == "in flight")
        return next(gaps, len(rows))

    @cached_property
    def _scores(self) -> list[float | None]:
        """Score of the leading candidate after 0, 1, 2, ... trainings."""
        tally = Tally(self.run.objectives, noises=self.noises)
        found: list[float | None] = [None]
        for row in self.run.searched[: self.length]:
            tally.add(row)
            leader = tally.leader
            found.append(None if leader is None else leader.score)
        return found

    def score_at(self, trainings: int) -> float | None:
        """What the leading candidate was worth at least, soft limits counted, to be maximised.

        None where nothing had a score, or the run is shorter.
        """
        return self._scores[trainings] if trainings <= self.length else None

    def fronts_at(self, trainings: Sequence[int]) -> dict[int, list[Vector]]:
        """The front after each of these numbers of trainings, as far as the run has come."""
        tally = Tally(self.run.objectives, noises=self.noises)
        found: dict[int, list[Vector]] = {}
        done = 0
        for number in sorted(set(trainings)):
            if number > self.length:
                break
            for row in self.run.searched[done:number]:
                tally.add(row)
            done = number
            found[number] = [vector for _, vector in tally.front()]
        return found

    def tally_at(self, trainings: int) -> Tally:
        """All candidates after so many trainings."""
        return Tally(self.run.objectives, self.run.searched[:trainings], self.noises)
