"""The contract of an executor: where jobs are evaluated, and how many at once."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

from nasvid.core.evaluations import Evaluation
from nasvid.core.jobs import Request


@dataclass(frozen=True, slots=True)
class Finished:
    """A job has its result."""

    job: int
    evaluation: Evaluation


@dataclass(frozen=True, slots=True)
class Preempted:
    """A job lost its worker; there is no result, and it should be submitted again."""

    job: int
    reason: str


class Executor(ABC):
    """Evaluates jobs; submit while there are free slots, poll for what became of them."""

    @property
    @abstractmethod
    def free_slots(self) -> int:
        """Jobs that can be submitted right now; 0 while workers start."""

    @abstractmethod
    def submit(self, request: Request) -> None:
        """Take a job on, without waiting for it."""

    @abstractmethod
    def poll(self, seconds: float) -> list[Finished | Preempted]:
        """What became of jobs since the last call.

        Args:
            seconds: How long to wait where nothing has happened yet. One that evaluates in this
                process may take longer.
        Raises:
            NasvidError: Nothing can be evaluated at all, say because there is no data.
        """

    @abstractmethod
    def close(self) -> None:
        """Let go of all workers; running jobs are dropped."""

    def __enter__(self) -> "Executor":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
