"""Results of another run, taken over where the same training would run again.

Runs of one seed share their first candidates, so a baseline need not train them twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nasvid.core.errors import RunError
from nasvid.core.evaluations import Evaluation
from nasvid.execution.ledger import read_ledger
from nasvid.execution.session import check_context
from nasvid.search.proposal import Job

# Failures that lie in the candidate; the others are of a machine and may go away.
LASTING_FAILURES = ("error", "diverged")

_Key = tuple[str, int, str, int]


@dataclass(frozen=True, slots=True)
class Reused:
    """A result and where it comes from."""

    evaluation: Evaluation
    source: Mapping[str, Any]


class Reuse:
    """The results of a finished or running run, by what was trained.

    Args:
        ledger: The ledger of that run.
        session: The session record of the run that takes over; data and recipe have to agree.
    Raises:
        RunError: The ledger cannot be read, or its results cannot be compared.
    """

    def __init__(self, ledger: Path, session: Mapping[str, Any]) -> None:
        content = read_ledger(ledger)
        if not content.sessions:
            raise RunError(f"{ledger}: holds no session, so there is nothing to take over.")
        check_context(str(ledger), content.sessions[-1], session)
        self._found: dict[_Key, Reused] = {}
        run = ledger.parent.name
        for result in content.results:
            failure = result.evaluation.failure
            if failure is None or failure.kind in LASTING_FAILURES:
                source = {"run": run, "job": result.job.number}
                self._found.setdefault(_key(result.job), Reused(result.evaluation, source))

    def find(self, job: Job) -> Reused | None:
        """The result of the same graph, fidelity and training seed, if there is one."""
        return self._found.get(_key(job))


def _key(job: Job) -> _Key:
    return (job.graph_id, job.fidelity.epochs, job.fidelity.split, job.seed)
