"""Runs that never took place: rows without a ledger, and run folders with a real one."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from nasvid.core.costs import Cost
from nasvid.core.evaluations import Evaluation, Failure
from nasvid.core.jobs import Fidelity
from nasvid.execution.ledger import Ledger
from nasvid.execution.ledger_content import FORMAT
from nasvid.execution.run_folder import RunFolder
from nasvid.report.candidate_row import CandidateRow
from nasvid.report.run_summary import RunSummary
from nasvid.search.proposal import Job, Origin
from nasvid.spec.decisions import Genotype

SETTINGS = """\
space: quickstart
search: {objective: top1, candidates: 4, algorithm: aging_evolution}
budget: {macs: 1000, params: 500}
"""
# What a name or an error message could hold.
HOSTILE = "</script><script>alert('x')</script>\"'&<img src=x onerror=y> $\\frac{1}$ [red]"


def make_row(job: int, top1: float | None, macs: int = 100, **other: Any) -> CandidateRow:
    """A candidate with a score, or one that failed."""
    row = CandidateRow(
        job=job,
        id=f"g2-{job:016x}",
        origin="random",
        macs=macs,
        params=macs // 10,
        activations=macs // 5,
        metrics={} if top1 is None else {"top1": top1},
        failure=None if top1 is not None else Failure("diverged", "loss is nan"),
        seconds=2.0,
        state="failed" if top1 is None else "scored",
    )
    return replace(row, **other)


def make_summary(*rows: CandidateRow, **other: Any) -> RunSummary:
    """A run of these rows."""
    return RunSummary(**({"name": "evolution", "rows": rows} | other))


def hostile_summary() -> RunSummary:
    """A run in which every free text is hostile."""
    return make_summary(
        make_row(0, 0.5, macs=10, id=HOSTILE, origin=HOSTILE),
        make_row(1, None, failure=Failure(HOSTILE, HOSTILE, HOSTILE), kind=HOSTILE, split=HOSTILE),
        make_row(2, 0.7, macs=90, metrics={"top1": 0.7, HOSTILE: 1.0}),
        name=HOSTILE,
        rejections={HOSTILE: 2},
        settings={HOSTILE: {HOSTILE: [HOSTILE]}},
        versions={HOSTILE: HOSTILE},
        budget={HOSTILE: 3},
        space=HOSTILE,
        algorithm=HOSTILE,
    )


def make_job(number: int, macs: int = 100, **other: Any) -> Job:
    """A job as the search numbers it."""
    job = Job(
        number=number,
        kind="search",
        genotype=Genotype((("width", number),)),
        graph_id=f"g2-{number:016x}",
        cost=Cost(macs=macs, params=macs // 10, activations=macs // 5),
        origin=Origin("random"),
        fidelity=Fidelity(),
        seed=number,
    )
    return replace(job, **other)


@dataclass(frozen=True)
class Step:
    """A job and its result; None leaves it in flight."""

    job: Job
    evaluation: Evaluation | None


def scored(top1: float, **other: Any) -> Evaluation:
    """A result with a score."""
    return replace(Evaluation(metrics={"top1": top1}, seconds=2.0), **other)


def complete_steps() -> list[Step]:
    """Four candidates, one of which failed; the winner (job 2) repeated twice and tested."""
    winner: dict[str, Any] = {"macs": 200, "graph_id": make_job(2).graph_id}
    test = Fidelity(split="test")
    edge = Origin("mutation:edge", (0,))
    return [
        Step(make_job(0, macs=50, rejections={"budget.macs": 3}), scored(0.25)),
        Step(make_job(1), Evaluation(failure=Failure("diverged", "loss is nan"), seconds=1.0)),
        Step(
            make_job(2, macs=200, origin=edge, rejections={"repeat": 1}),
            scored(0.75, curve=({"loss": 2.0}, {"loss": 1.0})),
        ),
        Step(make_job(3, macs=300, rejections={"budget.macs": 1}), scored(0.5)),
        Step(make_job(4, kind="finalist", repeat=1, **winner), scored(0.7)),
        Step(make_job(5, kind="finalist", repeat=2, **winner), scored(0.65)),
        Step(make_job(6, kind="final", fidelity=test, **winner), scored(0.6)),
    ]


def write_run(
    path: Path, steps: Iterable[Step], *, ended: str = "complete", settings: str = SETTINGS
) -> RunFolder:
    """A run folder with one session; results come in the reverse order of the jobs."""
    folder = RunFolder.create(path, settings_text=settings, space_text="version: 1\n")
    steps = list(steps)
    with Ledger(folder.ledger_file) as ledger:
        versions = {"nasvid": "0.1.0", "ray": None}
        ledger.session({"format": FORMAT, "versions": versions, "machine": "Linux", "context": {}})
        for step in steps:
            ledger.proposed(step.job)
        for step in reversed(steps):
            if step.evaluation is not None:
                ledger.finished(step.job.number, step.evaluation)
        if ended:
            ledger.ended(ended, "")
    return folder
