"""One candidate being evaluated: advanced a little at a time by whoever owns its slot."""

import platform
from abc import ABC, abstractmethod

from nasvid.core.evaluations import Evaluation, Failure

Curve = list[dict[str, float]]


class CandidateRun(ABC):
    """An evaluation that has begun."""

    @abstractmethod
    def advance(self, seconds: float) -> Evaluation | None:
        """Go on for a step, or wait up to so many seconds; the result once there is one.

        What goes wrong with the candidate is a result too.
        """

    @abstractmethod
    def stop(self) -> None:
        """Let go of everything; there will be no result."""


def timeout_failure(timeout_s: float) -> Failure:
    """The failure of a candidate that took too long."""
    return Failure("timeout", f"took longer than {timeout_s:g} s")


def host_name() -> str:
    """The machine this is."""
    return platform.node()
