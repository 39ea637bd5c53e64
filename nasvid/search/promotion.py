"""Promotions: one in so many candidates of a level is trained for longer.

Source: Li et al. 2020, A System for Massively Parallel Hyperparameter Tuning (ASHA),
https://arxiv.org/abs/1810.05934, algorithm 2. Differs: job n sees the results of jobs 0 to
n - window, so that the order of arrival does not matter; trainings begin anew at each level.
"""

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
        # For each level the first score of each graph there, and who was proposed from there on.
        self._scores: list[dict[str, float]] = [{} for _ in self._rungs]
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
        if job.kind == "search":
            self._first.setdefault(job.graph_id, result)
        if job.kind in ("search", "promotion"):
            score = self._objectives.score(result.evaluation, job.cost)
            self._scores[self._rungs.index(job.fidelity.epochs)].setdefault(job.graph_id, score)

    def next(self) -> Promotion | None:
        """The best candidate that is due, from the highest level that has one; None if none is."""
        for level in range(len(self._rungs) - 2, -1, -1):
            scores = self._scores[level]
            best = sorted(scores, key=lambda graph: (-scores[graph], graph))
            for graph in best[: len(scores) // self._reduction]:
                if graph not in self._proposed[level]:
                    return Promotion(self._first[graph], self._rungs[level + 1])
        return None
