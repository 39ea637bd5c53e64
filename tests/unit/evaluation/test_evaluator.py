"""Jobs in slots."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from nasvid.core.errors import DataError, EvaluationError
from nasvid.core.evaluations import Evaluation
from nasvid.core.jobs import Fidelity, Request
from nasvid.core.recipes import Recipe
from nasvid.evaluation import training_run
from nasvid.evaluation.evaluator import Evaluator
from nasvid.evaluation.training_run import TrainingRun
from nasvid.graph.ir import Graph
from tests.unit.evaluation import user_functions
from tests.unit.training.colours import tiny_graph

RECIPE = Recipe(epochs=2, batch_size=8, lr=0.02)
HERE = "tests.unit.evaluation.user_functions"


def _request(job: int = 0, seed: int = 7, graph: Graph | None = None, epochs: int = 0) -> Request:
    return Request(job, (graph or tiny_graph()).to_json(), Fidelity(epochs), seed)


def _finish(evaluator: Evaluator, *requests: Request) -> dict[int, Evaluation]:
    for request in requests:
        evaluator.submit(request)
    found: dict[int, Evaluation] = {}
    while len(found) < len(requests):
        found |= dict(evaluator.poll(5))
    return found


def test_a_job_comes_back_with_metrics_curve_and_gates(colours: Path) -> None:
    found = _finish(Evaluator(colours, RECIPE), _request(job=4))[4]
    assert found.failure is None
    assert set(found.metrics) == {"top1", "top5", "mean_class", "clip_top1", "clip_top5", "loss"}
    assert [entry["epoch"] for entry in found.curve] == [1, 2]
    assert 0 < found.gates["gate"] < 1
    assert found.seconds > 0
    assert found.host


def test_equal_graphs_and_seeds_give_equal_metrics_to_the_bit(colours: Path) -> None:
    first = _finish(Evaluator(colours, RECIPE), _request())[0]
    torch.rand(3)
    second = _finish(Evaluator(colours, RECIPE), _request())[0]
    assert second.metrics == first.metrics
    assert second.curve == first.curve
    assert _finish(Evaluator(colours, RECIPE), _request(seed=8))[0].curve != first.curve


def test_a_job_ends_alike_alone_and_beside_others(colours: Path) -> None:
    alone = [
        _finish(Evaluator(colours, RECIPE), request)[0]
        for request in (_request(seed=1), _request(seed=2, graph=tiny_graph(width=4), epochs=3))
    ]
    together = _finish(
        Evaluator(colours, RECIPE, slots=3),
        _request(job=0, seed=1),
        _request(job=1, seed=2, graph=tiny_graph(width=4), epochs=3),
        _request(job=2, seed=3),
    )
    for job in (0, 1):
        assert together[job].metrics == alone[job].metrics
        assert together[job].curve == alone[job].curve
        assert together[job].gates == alone[job].gates


def test_the_fidelity_sets_epochs_and_split(colours: Path) -> None:
    evaluator = Evaluator(colours, RECIPE)
    on_val = _finish(evaluator, _request(epochs=1))[0]
    on_test = _finish(evaluator, Request(0, tiny_graph().to_json(), Fidelity(1, "test"), 7))[0]
    assert len(on_val.curve) == 1
    assert on_test.curve == on_val.curve
    assert on_test.metrics["loss"] != on_val.metrics["loss"]


def test_the_random_state_of_the_caller_is_left_alone(colours: Path) -> None:
    state = torch.get_rng_state()
    _finish(Evaluator(colours, RECIPE), _request())
    assert torch.equal(torch.get_rng_state(), state)


def test_slots_are_taken_and_given_back(colours: Path) -> None:
    evaluator = Evaluator(colours, RECIPE, slots=2)
    evaluator.submit(_request(0))
    assert evaluator.free_slots == 1
    evaluator.submit(_request(1))
    with pytest.raises(RuntimeError, match="job 2: all 2 slots are taken"):
        evaluator.submit(_request(2))
    evaluator.cancel(0)
    evaluator.cancel(0)
    assert evaluator.free_slots == 1
    with pytest.raises(RuntimeError, match="job 1 is running already"):
        evaluator.submit(_request(1))


def test_a_poll_without_jobs_returns_at_once(colours: Path) -> None:
    began = time.monotonic()
    assert Evaluator(colours, RECIPE).poll(5) == []
    assert time.monotonic() - began < 1


def test_a_poll_of_a_slow_training_returns_when_the_time_is_up(colours: Path) -> None:
    evaluator = Evaluator(colours, Recipe(epochs=100_000, batch_size=8), slots=2)
    evaluator.submit(_request(0))
    evaluator.submit(_request(1))
    evaluator.poll(0)
    began = time.monotonic()
    assert evaluator.poll(0.2) == []
    assert 0.2 <= time.monotonic() - began < 0.6
    evaluator.cancel(0)
    evaluator.cancel(1)


def test_a_poll_of_no_time_takes_one_step_of_every_job(
    colours: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[TrainingRun] = []
    advance = TrainingRun.advance

    def count(run: TrainingRun, seconds: float) -> Evaluation | None:
        taken.append(run)
        return advance(run, seconds)

    monkeypatch.setattr(TrainingRun, "advance", count)
    evaluator = Evaluator(colours, RECIPE, slots=2)
    evaluator.submit(_request(0))
    evaluator.submit(_request(1))
    assert evaluator.poll(0) == []
    assert len(taken) == len(set(map(id, taken))) == 2


def test_a_poll_returns_as_soon_as_a_job_has_finished(colours: Path) -> None:
    evaluator = Evaluator(colours, Recipe(epochs=1, batch_size=8), slots=2)
    evaluator.submit(_request(0, epochs=100_000))
    evaluator.submit(_request(1))
    began = time.monotonic()
    assert [job for job, _ in evaluator.poll(10)] == [1]
    assert time.monotonic() - began < 5


def _raise(error: BaseException) -> Callable[..., Any]:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (RuntimeError("a bug"), "error"),
        (MemoryError(), "out_of_memory"),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory"), "out_of_memory"),
    ],
)
def test_what_goes_wrong_with_a_candidate_is_its_result(
    colours: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, kind: str
) -> None:
    monkeypatch.setattr(training_run, "build", _raise(error))
    evaluator = Evaluator(colours, RECIPE)
    failure = _finish(evaluator, _request())[0].failure
    assert failure is not None
    assert failure.kind == kind
    assert "Traceback" in failure.details
    assert evaluator.free_slots == 1


def test_a_training_that_diverges_is_a_failure_with_its_curve(colours: Path) -> None:
    recipe = Recipe(epochs=3, batch_size=8, lr=float("inf"), clip_grad=0)
    found = _finish(Evaluator(colours, recipe), _request())[0]
    assert found.failure is not None
    assert found.failure.kind == "diverged"
    assert found.failure.reason.startswith("training: the loss became nan in epoch 1")
    assert found.metrics == {}


def test_a_training_that_takes_too_long_is_a_failure(colours: Path) -> None:
    recipe = Recipe(epochs=100_000, batch_size=8)
    found = _finish(Evaluator(colours, recipe, timeout_s=0.05), _request())[0]
    assert found.failure is not None
    assert (found.failure.kind, found.failure.reason) == ("timeout", "took longer than 0.05 s")


def test_ctrl_c_ends_the_poll_and_loses_no_finished_job(
    colours: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    evaluator = Evaluator(colours, RECIPE, slots=2)
    evaluator.submit(_request(0))
    evaluator.submit(_request(1, epochs=100_000))
    advance = TrainingRun.advance
    finished: list[Evaluation] = []

    def interrupt(run: TrainingRun, seconds: float) -> Evaluation | None:
        if finished:
            raise KeyboardInterrupt
        evaluation = advance(run, seconds)
        finished.extend([evaluation] if evaluation else [])
        return evaluation

    monkeypatch.setattr(TrainingRun, "advance", interrupt)
    with pytest.raises(KeyboardInterrupt):
        evaluator.poll(60)
    assert evaluator.poll(0) == [(0, finished[0])]
    assert evaluator.free_slots == 2


def test_data_that_cannot_be_read_is_an_error_and_no_failure(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"train\.csv: no such clip list"):
        Evaluator(tmp_path, RECIPE).submit(_request())


def test_a_head_that_does_not_fit_the_data_is_an_error_and_no_failure(colours: Path) -> None:
    evaluator = Evaluator(colours, RECIPE)
    with pytest.raises(EvaluationError, match="the head gives C 5; the data has 3 classes"):
        evaluator.submit(_request(graph=tiny_graph(num_classes=5)))
    assert evaluator.free_slots == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"slots": 0}, r"slots: got 0; accepts 1 or more\."),
        ({"slots": 2, "evaluate": user_functions.count_nodes}, "slots: got 2; an evaluate functio"),
        ({"data": None}, "data: got None; training needs a data folder"),
        ({"recipe": Recipe(optimizer="lamb")}, "recipe: optimizer: no optimizer named 'lamb'"),
        ({"recipe": Recipe(precision="int8")}, "recipe: precision: got 'int8'"),
        ({"device": "tpu"}, "device: got 'tpu'"),
        ({"evaluate": "nowhere"}, "evaluate: 'nowhere': is no import path"),
    ],
)
def test_an_argument_that_cannot_be_used_is_an_error(
    colours: Path, arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(EvaluationError, match=message):
        Evaluator(**({"data": colours, "recipe": RECIPE} | arguments))


@pytest.mark.gpu
def test_jobs_share_a_gpu(colours: Path) -> None:
    evaluator = Evaluator(colours, Recipe(epochs=4, batch_size=8, lr=0.02), device="cuda", slots=2)
    found = _finish(evaluator, _request(0, seed=1), _request(1, seed=2))
    assert all(evaluation.metrics["top1"] > 0.5 for evaluation in found.values())


def test_an_evaluator_describes_what_results_depend_on(colours: Path) -> None:
    described = Evaluator(colours, RECIPE).describe()
    assert {name: described[name] for name in ("device", "slots", "threads")} == {
        "device": "cpu",
        "slots": 1,
        "threads": 1,
    }


def test_a_function_gets_graph_fidelity_seed_and_report() -> None:
    evaluator = Evaluator(recipe=RECIPE, evaluate=f"{HERE}:count_nodes", threads=2)
    found = _finish(evaluator, _request(seed=11))[0]
    torch.manual_seed(11)
    assert found.metrics == {
        "nodes": 7.0,
        "seed": 11.0,
        "threads": 2.0,
        "draw": torch.rand(()).item(),
    }
    assert found.curve == ({"epoch": 1, "nodes": 7.0}, {"epoch": 2, "nodes": 14.0})


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (lambda graph, **_: {"top1": float("nan")}, "evaluate(): metric 'top1': got nan; accepts"),
        (lambda graph, **_: None, "evaluate(): got None; accepts a dict"),
        (lambda graph, **_: 1 / 0, "ZeroDivisionError: division by zero"),
        (lambda graph: {}, "TypeError: "),
        (lambda graph, report, **_: report(1, {"top1": "x"}), "report(1): metric 'top1': got 'x'"),
        (user_functions.leave, "SystemExit: 3"),
    ],
)
def test_what_goes_wrong_in_a_function_is_a_failure(function: Any, reason: str) -> None:
    failure = _finish(Evaluator(evaluate=function), _request())[0].failure
    assert failure is not None
    assert failure.kind == "error"
    assert failure.reason.startswith(reason)


def test_a_poll_of_a_slow_function_returns_when_the_time_is_up() -> None:
    user_functions.release.clear()
    evaluator = Evaluator(evaluate=user_functions.wait_for_release)
    evaluator.submit(_request())
    began = time.monotonic()
    assert evaluator.poll(0.1) == []
    assert 0.1 <= time.monotonic() - began < 0.5
    user_functions.release.set()
    assert evaluator.poll(10)[0][1].metrics == {"top1": 1.0}


def test_a_function_that_takes_too_long_is_given_up_and_ends_at_its_next_report() -> None:
    user_functions.release.clear()
    evaluator = Evaluator(evaluate=user_functions.report_forever, timeout_s=0.05)
    failure = _finish(evaluator, _request())[0].failure
    assert failure is not None
    assert failure.kind == "timeout"
    assert user_functions.release.wait(5)
