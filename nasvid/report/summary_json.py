"""A run as one JSON object, for scripts."""

from typing import Any

from nasvid.report.candidate_row import CandidateRow
from nasvid.report.run_summary import RunSummary


def summary_json(summary: RunSummary) -> dict[str, Any]:
    """Progress, winner, front, noise, what was turned down and what failed, as plain data."""
    winner, noise = summary.winner, summary.seed_noise
    return {
        "name": summary.name,
        "state": summary.state,
        "space": summary.space,
        "algorithm": summary.algorithm,
        "objective": summary.objective,
        "candidates": {
            "wanted": summary.num_candidates,
            "finished": summary.num_finished,
            "scored": len(summary.scored),
        },
        "jobs_in_flight": sum(row.state == "in flight" for row in summary.rows),
        "best": None if winner is None else _row_json(winner),
        "pareto": [_row_json(row) for row in summary.front],
        "seed_noise": None
        if noise is None
        else {
            "id": noise.id,
            "values": list(noise.values),
            "mean": noise.mean,
            "std": noise.std,
        },
        "test_scores": list(summary.test_scores),
        "rejections": summary.rejections_by_reason,
        "failures": summary.failures_by_kind,
        "wall_seconds": summary.wall_seconds,
        "jobs_per_hour": summary.jobs_per_hour,
    }


def _row_json(row: CandidateRow) -> dict[str, Any]:
    return {
        "job": row.job,
        "id": row.id,
        "macs": row.macs,
        "params": row.params,
        "activations": row.activations,
        "metrics": dict(row.metrics),
    }
