"""Several runs side by side: curves by algorithm, fronts, and paired tests against random search."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from nasvid.report.comparable import check_comparable, notes_on, settings_of
from nasvid.report.hypervolume import Box
from nasvid.report.paired_test import PairedTest, paired_test
from nasvid.report.run_group import BASELINE, CurvePoint, Group, group_runs
from nasvid.report.run_summary import RunSummary
from nasvid.search.algorithm import ALGORITHMS
from nasvid.spec.sections import Direction


@dataclass(frozen=True, slots=True)
class Verdict:
    """A group against a group of the baseline, runs of one seed being pairs.

    Args:
        group: Name of the group.
        baseline: Name of the other one.
        test: Of the differences of scores, or of hypervolumes.
        left_out: Runs of both that have no partner.
    """

    group: str
    baseline: str
    test: PairedTest
    left_out: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Comparison:
    """Runs of one experiment that differ in how they search.

    Args:
        groups: By algorithm and settings; the baseline comes last.
        trainings: Number after which runs are compared: that of the shortest run.
        looks_for_front: Whether fronts are compared, not leading candidates alone.
        notes: What makes the comparison less than fair, and where it was cut.
    """

    groups: tuple[Group, ...]
    trainings: int
    looks_for_front: bool
    notes: tuple[str, ...]

    @property
    def _first(self) -> RunSummary:
        return self.groups[0].courses[0].run

    @property
    def objective(self) -> str:
        """The primary objective."""
        return self._first.objective

    @property
    def noise(self) -> float:
        """Standard deviation of a training in the primary objective; 0 where it is not known."""
        return next(iter(self.groups[0].courses[0].noises), 0.0)

    @property
    def directions(self) -> Mapping[str, Direction]:
        """All objectives of the front, the primary one first."""
        return self._first.objectives.directions

    @property
    def soft_limits(self) -> tuple[str, ...]:
        """Costs that make the primary objective worse."""
        return tuple(self._first.penalties)

    def shown(self, score: float) -> float:
        """A score to be maximised in the direction of the objective."""
        return -score if self._first.is_minimised else score

    @property
    def checkpoints(self) -> list[int]:
        """Numbers of trainings at which tables show the curves."""
        shares = (0.25, 0.5, 1.0)
        return sorted({max(1, round(share * self.trainings)) for share in shares})

    @cached_property
    def box(self) -> Box:
        """What hypervolumes are shares of: from the worst to the best of all runs' fronts."""
        at = self.trainings
        courses = [course for group in self.groups for course in group.courses]
        return Box([vector for course in courses for vector in course.fronts_at([at])[at]])

    def volumes(self, group: Group, at: Sequence[int]) -> list[CurvePoint]:
        """Hypervolume of a group, as a share of the box."""
        return group.volumes(at, self.box)

    @cached_property
    def verdicts(self) -> tuple[Verdict, ...]:
        """Each group against each one of the baseline."""
        baselines = [group for group in self.groups if group.algorithm == BASELINE]
        others = [group for group in self.groups if group.algorithm != BASELINE]
        return tuple(self._judge(group, base) for base in baselines for group in others)

    def _judge(self, group: Group, baseline: Group) -> Verdict:
        mine, theirs = self._worths(group), self._worths(baseline)
        seeds = [seed for seed in mine if seed in theirs]
        differences = [mine[seed] - theirs[seed] for seed in seeds]
        left_out = [
            course.run.name
            for one in (group, baseline)
            for seed, course in one.by_seed.items()
            if seed not in seeds
        ]
        return Verdict(group.name, baseline.name, paired_test(differences), tuple(left_out))

    def _worths(self, group: Group) -> dict[int, float]:
        """Seed to what is tested; without the runs that had no score by then."""
        at = self.trainings
        if self.looks_for_front:
            fronts = {seed: course.fronts_at([at])[at] for seed, course in group.by_seed.items()}
            return {seed: self.box.share(front) for seed, front in fronts.items()}
        scores = {seed: course.score_at(at) for seed, course in group.by_seed.items()}
        return {seed: score for seed, score in scores.items() if score is not None}


def compare(runs: Sequence[RunSummary]) -> Comparison:
    """Runs side by side, those that differ in nothing but the seed together.

    Raises:
        RunError: They cannot be compared, one has no result, or two are the same experiment.
    """
    check_comparable(runs)
    groups = group_runs(runs)
    courses = [course for group in groups for course in group.courses]
    shortest = min(courses, key=lambda course: course.length)
    longest = max(courses, key=lambda course: course.length)
    notes = notes_on(runs)
    if shortest.length < longest.length:
        notes.append(
            f"all runs are compared after {shortest.length} trainings, where {shortest.run.name} "
            f"ends; {longest.run.name} has {longest.length}."
        )
    found = Comparison(groups, shortest.length, any(map(_looks_for_front, runs)), tuple(notes))
    if not found.noise:
        return found
    note = (
        f"trainings of one candidate vary by {found.noise:.3g} in {found.objective} (standard "
        "deviation), so candidates count by their means less two standard errors."
    )
    return replace(found, notes=(*found.notes, note))


def _looks_for_front(run: RunSummary) -> bool:
    settings = settings_of(run)
    known = run.algorithm in ALGORITHMS and ALGORITHMS[run.algorithm].seeks_front
    return known or len(settings.objectives) > 1
