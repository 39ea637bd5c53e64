"""A comparison of runs as tables for the terminal."""

from rich.table import Table
from rich.text import Text

from nasvid.core.costs import human_count
from nasvid.report.comparison import Comparison, CurvePoint
from nasvid.report.paired_test import LEAST_PAIRS, PairedTest
from nasvid.report.wording import is_share, objective_text, score_text, spread_text


def best_table(comparison: Comparison) -> Table:
    """Best so far of each algorithm, mean and standard error over its runs."""
    unit = " in %" if is_share(comparison.objective) else ""
    what = f"best val {objective_text(comparison.objective)}{unit}"
    table = Table(
        title=f"{what} after so many candidates, mean and standard error of the runs",
        title_justify="left",
    )
    table.add_column("algorithm", no_wrap=True)
    table.add_column("runs", justify="right")
    for candidates in comparison.checkpoints:
        table.add_column(str(candidates), justify="right", no_wrap=True)
    for group in comparison.groups:
        points = {point.candidates: point for point in group.curve(comparison.checkpoints)}
        cells = [_point(comparison, points.get(number)) for number in comparison.checkpoints]
        table.add_row(*map(Text, (group.name, str(len(group.runs)), *cells)))
    return table


def front_table(comparison: Comparison) -> Table:
    """The final front of each algorithm, over all its runs."""
    table = Table(title="final fronts", title_justify="left")
    table.add_column("algorithm")
    table.add_column("MACs", justify="right")
    table.add_column(f"val {objective_text(comparison.objective)}", justify="right")
    for group in comparison.groups:
        for number, (score, macs) in enumerate(group.front):
            name = group.name if number == 0 else ""
            cells = (name, human_count(macs), score_text(comparison.objective, score))
            table.add_row(*map(Text, cells))
        table.add_section()
    return table


def verdict_text(comparison: Comparison, name: str, test: PairedTest) -> str:
    """What the paired test says, in a sentence."""
    if not test.num_pairs:
        return f"{name}: no run of random search has the seed of one of its runs."
    mean = spread_text(comparison.objective, test.mean)
    error = spread_text(comparison.objective, test.error)
    noun = "pair" if test.num_pairs == 1 else "pairs"
    head = (
        f"{name} against random search after {comparison.candidates} candidates: {mean} better on "
        f"average (standard error {error}, {test.num_pairs} {noun} of equal seed)"
    )
    if test.p_value is None:
        return f"{head}; too few pairs for a test, which takes {LEAST_PAIRS}."
    return f"{head}; p = {test.p_value:.3g} (one-sided sign-flip test)."


def _point(comparison: Comparison, point: CurvePoint | None) -> str:
    if point is None:
        return "-"
    text = score_text(comparison.objective, point.mean).removesuffix(" %")
    if point.num_runs < 2:
        return text
    error = spread_text(comparison.objective, point.error).removesuffix(" points")
    return f"{text}±{error}"
