"""Everything that a report says about one run, derived from its rows."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from statistics import fmean, stdev
from typing import Any, Literal

from nasvid.core.costs import COUNTED
from nasvid.report.candidate_row import CandidateRow
from nasvid.search.objectives import DEFAULT_COST
from nasvid.search.pareto import non_dominated
from nasvid.spec.sections import Direction

RunState = Literal["running", "complete", "interrupted"]


@dataclass(frozen=True, slots=True)
class SeedNoise:
    """How much the score of one architecture varies between training seeds.

    Args:
        id: The architecture.
        values: Score of each training, in the order of the repeats.
        mean: Their mean.
        std: Their sample standard deviation, with n - 1 in the denominator.
    """

    id: str
    values: tuple[float, ...]
    mean: float
    std: float


@dataclass(frozen=True, slots=True)
class BestSoFar:
    """The best score after some number of candidates."""

    candidates: int
    score: float
    job: int


@dataclass(frozen=True, kw_only=True)
class RunSummary:
    """One run as its ledger tells it.

    Args:
        name: Name for people, such as that of the run folder.
        rows: All jobs by number.
        state: Whether it goes on, is complete, or has stopped before its end.
        objective: Metric, or cost, by which the winner is found.
        directions: All objectives to `max` or `min`; the objective up and MACs down by default.
        penalised: Costs that have soft limits, to what these are.
        winner_job: The job that found the winner; where None, the best single score wins.
        num_candidates: Trainings that the search was to make; 0 where unknown.
        rejections: Proposals turned down before any training, by reason.
        wall_seconds: Wall-clock time over all sessions.
        settings: What the run was told, for the table at the end.
        versions: Package to version.
        budget: Limits by name, such as `macs`.
        space: Name of the search space.
        algorithm: Name of the search algorithm.
    """

    name: str
    rows: tuple[CandidateRow, ...]
    state: RunState = "complete"
    objective: str = "top1"
    directions: Mapping[str, Direction] = field(default_factory=dict[str, Direction])
    penalised: Mapping[str, int] = field(default_factory=dict[str, int])
    winner_job: int | None = None
    num_candidates: int = 0
    rejections: Mapping[str, int] = field(default_factory=dict[str, int])
    wall_seconds: float = 0.0
    settings: Mapping[str, Any] = field(default_factory=dict[str, Any])
    versions: Mapping[str, str] = field(default_factory=dict[str, str])
    budget: Mapping[str, int] = field(default_factory=dict[str, int])
    space: str = ""
    algorithm: str = ""

    def score(self, row: CandidateRow) -> float | None:
        """The objective of a row, or None where it has none."""
        return self.value(row, self.objective)

    def value(self, row: CandidateRow, name: str) -> float | None:
        """A metric or cost of a row, or None where it has none."""
        if name in COUNTED:
            return getattr(row, name) if row.state == "scored" else None
        return row.metrics.get(name)

    @property
    def is_minimised(self) -> bool:
        """Whether a lower objective is better."""
        return self.directions.get(self.objective) == "min"

    @cached_property
    def front_directions(self) -> dict[str, Direction]:
        """What the front is made of: all objectives, the primary one first; MACs beside one alone."""
        found: dict[str, Direction] = {self.objective: "min" if self.is_minimised else "max"}
        found |= {name: way for name, way in self.directions.items() if name != self.objective}
        return found if len(found) > 1 else {**found, DEFAULT_COST: "min"}

    @property
    def has_plain_front(self) -> bool:
        """Whether the front is that of the objective and of MACs, as plots show it."""
        return list(self.front_directions.items())[1:] == [("macs", "min")]

    @cached_property
    def searched(self) -> tuple[CandidateRow, ...]:
        """Trainings of the search itself, whatever became of them: repeats and promotions too."""
        return tuple(row for row in self.rows if row.kind in ("search", "repeat", "promotion"))

    @cached_property
    def candidates(self) -> tuple[CandidateRow, ...]:
        """The architectures that were proposed, whatever became of them."""
        return tuple(row for row in self.rows if row.kind == "search")

    @cached_property
    def scored(self) -> tuple[CandidateRow, ...]:
        """Candidates with a score."""
        return tuple(row for row in self.candidates if self.score(row) is not None)

    @cached_property
    def winner(self) -> CandidateRow | None:
        """The best candidate, see `winner_job`; of equal ones the cheaper, then the earlier."""
        found = (row for row in self.scored if row.job == self.winner_job)
        return next(found, min(self.scored, key=self._rank, default=None))

    def _rank(self, row: CandidateRow) -> tuple[float, int, int]:
        return -self._signed(self.score(row) or 0.0), row.macs, row.job

    def _signed(self, score: float) -> float:
        return -score if self.is_minimised else score

    @cached_property
    def front(self) -> tuple[CandidateRow, ...]:
        """Candidates that no other beats in all objectives at once, fewest MACs first."""
        known = [(row, self._vector(row)) for row in self.scored]
        rows = [(row, vector) for row, vector in known if vector is not None]
        kept = non_dominated([vector for _, vector in rows])
        return tuple(sorted((rows[k][0] for k in kept), key=lambda row: (row.macs, row.job)))

    def _vector(self, row: CandidateRow) -> tuple[float, ...] | None:
        """All objectives of a row, to be maximised; None where one is unknown."""
        values = [(self.value(row, name), way) for name, way in self.front_directions.items()]
        found = [value if way == "max" else -value for value, way in values if value is not None]
        return tuple(found) if len(found) == len(values) else None

    @cached_property
    def best_so_far(self) -> tuple[BestSoFar, ...]:
        """The points where the best score gets better, in the order of the jobs.

        All trainings of the search count; a score of a candidate alone is one to be the best.
        """
        points: list[BestSoFar] = []
        for number, row in enumerate(self.searched, start=1):
            score = self.score(row)
            if score is None or row.kind != "search":
                continue
            if not points or self._signed(score) > self._signed(points[-1].score):
                points.append(BestSoFar(number, score, row.job))
        return tuple(points)

    @cached_property
    def num_finished(self) -> int:
        """Trainings of the search that came back, with a score or a failure."""
        return sum(row.state != "in flight" for row in self.searched)

    @cached_property
    def failures(self) -> tuple[CandidateRow, ...]:
        """Jobs that failed."""
        return tuple(row for row in self.rows if row.failure is not None)

    @cached_property
    def failures_by_kind(self) -> dict[str, int]:
        """Kind of failure to number of jobs, most first."""
        kinds = Counter(row.failure.kind for row in self.rows if row.failure is not None)
        return dict(sorted(kinds.items(), key=lambda item: (-item[1], item[0])))

    @cached_property
    def rejections_by_reason(self) -> dict[str, int]:
        """Reason to number of proposals turned down, most first."""
        return dict(sorted(self.rejections.items(), key=lambda item: (-item[1], item[0])))

    @cached_property
    def num_rejected(self) -> int:
        """Proposals turned down before any training."""
        return sum(self.rejections.values())

    @cached_property
    def train_seconds(self) -> float:
        """Time of all jobs together; above `wall_seconds` where jobs ran side by side."""
        return sum(row.seconds for row in self.rows)

    @cached_property
    def jobs_per_hour(self) -> float | None:
        """Jobs that came back per hour of wall-clock time."""
        finished = sum(row.state != "in flight" for row in self.rows)
        return 3600 * finished / self.wall_seconds if self.wall_seconds > 0 else None

    @cached_property
    def seed_noise(self) -> SeedNoise | None:
        """Spread of the winner's scores over training seeds; None with fewer than two."""
        return None if self.winner is None else self.noise_of(self.winner)

    def noise_of(self, row: CandidateRow) -> SeedNoise | None:
        """Spread of one architecture's scores over training seeds, where it was trained longest."""
        values = self.scores_of(row)
        if len(values) < 2:
            return None
        return SeedNoise(row.id, values, fmean(values), stdev(values))

    def scores_of(self, row: CandidateRow) -> tuple[float, ...]:
        """The scores of one architecture on its split, of the trainings with the most epochs."""
        found: dict[int, dict[int, float]] = {}
        for other in self.rows:
            score = self.score(other)
            if (other.id, other.split) == (row.id, row.split) and score is not None:
                found.setdefault(other.epochs, {}).setdefault(other.repeat, score)
        if not found:
            return ()
        by_repeat = found[max(found)]
        return tuple(by_repeat[repeat] for repeat in sorted(by_repeat))

    @cached_property
    def winner_score(self) -> float | None:
        """Mean score of the winner's trainings with the most epochs."""
        scores = () if self.winner is None else self.scores_of(self.winner)
        return fmean(scores) if scores else None

    @cached_property
    def test_scores(self) -> tuple[float, ...]:
        """The winner's scores on the test split."""
        winner = self.winner
        if winner is None:
            return ()
        found = [row for row in self.rows if row.id == winner.id and row.split == "test"]
        scores = [self.score(row) for row in sorted(found, key=lambda row: row.repeat)]
        return tuple(score for score in scores if score is not None)

    @cached_property
    def test_score(self) -> float | None:
        """Mean of the winner's scores on the test split, or None where there are none."""
        return fmean(self.test_scores) if self.test_scores else None
