"""Jobs as proposed and the results that came in; results are handed on strictly in job order."""

from collections.abc import Iterator
from dataclasses import dataclass

from nasvid.core.evaluations import Evaluation
from nasvid.search.proposal import Job


# As `Job`: not frozen, which takes longer to make.
@dataclass(slots=True)
class Result:
    """A job and what came of it; never changes."""

    job: Job
    evaluation: Evaluation

    @property
    def is_candidate(self) -> bool:
        """Whether it is a new architecture with metrics: what a population is made of."""
        return self.job.kind == "search" and self.evaluation.failure is None


class History:
    """All jobs of a run and their results; a result that arrives early waits for those before it.

    Example:
        A run of three jobs whose second result arrives first has `num_known` 0 until the result
        of job 0 is there, and 2 from then on.
    """

    def __init__(self) -> None:
        self.jobs: list[Job] = []
        # Results that are there without a gap: those of jobs 0 to `num_known` - 1; of those, how many
        # were handed out.
        self.num_known = 0
        self.num_folded = 0
        # None for a job without one; and those jobs by their numbers.
        self._results: list[Result | None] = []
        self._open: dict[int, Job] = {}

    def __len__(self) -> int:
        return len(self.jobs)

    @property
    def num_in_flight(self) -> int:
        """Jobs without a result."""
        return len(self._open)

    @property
    def num_told(self) -> int:
        """Results that are there, those behind a gap among them."""
        return len(self.jobs) - len(self._open)

    def is_told(self, number: int) -> bool:
        """Whether a job has a result."""
        return 0 <= number < len(self.jobs) and self._results[number] is not None

    def propose(self, job: Job) -> None:
        """Append a job.

        Raises:
            ValueError: Its number is not the next one.
        """
        number = job.number
        if number != len(self.jobs):
            raise ValueError(f"got job {number}; the next one is {len(self.jobs)}.")
        self.jobs.append(job)
        self._results.append(None)
        self._open[number] = job

    def tell(self, number: int, evaluation: Evaluation) -> None:
        """Keep the result of a job.

        Raises:
            ValueError: The job was never proposed, or has a result.
        """
        job = self._open.pop(number, None)
        if job is None:
            if 0 <= number < len(self.jobs):
                raise ValueError(f"got a second result of job {number}.")
            raise ValueError(f"got a result of job {number}, which was not proposed.")
        self._results[number] = Result(job, evaluation)
        if number == self.num_known:
            # Not the first of the open ones: a dict would be searched through all that were removed before it.
            results = self._results
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
