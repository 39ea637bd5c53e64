"""The long-lived owner of a device: takes jobs into its slots, gives back what finished."""

import time
from pathlib import Path
from typing import Any, final

import torch

from nasvid.core.errors import EvaluationError
from nasvid.core.evaluations import Evaluation
from nasvid.core.jobs import Fidelity, Request
from nasvid.core.recipes import Recipe
from nasvid.evaluation.candidate_run import CandidateRun
from nasvid.evaluation.custom import EvaluateFunction, resolve_function
from nasvid.evaluation.function_run import FunctionRun
from nasvid.evaluation.library import ClipLibrary
from nasvid.evaluation.training_run import TrainingRun
from nasvid.graph.ir import graph_from_json
from nasvid.training.allocator import keep_freed_memory
from nasvid.training.optimisers import check_optimizer
from nasvid.training.placement import check_precision, default_threads, device_type_of


@final
class Evaluator:
    """Evaluates jobs, several at once in one process if it has several slots.

    Jobs in slots take turns, a step each. A job's result does not depend on what runs beside it:
    on one kind of CPU equal graphs and seeds give equal metrics to the bit.

    Args:
        data: A folder with `train.csv`, `val.csv` and `test.csv`; None where `evaluate` is given.
        recipe: How candidates are trained.
        device: Such as `cpu` or `cuda:0`.
        slots: Jobs at once. One per process is right for a CPU.
        threads: Torch's threads on a CPU; None goes by the rule.
        timeout_s: Seconds that one job may take; None for no limit.
        evaluate: A function of the user's own that takes the place of training, or its import path
            `package.module:function`. It has the process to itself, so `slots` is 1.
        cache_dir: Folder of the decoded frames; None takes the one beside the data.
    Raises:
        EvaluationError: An argument cannot be used.
    Example:
        >>> evaluator = Evaluator(evaluate=lambda graph, **_: {"inputs": len(graph.inputs)})
        >>> from nasvid.graph.ir import Graph
        >>> graph = Graph((), (), ())
        >>> evaluator.submit(Request(0, graph.to_json(), Fidelity(), seed=1))
        >>> [(job, evaluation.metrics) for job, evaluation in evaluator.poll(10)]
        [(0, {'inputs': 0.0})]
    """

    def __init__(
        self,
        data: Path | None = None,
        recipe: Recipe | None = None,
        *,
        device: str = "cpu",
        slots: int = 1,
        threads: int | None = None,
        timeout_s: float | None = None,
        evaluate: EvaluateFunction | str | None = None,
        cache_dir: Path | None = None,
    ) -> None:
        if slots < 1:
            raise EvaluationError(f"slots: got {slots}; accepts 1 or more.")
        if evaluate is not None and slots > 1:
            raise EvaluationError(
                f"slots: got {slots}; an evaluate function has its process to itself, because its "
                "random draws would mix with those of others. Use 1 slot and more workers."
            )
        if evaluate is None and data is None:
            raise EvaluationError("data: got None; training needs a data folder.")
        self._recipe = recipe or Recipe()
        check_optimizer(self._recipe)
        check_precision(self._recipe.precision)
        device_type = device_type_of(device)
        if device_type == "cpu":
            keep_freed_memory()
        self._device = device
        self._num_slots = slots
        self._threads = default_threads(device_type) if threads is None else threads
        self._timeout_s = timeout_s
        self._library = None if data is None else ClipLibrary(data, cache_dir)
        self._function = resolve_function(evaluate) if isinstance(evaluate, str) else evaluate
        self._runs: dict[int, CandidateRun] = {}
        # Kept here, so that Ctrl-C in the turn of one job does not lose the result of another.
        self._finished: list[tuple[int, Evaluation]] = []

    @property
    def free_slots(self) -> int:
        """Jobs that can be submitted right now."""
        return self._num_slots - len(self._runs)

    def submit(self, request: Request) -> None:
        """Take a job on.

        Raises:
            DataError: The data cannot be read.
            EvaluationError: The network does not fit the data.
            RuntimeError: There is no free slot, or the job is there already.
        """
        if not self.free_slots:
            raise RuntimeError(f"job {request.job}: all {self._num_slots} slots are taken.")
        if request.job in self._runs:
            raise RuntimeError(f"job {request.job} is running already.")
        self._runs[request.job] = self._begin(request)

    def poll(self, seconds: float) -> list[tuple[int, Evaluation]]:
        """Go on with the jobs until one has finished or the time is up, and for a step at least.

        Args:
            seconds: About how long; a step that has begun is finished.
        Returns: Job numbers and results. A candidate that went wrong has a failure as its result.
        """
        end = time.monotonic() + seconds
        while self._runs and not self._finished:
            for job in tuple(self._runs):
                self._advance(job, end - time.monotonic())
            if time.monotonic() >= end:
                break
        finished, self._finished = self._finished, []
        return finished

    def cancel(self, job: int) -> None:
        """Drop a job without a result; one that is not there is fine."""
        run = self._runs.pop(job, None)
        if run is not None:
            run.stop()

    def describe(self) -> dict[str, Any]:
        """What results depend on besides graph, data and recipe, as plain data."""
        return {
            "device": self._device,
            "slots": self._num_slots,
            "threads": self._threads,
            "torch": torch.__version__,
            "cpu": torch.backends.cpu.get_cpu_capability(),
        }

    def _begin(self, request: Request) -> CandidateRun:
        graph = graph_from_json(request.graph)
        if self._function is not None:
            epochs = request.fidelity.epochs or self._recipe.epochs
            return FunctionRun(
                self._function,
                graph,
                Fidelity(epochs, request.fidelity.split),
                seed=request.seed,
                threads=self._threads,
                timeout_s=self._timeout_s,
            )
        assert self._library is not None
        return TrainingRun(
            graph,
            self._library,
            self._recipe,
            request.fidelity,
            seed=request.seed,
            device=self._device,
            threads=self._threads,
            timeout_s=self._timeout_s,
        )

    def _advance(self, job: int, seconds: float) -> None:
        try:
            evaluation = self._runs[job].advance(seconds)
        except BaseException:
            # Ctrl-C broke a step in the middle, so the run cannot go on.
            self.cancel(job)
            raise
        if evaluation is not None:
            del self._runs[job]
            self._finished.append((job, evaluation))
