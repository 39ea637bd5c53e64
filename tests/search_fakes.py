"""A small search space, an instant objective and evaluators that misbehave on demand."""

import json
import os
import random
import signal
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from nasvid.core.canonical import canonical_json, digest
from nasvid.core.costs import Cost
from nasvid.core.errors import DataError, ShapeError
from nasvid.core.evaluations import Evaluation, Failure
from nasvid.core.jobs import Request
from nasvid.core.seeds import keyed_rng
from nasvid.core.shapes import Shape
from nasvid.execution.executor import Executor, Finished, Preempted
from nasvid.graph.ir import Graph, Input
from nasvid.search.candidates import Candidates
from nasvid.search.controller import Controller
from nasvid.search.proposal import Job
from nasvid.spec.decisions import Condition, Decision, DecisionTable, Genotype
from nasvid.spec.sections import SearchSettings, SurrogateSettings

TOY_TABLE = DecisionTable(
    [
        Decision("width", "choice", (8, 16, 32, 64), is_ordered=True),
        Decision("op", "choice", ("conv", "attention", "pool"), role="block"),
        Decision("kernel", "choice", (1, 3, 5), conditions=(Condition("op", "conv"),)),
        Decision("heads", "choice", (1, 2, 4), conditions=(Condition("op", "attention"),)),
        Decision("repeats", "choice", (1, 2, 3, 4), is_ordered=True, role="repeat"),
        Decision("inputs", "subset", ("a", "b", "c", "d"), role="edge", least=1, most=3),
        Decision("source", "choice", ("rgb", "flow"), role="edge"),
        # Makes no difference to the graph, so that two genotypes share one graph id.
        Decision("alias", "choice", (False, True)),
    ]
)


def toy_graph(genotype: Genotype) -> Graph:
    if genotype.by_path.get("source") == "flow" and genotype.by_path.get("repeats") == 4:
        raise ShapeError("flow is too short for four copies.")
    values = {path: value for path, value in genotype.values if path != "alias"}
    # A graph that carries the genotype to the evaluator in the name of its only input.
    return Graph((Input(canonical_json(values), Shape.clip(3, 4, 8, 8)),), (), ())


def toy_cost(graph: Graph) -> Cost:
    return Cost(macs=int(digest(graph.to_json(), 4), 16))


def toy_candidates(limit: int = 60_000) -> Candidates:
    return Candidates(
        lower=toy_graph,
        measure=toy_cost,
        find_broken_limits=lambda cost: ("macs",) if cost.macs > limit else (),
        identify=lambda graph: digest(graph.to_json()),
    )


def toy_settings(**changes: Any) -> SearchSettings:
    return SearchSettings(
        **{
            "candidates": 60,
            "population": 10,
            "tournament": 3,
            "window": 5,
            "seed": 7,
            "repeats": 2,
            "final_split": "test",
            # As many as show that it guides; the default ranks more.
            "surrogate": SurrogateSettings(pool=12),
        }
        | changes
    )


def toy_controller(
    table: DecisionTable = TOY_TABLE, members: Candidates | None = None, **changes: Any
) -> Controller:
    return Controller(table, toy_settings(**changes), members or toy_candidates())


def toy_evaluation(graph: dict[str, Any], seed: int) -> Evaluation:
    """An instant, noisy objective; one candidate in eight fails."""
    name = graph["inputs"][0]["name"]
    quality = keyed_rng("quality", name).random()
    if quality < 1 / 8:
        return Evaluation(failure=Failure("diverged", "loss is nan"))
    noise = keyed_rng("noise", seed).random()
    return Evaluation({"top1": quality + 0.01 * noise}, seconds=0.001, host=str(os.getpid()))


def evaluate_job(job: Job) -> Evaluation:
    return toy_evaluation(toy_graph(job.genotype).to_json(), job.seed)


def play(controller: Controller, order: int = 0, in_flight: int = 1) -> list[Job]:
    """Run to the end with results arriving in a random order."""
    rng = random.Random(order)
    running: list[Job] = []
    while not controller.is_done:
        while len(running) < in_flight and (job := controller.ask()) is not None:
            running.append(job)
        if running:
            job = running.pop(rng.randrange(len(running)))
            controller.tell(job.number, evaluate_job(job))
    return controller.history.jobs


class ToyEvaluator:
    """Evaluates what it is given, one job for each poll, as one slot or several would."""

    def __init__(
        self,
        *,
        slots: int = 1,
        folder: str = "",
        die_at: Iterable[int] = (),
        die_always_at: int = -1,
        hang_at: int = -1,
        error: str = "",
    ) -> None:
        if error:
            raise DataError(error)
        self._slots = slots
        self._folder = Path(folder)
        self._die_at = set(die_at)
        self._die_always_at = die_always_at
        self._hang_at = hang_at
        self._requests: list[Request] = []

    @property
    def free_slots(self) -> int:
        return self._slots - len(self._requests)

    def submit(self, request: Request) -> None:
        self._requests.append(request)

    def poll(self, seconds: float) -> list[tuple[int, Evaluation]]:
        if not self._requests:
            return []
        request = self._requests.pop(0)
        if request.job == self._die_always_at or self._dies_now(request.job):
            os.kill(os.getpid(), signal.SIGKILL)
        while request.job == self._hang_at:
            signal.pause()
        return [(request.job, toy_evaluation(request.graph, request.seed))]

    def _dies_now(self, job: int) -> bool:
        marker = self._folder / f"died{job}"
        if job not in self._die_at or marker.exists():
            return False
        marker.touch()
        return True


class ShuffledExecutor(Executor):
    """Ends jobs in a random order, some of them only after having lost their worker."""

    def __init__(
        self,
        slots: int,
        order: int,
        share_preempted: float = 0.0,
        evaluate: Callable[[dict[str, Any], int], Evaluation] = toy_evaluation,
        stop_after: int = 10**9,
    ) -> None:
        self._slots = slots
        self._rng = keyed_rng("order", order)
        self._share_preempted = share_preempted
        self._evaluate = evaluate
        self._stop_after = stop_after
        self._requests: list[Request] = []
        self.submitted: list[Request] = []
        self.most_running = 0

    @property
    def free_slots(self) -> int:
        return self._slots - len(self._requests)

    def submit(self, request: Request) -> None:
        if len(self.submitted) == self._stop_after:
            raise KilledError
        self._requests.append(request)
        self.submitted.append(request)
        self.most_running = max(self.most_running, len(self._requests))

    def poll(self, seconds: float) -> list[Finished | Preempted]:
        if not self._requests:
            return []
        request = self._requests.pop(self._rng.randrange(len(self._requests)))
        if self._rng.random() < self._share_preempted:
            return [Preempted(request.job, "its machine went away")]
        return [Finished(request.job, self._evaluate(request.graph, request.seed))]

    def close(self) -> None:
        self._requests = []


class KilledError(Exception):
    """Stands for a kill -9 in a test that stays in one process."""


def job_records(ledger: Path) -> list[dict[str, Any]]:
    """What a ledger says of its jobs, in order of the jobs, times and hosts apart."""
    records = [json.loads(line) for line in ledger.read_text().splitlines()]
    kept: list[tuple[int, dict[str, Any]]] = []
    for record in records:
        record.pop("time")
        if record["record"] == "proposed":
            kept.append((record["job"]["number"], record))
        elif record["record"] == "finished":
            for name in ("seconds", "host"):
                record["evaluation"].pop(name)
            kept.append((record["job"], record))
    return [record for _, record in sorted(kept, key=lambda pair: pair[0])]
