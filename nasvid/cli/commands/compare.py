"""`nasvid compare`: several runs side by side."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from nasvid.api.run import Run
from nasvid.cli.options import JSON, OVERWRITE
from nasvid.cli.output import console, print_json
from nasvid.core.errors import NasvidError
from nasvid.report.comparison import Comparison, compare
from nasvid.report.comparison_tables import best_table, front_table, verdict_text, volume_table
from nasvid.report.run_group import BASELINE, CurvePoint
from nasvid.report.run_summary import RunSummary


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
    """Compare searches: curves by trainings, fronts, a paired test against random search.

    Runs that differ in nothing but the seed go together. Runs of random search with the same
    seeds, which share the first candidates, are what the others are tested against: by the leading
    candidate, or by the hypervolume of the front where several objectives count.
    """
    if len(runs) < 2:
        raise NasvidError("compare: got one run; accepts two or more. nasvid status tells of one.")
    if out is not None and out.exists() and not overwrite:
        raise NasvidError(f"{out}: exists; give another name, or --overwrite.")
    found = compare(_read(runs))
    if out is not None:
        # Loaded here, so that tables do not wait for matplotlib.
        from nasvid.report.comparison_figure import check_suffix, draw_comparison, write_figure

        check_suffix(out)
        write_figure(draw_comparison(found), out)
    if json:
        print_json(_json(found) | ({"picture": str(out)} if out else {}))
        return
    screen = console()
    for note in found.notes:
        screen.print(f"note: {note}", markup=False)
    screen.print(best_table(found))
    if found.looks_for_front:
        screen.print(volume_table(found))
    screen.print(front_table(found))
    for verdict in found.verdicts:
        screen.print(verdict_text(found, verdict), markup=False)
    if not found.verdicts:
        screen.print(_untested(found))
    if out is not None:
        screen.print(f"wrote {out}", markup=False)


def _read(paths: list[Path]) -> list[RunSummary]:
    """The runs, each by a name of its own."""
    taken: set[Path] = set()
    for path in paths:
        if path.resolve() in taken:
            raise NasvidError(f"compare: {path}: was given twice; accepts every run once.")
        taken.add(path.resolve())
    found = [Run(path).summary for path in paths]
    names = [summary.name for summary in found]
    return [
        replace(summary, name=str(path)) if names.count(summary.name) > 1 else summary
        for path, summary in zip(paths, found, strict=True)
    ]


def _untested(comparison: Comparison) -> str:
    if all(group.algorithm == BASELINE for group in comparison.groups):
        return f"all runs are of {BASELINE}, so nothing is tested against it."
    return f"no run of {BASELINE} among them, so nothing is tested against it."


def _json(comparison: Comparison) -> dict[str, Any]:
    at = comparison.checkpoints
    return {
        "objective": comparison.objective,
        "objectives": dict(comparison.directions),
        "soft_limits": list(comparison.soft_limits),
        "trainings": comparison.trainings,
        "notes": list(comparison.notes),
        "groups": {
            group.name: {
                "algorithm": group.algorithm,
                "runs": [course.run.name for course in group.courses],
                "best_so_far": _points(group.scores(at), comparison.shown(1)),
                "hypervolume": _points(comparison.volumes(group, at)),
                "front": [
                    {
                        "run": run.name,
                        "id": known.first.id,
                        "macs": known.first.macs,
                        "params": known.first.params,
                        "metrics": dict(known.row.metrics),
                    }
                    for run, known in group.front(comparison.trainings)
                ],
            }
            for group in comparison.groups
        },
        "against_random": [
            {
                "group": verdict.group,
                "baseline": verdict.baseline,
                "measure": "hypervolume" if comparison.looks_for_front else comparison.objective,
                "pairs": verdict.test.num_pairs,
                "mean": verdict.test.mean,
                "standard_error": verdict.test.error if verdict.test.num_pairs > 1 else None,
                "p": verdict.test.p_value,
                "left_out": list(verdict.left_out),
            }
            for verdict in comparison.verdicts
        ],
    }


def _points(curve: list[CurvePoint], sign: float = 1) -> list[dict[str, float | None]]:
    return [
        {
            "trainings": point.trainings,
            "mean": sign * point.mean,
            "standard_error": point.error if point.num_runs > 1 else None,
            "runs": point.num_runs,
        }
        for point in curve
    ]
