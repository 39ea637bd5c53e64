import io

from rich.console import Console
from rich.table import Table

from nasvid.report.reference_point import ReferencePoint
from nasvid.report.tables import comparison_table, pareto_table, status_table
from nasvid.spec.sections import Penalty
from tests.unit.report.synthetic_runs import HOSTILE, hostile_summary, make_row, make_summary


def printed(table: Table) -> str:
    console = Console(file=io.StringIO(), width=400, color_system=None)
    console.print(table)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def cells(table: Table) -> list[list[str]]:
    lines = printed(table).splitlines()
    rows = [line for line in lines if line.startswith("\u2502")]
    return [[cell.strip() for cell in row.strip("\u2502").split("\u2502")] for row in rows]


def test_the_pareto_table_holds_id_macs_params_and_score_cheapest_first() -> None:
    run = make_summary(
        make_row(0, 0.75, macs=9_000_000),
        make_row(1, 0.5, macs=1_000_000),
        make_row(2, 0.5, macs=2_000_000),
    )
    assert cells(pareto_table(run)) == [
        ["00000000", "1.00M", "100.00K", "50.0 %"],
        ["00000000", "9.00M", "900.00K", "75.0 %"],
    ]
    assert "val top-1" in printed(pareto_table(run))


def test_the_pareto_table_names_soft_limits_and_shows_means() -> None:
    first = make_row(0, 0.75, macs=9_000_000)
    again = make_row(1, 0.25, macs=9_000_000, kind="repeat", repeat=1, id=first.id)
    table = pareto_table(make_summary(first, again, penalties={"macs": Penalty(5)}))
    assert "Pareto front, with the soft limits of MACs" in printed(table)
    assert cells(table) == [["00000000", "9.00M", "900.00K", "50.0 %", "2"]]
    assert "trainings" in printed(table)


def test_runs_and_references_are_compared_line_by_line() -> None:
    run = make_summary(make_row(0, 0.75, macs=9_000_000))
    baseline = make_summary(make_row(0, 0.5, macs=1000), make_row(1, None), name="random")
    empty = make_summary(name="nothing yet")
    reference = ReferencePoint("single frame", 0.125, 500, 70, 0.1)
    assert cells(comparison_table(run, [baseline, empty], [reference])) == [
        ["evolution", "1", "9.00M", "900.00K", "75.0 %", "-"],
        ["random", "2", "1.00K", "100", "50.0 %", "-"],
        ["single frame", "-", "500", "70", "12.5 %", "10.0 %"],
    ]


def test_the_status_says_how_far_the_run_is() -> None:
    winner = make_row(0, 0.75, macs=9_000_000)
    run = make_summary(
        winner,
        make_row(1, None),
        make_row(2, None, failure=None, state="in flight"),
        make_row(3, 0.65, kind="repeat", repeat=1, id=winner.id),
        state="running",
        num_candidates=10,
        rejections={"budget.macs": 2, "repeat": 1},
        wall_seconds=90.0,
    )
    assert cells(status_table(run)) == [
        ["state", "running"],
        ["trainings", "3 of 10, of 3 candidates"],
        ["without a result", "1 jobs"],
        ["winner", "val top-1 70.0 % (00000000, job 0, 9.00M MACs, 900.00K params)"],
        ["Pareto front", "1 candidates"],
        ["training seeds", "mean 70.0 %, std 7.1 points over 2 trainings"],
        ["turned down", "3 (budget.macs 2, repeat 1)"],
        ["failed", "1 (diverged 1)"],
        ["wall-clock time", "1 min 30 s"],
        ["throughput", "120 jobs per hour"],
    ]


def test_markup_in_names_is_printed_as_it_is() -> None:
    run = hostile_summary()
    assert HOSTILE in printed(status_table(run))
    assert HOSTILE in printed(comparison_table(run))
