"""A comparison of runs as a picture: curves on the left, fronts on the right."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import ScalarFormatter

from nasvid.core.costs import COUNTED
from nasvid.core.errors import NasvidError
from nasvid.report.comparison import Comparison
from nasvid.report.comparison_tables import score_title
from nasvid.report.figures import MARKERS, MUTED, count_axis, score_axes, series_color
from nasvid.report.wording import is_share, objective_text

SUFFIXES = (".svg", ".png", ".pdf")
# Inches.
_SIZE = (10.0, 4.0)
_MOST_STEPS = 100


def check_suffix(path: Path) -> None:
    """Raise a NasvidError unless a picture can be written to this path."""
    if path.suffix.lower() not in SUFFIXES:
        raise NasvidError(f"{path}: got the suffix {path.suffix!r}; accepts {', '.join(SUFFIXES)}.")


def draw_comparison(comparison: Comparison) -> Figure:
    """The picture, on a white ground."""
    figure = Figure(figsize=_SIZE, layout="constrained")
    left, right = figure.subplots(1, 2)
    figure.patch.set_facecolor("white")
    for axes in (left, right):
        score_axes(axes, comparison.objective)
    _draw_curves(left, comparison)
    _draw_fronts(right, comparison)
    left.legend(frameon=False, fontsize=8.5, loc="best")
    return figure


def write_figure(figure: Figure, path: Path) -> None:
    """Write a picture, the same bytes for the same picture.

    Raises:
        NasvidError: It cannot be written.
    """
    check_suffix(path)
    metadata = {"Date": None} if path.suffix.lower() == ".svg" else None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with mpl.rc_context({"svg.hashsalt": "nasvid"}):
            figure.savefig(path, dpi=160, metadata=metadata)
    except OSError as error:
        raise NasvidError(f"{path}: cannot be written ({error.strerror or error}).") from error


def _draw_curves(axes: Axes, comparison: Comparison) -> None:
    longest = max(course.length for group in comparison.groups for course in group.courses)
    at = _steps(longest)
    for index, group in enumerate(comparison.groups):
        is_front = comparison.looks_for_front
        points = comparison.volumes(group, at) if is_front else group.scores(at)
        sign = 1 if is_front else comparison.shown(1)
        numbers = [point.trainings for point in points]
        means = [sign * point.mean for point in points]
        color = series_color(index)
        count = len(group.courses)
        label = f"{group.name} ({count} {'run' if count == 1 else 'runs'})"
        axes.step(numbers, means, where="post", color=color, linewidth=2, label=label)
        low = [sign * point.mean - point.error for point in points]
        high = [sign * point.mean + point.error for point in points]
        axes.fill_between(numbers, low, high, step="post", color=color, alpha=0.18, linewidth=0)
    axes.set_xlabel("trainings")
    if comparison.looks_for_front:
        axes.set_ylabel("hypervolume", color=MUTED)
        axes.yaxis.set_major_formatter(ScalarFormatter())
        axes.set_title("hypervolume of the front, mean and standard error", fontsize=10)
    else:
        unit = " (%)" if is_share(comparison.objective) else ""
        axes.set_ylabel(f"{score_title(comparison)}{unit}", color=MUTED, parse_math=False)
        axes.set_title("leading candidate, mean and standard error", fontsize=10)


def _draw_fronts(axes: Axes, comparison: Comparison) -> None:
    other = next((name for name in comparison.directions if name != comparison.objective), "macs")
    shown: list[float] = []
    for index, group in enumerate(comparison.groups):
        members = [(run, known.row) for run, known in group.front(comparison.trainings)]
        values = [(run.value(row, other), run.score(row)) for run, row in members]
        points = sorted((x, y) for x, y in values if x is not None and y is not None)
        costs, scores = [x for x, _ in points], [y for _, y in points]
        shown += costs
        color, marker = series_color(index), MARKERS[index % len(MARKERS)]
        # A front of more objectives, or of scores with soft limits, is no line in this plane.
        if len(comparison.directions) == 2 and not comparison.soft_limits:
            where = "post" if comparison.directions[other] == "min" else "pre"
            axes.step(costs, scores, where=where, color=color, linewidth=1.6)
        axes.scatter(costs, scores, color=color, marker=marker, s=30, zorder=4)
    if other in COUNTED:
        count_axis(axes, shown, "MACs per clip" if other == "macs" else other)
    else:
        axes.set_xlabel(f"val {objective_text(other)}", color=MUTED, parse_math=False)
    count = len(comparison.directions)
    plane = f" in {count} objectives" if count > 2 else ""
    title = f"front of all runs{plane} after {comparison.trainings} trainings"
    axes.set_title(title, fontsize=10)


def _steps(longest: int) -> Sequence[int]:
    """Numbers of trainings at which curves are drawn."""
    return sorted({max(1, round(k * longest / _MOST_STEPS)) for k in range(1, _MOST_STEPS + 1)})
