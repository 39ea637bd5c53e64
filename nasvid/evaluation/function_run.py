"""A candidate evaluated by a function of the user's own, in a thread."""

import queue
import threading
import time
from collections.abc import Mapping
from typing import final

import torch

from nasvid.core.evaluations import Evaluation
from nasvid.core.jobs import Fidelity
from nasvid.evaluation.candidate_run import CandidateRun, Curve, host_name, timeout_failure
from nasvid.evaluation.custom import EvaluateFunction, check_answer, check_metrics
from nasvid.evaluation.failures import failure_of
from nasvid.graph.ir import Graph
from nasvid.training.placement import num_threads


class _StoppedError(BaseException):
    """Ends a function that has been given up; no `except Exception` of the user catches it."""


@final
class FunctionRun(CandidateRun):
    """Runs a user's function in a thread, which nothing can stop but its next report.

    Args:
        function: The user's.
        graph: The network.
        fidelity: With the number of epochs filled in.
        seed: Handed on, and of torch's global generator.
        threads: Torch's threads; None leaves them.
        timeout_s: Seconds until the candidate is given up; None for no limit.
    """

    def __init__(
        self,
        function: EvaluateFunction,
        graph: Graph,
        fidelity: Fidelity,
        *,
        seed: int,
        threads: int | None = None,
        timeout_s: float | None = None,
    ) -> None:
        self._function = function
        self._graph = graph
        self._fidelity = fidelity
        self._seed = seed
        self._threads = threads
        self._timeout_s = timeout_s
        self._curve: Curve = []
        self._began = time.monotonic()
        self._is_stopped = threading.Event()
        self._result: queue.SimpleQueue[Evaluation] = queue.SimpleQueue()
        # A daemon: a function that hangs must not keep the process from ending.
        threading.Thread(target=self._work, name="evaluate", daemon=True).start()

    def advance(self, seconds: float) -> Evaluation | None:
        """Wait for the function."""
        if self._timeout_s is not None:
            seconds = min(seconds, self._began + self._timeout_s - time.monotonic())
        try:
            return self._result.get(timeout=max(seconds, 0.0))
        except queue.Empty:
            pass
        if self._timeout_s is None or self._seconds <= self._timeout_s:
            return None
        self.stop()
        return Evaluation(
            failure=timeout_failure(self._timeout_s),
            curve=tuple(self._curve),
            seconds=self._seconds,
            host=host_name(),
        )

    def stop(self) -> None:
        """End the function when it reports next."""
        self._is_stopped.set()

    @property
    def _seconds(self) -> float:
        return time.monotonic() - self._began

    def _report(self, epoch: int, metrics: Mapping[str, float]) -> None:
        if self._is_stopped.is_set():
            raise _StoppedError
        self._curve.append({"epoch": epoch, **check_metrics(f"report({epoch})", metrics)})

    def _work(self) -> None:
        metrics: dict[str, float] = {}
        gates: dict[str, float] = {}
        failure = None
        try:
            with num_threads(self._threads):
                torch.manual_seed(self._seed)
                answer = self._function(
                    self._graph, fidelity=self._fidelity, seed=self._seed, report=self._report
                )
            metrics, gates = check_answer("evaluate()", answer)
        except BaseException as error:  # noqa: BLE001 even sys.exit() in it is the candidate's failure
            failure = failure_of(error)
        self._result.put(
            Evaluation(
                metrics=metrics,
                failure=failure,
                gates=gates,
                curve=tuple(self._curve),
                seconds=self._seconds,
                host=host_name(),
            )
        )
