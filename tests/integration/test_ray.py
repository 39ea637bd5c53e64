"""The same runs on Ray actors, some of which die."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nasvid.core.errors import DataError, RunError
from nasvid.core.evaluations import Evaluation, Failure
from nasvid.core.jobs import Fidelity, Request
from nasvid.execution.evaluator_factory import EvaluatorFactory
from nasvid.execution.events import Event, JobPreempted
from nasvid.execution.executor import Executor, Finished, Preempted
from nasvid.execution.inline_executor import InlineExecutor
from nasvid.execution.interrupts import Interrupts
from nasvid.execution.ledger import read_ledger
from nasvid.execution.ray_executor import RayExecutor
from nasvid.execution.run_folder import RunFolder
from nasvid.execution.run_search import run_search
from tests.search_fakes import job_records, toy_candidates, toy_controller, toy_evaluation

# Workers start, hang and die, which is waited for.
pytestmark = [pytest.mark.ray, pytest.mark.slow]
REPOSITORY = Path(__file__).parents[2]
GRAPH = {"inputs": [{"name": "g"}]}


@pytest.fixture(scope="module", autouse=True)
def ray_here() -> Iterator[Any]:
    """Ray on this machine, started once; workers find the tests' evaluators."""
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(REPOSITORY), before]))
    # Started by an executor, so that starting is tested too.
    first = RayExecutor(factory(), workers=4)
    for worker in first._workers:
        # They would keep the CPUs that the tests need.
        first._ray.kill(worker.actor)
    first._workers = []
    yield first._ray
    first.close()
    if before is None:
        del os.environ["PYTHONPATH"]
    else:
        os.environ["PYTHONPATH"] = before


def factory(**arguments: Any) -> EvaluatorFactory:
    return EvaluatorFactory("tests.search_fakes:ToyEvaluator", arguments)


def search(path: Path, executor: Executor, events: list[Event] | None = None) -> Path:
    folder = RunFolder.create(path, settings_text="", space_text="")
    outcome = run_search(
        folder,
        toy_controller(candidates=20),
        toy_candidates(),
        lambda: executor,
        interrupts=Interrupts(),
        context={},
        watcher=(events if events is not None else []).append,
    )
    assert outcome.how == "complete"
    return folder.ledger_file


def request(job: int) -> Request:
    return Request(job, GRAPH, Fidelity(), seed=job)


def drain(executor: Executor, count: int) -> list[Finished | Preempted]:
    """Poll until so many jobs have come back."""
    outcomes: list[Finished | Preempted] = []
    for _ in range(100):
        outcomes += executor.poll(0.2)
        if len(outcomes) >= count:
            break
    return outcomes


def wait_for_slots(executor: Executor) -> None:
    for _ in range(100):
        if executor.free_slots:
            return
        executor.poll(0.2)


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return search(tmp_path_factory.mktemp("ray") / "inline", InlineExecutor(factory()))


@pytest.mark.parametrize(("workers", "slots"), [(1, 1), (2, 1), (4, 1), (1, 3)])
def test_ledgers_equal_those_of_the_inline_executor(
    tmp_path: Path, reference: Path, workers: int, slots: int
) -> None:
    ledger = search(tmp_path / "run", RayExecutor(factory(slots=slots), workers=workers))
    assert job_records(ledger) == job_records(reference)


def test_a_killed_worker_is_replaced_and_its_job_runs_again(
    tmp_path: Path, reference: Path
) -> None:
    events: list[Event] = []
    dying = factory(folder=str(tmp_path), die_at=[3, 11])
    ledger = search(tmp_path / "run", RayExecutor(dying, workers=2), events)
    preempted = [event.job.number for event in events if isinstance(event, JobPreempted)]
    assert preempted == [3, 11]
    assert read_ledger(ledger).preemptions == {3: 1, 11: 1}
    assert job_records(ledger) == job_records(reference)


def test_a_job_that_always_kills_its_worker_is_a_failure(tmp_path: Path) -> None:
    ledger = search(tmp_path / "run", RayExecutor(factory(die_always_at=4), workers=2))
    failure = read_ledger(ledger).evaluations[4].failure
    assert failure is not None
    assert failure.kind == "crashed"
    assert "its worker died 3 times" in failure.reason


def test_a_job_that_hangs_is_a_failure_and_those_beside_it_run_again() -> None:
    with RayExecutor(factory(slots=2, hang_at=0), workers=1, kill_after_s=0.5) as executor:
        wait_for_slots(executor)
        executor.submit(request(0))
        assert executor.poll(0.3) == []
        executor.submit(request(1))
        outcomes = drain(executor, 2)
    failure = Failure("timeout", "hung for longer than 0.5 s")
    assert outcomes == [
        Finished(0, Evaluation(failure=failure)),
        Preempted(1, "a job beside it hung"),
    ]


def test_an_error_for_users_comes_through_as_it_was_raised() -> None:
    with (
        RayExecutor(factory(error="clips.csv:3: no such video"), workers=1) as executor,
        pytest.raises(DataError, match=r"^clips\.csv:3: no such video$"),
    ):
        wait_for_slots(executor)


def test_evaluations_arrive_whole() -> None:
    with RayExecutor(factory(), workers=1) as executor:
        wait_for_slots(executor)
        executor.submit(request(0))
        (finished,) = drain(executor, 1)
    assert isinstance(finished, Finished)
    assert finished.evaluation.metrics == toy_evaluation(GRAPH, 0).metrics


def test_no_more_workers_start_than_could_be_busy() -> None:
    executor = RayExecutor(factory(), at_most=1)
    assert len(executor._workers) == 1
    executor.close()


def test_more_workers_than_there_is_room_for_are_refused() -> None:
    with pytest.raises(RunError, match=r"Ray has 4 CPUs and 0 GPUs: room for 4 workers .* 64 were"):
        RayExecutor(factory(), workers=64)
    with pytest.raises(RunError, match="room for 0 workers of 1 CPU and 1 GPUs"):
        RayExecutor(factory(), gpus_per_worker=1.0)


def test_ray_listens_on_this_machine_alone(ray_here: Any) -> None:
    assert ray_here.util.get_node_ip_address() == "127.0.0.1"
