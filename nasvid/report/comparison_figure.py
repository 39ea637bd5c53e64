"""A comparison of runs as a picture: best so far on the left, final fronts on the right."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nasvid.core.errors import NasvidError
from nasvid.report.comparison import Comparison
from nasvid.report.figures import MARKERS, macs_axis, score_axes, series_color

SUFFIXES = (".svg", ".png", ".pdf")
# Inches.
_SIZE = (10.0, 4.0)
_MOST_STEPS = 200


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
    longest = max(run.num_finished for group in comparison.groups for run in group.runs)
    for index, group in enumerate(comparison.groups):
        points = group.curve(_steps(longest))
        numbers = [point.candidates for point in points]
        means = [point.mean for point in points]
        color = series_color(index)
        count = len(group.runs)
        label = f"{group.name} ({count} {'run' if count == 1 else 'runs'})"
        axes.step(numbers, means, where="post", color=color, linewidth=2, label=label)
        low = [point.mean - point.error for point in points]
        high = [point.mean + point.error for point in points]
        axes.fill_between(numbers, low, high, step="post", color=color, alpha=0.18, linewidth=0)
    axes.set_xlabel("candidates")
    axes.set_title("best so far, mean and standard error", fontsize=10)


def _draw_fronts(axes: Axes, comparison: Comparison) -> None:
    macs: list[int] = []
    for index, group in enumerate(comparison.groups):
        scores = [score for score, _ in group.front]
        costs = [cost for _, cost in group.front]
        macs += costs
        color, marker = series_color(index), MARKERS[index % len(MARKERS)]
        axes.step(costs, scores, where="post", color=color, linewidth=1.6)
        axes.scatter(costs, scores, color=color, marker=marker, s=30, zorder=4)
    macs_axis(axes, macs)
    axes.set_title("final front of all runs", fontsize=10)


def _steps(longest: int) -> Sequence[int]:
    """Numbers of candidates at which curves are drawn."""
    return sorted({max(1, round(k * longest / _MOST_STEPS)) for k in range(1, _MOST_STEPS + 1)})
