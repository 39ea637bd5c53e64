"""What a search says when a session of it has ended."""

from pathlib import Path

from nasvid.api.run import Run
from nasvid.cli.output import console, print_json, side_console
from nasvid.core.costs import human_count
from nasvid.core.errors import RunError
from nasvid.report.run_summary import RunSummary
from nasvid.report.tables import pareto_table

DONE, FAILED = 0, 1


def conclude(run: Run, *, as_json: bool) -> int:
    """Print how a search stands; returns the exit status."""
    summary = run.summary
    if as_json:
        print_json(_json(run, summary))
    if summary.state != "complete":
        return stopped(run.path)
    winner = summary.winner
    if winner is None:
        _tell_failures(run, summary)
        return FAILED
    if as_json:
        return DONE
    out = console()
    out.print(pareto_table(summary))
    if summary.ended_early:
        out.print(f"ended {summary.ended_early}", markup=False)
    cost = f"{human_count(winner.macs)} MACs, {human_count(winner.params)} params"
    out.print(f"best: {winner.id} ({cost})", markup=False)
    out.print(f"next: nasvid report {run.path}", markup=False)
    out.print(f"      nasvid export {run.path} best -o DIR", markup=False)
    return DONE


def stopped(path: Path) -> int:
    """Say how to go on with a search that was stopped; returns the exit status."""
    try:
        folder = Run(path).path
    except RunError:
        side_console().print("stopped before the search began; nothing was written")
        return FAILED
    side_console().print(
        f"{folder}: stopped; nothing that was finished is lost. Go on with: nasvid search "
        f"--resume {folder}",
        markup=False,
    )
    return FAILED


def _tell_failures(run: Run, summary: RunSummary) -> None:
    out = side_console()
    out.print(
        f"{run.path}: none of {len(summary.candidates)} candidates could be scored", markup=False
    )
    for row in summary.failures[:1]:
        if row.failure is not None:
            out.print(
                f"  job {row.job}: {row.failure.kind}: {row.failure.reason}\n"
                f"  {run.path}/ledger.jsonl has the traceback of each",
                markup=False,
            )


def _json(run: Run, summary: RunSummary) -> dict[str, object]:
    winner = summary.winner
    return {
        "run": str(run.path),
        "state": summary.state,
        "ended_early": summary.ended_early or None,
        "finished": summary.num_finished,
        "best": None if winner is None else winner.id,
        "test": summary.test_score,
        "pareto": [
            {
                "id": candidate.id,
                "job": candidate.job.number,
                "macs": candidate.job.cost.macs,
                "params": candidate.job.cost.params,
                "metrics": dict(candidate.metrics),
            }
            for candidate in run.pareto()
        ],
    }
