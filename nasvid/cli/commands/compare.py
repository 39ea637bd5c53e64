"""`nasvid compare`: several runs side by side."""

from pathlib import Path
from typing import Annotated, Any

import typer

from nasvid.api.run import Run
from nasvid.cli.options import JSON, OVERWRITE
from nasvid.cli.output import console, print_json
from nasvid.core.errors import NasvidError
from nasvid.report.comparison import Comparison, compare
from nasvid.report.comparison_tables import best_table, front_table, verdict_text


def command(
    *,
    runs: Annotated[
        list[Path], typer.Argument(metavar="RUN...", help="Folders of two or more runs.")
    ],
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", metavar="FILE", help="Picture as .svg, .png or .pdf."),
    ] = None,
    overwrite: OVERWRITE = False,
    json: JSON = False,
) -> None:
    """Compare searches: best-so-far curves, final fronts, a paired test against random search.

    Runs of one algorithm go together, whatever their seeds. Runs of random search with the same
    seeds, which share the first candidates, are what the others are tested against.
    """
    if len(runs) < 2:
        raise NasvidError("compare: got one run; accepts two or more. nasvid status tells of one.")
    if out is not None and out.exists() and not overwrite:
        raise NasvidError(f"{out}: exists; give another name, or --overwrite.")
    found = compare([Run(path).summary for path in runs])
    if out is not None:
        # Loaded here, so that tables do not wait for matplotlib.
        from nasvid.report.comparison_figure import check_suffix, draw_comparison, write_figure

        check_suffix(out)
        write_figure(draw_comparison(found), out)
    if json:
        print_json(_json(found) | ({"picture": str(out)} if out else {}))
        return
    screen = console()
    screen.print(best_table(found))
    screen.print(front_table(found))
    for name, test in found.tests.items():
        screen.print(verdict_text(found, name, test), markup=False)
    if not found.tests:
        screen.print("no run of random_search among them, so nothing is tested against it.")
    if out is not None:
        screen.print(f"wrote {out}", markup=False)


def _json(comparison: Comparison) -> dict[str, Any]:
    return {
        "objective": comparison.objective,
        "candidates": comparison.candidates,
        "algorithms": {
            group.name: {
                "runs": [run.name for run in group.runs],
                "best_so_far": [
                    {
                        "candidates": point.candidates,
                        "mean": point.mean,
                        "standard_error": point.error,
                        "runs": point.num_runs,
                    }
                    for point in group.curve(comparison.checkpoints)
                ],
                "front": [{"score": score, "macs": macs} for score, macs in group.front],
            }
            for group in comparison.groups
        },
        "against_random": {
            name: {
                "pairs": test.num_pairs,
                "mean": test.mean,
                "standard_error": test.error,
                "p": test.p_value,
            }
            for name, test in comparison.tests.items()
        },
    }
