"""Candidates trained on a GPU as a search trains them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from nasvid.core.evaluations import Evaluation
from nasvid.core.jobs import Fidelity, Request
from nasvid.core.recipes import Recipe
from nasvid.evaluation.evaluator import Evaluator
from nasvid.evaluation.library import ClipLibrary, streams_of
from nasvid.evaluation.train_best import train_and_save, train_candidate
from nasvid.graph.ir import Graph
from nasvid.modules.assemble import build
from nasvid.training.placement import place
from nasvid.training.scoring import score
from nasvid.training.trainer import training_steps
from tests.gpu.device import DEVICE, exact_fp32, may_be_rehearsed
from tests.unit.training.colours import colour_clips, tiny_graph

RECIPE = Recipe(epochs=4, batch_size=8, lr=0.02)
LITTLE_MEMORY = 2**28


def _request(job: int, graph: Graph | None = None, seed: int = 7) -> Request:
    return Request(job, (graph or tiny_graph()).to_json(), Fidelity(), seed)


def _finish(evaluator: Evaluator, *requests: Request) -> dict[int, Evaluation]:
    for request in requests:
        evaluator.submit(request)
    found: dict[int, Evaluation] = {}
    while len(found) < len(requests):
        found |= dict(evaluator.poll(60))
    return found


def _evaluate(colours: Path, recipe: Recipe, graph: Graph | None = None) -> Evaluation:
    return _finish(Evaluator(colours, recipe, device=DEVICE), _request(0, graph))[0]


@may_be_rehearsed
@pytest.mark.parametrize("optimizer", ["adamw", "sgd"])
@pytest.mark.parametrize("precision", ["auto", "fp32", "bf16"])
def test_a_candidate_learns_in_every_precision(
    colours: Path, precision: str, optimizer: str
) -> None:
    lr = {"adamw": 0.02, "sgd": 0.1}[optimizer]
    recipe = Recipe(epochs=4, batch_size=8, lr=lr, precision=precision, optimizer=optimizer)
    found = _evaluate(colours, recipe, tiny_graph(dropout=0.0))
    assert found.failure is None
    # Chance is 1/3.
    assert found.metrics["top1"] > 0.8
    assert found.curve[-1]["train_loss"] < found.curve[0]["train_loss"]


@may_be_rehearsed
@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_equal_seeds_give_nearly_equal_trainings(colours: Path, precision: str) -> None:
    recipe = Recipe(epochs=3, batch_size=8, lr=0.02, precision=precision)
    first, second = (_evaluate(colours, recipe) for _ in range(2))
    assert second.metrics["loss"] == pytest.approx(first.metrics["loss"], rel=0.02)
    losses = [[entry["train_loss"] for entry in run.curve] for run in (first, second)]
    assert losses[1] == pytest.approx(losses[0], rel=0.02)


@pytest.mark.gpu
def test_a_gpu_trains_as_a_cpu_does(colours: Path) -> None:
    recipe = Recipe(epochs=3, batch_size=8, lr=0.02, precision="fp32")
    # Draws of dropout are others.
    graph = tiny_graph(dropout=0.0)
    with exact_fp32():
        on_gpu, _ = train_candidate(graph, colours, recipe, Fidelity(), 7, device=DEVICE)
    on_cpu, _ = train_candidate(graph, colours, recipe, Fidelity(), 7, device="cpu")
    losses = [[entry["train_loss"] for entry in run.curve] for run in (on_gpu, on_cpu)]
    assert losses[0] == pytest.approx(losses[1], rel=0.01)
    assert on_gpu.metrics["loss"] == pytest.approx(on_cpu.metrics["loss"], rel=0.05)
    assert on_gpu.gates == pytest.approx(on_cpu.gates, rel=0.01)


@may_be_rehearsed
def test_a_job_ends_alike_alone_and_beside_others(colours: Path) -> None:
    requests = [_request(0, seed=1), _request(1, tiny_graph(width=4), seed=2)]
    alone = [_finish(Evaluator(colours, RECIPE, device=DEVICE), r)[r.job] for r in requests]
    together = _finish(Evaluator(colours, RECIPE, device=DEVICE, slots=2), *requests)
    for job, expected in enumerate(alone):
        assert together[job].metrics["loss"] == pytest.approx(expected.metrics["loss"], rel=0.02)
        assert together[job].gates == pytest.approx(expected.gates, rel=0.02)


@pytest.mark.gpu
def test_the_random_state_of_the_caller_is_left_alone(colours: Path) -> None:
    torch.cuda.manual_seed(3)
    state = torch.cuda.get_rng_state()
    _evaluate(colours, Recipe(epochs=1, batch_size=8))
    assert torch.equal(torch.cuda.get_rng_state(), state)


@may_be_rehearsed
def test_a_training_that_diverges_is_a_failure_of_that_kind(colours: Path) -> None:
    found = _evaluate(colours, Recipe(epochs=3, batch_size=8, lr=float("inf"), clip_grad=0))
    assert found.failure is not None
    assert found.failure.kind == "diverged"


@pytest.mark.gpu
@pytest.mark.filterwarnings("ignore:Synchronization debug mode:UserWarning")
def test_a_step_does_not_wait_for_the_gpu() -> None:
    torch.manual_seed(0)
    network = build(tiny_graph())
    placement = place(network, DEVICE)
    steps = training_steps(network, colour_clips(), RECIPE, epochs=1, seed=0, placement=placement)
    for _ in range(2):
        next(steps)
    torch.cuda.set_sync_debug_mode("error")
    try:
        for _ in range(3):
            next(steps)
    finally:
        torch.cuda.set_sync_debug_mode("default")


@pytest.fixture
def _little_memory() -> Iterator[None]:
    """A GPU with 256 MiB, as far as torch is concerned."""
    torch.cuda.empty_cache()
    share = LITTLE_MEMORY / torch.cuda.get_device_properties(0).total_memory
    torch.cuda.set_per_process_memory_fraction(share)
    yield
    torch.cuda.set_per_process_memory_fraction(1.0)
    torch.cuda.empty_cache()


@pytest.mark.gpu
@pytest.mark.usefixtures("_little_memory")
@pytest.mark.parametrize("slots", [1, 2])
def test_a_candidate_that_does_not_fit_is_a_failure_and_the_next_one_trains(
    colours: Path, slots: int
) -> None:
    evaluator = Evaluator(colours, RECIPE, device=DEVICE, slots=slots)
    # The first training leaves what the libraries keep for themselves.
    _finish(evaluator, _request(0))
    before = torch.cuda.memory_allocated()
    # About 100 MiB in bf16 for each tensor that is kept of a batch.
    wide = tiny_graph(width=100_000)
    beside = [_request(3)] if slots == 2 else []
    found = _finish(evaluator, _request(1, wide), *beside)
    failure = found[1].failure
    assert failure is not None
    assert failure.kind == "out_of_memory"
    assert "OutOfMemoryError" in failure.reason
    assert all(found[request.job].failure is None for request in beside)
    assert torch.cuda.memory_allocated() <= before + 2**20
    assert _finish(evaluator, _request(2))[2].metrics["top1"] > 0.5


@pytest.mark.gpu
def test_memory_of_a_candidate_is_free_after_it(colours: Path) -> None:
    evaluator = Evaluator(colours, RECIPE, device=DEVICE)
    _finish(evaluator, _request(0))
    before = torch.cuda.memory_allocated()
    for job in range(1, 4):
        _finish(evaluator, _request(job, seed=job))
    assert torch.cuda.memory_allocated() <= before


@pytest.mark.gpu
def test_weights_trained_on_a_gpu_serve_on_a_cpu(colours: Path, tmp_path: Path) -> None:
    graph = tiny_graph()
    done = train_and_save(graph, colours, RECIPE, 7, tmp_path / "w.safetensors", device=DEVICE)
    weights = load_file(done.weights)
    assert {tensor.device.type for tensor in weights.values()} == {"cpu"}
    test_clips = ClipLibrary(colours).open("test", streams_of(graph))
    losses: list[float] = []
    for device in ("cpu", DEVICE):
        network = build(graph)
        network.load_state_dict(weights)
        placement = place(network, device, "fp32")
        found = score(network, test_clips, views=1, batch_size=8, placement=placement)
        losses.append(found["loss"])
    assert losses[0] == pytest.approx(losses[1], rel=0.01)
    assert losses[0] == pytest.approx(done.test["loss"], rel=0.1)
