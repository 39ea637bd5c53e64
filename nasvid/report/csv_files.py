"""A run as CSV files, for spreadsheets and notebooks."""

import csv
import io
from collections.abc import Iterable
from pathlib import Path

from nasvid.report.candidate_row import CandidateRow
from nasvid.report.run_summary import RunSummary
from nasvid.report.text_file import write_text_file

COLUMNS = (
    "job",
    "id",
    "kind",
    "origin",
    "parents",
    "repeat",
    "epochs",
    "split",
    "state",
    "macs",
    "params",
    "activations",
    "seconds",
    "failure_kind",
    "failure_reason",
)


def write_summary_csv(summary: RunSummary, path: Path) -> Path:
    """Write every job of a run, one a line; returns the path.

    Raises:
        RunError: The file cannot be written.
    """
    return write_text_file(path, rows_as_csv(summary.rows))


def write_pareto_csv(summary: RunSummary, path: Path) -> Path:
    """Write the Pareto front of a run, cheapest first; returns the path.

    Raises:
        RunError: The file cannot be written.
    """
    return write_text_file(path, rows_as_csv(summary.front))


def rows_as_csv(rows: Iterable[CandidateRow]) -> str:
    """CSV text with a header; each metric is a column of its own, empty where it is unknown."""
    rows = tuple(rows)
    metrics = sorted({name for row in rows for name in row.metrics})
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*COLUMNS, *map(_inert, metrics)])
    for row in rows:
        failure = row.failure
        writer.writerow(
            [
                row.job,
                _inert(row.id),
                _inert(row.kind),
                _inert(row.origin),
                " ".join(map(str, row.parents)),
                row.repeat,
                row.epochs,
                _inert(row.split),
                row.state,
                row.macs,
                row.params,
                row.activations,
                row.seconds,
                "" if failure is None else _inert(failure.kind),
                "" if failure is None else _inert(failure.reason),
                *(row.metrics.get(name, "") for name in metrics),
            ]
        )
    return text.getvalue()


def _inert(text: str) -> str:
    # Spreadsheets run a cell that begins like this as a formula; error texts are not ours.
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
