"""One job of a run as a row of a table."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from nasvid.core.evaluations import Evaluation, Failure
from nasvid.search.proposal import Job

RowState = Literal["scored", "failed", "in flight"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateRow:
    """What the ledger knows of one job.

    Args:
        job: Number of the job.
        id: Canonical id of the graph.
        kind: What the job is for: `search`, `repeat` or `final`.
        origin: How the architecture was made.
        parents: Numbers of the jobs that it descends from.
        repeat: 0 for the first training, higher for trainings with further seeds.
        epochs: Epochs of the fidelity; 0 for the recipe's.
        split: The split that was scored.
        macs: Multiply-adds of one clip.
        params: Trainable parameters.
        activations: Elements written for one clip.
        metrics: Name to value; empty unless the state is `scored`.
        curve: Per epoch the metrics reported while training.
        failure: Why there are no metrics, or None.
        seconds: Wall-clock time of the job.
        state: Whether it was scored, failed, or has not come back.
    """

    job: int
    id: str
    kind: str = "search"
    origin: str = ""
    parents: tuple[int, ...] = ()
    repeat: int = 0
    epochs: int = 0
    split: str = "val"
    macs: int = 0
    params: int = 0
    activations: int = 0
    metrics: Mapping[str, float] = field(default_factory=dict[str, float])
    curve: tuple[Mapping[str, float], ...] = ()
    failure: Failure | None = None
    seconds: float = 0.0
    state: RowState = "scored"


def row_of(job: Job, evaluation: Evaluation | None) -> CandidateRow:
    """The row of a job and of what came of it; None where nothing came yet."""
    state: RowState = "in flight"
    if evaluation is not None:
        state = "scored" if evaluation.ok else "failed"
    found = evaluation if evaluation is not None else Evaluation()
    return CandidateRow(
        job=job.number,
        id=job.graph_id,
        kind=job.kind,
        origin=job.origin.how,
        parents=job.origin.parents,
        repeat=job.repeat,
        epochs=job.fidelity.epochs,
        split=job.fidelity.split,
        macs=job.cost.macs,
        params=job.cost.params,
        activations=job.cost.activations,
        metrics=found.metrics,
        curve=found.curve,
        failure=found.failure,
        seconds=found.seconds,
        state=state,
    )
