"""The loop of a search: ask, submit, poll, tell, with every step in the ledger first."""

import math
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from nasvid.core.errors import RunError
from nasvid.core.evaluations import MOST_METRIC, Evaluation, Failure
from nasvid.core.jobs import Request
from nasvid.execution.events import (
    JobFinished,
    JobPreempted,
    JobStarted,
    Stopping,
    Watcher,
    WorkersAwaited,
    ignore,
)
from nasvid.execution.executor import Executor, Finished, Preempted
from nasvid.execution.interrupts import Interrupts
from nasvid.execution.ledger import Ledger
from nasvid.execution.reuse import Reuse
from nasvid.search.candidates import Candidates, Prepared
from nasvid.search.controller import Controller
from nasvid.search.proposal import Job

POLL_SECONDS = 0.5
# Loading clips takes some seconds; beyond this a user wants to know why nothing happens.
PATIENCE_SECONDS = 30.0
# A job that takes its worker down so often is to blame itself.
MAX_DEATHS = 3


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a session ended.

    Args:
        how: `complete`, `exhausted` (complete, with fewer candidates than asked for) or `stopped`.
        message: One line for people.
        num_finished: Jobs of the run that have a result.
        num_unfinished: Jobs that run again when the run is resumed.
    """

    how: Literal["complete", "exhausted", "stopped"]
    message: str
    num_finished: int
    num_unfinished: int


class Loop:
    """Drives a controller and an executor until the run is done or someone stops it.

    Args:
        controller: Holds the jobs and results of earlier sessions already.
        candidates: Gives the graph of a job.
        executor: Where jobs are evaluated.
        ledger: Where everything is noted before it counts.
        interrupts: In place; tells whether someone wants to stop.
        reuse: Results of another run to take over, or None.
        watcher: Is told what happens.
    """

    def __init__(
        self,
        controller: Controller,
        candidates: Candidates,
        executor: Executor,
        ledger: Ledger,
        *,
        interrupts: Interrupts,
        reuse: Reuse | None = None,
        watcher: Watcher = ignore,
    ) -> None:
        self._controller = controller
        self._candidates = candidates
        self._executor = executor
        self._ledger = ledger
        self._interrupts = interrupts
        self._reuse = reuse
        self._watcher = watcher
        # Jobs that have to run before new ones are asked for.
        self._again: deque[Job] = deque(ledger.content.unfinished)
        self._running: set[int] = set()
        # Evaluations without an objective, until it is known whether that is the rule.
        self._held: dict[int, Evaluation] = {}
        self._is_sound = False
        self._is_stopping = False
        self._idle_since: float | None = time.monotonic()

    def run(self) -> Outcome:
        """Run until done, or until Ctrl-C or SIGTERM.

        Raises:
            NasvidError: The run cannot go on; what is finished is in the ledger.
        """
        try:
            while not self._controller.is_done:
                if self._interrupts.wants_stop:
                    self._note_stop()
                    if not self._running:
                        break
                else:
                    self._fill()
                with self._interrupts.breakable():
                    outcomes = self._executor.poll(POLL_SECONDS)
                for outcome in outcomes:
                    self._take(outcome)
                self._note_idleness()
        except KeyboardInterrupt:
            # A wish to stop, not an error; running jobs have no result and run again later.
            pass
        outcome = conclude(self._controller, self._ledger)
        self._ledger.ended(outcome.how, outcome.message)
        return outcome

    def _note_stop(self) -> None:
        if not self._is_stopping:
            self._is_stopping = True
            self._watcher(Stopping(len(self._running)))

    def _note_idleness(self) -> None:
        """Say once that there are no workers, where that lasts."""
        if self._running:
            self._idle_since = None
        elif self._idle_since is not None:
            seconds = time.monotonic() - self._idle_since
            if seconds > PATIENCE_SECONDS:
                self._idle_since = None
                self._watcher(WorkersAwaited(seconds))

    def _fill(self) -> None:
        while self._executor.free_slots > 0:
            job = self._again.popleft() if self._again else self._ask()
            if job is None:
                return
            self._start(job)

    def _ask(self) -> Job | None:
        job = self._controller.ask()
        if job is not None:
            self._ledger.proposed(job)
        return job

    def _start(self, job: Job) -> None:
        reused = self._reuse.find(job) if self._reuse is not None else None
        if reused is not None:
            self._finish(job, reused.evaluation, reused.source)
            return
        prepared = self._candidates.prepare(job.genotype)
        if not isinstance(prepared, Prepared) or prepared.graph_id != job.graph_id:
            now = prepared.graph_id if isinstance(prepared, Prepared) else prepared.reason
            raise RunError(
                f"{self._ledger.path}: job {job.number} was proposed as graph {job.graph_id} and "
                f"is {now!r} now; this version or space is not the one that the run began with. "
                "Resume with the former version, or start a new run."
            )
        self._running.add(job.number)
        self._executor.submit(Request(job.number, prepared.graph.to_json(), job.fidelity, job.seed))
        self._watcher(JobStarted(job))

    def _take(self, outcome: Finished | Preempted) -> None:
        job = self._controller.history.jobs[outcome.job]
        self._running.discard(job.number)
        if isinstance(outcome, Finished):
            self._finish(job, outcome.evaluation)
            return
        self._ledger.preempted(job.number, outcome.reason)
        times = self._ledger.content.preemptions[job.number]
        self._watcher(JobPreempted(job, outcome.reason, times))
        if times < MAX_DEATHS:
            self._again.append(job)
            return
        reason = f"its worker died {times} times; the last time: {outcome.reason}"
        self._finish(job, Evaluation(failure=Failure("crashed", reason)))

    def _finish(
        self, job: Job, evaluation: Evaluation, source: Mapping[str, object] | None = None
    ) -> None:
        evaluation = _finite(evaluation)
        if evaluation.ok and self._controller.objectives.missing(evaluation):
            self._held[job.number] = evaluation
        else:
            self._keep(job, evaluation, source)
        if not self._is_sound:
            self._is_sound = self._first_is_whole()
        if self._is_sound:
            for number, held in sorted(self._held.items()):
                failure = Failure("error", self._told_missing(number, held))
                self._keep(self._controller.history.jobs[number], Evaluation(failure=failure))
            self._held.clear()

    def _first_is_whole(self) -> bool:
        """Whether the first job that came back with metrics, in the order of jobs, has them all.

        Not the first in time, so that the number of workers does not decide.

        Raises:
            RunError: It lacks an objective: a mistake in the function, which will hit every job.
        """
        evaluations = self._ledger.content.evaluations
        for job in self._controller.history.jobs:
            if job.number in self._held:
                raise RunError(
                    f"{self._ledger.path}: {self._told_missing(job.number, self._held[job.number])}. "
                    "Return it from evaluate, or name one of these as search.objective in a new run."
                )
            evaluation = evaluations.get(job.number)
            if evaluation is None:
                return False
            if evaluation.ok:
                return True
        return False

    def _told_missing(self, number: int, evaluation: Evaluation) -> str:
        missing = self._controller.objectives.missing(evaluation)
        return (
            f"job {number} came back without the objective {missing[0]!r}; its metrics are "
            f"{sorted(evaluation.metrics)}"
        )

    def _keep(
        self, job: Job, evaluation: Evaluation, source: Mapping[str, object] | None = None
    ) -> None:
        self._ledger.finished(job.number, evaluation, reused_from=source)
        self._controller.tell(job.number, evaluation)
        num_finished = len(self._ledger.content.evaluations)
        num_jobs = self._controller.num_jobs
        self._watcher(JobFinished(job, evaluation, source, num_finished, num_jobs))


def conclude(controller: Controller, ledger: Ledger) -> Outcome:
    """Where a run stands when a session ends."""
    num_finished, num_unfinished = len(ledger.content.evaluations), len(ledger.content.unfinished)
    if not controller.is_done:
        message = (
            f"stopped with {num_finished} of {controller.num_jobs} jobs finished; nothing finished "
            f"is lost. Go on with: nasvid search --resume {ledger.path.parent}"
        )
        return Outcome("stopped", message, num_finished, num_unfinished)
    if controller.exhausted:
        return Outcome("exhausted", controller.exhausted, num_finished, 0)
    return Outcome("complete", f"{num_finished} jobs finished.", num_finished, 0)


def _finite(evaluation: Evaluation) -> Evaluation:
    """The evaluation without NaN and infinity, which no ledger line can hold.

    A metric that is not finite, or too large to be squared, makes it a failure: nothing can be
    ranked by it.
    """
    metrics = evaluation.metrics
    broken = [name for name, value in metrics.items() if not abs(value) <= MOST_METRIC]
    if broken:
        shown = ", ".join(f"{name} is {evaluation.metrics[name]}" for name in sorted(broken))
        evaluation = replace(evaluation, metrics={}, failure=Failure("diverged", shown))
    return replace(
        evaluation,
        gates={name: gate for name, gate in evaluation.gates.items() if math.isfinite(gate)},
        curve=tuple(
            {name: value for name, value in point.items() if math.isfinite(value)}
            for point in evaluation.curve
        ),
    )
