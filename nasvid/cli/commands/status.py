"""`nasvid status`: where a run stands."""

from typing import Any

from nasvid.api.run import Run
from nasvid.cli.options import JSON, RUN
from nasvid.cli.output import console, print_json
from nasvid.report.run_summary import RunSummary
from nasvid.report.tables import pareto_table, status_table


def command(*, run: RUN, json: JSON = False) -> None:
    """Show progress, the front, the noise between seeds, and what was rejected or failed."""
    found = Run(run)
    summary = found.summary
    if json:
        print_json({"run": str(run)} | _json(summary))
        return
    out = console()
    out.print(status_table(summary))
    if summary.ended_early:
        out.print(f"ended {summary.ended_early}", markup=False)
    if summary.front:
        out.print(pareto_table(summary))
    if summary.state == "interrupted":
        out.print(f"go on with: nasvid search --resume {found.path}", markup=False)


def _json(summary: RunSummary) -> dict[str, Any]:
    winner, noise = summary.winner, summary.seed_noise
    best = winner and {
        "id": winner.id,
        "job": winner.job,
        "macs": winner.macs,
        "params": winner.params,
        "metrics": dict(winner.metrics),
    }
    return {
        "state": summary.state,
        "ended_early": summary.ended_early or None,
        "candidates": summary.num_candidates,
        "finished": summary.num_finished,
        "objective": summary.objective,
        "best": best,
        "test": summary.test_score,
        "seed_noise": noise
        and {"mean": noise.mean, "std": noise.std, "values": list(noise.values)},
        "rejected": dict(summary.rejections_by_reason),
        "failed": dict(summary.failures_by_kind),
        "pareto": [
            {
                "id": row.id,
                "job": row.job,
                "macs": row.macs,
                "params": row.params,
                "score": summary.score(row),
                "metrics": dict(row.metrics),
            }
            for row in summary.front
        ],
    }
