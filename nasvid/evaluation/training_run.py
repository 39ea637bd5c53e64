"""A candidate evaluated by training it and scoring it on a split."""

import time
from collections.abc import Generator
from typing import final

import torch

from nasvid.core.evaluations import Evaluation, Failure
from nasvid.core.jobs import Fidelity
from nasvid.core.recipes import Recipe
from nasvid.data.clips import ClipData
from nasvid.evaluation.candidate_run import CandidateRun, Curve, host_name, timeout_failure
from nasvid.evaluation.failures import failure_of
from nasvid.evaluation.isolation import Isolation
from nasvid.evaluation.library import ClipLibrary, check_head, streams_of
from nasvid.graph.ir import Graph
from nasvid.modules.assemble import build
from nasvid.modules.gates import learned_gates
from nasvid.modules.network import Network
from nasvid.training.allocator import return_freed_memory
from nasvid.training.placement import place
from nasvid.training.scoring import scoring_steps
from nasvid.training.trainer import OnEpoch, training_steps


@final
class TrainingRun(CandidateRun):
    """Trains a network by a recipe, one step per `advance`.

    Every run sees torch's global state as if it were alone, so runs that take turns in one process
    end as they would one after the other.

    Args:
        graph: The network.
        library: The data; opened here, so that what is wrong with it is an error and not a failure
            of the candidate.
        recipe: How to train.
        fidelity: How long to train and which split to score.
        seed: Decides weights, order of clips and dropout.
        device: Such as `cpu` or `cuda:0`.
        threads: Torch's threads; None leaves them.
        timeout_s: Seconds of work until the candidate is given up; None for no limit.
        on_epoch: Told the epoch from 1 and its metrics.
    Raises:
        DataError: The data cannot be read.
        EvaluationError: The network does not fit the data.
    """

    def __init__(
        self,
        graph: Graph,
        library: ClipLibrary,
        recipe: Recipe,
        fidelity: Fidelity,
        *,
        seed: int,
        device: str = "cpu",
        threads: int | None = None,
        timeout_s: float | None = None,
        on_epoch: OnEpoch | None = None,
    ) -> None:
        streams = streams_of(graph)
        train_clips = library.open("train", streams)
        scored_clips = library.open(fidelity.split, streams)
        check_head(graph, train_clips.num_classes)
        self._recipe = recipe
        self._epochs = fidelity.epochs or recipe.epochs
        self._seed = seed
        self._device = device
        self._timeout_s = timeout_s
        self._on_epoch = on_epoch
        self._isolation = Isolation(seed, device, threads)
        self._seconds = 0.0
        self._curve: Curve = []
        self.network: Network | None = None
        self._steps = self._run(graph, train_clips, scored_clips)

    def advance(self, seconds: float) -> Evaluation | None:
        """Take one step, however long it lasts."""
        del seconds
        began = time.monotonic()
        failure: Failure | None = None
        try:
            with self._isolation.entered():
                next(self._steps)
        except StopIteration as end:
            metrics, gates = end.value
            self._seconds += time.monotonic() - began
            return_freed_memory()
            return self._evaluation(metrics=metrics, gates=gates)
        except Exception as error:  # noqa: BLE001 a failure is a result
            failure = failure_of(error)
        self._seconds += time.monotonic() - began
        if self._timeout_s is not None and self._seconds > self._timeout_s:
            failure = failure or timeout_failure(self._timeout_s)
        if failure is None:
            return None
        self.stop()
        return self._evaluation(failure=failure)

    def stop(self) -> None:
        """Drop network, gradients and activations."""
        self._steps.close()
        self.network = None
        return_freed_memory()
        if self._device != "cpu":
            torch.cuda.empty_cache()

    def _run(
        self, graph: Graph, train_clips: ClipData, scored_clips: ClipData
    ) -> Generator[None, None, tuple[dict[str, float], dict[str, float]]]:
        """The steps of the run; metrics and gates come back at the end."""
        network = build(graph)
        placement = place(network, self._device, self._recipe.precision)
        yield
        yield from training_steps(
            network,
            train_clips,
            self._recipe,
            epochs=self._epochs,
            seed=self._seed,
            placement=placement,
            on_epoch=self._note_epoch,
        )
        metrics = yield from scoring_steps(
            network,
            scored_clips,
            views=self._recipe.val_clips,
            batch_size=self._recipe.batch_size,
            placement=placement,
        )
        self.network = network
        return metrics, learned_gates(network)

    def _note_epoch(self, epoch: int, metrics: dict[str, float]) -> None:
        self._curve.append({"epoch": epoch, **metrics})
        if self._on_epoch is not None:
            self._on_epoch(epoch, metrics)

    def _evaluation(
        self,
        *,
        metrics: dict[str, float] | None = None,
        gates: dict[str, float] | None = None,
        failure: Failure | None = None,
    ) -> Evaluation:
        return Evaluation(
            metrics=metrics or {},
            failure=failure,
            gates=gates or {},
            curve=tuple(self._curve),
            seconds=self._seconds,
            host=host_name(),
        )
