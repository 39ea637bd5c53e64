"""`nasvid report`: one HTML file about a run."""

import json as json_format
from pathlib import Path
from typing import Annotated

import typer

from nasvid.api.run import Run
from nasvid.cli.options import JSON, RUN
from nasvid.cli.output import console, print_json
from nasvid.core.errors import RunError
from nasvid.report.reference_point import ReferencePoint
from nasvid.report.tables import comparison_table, pareto_table

MAX_BYTES = 1_000_000


def command(
    *,
    run: RUN,
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", metavar="FILE", help="HTML file. [default: RUN/report.html]"),
    ] = None,
    baseline: Annotated[
        list[Path] | None,
        typer.Option(metavar="RUN", help="A run to compare with; may be repeated."),
    ] = None,
    reference: Annotated[
        list[Path] | None,
        typer.Option(metavar="JSON", help="A result.json of nasvid train; may be repeated."),
    ] = None,
    json: JSON = False,
) -> None:
    """Write a self-contained HTML report with the Pareto plot, and its tables as CSV beside it."""
    found = Run(run)
    baselines = [Run(path) for path in baseline or []]
    references = [_read_reference(path) for path in reference or []]
    path = found.report(out, baselines=baselines, references=references)
    if json:
        print_json({"report": str(path)})
        return
    screen = console()
    screen.print(pareto_table(found.summary))
    if baselines or references:
        others = [other.summary for other in baselines]
        screen.print(comparison_table(found.summary, others, references))
    screen.print(f"report: {path}", markup=False)


def _read_reference(path: Path) -> ReferencePoint:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ValueError("too large")
        data = json_format.loads(path.read_text(encoding="utf-8"))
        val, test = data["metrics"]["val"], data["metrics"].get("test", {})
        return ReferencePoint(
            name=str(data["name"]),
            score=float(val["top1"]),
            macs=int(data["macs"]),
            params=int(data["params"]),
            test_score=test.get("top1"),
        )
    except OSError as error:
        raise RunError(f"{path}: cannot be read: {error.strerror or error}.") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise RunError(
            f"{path}: is not a result.json written by nasvid train ({error!r})."
        ) from error
