"""A comparison of runs as tables for the terminal."""

from collections.abc import Callable, Sequence

from rich.table import Table
from rich.text import Text

from nasvid.core.costs import COUNTED, human_count
from nasvid.report.comparison import Comparison, Verdict
from nasvid.report.paired_test import DRAWS, LEAST_PAIRS, MAX_EXACT, PairedTest
from nasvid.report.run_group import CurvePoint
from nasvid.report.wording import is_share, objective_text, score_text, short_id, spread_text

# Runs that are named where some are left out.
_MOST_NAMED = 6


def score_title(comparison: Comparison) -> str:
    """What the curves of leading candidates show."""
    soft = ", ".join(map(_name, comparison.soft_limits))
    limits = f" with the soft limits of {soft}" if soft else ""
    at_least = " at least" if comparison.noise else ""
    return f"val {objective_text(comparison.objective)}{limits}{at_least}"


def best_table(comparison: Comparison) -> Table:
    """What the leading candidate of each group is worth, mean and standard error over its runs."""
    unit = " in %" if is_share(comparison.objective) else ""
    title = f"{score_title(comparison)}{unit}, of the leading candidate after so many trainings"
    rows = [group.scores(comparison.checkpoints) for group in comparison.groups]
    return _curves(comparison, title, rows, lambda point: _score(comparison, point))


def volume_table(comparison: Comparison) -> Table:
    """Hypervolume of the front of each group, likewise."""
    title = f"hypervolume of the front of {_objectives(comparison)} after so many trainings"
    rows = [comparison.volumes(group, comparison.checkpoints) for group in comparison.groups]
    return _curves(comparison, title, rows, _volume)


def front_table(comparison: Comparison) -> Table:
    """The front of each group, over all its runs."""
    shown = comparison.objective
    others = [name for name in comparison.directions if name != shown]
    title = f"fronts of {_objectives(comparison)} after {comparison.trainings} trainings"
    table = Table(title=title, title_justify="left")
    table.add_column("algorithm")
    table.add_column("id")
    for name in others:
        table.add_column(_name(name), justify="right")
    table.add_column(f"val {objective_text(shown)}", justify="right")
    for group in comparison.groups:
        for number, (run, known) in enumerate(group.front(comparison.trainings)):
            values = [_value(name, run.value(known.row, name)) for name in (*others, shown)]
            cells = (group.name if number == 0 else "", short_id(known.first.id), *values)
            table.add_row(*map(Text, cells))
        table.add_section()
    return table


def verdict_text(comparison: Comparison, verdict: Verdict) -> str:
    """What a paired test says, in sentences."""
    test = verdict.test
    against = verdict.baseline.replace("_", " ")
    trainings = "1 training" if comparison.trainings == 1 else f"{comparison.trainings} trainings"
    head = f"{verdict.group} against {against} after {trainings}"
    left = _left_out(verdict)
    if not test.num_pairs:
        return f"{head}: no two runs have the same seed, so nothing is tested."
    noun = "pair" if test.num_pairs == 1 else "pairs"
    error = f"standard error {_spread(comparison, test.error)}, " if test.num_pairs > 1 else ""
    difference = _difference(comparison, test.mean)
    told = f"{head}: {difference} ({error}{test.num_pairs} {noun} of equal seed)"
    if test.p_value is None:
        return f"{told}; too few pairs for a test, which takes {LEAST_PAIRS}.{left}"
    return f"{told}; p = {test.p_value:.3g} ({_test_name(test)}).{left}"


def _curves(
    comparison: Comparison,
    title: str,
    curves: Sequence[Sequence[CurvePoint]],
    text: Callable[[CurvePoint], str],
) -> Table:
    """A row for each group, a column for each number of trainings."""
    table = Table(title=f"{title}, mean and standard error over the runs", title_justify="left")
    table.add_column("algorithm")
    table.add_column("runs", justify="right")
    for number in comparison.checkpoints:
        table.add_column(str(number), justify="right", no_wrap=True)
    for group, curve in zip(comparison.groups, curves, strict=True):
        cells = {point.trainings: text(point) for point in curve}
        shown = [cells.get(number, "-") for number in comparison.checkpoints]
        table.add_row(*map(Text, (group.name, str(len(group.courses)), *shown)))
    return table


def _difference(comparison: Comparison, mean: float) -> str:
    what = objective_text(comparison.objective)
    if comparison.looks_for_front:
        what = "hypervolume"
    elif comparison.soft_limits:
        what += " with soft limits"
    size = _spread(comparison, abs(mean))
    if mean == 0:
        return f"equal {what} on average"
    return f"{what} {size} {'better' if mean > 0 else 'worse'} on average"


def _spread(comparison: Comparison, value: float) -> str:
    if comparison.looks_for_front:
        return f"{value:.3f}"
    return _units(comparison, value)


def _units(comparison: Comparison, value: float) -> str:
    name = comparison.objective
    return human_count(value) if name in COUNTED else spread_text(name, value)


def _test_name(test: PairedTest) -> str:
    drawn = "exact" if test.num_pairs <= MAX_EXACT else f"{DRAWS:,} flips drawn"
    return f"one-sided sign-flip test, {drawn}"


def _left_out(verdict: Verdict) -> str:
    names = verdict.left_out
    if not names:
        return ""
    listed = ", ".join(names[:_MOST_NAMED])
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return f" Left out for want of a partner of equal seed: {listed}{more}."


def _score(comparison: Comparison, point: CurvePoint) -> str:
    mean = _value(comparison.objective, comparison.shown(point.mean)).removesuffix(" %")
    if point.num_runs < 2:
        return mean
    return f"{mean}±{_units(comparison, point.error).removesuffix(' points')}"


def _volume(point: CurvePoint) -> str:
    return f"{point.mean:.3f}" + (f"±{point.error:.3f}" if point.num_runs > 1 else "")


def _value(name: str, value: float | None) -> str:
    if name in COUNTED and value is not None:
        return human_count(value)
    return score_text(name, value)


def _objectives(comparison: Comparison) -> str:
    ways = {"max": "up", "min": "down"}
    return ", ".join(f"{_name(n)} ({ways[way]})" for n, way in comparison.directions.items())


def _name(name: str) -> str:
    return "MACs" if name == "macs" else objective_text(name)
