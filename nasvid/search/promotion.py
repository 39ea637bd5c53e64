"""Promotions: one in so many candidates of a level is trained for longer.

Source: Li et al. 2020, A System for Massively Parallel Hyperparameter Tuning (ASHA),
https://arxiv.org/abs/1810.05934, algorithm 2. Differs: job n sees the results of jobs 0 to
n - window, so that the order of arrival does not matter; trainings begin anew at each level.
"""

from bisect import insort
from dataclasses import dataclass

from nasvid.search.history import Result
from nasvid.search.objectives import Objectives
from nasvid.search.proposal import Job
from nasvid.spec.sections import SearchSettings


@dataclass(frozen=True, slots=True)
class Promotion:
    """A candidate that is to be trained for so many epochs."""

    first: Result
    epochs: int


class Promotions:
    """Says who is promoted next.

    Args:
        settings: `rungs` are the levels, `reduction` the share that goes on.
        objectives: Reads scores.
    """

    def __init__(self, settings: SearchSettings, objectives: Objectives) -> None:
        self._rungs = settings.rungs
        self._reduction = settings.reduction
        self._objectives = objectives
        self._first: dict[str, Result] = {}
        # For each level: who was scored there, best first, and who was proposed from there on.
        self._ranked: list[list[tuple[float, str]]] = [[] for _ in self._rungs]
        self._scored: list[set[str]] = [set() for _ in self._rungs]
        self._proposed: list[set[str]] = [set() for _ in self._rungs]

    def note(self, job: Job) -> None:
        """A job was proposed."""
        if job.kind == "promotion":
            self._proposed[self._rungs.index(job.fidelity.epochs) - 1].add(job.graph_id)

    def fold(self, result: Result) -> None:
        """Take a result in."""
        job = result.job
        if not self._rungs or not result.evaluation.ok or job.fidelity.epochs not in self._rungs:
            return
        if job.kind not in ("search", "promotion"):
            return
        level = self._rungs.index(job.fidelity.epochs)
        # The first score counts: the best of several would be a lucky one.
        if job.graph_id in self._scored[level]:
            return
        self._scored[level].add(job.graph_id)
        score = self._objectives.score(result.evaluation, job.cost)
        insort(self._ranked[level], (-score, job.graph_id))
        if job.kind == "search":
            self._first[job.graph_id] = result

    def next(self) -> Promotion | None:
        """The best candidate that is due, from the highest level that has one; None if none is."""
        for level in range(len(self._rungs) - 2, -1, -1):
            ranked = self._ranked[level]
            for _, graph in ranked[: len(ranked) // self._reduction]:
                if graph not in self._proposed[level]:
                    return Promotion(self._first[graph], self._rungs[level + 1])
        return None
