"""Training from start to end in one call: for the winner of a search, or by hand."""

import time
from dataclasses import dataclass
from pathlib import Path

from nasvid.core.errors import EvaluationError
from nasvid.core.evaluations import Evaluation
from nasvid.core.jobs import Fidelity
from nasvid.core.recipes import Recipe
from nasvid.evaluation.isolation import Isolation
from nasvid.evaluation.library import ClipLibrary, streams_of
from nasvid.evaluation.training_run import TrainingRun
from nasvid.evaluation.weights import check_folder, save_weights
from nasvid.graph.ir import Graph
from nasvid.modules.network import Network
from nasvid.training.allocator import keep_freed_memory
from nasvid.training.placement import default_threads, device_type_of, place
from nasvid.training.scoring import score
from nasvid.training.trainer import OnEpoch


@dataclass(frozen=True, slots=True)
class TrainedBest:
    """What `train_and_save` leaves.

    Args:
        weights: The file.
        evaluation: Of the training, scored on the split of its fidelity.
        test: Metrics on the test split; empty where there is none.
        seconds: All in all.
    """

    weights: Path
    evaluation: Evaluation
    test: dict[str, float]
    seconds: float


def train_candidate(
    graph: Graph,
    data: Path | ClipLibrary,
    recipe: Recipe,
    fidelity: Fidelity,
    seed: int,
    *,
    device: str = "cpu",
    threads: int | None = None,
    on_epoch: OnEpoch | None = None,
) -> tuple[Evaluation, Network | None]:
    """Train and score a network exactly as an `Evaluator` does.

    Args:
        graph: The network.
        data: The data folder, or a library that has opened it.
        recipe: How to train.
        fidelity: How long to train and which split to score.
        seed: That of the candidate's job gives the weights that its metrics came from.
        device: Such as `cpu` or `cuda:0`.
        threads: Torch's threads; None goes by the rule.
        on_epoch: Told the epoch from 1 and its metrics.
    Returns: The evaluation, and the trained network unless it is a failure.
    Raises:
        DataError: The data cannot be read.
        EvaluationError: The network does not fit the data.
    """
    if device_type_of(device) == "cpu":
        keep_freed_memory()
    run = TrainingRun(
        graph,
        _library(data),
        recipe,
        fidelity,
        seed=seed,
        device=device,
        threads=_threads(device, threads),
        on_epoch=on_epoch,
    )
    while True:
        evaluation = run.advance(0.0)
        if evaluation is not None:
            return evaluation, run.network


def train_and_save(
    graph: Graph,
    data: Path | ClipLibrary,
    recipe: Recipe,
    seed: int,
    out_path: Path,
    *,
    fidelity: Fidelity | None = None,
    device: str = "cpu",
    threads: int | None = None,
    on_epoch: OnEpoch | None = None,
) -> TrainedBest:
    """Train a network, score it on the test split too if there is one, and write its weights.

    Args:
        graph: The network.
        data: The data folder, or a library that has opened it.
        recipe: How to train.
        seed: That of the candidate's job gives the weights that its metrics came from.
        out_path: The safetensors file to write; names are those of the network's `state_dict`.
        fidelity: How long to train and which split to score beside `test`; None takes the recipe's
            epochs and `val`.
        device: Such as `cpu` or `cuda:0`.
        threads: Torch's threads; None goes by the rule.
        on_epoch: Told the epoch from 1 and its metrics.
    Raises:
        DataError: The data cannot be read.
        EvaluationError: The network does not fit the data, training failed, or the file cannot be
            written.
    """
    began = time.monotonic()
    library = _library(data)
    # Both first: without a file or with a broken test split the training would be for nothing.
    check_folder(out_path)
    test_clips = library.open("test", streams_of(graph)) if library.has("test") else None
    fidelity = fidelity or Fidelity()
    evaluation, network = train_candidate(
        graph, library, recipe, fidelity, seed, device=device, threads=threads, on_epoch=on_epoch
    )
    if network is None:
        reason = "" if evaluation.failure is None else evaluation.failure.reason
        raise EvaluationError(f"training with seed {seed} failed: {reason}")
    test: dict[str, float] = {}
    if test_clips is not None:
        with Isolation(seed, device, _threads(device, threads)).entered():
            test = score(
                network,
                test_clips,
                views=recipe.val_clips,
                batch_size=recipe.batch_size,
                placement=place(network, device, recipe.precision),
            )
    save_weights(network, out_path)
    return TrainedBest(out_path, evaluation, test, time.monotonic() - began)


def _library(data: Path | ClipLibrary) -> ClipLibrary:
    return data if isinstance(data, ClipLibrary) else ClipLibrary(data)


def _threads(device: str, threads: int | None) -> int | None:
    return default_threads(device_type_of(device)) if threads is None else threads
