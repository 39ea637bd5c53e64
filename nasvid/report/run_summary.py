"""Everything that a report says about one run, derived from its rows."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from statistics import fmean, stdev
from typing import Any, Literal

from nasvid.core.costs import COUNTED
from nasvid.report.candidate_row import CandidateRow
from nasvid.report.tally import SEARCHED_KINDS, Tally
from nasvid.search.objectives import DEFAULT_COST, Objectives
from nasvid.search.posterior import Vector, noises_of
from nasvid.spec.sections import Direction, Penalty

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
    """The candidate that leads after some number of trainings.

    Args:
        candidates: Trainings of the search that came before, failures counted.
        score: Objective of the leader, the mean over its trainings until then.
        job: The job that found it.
    """

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
        penalties: Costs that have soft limits, to what these are.
        winner_job: The job that found the winner; where None, the best mean score wins.
        num_candidates: Trainings that the search was to make; 0 where unknown.
        exhausted: Why the space gave fewer candidates than that; empty where it did not.
        rejections: Proposals turned down before any training, by reason.
        wall_seconds: Wall-clock time over all sessions.
        settings: What the run was told, for the table at the end.
        versions: Package to version.
        budget: Limits by name, such as `macs`.
        space: Name of the search space.
        space_digest: Digest of what its file says; empty where unknown.
        data: Fingerprint of the data; empty where there are none.
        algorithm: Name of the search algorithm.
    """

    name: str
    rows: tuple[CandidateRow, ...]
    state: RunState = "complete"
    objective: str = "top1"
    directions: Mapping[str, Direction] = field(default_factory=dict[str, Direction])
    penalties: Mapping[str, Penalty] = field(default_factory=dict[str, Penalty])
    winner_job: int | None = None
    num_candidates: int = 0
    exhausted: str = ""
    rejections: Mapping[str, int] = field(default_factory=dict[str, int])
    wall_seconds: float = 0.0
    settings: Mapping[str, Any] = field(default_factory=dict[str, Any])
    versions: Mapping[str, str] = field(default_factory=dict[str, str])
    budget: Mapping[str, int] = field(default_factory=dict[str, int])
    space: str = ""
    space_digest: str = ""
    data: str = ""
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
        """Whether the front is that of the bare objective and of MACs, as plots show it."""
        return list(self.front_directions.items())[1:] == [("macs", "min")] and not self.penalties

    @cached_property
    def searched(self) -> tuple[CandidateRow, ...]:
        """Trainings of the search itself, whatever became of them: repeats and promotions too."""
        return tuple(row for row in self.rows if row.kind in SEARCHED_KINDS)

    @cached_property
    def candidates(self) -> tuple[CandidateRow, ...]:
        """The architectures that were proposed, whatever became of them."""
        return tuple(row for row in self.rows if row.kind == "search")

    @property
    def ended_early(self) -> str:
        """After how many candidates the space was exhausted, and why; empty where it was not."""
        if not self.exhausted:
            return ""
        total = f" of {self.num_candidates}" if self.num_candidates else ""
        return f"after {len(self.searched)}{total} candidates: {self.exhausted}"

    @cached_property
    def objectives(self) -> Objectives:
        """How candidates are ranked; what people are shown are bare metrics."""
        return Objectives(self.objective, self.front_directions, self.penalties)

    @cached_property
    def _tally(self) -> Tally:
        return Tally(self.objectives, self.rows, self.noises)

    @cached_property
    def trainings(self) -> list[list[Vector]]:
        """All objectives, to be maximised, of the trainings of each candidate."""
        return Tally(self.objectives, self.rows).trainings

    @cached_property
    def noises(self) -> Vector:
        """How much a single training varies in each objective, the primary one first."""
        return noises_of(self.trainings)

    @cached_property
    def scored(self) -> tuple[CandidateRow, ...]:
        """Candidates with a score; metrics are means over the trainings with the most epochs."""
        return tuple(known.row for known in self._tally.candidates)

    def metrics_of(self, graph_id: str) -> Mapping[str, float]:
        """Mean metrics of a candidate; empty where it has no score."""
        known = self._tally.of(graph_id)
        return {} if known is None else known.row.metrics

    @cached_property
    def winner(self) -> CandidateRow | None:
        """The best candidate, see `winner_job`; metrics are means as those of `scored`."""
        leader = self._tally.leader
        found = (row for row in self.scored if row.job == self.winner_job)
        return next(found, None if leader is None else leader.row)

    @cached_property
    def front(self) -> tuple[CandidateRow, ...]:
        """Candidates that no other beats in all objectives at once, fewest MACs first.

        They are compared by what they are worth at least, their means less two standard errors, with
        their soft limits; metrics are means as those of `scored`.
        """
        return tuple(known.row for known, _ in self._tally.front())

    @cached_property
    def best_so_far(self) -> tuple[BestSoFar, ...]:
        """The points where another candidate leads, or the leader turns out to be worth more or less.

        Nothing is known at a point but the trainings of the search until then, so a lucky score
        that is corrected later shows as one.
        """
        points: list[BestSoFar] = []
        tally = Tally(self.objectives, noises=self.noises)
        for number, row in enumerate(self.searched, start=1):
            tally.add(row)
            leader = tally.leader
            score = None if leader is None else self.score(leader.row)
            if leader is None or score is None:
                continue
            if not points or (points[-1].score, points[-1].job) != (score, leader.first.job):
                points.append(BestSoFar(number, score, leader.first.job))
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
        """The scores of one architecture in the trainings with the most epochs, by job."""
        known = self._tally.of(row.id)
        scores = [self.score(training) for training in known.trainings] if known else []
        return tuple(score for score in scores if score is not None)

    @cached_property
    def winner_score(self) -> float | None:
        """Mean score of the winner's trainings with the most epochs."""
        return None if self.winner is None else self.score(self.winner)

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
