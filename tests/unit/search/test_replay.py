"""Same seed, same history: whatever the order of arrival, the jobs in flight, and crashes."""

import json
import random
from collections.abc import Iterable
from typing import Any

import pytest

from nasvid.core.evaluations import Evaluation
from nasvid.search.algorithm import ALGORITHMS
from nasvid.search.controller import Controller
from nasvid.search.proposal import Job
from nasvid.spec.sections import SurrogateSettings
from tests.search_fakes import evaluate_job, play, toy_candidates, toy_controller

NUM_JOBS = 300
WINDOW = 7
# Seconds a run.
LONG = ("progressive_expansion", "optuna_nsga2", "optuna_tpe")
# Some candidates are over this budget, some are no networks, and one in eight fails.
LIMIT = 50_000
RUNS: dict[str, dict[str, Any]] = {
    "guided": {"algorithm": "aging_evolution", "surrogate": SurrogateSettings(pool=20)},
    "archive": {"algorithm": "archive_evolution", "surrogate": SurrogateSettings(share=0.0)},
    "archive, guided": {"algorithm": "archive_evolution", "surrogate": SurrogateSettings(pool=20)},
    "nsga2": {"algorithm": "nsga2"},
    "all": {
        "algorithm": "aging_evolution",
        "rungs": (1, 3, 9),
        "repeat_share": 0.3,
        "crossover_share": 0.3,
        "mutation_count": (3.0, 1.0),
        "surrogate": SurrogateSettings(pool=20, share=0.5),
    },
}


def make(name: str, num_jobs: int) -> Controller:
    # Finalists and the final score come after the search and count among the jobs.
    settings: dict[str, Any] = {
        "candidates": num_jobs - 7,
        "window": WINDOW,
        "population": 20,
    } | RUNS[name]
    return toy_controller(members=toy_candidates(LIMIT), **settings)


@pytest.fixture(scope="module")
def histories() -> dict[tuple[str, int], list[Job]]:
    """Runs that were played in order, one job at a time; several tests compare with them."""
    return {}


@pytest.fixture
def expect(histories: dict[tuple[str, int], list[Job]]) -> Any:
    def expected(name: str, num_jobs: int) -> list[Job]:
        if (name, num_jobs) not in histories:
            histories[name, num_jobs] = play(make(name, num_jobs))
        return histories[name, num_jobs]

    return expected


def in_other_orders(name: str, num_jobs: int, orders: Iterable[int]) -> Iterable[list[Job]]:
    for order in orders:
        yield play(make(name, num_jobs), order, in_flight=(1, 2, WINDOW)[order % 3])


def through_json(job: Job, evaluation: Evaluation) -> tuple[Job, Evaluation]:
    """As they stand in a ledger."""
    text = json.dumps({"job": job.to_json(), "evaluation": evaluation.to_json()})
    data = json.loads(text)
    return Job.from_json(data["job"]), Evaluation.from_json(data["evaluation"])


def rebuilt(name: str, num_jobs: int, jobs: list[Job]) -> Controller:
    """A controller that goes on where another one was killed, some of its jobs in flight."""
    controller = make(name, num_jobs)
    records = [through_json(job, evaluate_job(job)) for job in jobs]
    controller.restore(job for job, _ in records)
    rng = random.Random(len(jobs))
    rng.shuffle(records)
    late: list[tuple[Job, Evaluation]] = []
    for job, evaluation in records:
        is_in_flight = job.number >= len(jobs) - WINDOW and rng.random() < 0.5
        if is_in_flight:
            late.append((job, evaluation))
        else:
            controller.tell(job.number, evaluation)
    for job, evaluation in late:
        controller.tell(job.number, evaluation)
    return controller


@pytest.mark.parametrize("name", RUNS)
def test_the_order_of_arrival_changes_no_job(name: str, expect: Any) -> None:
    for jobs in in_other_orders(name, 90, range(1, 6)):
        assert jobs == expect(name, 90)


@pytest.mark.slow  # 50 runs of 300 jobs
@pytest.mark.parametrize("name", RUNS)
def test_fifty_orders_of_arrival_change_none_of_300_jobs(name: str, expect: Any) -> None:
    expected = expect(name, NUM_JOBS)
    assert len(expected) == NUM_JOBS
    for jobs in in_other_orders(name, NUM_JOBS, range(1, 51)):
        assert jobs == expected


@pytest.mark.parametrize("name", RUNS)
def test_a_controller_rebuilt_from_its_ledger_goes_on_alike(name: str, expect: Any) -> None:
    expected = expect(name, 90)
    for cut in (10, 40, 80, 86):
        assert play(rebuilt(name, 90, expected[:cut]), cut, in_flight=WINDOW) == expected


@pytest.mark.slow  # 30 runs of 300 jobs
@pytest.mark.parametrize("name", RUNS)
def test_a_controller_rebuilt_at_every_tenth_job_goes_on_alike(name: str, expect: Any) -> None:
    expected = expect(name, NUM_JOBS)
    for cut in range(0, NUM_JOBS, 10):
        assert play(rebuilt(name, NUM_JOBS, expected[:cut]), cut, in_flight=WINDOW) == expected


def test_the_runs_hold_everything_that_a_history_can(expect: Any) -> None:
    histories = [expect(name, 90) for name in RUNS]
    assert {job.kind for jobs in histories for job in jobs} == {
        "search",
        "repeat",
        "promotion",
        "finalist",
        "final",
    }
    reasons = {reason for jobs in histories for job in jobs for reason in job.rejections}
    assert {"budget.macs", "invalid.ShapeError", "repeat"} <= reasons
    for jobs in histories:
        assert any(not evaluate_job(job).ok for job in jobs)
        assert any(job.rejections for job in jobs)
    hows = {job.origin.how for jobs in histories for job in jobs}
    assert any("+" in how for how in hows), "several mutations"
    assert any(how.startswith("crossover:") for how in hows)
    assert any(how.endswith(" guided") for how in hows)


@pytest.mark.parametrize(
    "algorithm",
    [pytest.param(n, marks=pytest.mark.slow if n in LONG else ()) for n in ALGORITHMS],
)
def test_every_algorithm_keeps_to_it(algorithm: str) -> None:
    def fresh() -> Controller:
        return toy_controller(algorithm=algorithm, candidates=40, window=WINDOW)

    expected = play(fresh())
    for order in range(1, 4):
        assert play(fresh(), order, in_flight=(1, 2, WINDOW)[order % 3]) == expected
    again = fresh()
    again.restore(expected[:25])
    for job in expected[:25]:
        again.tell(job.number, evaluate_job(job))
    assert play(again) == expected
