"""Evaluates in this process: easy to debug, nothing to install."""

from typing import final

from nasvid.core.jobs import Request
from nasvid.execution.evaluator_factory import EvaluatorFactory
from nasvid.execution.executor import Executor, Finished, Preempted


@final
class InlineExecutor(Executor):
    """One evaluator in this process.

    Args:
        factory: How the evaluator is made.
    """

    def __init__(self, factory: EvaluatorFactory) -> None:
        self._evaluator = factory.make()

    @property
    def free_slots(self) -> int:
        return self._evaluator.free_slots

    def submit(self, request: Request) -> None:
        self._evaluator.submit(request)

    def poll(self, seconds: float) -> list[Finished | Preempted]:
        return [Finished(job, evaluation) for job, evaluation in self._evaluator.poll(seconds)]

    def close(self) -> None:
        """Nothing to do: what the evaluator holds goes with the process."""
