"""A run as tables for the terminal."""

from collections.abc import Iterable, Mapping, Sequence

from rich.table import Table
from rich.text import Text

from nasvid.core.costs import human_count
from nasvid.report.reference_point import ReferencePoint
from nasvid.report.run_summary import RunSummary
from nasvid.report.wording import (
    objective_text,
    score_text,
    seconds_text,
    short_id,
    spread_text,
)


def pareto_table(summary: RunSummary) -> Table:
    """The Pareto front of all objectives, fewest MACs first.

    How many trainings a score is the mean of is told where candidates were trained again.
    """
    shown = ("macs", "params", summary.objective)
    others = [name for name in summary.front_directions if name not in shown]
    columns = ("MACs", "params", _val(summary), *map(objective_text, others))
    trainings = [str(len(summary.scores_of(row))) for row in summary.front]
    is_repeated = any(count != "1" for count in trainings)
    columns += ("trainings",) if is_repeated else ()
    soft = ", ".join("MACs" if name == "macs" else name for name in summary.penalties)
    title = f"Pareto front, with the soft limits of {soft}" if soft else "Pareto front"
    table = _table(title, ("id",), columns)
    for row, count in zip(summary.front, trainings, strict=True):
        style = "bold" if summary.winner and row.job == summary.winner.job else ""
        score = score_text(summary.objective, summary.score(row))
        cells = [short_id(row.id), human_count(row.macs), human_count(row.params), score]
        cells += [score_text(name, summary.value(row, name)) for name in others]
        cells += [count] if is_repeated else []
        table.add_row(*map(Text, cells), style=style)
    return table


def comparison_table(
    summary: RunSummary,
    baselines: Sequence[RunSummary] = (),
    references: Sequence[ReferencePoint] = (),
) -> Table:
    """The best of each run and the reference networks, one a line."""
    test = f"test {objective_text(summary.objective)}"
    columns = ("candidates", "MACs", "params", _val(summary), test)
    table = _table("In comparison", ("network",), columns)
    for run in (summary, *baselines):
        winner = run.winner
        if winner is None:
            continue
        cells = (
            run.name,
            str(len(run.candidates)),
            human_count(winner.macs),
            human_count(winner.params),
            score_text(run.objective, run.winner_score),
            score_text(run.objective, run.test_score),
        )
        table.add_row(*map(Text, cells), style="bold" if run is summary else "")
    for item in references:
        cells = (
            item.name,
            "-",
            human_count(item.macs),
            human_count(item.params) if item.params else "-",
            score_text(summary.objective, item.score),
            score_text(summary.objective, item.test_score),
        )
        table.add_row(*map(Text, cells))
    return table


def status_table(summary: RunSummary) -> Table:
    """Where a run stands: progress, best so far, noise, what was turned down and what failed."""
    table = Table(title=Text(summary.name), show_header=False, title_justify="left")
    table.add_column(style="dim")
    table.add_column()
    for name, value in _status(summary):
        table.add_row(Text(name), Text(value))
    return table


def _status(summary: RunSummary) -> Iterable[tuple[str, str]]:
    yield "state", summary.state
    if summary.algorithm:
        yield "algorithm", summary.algorithm
    total = f" of {summary.num_candidates}" if summary.num_candidates else ""
    yield "trainings", f"{summary.num_finished}{total}, of {len(summary.candidates)} candidates"
    running = sum(row.state == "in flight" for row in summary.rows)
    if running:
        yield "without a result", f"{running} jobs"
    winner = summary.winner
    if winner is not None:
        mean = score_text(summary.objective, summary.winner_score)
        costs = f"{human_count(winner.macs)} MACs, {human_count(winner.params)} params"
        told = f"{_val(summary)} {mean} ({short_id(winner.id)}, job {winner.job}, {costs})"
        yield "winner", told
        yield "Pareto front", f"{len(summary.front)} candidates"
    noise = summary.seed_noise
    if noise is not None:
        mean = score_text(summary.objective, noise.mean)
        std = spread_text(summary.objective, noise.std)
        yield "training seeds", f"mean {mean}, std {std} over {len(noise.values)} trainings"
    if summary.test_score is not None:
        yield (
            f"test {objective_text(summary.objective)}",
            score_text(summary.objective, summary.test_score),
        )
    if summary.num_rejected:
        yield "turned down", _counts(summary.num_rejected, summary.rejections_by_reason)
    if summary.failures:
        yield "failed", _counts(len(summary.failures), summary.failures_by_kind)
    if summary.wall_seconds:
        yield "wall-clock time", seconds_text(summary.wall_seconds)
    if summary.jobs_per_hour is not None:
        yield "throughput", f"{summary.jobs_per_hour:.0f} jobs per hour"


def _counts(total: int, parts: Mapping[str, int]) -> str:
    return f"{total} ({', '.join(f'{name} {count}' for name, count in parts.items())})"


def _val(summary: RunSummary) -> str:
    return f"val {objective_text(summary.objective)}"


def _table(title: str, names: Iterable[str], numbers: Iterable[str]) -> Table:
    table = Table(title=title, title_justify="left")
    for name in names:
        table.add_column(Text(name))
    for name in numbers:
        table.add_column(Text(name), justify="right")
    return table
