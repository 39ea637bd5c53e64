"""Jobs as proposed and the results that came in; results are handed on strictly in job order."""

from collections.abc import Iterator
from typing import NamedTuple

from nasvid.core.evaluations import Evaluation
from nasvid.core.quick_tuple import quick
from nasvid.search.proposal import Job


class Result(NamedTuple):
    """A job and what came of it."""

    job: Job
    evaluation: Evaluation

    @property
    def is_candidate(self) -> bool:
        """Whether it is a new architecture with metrics: what a population is made of."""
        return self.job.kind == "search" and self.evaluation.failure is None


_result = quick(Result)


class History:
    """All jobs of a run and their results; a result that arrives early waits for those before it.

    Example:
        A run of three jobs whose second result arrives first has `num_known` 0 until the result
        of job 0 is there, and 2 from then on.
    """

    def __init__(self) -> None:
        self.jobs: list[Job] = []
        # Results that are there without a gap: those of jobs 0 to `num_known` - 1; of those, how many
        # were handed out; and all that are there, those behind a gap among them.
        self.num_known = 0
        self.num_folded = 0
        self.num_told = 0
        # None for a job without one.
        self._results: list[Result | None] = []

    def __len__(self) -> int:
        return len(self.jobs)

    @property
    def num_in_flight(self) -> int:
        """Jobs without a result."""
        return len(self.jobs) - self.num_told

    def is_told(self, number: int) -> bool:
        """Whether a job has a result."""
        return 0 <= number < len(self.jobs) and self._results[number] is not None

    def propose(self, job: Job) -> None:
        """Append a job.

        Raises:
            ValueError: Its number is not the next one.
        """
        if job.number != len(self.jobs):
            raise ValueError(f"got job {job.number}; the next one is {len(self.jobs)}.")
        self.jobs.append(job)
        self._results.append(None)

    def tell(self, number: int, evaluation: Evaluation) -> None:
        """Keep the result of a job.

        Raises:
            ValueError: The job was never proposed, or has a result.
        """
        jobs, results = self.jobs, self._results
        if not 0 <= number < len(jobs):
            raise ValueError(f"got a result of job {number}, which was not proposed.")
        if results[number] is not None:
            raise ValueError(f"got a second result of job {number}.")
        results[number] = _result((jobs[number], evaluation))
        self.num_told += 1
        if number == self.num_known:
            number += 1
            while number < len(results) and results[number] is not None:
                number += 1
            self.num_known = number

    def fold(self, count: int) -> list[Result]:
        """The results of jobs up to `count` - 1 that were not yet handed out, in job order.

        Raises:
            ValueError: One of them is not known yet.
        """
        if count > self.num_known:
            raise ValueError(f"asked for {count} results; {self.num_known} are known.")
        first = self.num_folded
        if count > first:
            self.num_folded = count
        # All of them are there.
        return self._results[first:count]  # type: ignore[reportReturnType]

    def result(self, number: int) -> Result:
        """A job that has a result, with that result.

        Raises:
            KeyError: It has none.
        """
        if not self.is_told(number):
            raise KeyError(number)
        return self._results[number]  # type: ignore[reportReturnType]

    def results(self) -> Iterator[Result]:
        """All jobs that have a result, in job order, gaps left out."""
        yield from [result for result in self._results if result is not None]
