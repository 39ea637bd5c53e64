"""What every candidate of a run is worth by the trainings that are known so far."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from statistics import fmean

from nasvid.core.costs import COUNTED, Cost
from nasvid.core.evaluations import Evaluation
from nasvid.report.candidate_row import CandidateRow
from nasvid.search.objectives import Objectives
from nasvid.search.pareto import non_dominated
from nasvid.search.posterior import Vector, at_least

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
        score: Primary objective with its soft limits, to be maximised: what it is worth at least.
        vector: All objectives likewise, the primary one first; None where one is unknown.
        vectors: All objectives of each training that has them.
    """

    first: CandidateRow
    epochs: int = -1
    trainings: list[CandidateRow] = field(default_factory=list[CandidateRow])
    row: CandidateRow = field(init=False)
    score: float = field(init=False)
    vector: Vector | None = field(init=False)
    vectors: list[Vector] = field(default_factory=list[Vector])

    def add(self, row: CandidateRow, objectives: Objectives, noises: Vector) -> None:
        """Take a training in; one with fewer epochs than others says nothing more."""
        if row.epochs < self.epochs:
            return
        if row.epochs > self.epochs:
            self.epochs, self.trainings, self.vectors = row.epochs, [], []
        self.trainings.append(row)
        self.row = self._mean()
        known = _vector(row, objectives)
        self.vectors += [] if known is None else [known]
        self.vector = at_least(self.vectors, noises) if self.vectors else None
        self.score = objectives.score(Evaluation(dict(self.row.metrics)), _cost(row))
        self.score = self.score if self.vector is None else self.vector[0]

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
        noises: Standard deviation of a single training in each objective, the primary one first;
            where it is known, candidates are compared by their means less two standard errors.
    """

    def __init__(
        self,
        objectives: Objectives,
        rows: Iterable[CandidateRow] = (),
        noises: Vector = (),
    ) -> None:
        self._objectives = objectives
        self._noises = noises
        self._known: dict[str, Tallied] = {}
        self._leader: Tallied | None = None
        for row in rows:
            self.add(row)

    @property
    def leader(self) -> Tallied | None:
        """The best candidate; None where there is no score."""
        return self._leader

    @property
    def trainings(self) -> list[list[Vector]]:
        """All objectives of the trainings of each candidate."""
        return [known.vectors for known in self._known.values() if known.vectors]

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
            found.add(row, self._objectives, self._noises)
            self._follow(found)

    def front(self) -> list[tuple[Tallied, Vector]]:
        """Candidates that no other beats in all objectives at once, fewest MACs first.

        Each comes with what it is worth at least.
        """
        complete = [(known, known.vector) for known in self._known.values()]
        found = [(known, vector) for known, vector in complete if vector is not None]
        kept = [found[k] for k in non_dominated([vector for _, vector in found])]
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


def _vector(row: CandidateRow, objectives: Objectives) -> Vector | None:
    evaluation = Evaluation(dict(row.metrics))
    return None if objectives.missing(evaluation) else objectives.vector(evaluation, _cost(row))


def _cost(row: CandidateRow) -> Cost:
    """The cost that a row tells."""
    return Cost(macs=row.macs, params=row.params, activations=row.activations)
