"""What a running search tells those who watch it: progress bars, TensorBoard, tests."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nasvid.core.evaluations import Evaluation
from nasvid.search.proposal import Job


@dataclass(frozen=True, slots=True)
class SessionStarted:
    """A session begins.

    Args:
        num_finished: Results that earlier sessions left.
        num_unfinished: Jobs that they left without a result; these run first.
        num_jobs: Jobs of the whole run, as far as is known.
        torn: Where the unfinished last line of a killed session went, or None.
        changes: What differs from the last session: versions, machine.
    """

    num_finished: int
    num_unfinished: int
    num_jobs: int
    torn: Path | None
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WarmStarted:
    """A new run begins with members that were named.

    Args:
        message: How many of them are evaluated and why others are not, for people.
    """

    message: str


@dataclass(frozen=True, slots=True)
class JobStarted:
    """A job was handed to a worker."""

    job: Job


@dataclass(frozen=True, slots=True)
class JobFinished:
    """A job has its result.

    Args:
        job: The job.
        evaluation: What came of it.
        reused_from: The run and job that it was taken over from, or None.
        num_finished: Results so far, this one among them.
        num_jobs: Jobs of the whole run, as far as is known.
    """

    job: Job
    evaluation: Evaluation
    reused_from: Mapping[str, Any] | None
    num_finished: int
    num_jobs: int


@dataclass(frozen=True, slots=True)
class WorkersAwaited:
    """There are jobs but no worker is ready: they load data, or there is no room for them.

    Args:
        seconds: How long that has been so.
    """

    seconds: float


@dataclass(frozen=True, slots=True)
class JobPreempted:
    """A job lost its worker and runs again.

    Args:
        job: The job.
        reason: One line for people.
        times: How often that has happened to it.
    """

    job: Job
    reason: str
    times: int


@dataclass(frozen=True, slots=True)
class Stopping:
    """Someone asked to stop; the jobs that run are waited for."""

    num_running: int


Event = (
    WarmStarted
    | SessionStarted
    | WorkersAwaited
    | JobStarted
    | JobFinished
    | JobPreempted
    | Stopping
)
Watcher = Callable[[Event], None]


def ignore(event: Event) -> None:
    """Watch nothing."""
    del event
