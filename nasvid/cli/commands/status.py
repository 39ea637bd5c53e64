"""`nasvid status`: where a run stands."""

from pathlib import Path
from typing import Annotated

import typer

from nasvid.api.run import Run
from nasvid.cli.output import JSON_OPTION, console, print_json
from nasvid.report.tables import pareto_table, status_table


def command(
    run: Annotated[Path, typer.Argument(help="Folder of a run.")],
    json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """Show progress, the front, the noise between seeds, and what was rejected or failed."""
    summary = Run(run).summary
    if json:
        winner = summary.winner
        noise = summary.seed_noise
        print_json(
            {
                "run": str(run),
                "state": summary.state,
                "candidates": summary.num_candidates,
                "finished": summary.num_finished,
                "objective": summary.objective,
                "best": None
                if winner is None
                else {
                    "id": winner.id,
                    "job": winner.job,
                    "macs": winner.macs,
                    "params": winner.params,
                    "metrics": dict(winner.metrics),
                },
                "test": summary.test_score,
                "seed_noise": None
                if noise is None
                else {"mean": noise.mean, "std": noise.std, "values": list(noise.values)},
                "rejected": dict(summary.rejections_by_reason),
                "failed": dict(summary.failures_by_kind),
                "pareto": [
                    {"id": row.id, "macs": row.macs, "params": row.params, "score": summary.score(row)}
                    for row in summary.front
                ],
            }
        )
        return
    out = console()
    out.print(status_table(summary))
    if summary.front:
        out.print(pareto_table(summary))
