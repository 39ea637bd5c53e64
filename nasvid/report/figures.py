"""Plots of a run as matplotlib figures, for the HTML report and for papers."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

from nasvid.core.costs import human_count
from nasvid.report.candidate_row import CandidateRow
from nasvid.report.labels import ALONG, Label, place_labels
from nasvid.report.reference_point import ReferencePoint
from nasvid.report.run_summary import RunSummary
from nasvid.report.wording import is_share, objective_text, score_text, short_id

INK = "#1f2328"
MUTED = "#59636e"
GRID = "#dfe3e8"
REFERENCE = "#7a5195"
# The run, then the baselines; told apart by colour-blind readers as well.
SERIES = ("#2563c9", "#d9730d", "#12876f", "#b03a78")
MARKERS = ("o", "s", "^", "v")
# Inches; small, so that text stays readable where a phone shrinks the plot.
SIZE = (4.9, 3.6)


@dataclass(frozen=True, slots=True)
class Mark:
    """What a point of a plot tells when pointed at, and the row of the table it belongs to."""

    title: str
    row: str = ""


@dataclass(frozen=True, slots=True)
class Plot:
    """A figure and the marks of its points; the url of point i is `#mark-i`."""

    figure: Figure
    marks: tuple[Mark, ...]


def series_color(index: int) -> str:
    """Colour of the run (0) or of a baseline (1, 2, ...)."""
    return SERIES[index % len(SERIES)]


def plot_pareto(
    summary: RunSummary,
    baselines: Sequence[RunSummary] = (),
    references: Sequence[ReferencePoint] = (),
) -> Plot:
    """Score over MACs: every candidate, the fronts of the run and of the baselines, references."""
    figure, axes = _axes(summary.objective)
    marks: list[Mark] = []
    for index in range(len(baselines), -1, -1):
        run = summary if index == 0 else baselines[index - 1]
        _scatter_run(axes, run, index, marks)
        _draw_front(axes, run, index)
    for reference in references:
        title = (
            f"{reference.name}: {score_text(summary.objective, reference.score)}, "
            f"{human_count(reference.macs)} MACs"
        )
        axes.scatter(
            [reference.macs],
            [reference.score],
            s=42,
            marker="D",
            color=REFERENCE,
            zorder=5,
            urls=[f"#mark-{len(marks)}"],
        )
        marks.append(Mark(title))
    limit = summary.budget.get("macs")
    if limit:
        axes.axvline(limit, color=MUTED, linewidth=1, linestyle=(0, (4, 3)), zorder=1)
    macs = [row.macs for run in (summary, *baselines) for row in run.scored]
    count_axis(axes, [*macs, *(item.macs for item in references), *([limit] if limit else [])])
    labels: list[Label] = []
    if summary.winner is not None:
        score = _score(summary, summary.winner)
        text = f"winner {score_text(summary.objective, score)}"
        labels.append(Label(text, (summary.winner.macs, score), INK))
    labels += [Label(item.name, (item.macs, item.score), REFERENCE) for item in references]
    strong = [row for run in (summary, *baselines) for row in run.front]
    points = [(float(row.macs), _score(summary, row)) for row in strong]
    place_labels(axes, labels, [*points, *((item.macs, item.score) for item in references)])
    return Plot(figure, tuple(marks))


def plot_best_so_far(
    summary: RunSummary,
    baselines: Sequence[RunSummary] = (),
    references: Sequence[ReferencePoint] = (),
) -> Plot:
    """Best score over the number of trainings, with every candidate as a faint point."""
    figure, axes = _axes(summary.objective)
    marks: list[Mark] = []
    for index in range(len(baselines), -1, -1):
        run = summary if index == 0 else baselines[index - 1]
        color = series_color(index)
        numbered = [
            (number, row)
            for number, row in enumerate(run.searched, start=1)
            if row.kind == "search" and run.score(row) is not None
        ]
        rows = [row for _, row in numbered]
        _points(axes, [float(number) for number, _ in numbered], run, rows, index, marks, size=10)
        steps = run.best_so_far
        if steps:
            numbers = [*(float(step.candidates) for step in steps), float(_last_number(run))]
            scores = [*(step.score for step in steps), steps[-1].score]
            axes.step(numbers, scores, where="post", color=color, linewidth=2, zorder=4)
    for reference in references:
        axes.axhline(reference.score, color=REFERENCE, linewidth=1, linestyle=(0, (4, 3)), zorder=1)
    axes.set_xlabel("trainings", color=MUTED)
    axes.xaxis.set_major_locator(MaxNLocator(6, integer=True, steps=[1, 2, 5, 10]))
    axes.set_xlim(left=0)
    right = axes.get_xlim()[1]
    labels = [Label(item.name, (right, item.score), REFERENCE) for item in references]
    steps = [(float(step.candidates), step.score) for step in summary.best_so_far]
    lines = [item.score for item in references]
    place_labels(axes, labels, steps, lines, ALONG)
    return Plot(figure, tuple(marks))


def _last_number(run: RunSummary) -> int:
    """Number of the last training that came back."""
    return max(
        number for number, row in enumerate(run.searched, start=1) if row.state != "in flight"
    )


def _score(run: RunSummary, row: CandidateRow) -> float:
    """The objective of a row that has one."""
    score = run.score(row)
    assert score is not None
    return score


def _axes(objective: str) -> tuple[Figure, Axes]:
    figure = Figure(figsize=SIZE, layout="constrained")
    axes = figure.add_subplot()
    figure.patch.set_alpha(0)
    score_axes(axes, objective)
    return figure, axes


def score_axes(axes: Axes, objective: str) -> None:
    """Make the vertical axis one of scores, with a light grid."""
    axes.patch.set_alpha(0)
    axes.grid(visible=True, color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(GRID)
    axes.tick_params(colors=MUTED, length=0, labelsize=9)
    axes.margins(x=0.06, y=0.12)
    axes.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    unit = " (%)" if is_share(objective) else ""
    axes.set_ylabel(f"val {objective_text(objective)}{unit}", color=MUTED, parse_math=False)
    if is_share(objective):
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:g}"))


def _scatter_run(axes: Axes, run: RunSummary, index: int, marks: list[Mark]) -> None:
    on_front = {row.job for row in run.front}
    behind = [row for row in run.scored if row.job not in on_front]
    _points(axes, [float(row.macs) for row in behind], run, behind, index, marks, size=18)
    _points(
        axes,
        [float(row.macs) for row in run.front],
        run,
        list(run.front),
        index,
        marks,
        size=38,
        is_strong=True,
    )


def _points(
    axes: Axes,
    positions: list[float],
    run: RunSummary,
    rows: list[CandidateRow],
    index: int,
    marks: list[Mark],
    *,
    size: float,
    is_strong: bool = False,
) -> None:
    if not rows:
        return
    urls: list[str] = []
    for row in rows:
        urls.append(f"#mark-{len(marks)}")
        marks.append(Mark(_title(run, row), f"job-{row.job}" if index == 0 else ""))
    axes.scatter(
        positions,
        [_score(run, row) for row in rows],
        s=size,
        # One colour per point: with a single one matplotlib draws all points under one url.
        c=[series_color(index)] * len(rows),
        marker=MARKERS[index % len(MARKERS)],
        alpha=1.0 if is_strong else 0.32,
        linewidths=0,
        zorder=4 if is_strong else 3,
        urls=urls,
    )


def _title(run: RunSummary, row: CandidateRow) -> str:
    score = score_text(run.objective, run.score(row))
    return (
        f"{run.name} job {row.job} ({short_id(row.id)}): {score}, {human_count(row.macs)} MACs, "
        f"{human_count(row.params)} params, {row.origin}"
    )


def _draw_front(axes: Axes, run: RunSummary, index: int) -> None:
    # A front of other objectives is no line in this plane.
    if len(run.front) > 1 and run.has_plain_front:
        axes.step(
            [row.macs for row in run.front],
            [_score(run, row) for row in run.front],
            where="post",
            color=series_color(index),
            linewidth=1.6,
            zorder=3.5,
        )


def count_axis(axes: Axes, counts: Sequence[float], name: str = "MACs per clip") -> None:
    """Make the horizontal axis one of counts, on a log scale where they are far apart."""
    axes.set_xlabel(name, color=MUTED)
    if counts and min(counts) > 0 and max(counts) > 4 * min(counts):
        axes.set_xscale("log")
        # Over three decades and more there is no room for labels in between.
        subs = (1, 2, 5) if max(counts) < 300 * min(counts) else (1,)
        axes.xaxis.set_major_locator(LogLocator(subs=subs))
        axes.xaxis.set_minor_locator(NullLocator())
    else:
        axes.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: _tick(value)))


def _tick(count: float) -> str:
    for suffix, scale in (("T", 1e12), ("G", 1e9), ("M", 1e6), ("K", 1e3)):
        if count >= scale:
            return f"{count / scale:g}{suffix}"
    return f"{count:g}"
