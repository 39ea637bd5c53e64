"""What the records of a ledger add up to."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nasvid.core.evaluations import Evaluation
from nasvid.search.history import Result
from nasvid.search.proposal import Job

# Raised when an older version could no longer read what is written.
FORMAT = 2


@dataclass(slots=True)
class LedgerContent:
    """The state of a run as far as it is written down.

    Args:
        sessions: What is known of each session, in order.
        jobs: As proposed, in order.
        evaluations: Job number to result.
        reused_from: Job number to the run and job that its result was taken over from.
        preemptions: Job number to how often it lost its worker.
        ended: How the last session ended, or None while it runs or where it was killed.
    """

    sessions: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    jobs: list[Job] = field(default_factory=list[Job])
    evaluations: dict[int, Evaluation] = field(default_factory=dict[int, Evaluation])
    reused_from: dict[int, dict[str, Any]] = field(default_factory=dict[int, dict[str, Any]])
    preemptions: Counter[int] = field(default_factory=Counter[int])
    ended: dict[str, Any] | None = None

    @property
    def unfinished(self) -> list[Job]:
        """Jobs without a result, in order."""
        return [job for job in self.jobs if job.number not in self.evaluations]

    @property
    def results(self) -> list[Result]:
        """Jobs with a result, in order of the jobs."""
        return [
            Result(job, self.evaluations[job.number])
            for job in self.jobs
            if job.number in self.evaluations
        ]

    def add(self, record: Mapping[str, Any]) -> None:
        """Take the next record in.

        Raises:
            ValueError, KeyError, TypeError: It is not a record, or does not fit those before it.
        """
        kind = record["record"]
        if kind == "session":
            self._add_session(record)
        elif kind == "proposed":
            self._add_job(Job.from_json(record["job"]))
        elif kind == "finished":
            self._add_result(record)
        elif kind == "preempted":
            self.preemptions[self._running(record["job"])] += 1
        elif kind == "ended":
            self.ended = dict(record)
        else:
            raise ValueError(f"no record named {kind!r}")

    def _add_session(self, record: Mapping[str, Any]) -> None:
        if record["format"] != FORMAT:
            raise ValueError(f"ledger format {record['format']}; this version reads {FORMAT}")
        self.sessions.append(dict(record))
        self.ended = None

    def _add_job(self, job: Job) -> None:
        if job.number != len(self.jobs):
            raise ValueError(f"job {job.number} where job {len(self.jobs)} was due")
        for parent in job.origin.parents:
            if not 0 <= parent < job.number:
                raise ValueError(
                    f"job {job.number} descends from job {parent}, which is none before it"
                )
        self.jobs.append(job)

    def _add_result(self, record: Mapping[str, Any]) -> None:
        number = self._running(record["job"])
        self.evaluations[number] = Evaluation.from_json(record["evaluation"])
        if record["reused_from"] is not None:
            self.reused_from[number] = record["reused_from"]

    def _running(self, number: int) -> int:
        if not 0 <= number < len(self.jobs):
            raise ValueError(f"job {number} was not proposed")
        if number in self.evaluations:
            raise ValueError(f"job {number} is finished")
        return number
