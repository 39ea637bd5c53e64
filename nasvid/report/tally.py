"""What every candidate of a run is worth by the trainings that are known so far."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from statistics import fmean

from nasvid.core.costs import COUNTED, Cost
from nasvid.core.evaluations import Evaluation
from nasvid.report.candidate_row import CandidateRow
from nasvid.search.objectives import Objectives
from nasvid.search.pareto import non_dominated
from nasvid.search.posterior import Vector, posterior_vectors

SEARCHED_KINDS = ("search", "repeat", "promotion")
# Scores on the final split are no part of how candidates compare.
_KINDS = (*SEARCHED_KINDS, "finalist")


@dataclass(slots=True, eq=False)
class Tallied:
    """A candidate and its trainings with the most epochs that it has got.

    Args:
        first: The row that found it.
        epochs: Of these trainings.
        trainings: Their rows.
        row: The first row with the means of their metrics, which is what people are shown.
        score: Primary objective of these means with its soft limits, to be maximised.
        vector: All objectives likewise, the primary one first; None where one is unknown.
        vectors: Those of each training that has all of them.
    """

    first: CandidateRow
    epochs: int = -1
    trainings: list[CandidateRow] = field(default_factory=list[CandidateRow])
    row: CandidateRow = field(init=False)
    score: float = field(init=False)
    vector: Vector | None = field(init=False)
    vectors: list[Vector] = field(default_factory=list[Vector])

    def add(self, row: CandidateRow, objectives: Objectives) -> None:
        """Take a training in; one with fewer epochs than others says nothing more."""
        if row.epochs < self.epochs:
            return
        if row.epochs > self.epochs:
            self.epochs, self.trainings, self.vectors = row.epochs, [], []
        self.trainings.append(row)
        self.row = self._mean()
        self.score = objectives.score(Evaluation(dict(self.row.metrics)), _cost(row))
        self.vector = _vector(self.row, objectives)
        known = _vector(row, objectives)
        self.vectors += [] if known is None else [known]

    def rank(self) -> tuple[float, int, int]:
        """Sorts the best first; of equal ones the cheaper, then the earlier."""
        return -self.score, self.first.macs, self.first.job

    def _mean(self) -> CandidateRow:
        if self.trainings == [self.first]:
            return self.first
        names = dict.fromkeys(name for row in self.trainings for name in row.metrics)
        metrics = {
            name: fmean([row.metrics[name] for row in self.trainings if name in row.metrics])
            for name in names
        }
        return replace(self.first, metrics=metrics, epochs=self.epochs)


class Tally:
    """All candidates with a score; takes rows in any number, job after job.

    A candidate is judged by the mean of its trainings at the highest level of epochs that it has
    reached. Those at the highest level that any has reached compete for the lead.

    Args:
        objectives: All objectives of the run, with its soft limits.
        rows: Those to begin with.
    """

    def __init__(self, objectives: Objectives, rows: Iterable[CandidateRow] = ()) -> None:
        self._objectives = objectives
        self._known: dict[str, Tallied] = {}
        self._leader: Tallied | None = None
        for row in rows:
            self.add(row)

    @property
    def leader(self) -> Tallied | None:
        """The best candidate by the means of scores; None where there is no score."""
        return self._leader

    @property
    def candidates(self) -> list[Tallied]:
        """All of them, in the order of the jobs that found them."""
        return list(self._known.values())

    def of(self, graph_id: str) -> Tallied | None:
        """The candidate of an id; None where it has no score."""
        return self._known.get(graph_id)

    def add(self, row: CandidateRow) -> None:
        """Take a row in; failures, and trainings that do not count, change nothing."""
        if row.state != "scored" or row.kind not in _KINDS or not self._has_score(row):
            return
        if row.kind == "search":
            self._known.setdefault(row.id, Tallied(row))
        found = self._known.get(row.id)
        if found is not None and row.split == found.first.split:
            found.add(row, self._objectives)
            self._follow(found)

    def front(self) -> list[tuple[Tallied, Vector]]:
        """Candidates that no other beats in all objectives at once, fewest MACs first.

        They are compared by posterior means, which come with them: among those with as many epochs
        a lucky single training does not beat a good mean of several.
        """
        levels: dict[int, list[Tallied]] = {}
        for known in self._known.values():
            if known.vector is not None:
                levels.setdefault(known.epochs, []).append(known)
        means = {
            known.first.job: vector
            for level in levels.values()
            for known, vector in zip(level, _posterior(level), strict=True)
        }
        complete = [known for known in self._known.values() if known.first.job in means]
        vectors = [means[known.first.job] for known in complete]
        kept = [(complete[k], vectors[k]) for k in non_dominated(vectors)]
        return sorted(kept, key=lambda pair: (pair[0].first.macs, pair[0].first.job))

    def _has_score(self, row: CandidateRow) -> bool:
        primary = self._objectives.primary
        return primary in COUNTED or primary in row.metrics

    def _follow(self, changed: Tallied) -> None:
        """Find the leader again after one candidate has changed."""
        leader = self._leader
        if leader is None or changed.epochs > leader.epochs:
            self._leader = changed
        elif changed is leader:
            level = [known for known in self._known.values() if known.epochs == leader.epochs]
            self._leader = min(level, key=Tallied.rank)
        elif changed.epochs == leader.epochs and changed.rank() < leader.rank():
            self._leader = changed


def _posterior(level: Sequence[Tallied]) -> list[Vector]:
    # Where no single training has all objectives, their means stand for one.
    return posterior_vectors([known.vectors or [known.vector or ()] for known in level])


def _vector(row: CandidateRow, objectives: Objectives) -> Vector | None:
    evaluation = Evaluation(dict(row.metrics))
    return None if objectives.missing(evaluation) else objectives.vector(evaluation, _cost(row))


def _cost(row: CandidateRow) -> Cost:
    """The cost that a row tells."""
    return Cost(macs=row.macs, params=row.params, activations=row.activations)
