"""Results of jobs that nobody ran, for tests of what makes sense of them."""

from nasvid.core.costs import Cost
from nasvid.core.evaluations import Evaluation, Failure
from nasvid.core.jobs import Fidelity
from nasvid.search.history import Result
from nasvid.search.proposal import Job, JobKind, Origin
from nasvid.spec.decisions import Genotype


def scored(
    number: int,
    graph: str,
    top1: float | None,
    *,
    kind: JobKind = "search",
    macs: int = 10,
    epochs: int = 0,
    split: str = "val",
) -> Result:
    """A job on this graph and its score; None for a failure."""
    job = Job(
        number=number,
        kind=kind,
        genotype=Genotype((("graph", graph),)),
        graph_id=graph,
        cost=Cost(macs=macs),
        origin=Origin("random"),
        fidelity=Fidelity(epochs, split),
        seed=number,
    )
    failure = None if top1 is not None else Failure("error", "does not fit")
    return Result(job, Evaluation({} if top1 is None else {"top1": top1}, failure))
