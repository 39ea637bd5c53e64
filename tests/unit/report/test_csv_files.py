import csv
import io
from pathlib import Path

from nasvid.core.evaluations import Failure
from nasvid.report.csv_files import COLUMNS, rows_as_csv, write_pareto_csv, write_summary_csv
from tests.unit.report.synthetic_runs import HOSTILE, make_row, make_summary


def test_every_job_is_a_line_and_every_metric_a_column(tmp_path: Path) -> None:
    run = make_summary(
        make_row(0, 0.5, metrics={"top1": 0.5, "loss": 1.5}, parents=(3, 4)),
        make_row(1, None),
    )
    text = write_summary_csv(run, tmp_path / "summary.csv").read_text()
    assert text == (
        f"{','.join(COLUMNS)},loss,top1\n"
        "0,g2-0000000000000000,search,random,3 4,0,0,val,scored,100,10,20,2.0,,,1.5,0.5\n"
        "1,g2-0000000000000001,search,random,,0,0,val,failed,100,10,20,2.0,diverged,loss is nan,,\n"
    )


def test_the_pareto_file_holds_the_front_alone(tmp_path: Path) -> None:
    run = make_summary(
        make_row(0, 0.5, macs=9), make_row(1, 0.4, macs=10), make_row(2, 0.1, macs=1)
    )
    lines = write_pareto_csv(run, tmp_path / "pareto.csv").read_text().splitlines()
    assert [line.split(",")[0] for line in lines] == ["job", "2", "0"]


def test_hostile_texts_come_back_whole_and_formulas_do_not_run() -> None:
    row = make_row(0, None, origin=HOSTILE, failure=Failure("error", "=HYPERLINK(1)\nnext,line"))
    read = next(csv.DictReader(io.StringIO(rows_as_csv([row]))))
    assert read["origin"] == HOSTILE
    assert read["failure_reason"] == "'=HYPERLINK(1)\nnext,line"
