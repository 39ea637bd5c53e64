"""Several runs side by side: best so far by algorithm, final fronts, and paired tests."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import fmean, stdev

from nasvid.core.errors import RunError
from nasvid.report.paired_test import PairedTest, paired_test
from nasvid.report.run_summary import RunSummary
from nasvid.search.pareto import pareto_front

BASELINE = "random_search"


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """The best score after so many candidates, over the runs of a group.

    Args:
        candidates: Evaluated candidates, failures counted.
        mean: Of the runs' best scores.
        error: Standard error of the mean; 0 for one run.
        num_runs: Runs that have come so far.
    """

    candidates: int
    mean: float
    error: float
    num_runs: int


@dataclass(frozen=True, eq=False)
class Group:
    """The runs of one algorithm.

    Args:
        name: Of the algorithm; of the run where it is alone with its settings.
        runs: One for each seed.
    """

    name: str
    runs: tuple[RunSummary, ...]

    def score_at(self, run: RunSummary, candidates: int) -> float | None:
        """The best score of a run after so many candidates."""
        found = [step.score for step in run.best_so_far if step.candidates <= candidates]
        return found[-1] if found else None

    def curve(self, at: Iterable[int]) -> list[CurvePoint]:
        """Best so far at these numbers of candidates, as far as runs have come."""
        points: list[CurvePoint] = []
        for candidates in at:
            known = [run for run in self.runs if run.num_finished >= candidates]
            scores = [s for run in known if (s := self.score_at(run, candidates)) is not None]
            if scores:
                error = stdev(scores) / len(scores) ** 0.5 if len(scores) > 1 else 0.0
                points.append(CurvePoint(candidates, fmean(scores), error, len(scores)))
        return points

    @cached_property
    def front(self) -> list[tuple[float, int]]:
        """Score and MACs of what no candidate of any of the runs beats, cheapest first."""
        sign = -1 if self.runs[0].is_minimised else 1
        rows = [(run.score(row), row.macs) for run in self.runs for row in run.scored]
        found = [(score, macs) for score, macs in rows if score is not None]
        kept = pareto_front([(sign * score, macs) for score, macs in found])
        return [found[index] for index in kept]


@dataclass(frozen=True, eq=False)
class Comparison:
    """Runs of one space and one objective, by algorithm.

    Args:
        groups: At least one; the baseline, where there is one, is the last.
        tests: Name of each other group to its test against the baseline.
        objective: What is compared.
        candidates: Number at which runs are compared: that of the shortest run.
    """

    groups: tuple[Group, ...]
    tests: dict[str, PairedTest]
    objective: str
    candidates: int

    @property
    def checkpoints(self) -> list[int]:
        """Numbers of candidates at which tables show the best so far."""
        shares = (0.25, 0.5, 1.0)
        return sorted({max(1, round(share * self.candidates)) for share in shares})


def compare(runs: Sequence[RunSummary]) -> Comparison:
    """Runs side by side, those of one algorithm together.

    Raises:
        RunError: They have different objectives or spaces, or one has no result.
    """
    first = runs[0]
    for run in runs:
        _check_alike(first, run)
    names = list(dict.fromkeys(run.algorithm or run.name for run in runs))
    names.sort(key=lambda name: name == BASELINE)
    groups = tuple(
        Group(name, tuple(run for run in runs if (run.algorithm or run.name) == name))
        for name in names
    )
    candidates = min(run.num_finished for run in runs)
    return Comparison(groups, _tests(groups, candidates), first.objective, candidates)


def _check_alike(first: RunSummary, run: RunSummary) -> None:
    if run.objective != first.objective or run.is_minimised != first.is_minimised:
        raise RunError(
            f"compare: {run.name}: got the objective {run.objective!r}; accepts runs with that of "
            f"{first.name}, {first.objective!r}. Leave it out."
        )
    if run.space != first.space:
        raise RunError(
            f"compare: {run.name}: is a run of the space {run.space!r}; accepts runs of that of "
            f"{first.name}, {first.space!r}. Leave it out."
        )
    if not run.scored:
        raise RunError(f"compare: {run.name}: no candidate has been scored yet; leave it out.")


def _tests(groups: Sequence[Group], candidates: int) -> dict[str, PairedTest]:
    """Each group against the baseline, runs of one seed being pairs."""
    baseline = next((group for group in groups if group.name == BASELINE), None)
    if baseline is None:
        return {}
    found: dict[str, PairedTest] = {}
    partners = _by_seed(baseline)
    for group in groups:
        if group is baseline:
            continue
        sign = -1 if group.runs[0].is_minimised else 1
        differences: list[float] = []
        for seed, run in _by_seed(group).items():
            if seed in partners:
                mine = group.score_at(run, candidates)
                other = baseline.score_at(partners[seed], candidates)
                if mine is not None and other is not None:
                    differences.append(sign * (mine - other))
        found[group.name] = paired_test(differences)
    return found


def _by_seed(group: Group) -> dict[int, RunSummary]:
    found: dict[int, RunSummary] = {}
    for run in group.runs:
        search = run.settings.get("search", {})
        found.setdefault(search.get("seed", 0), run)
    return found
