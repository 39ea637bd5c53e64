"""Runs that differ in nothing but their seed, and what tells such groups apart."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import fmean, stdev
from typing import Any, cast

from nasvid.core.canonical import canonical_json
from nasvid.core.errors import RunError
from nasvid.report.comparable import settings_of
from nasvid.report.course import Course
from nasvid.report.hypervolume import Box
from nasvid.report.run_summary import RunSummary
from nasvid.report.tally import Tallied
from nasvid.report.wording import value_text
from nasvid.search.algorithm import ALGORITHMS, OF_VARIATION
from nasvid.search.pareto import non_dominated
from nasvid.search.posterior import noises_of

BASELINE = "random_search"
# What algorithms may leave unread, each as it says.
_OF_PARENTS = OF_VARIATION | {"population", "tournament"}
_OF_GUIDANCE = frozenset(("surrogate", "repeat_share"))


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """What runs are worth after so many trainings.

    Args:
        trainings: Of the search, failures counted.
        mean: Over the runs.
        error: Standard error of the mean; 0 for one run.
        num_runs: Runs that have come so far.
    """

    trainings: int
    mean: float
    error: float
    num_runs: int


@dataclass(frozen=True, eq=False)
class Group:
    """The runs of one algorithm with the same settings.

    Args:
        name: Of the algorithm, with the settings by which it differs from other groups of it.
        algorithm: Its name alone.
        courses: The runs, one for each seed.
    """

    name: str
    algorithm: str
    courses: tuple[Course, ...]

    @cached_property
    def by_seed(self) -> dict[int, Course]:
        """Seed to run."""
        return {settings_of(course.run).seed: course for course in self.courses}

    def scores(self, at: Iterable[int]) -> list[CurvePoint]:
        """The score of the leading candidate, to be maximised, as far as runs have come."""
        return self._curve(at, lambda course, number: course.score_at(number))

    def volumes(self, at: Sequence[int], box: Box) -> list[CurvePoint]:
        """Share of a box that the front dominates, as far as runs have come."""
        fronts = {course: course.fronts_at(at) for course in self.courses}
        shares = {
            course: {number: box.share(front) for number, front in found.items()}
            for course, found in fronts.items()
        }
        return self._curve(at, lambda course, number: shares[course].get(number))

    def front(self, trainings: int) -> list[tuple[RunSummary, Tallied]]:
        """What no candidate of any of the runs beats after so many trainings, by the second objective."""
        found = [
            (course.run, known, vector)
            for course in self.courses
            for known, vector in course.tally_at(trainings).front()
        ]
        kept = [found[k] for k in non_dominated([vector for _, _, vector in found])]
        # The best in the second objective first: the cheapest where that is a cost.
        kept.sort(key=lambda member: ([-value for value in member[2][1:]], member[1].rank()))
        return [(run, known) for run, known, _ in kept]

    def _curve(
        self, at: Iterable[int], read: Callable[[Course, int], float | None]
    ) -> list[CurvePoint]:
        points: list[CurvePoint] = []
        for number in at:
            known = [read(course, number) for course in self.courses]
            values = [value for value in known if value is not None]
            if values:
                error = stdev(values) / len(values) ** 0.5 if len(values) > 1 else 0.0
                points.append(CurvePoint(number, fmean(values), error, len(values)))
        return points


def group_runs(runs: Sequence[RunSummary]) -> tuple[Group, ...]:
    """Runs by algorithm and settings, in the order in which they were given, the baseline last.

    Raises:
        RunError: Two of them have the same settings and the same seed.
    """
    members: dict[str, dict[int, RunSummary]] = {}
    for run in runs:
        seed = settings_of(run).seed
        same = members.setdefault(canonical_json([_algorithm(run), _settings(run)]), {})
        if seed in same:
            raise RunError(
                f"compare: {run.name}: has the settings and the seed {seed} of {same[seed].name}, "
                "so it is the same experiment and would count twice; leave one of them out."
            )
        same[seed] = run
    groups = [tuple(same.values()) for same in members.values()]
    groups.sort(key=lambda group: _algorithm(group[0]) == BASELINE)
    # All are judged alike, whether or not a search trains candidates again.
    noises = noises_of([vectors for run in runs for vectors in run.trainings])
    return tuple(
        Group(
            _name(group[0], groups),
            _algorithm(group[0]),
            tuple(Course(run, noises) for run in group),
        )
        for group in groups
    )


def _algorithm(run: RunSummary) -> str:
    return run.algorithm or run.name


def _settings(run: RunSummary) -> dict[str, Any]:
    """Settings of the search by dotted name, but for the seed and what the algorithm ignores."""
    ignored = {"seed", *_unread(run.algorithm)}
    return {
        name: value
        for name, value in _flat(settings_of(run).to_json())
        if name.partition(".")[0] not in ignored
    }


def _unread(algorithm: str) -> frozenset[str]:
    """Settings that an algorithm does not look at."""
    if algorithm not in ALGORITHMS:
        return frozenset()
    found = ALGORITHMS[algorithm]
    guidance = frozenset[str]() if found.takes_guidance else _OF_GUIDANCE
    return (_OF_PARENTS - found.reads) | guidance


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterable[tuple[str, Any]]:
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(cast("Mapping[str, Any]", value), f"{prefix}{name}.")
        else:
            yield prefix + name, value


def _name(run: RunSummary, groups: Sequence[Sequence[RunSummary]]) -> str:
    """The algorithm, and what tells its groups apart where there are several."""
    mine = _settings(run)
    others = [_settings(group[0]) for group in groups if _algorithm(group[0]) == _algorithm(run)]
    names = dict.fromkeys(name for other in others for name in other)
    apart = [name for name in names if any(o.get(name) != mine.get(name) for o in others)]
    listed = ", ".join(f"{name} {value_text(mine.get(name))}" for name in apart)
    return f"{_algorithm(run)} ({listed})" if listed else _algorithm(run)
