"""Handing an architecture over: train it, score it, write it as plain PyTorch."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from safetensors.torch import load_file
from torch import Tensor

from nasvid.api.architecture import Architecture
from nasvid.api.data_folder import read_data_folder
from nasvid.api.machine import Machine, device_of
from nasvid.api.zoo_folder import named_file
from nasvid.core.recipes import Recipe
from nasvid.evaluation.train_best import train_and_save
from nasvid.export.card import Card
from nasvid.export.write_folder import check_target, export_architecture
from nasvid.spec.parse_published import read_published

OnEpoch = Callable[[int, dict[str, float]], None]


@dataclass(frozen=True, slots=True)
class Handover:
    """What was handed over.

    Args:
        path: The folder.
        metrics: Split to metrics; empty without training.
    """

    path: Path
    metrics: Mapping[str, Mapping[str, float]]


def hand_over(
    architecture: Architecture,
    out: str | Path,
    *,
    data: Path | None,
    recipe: Recipe,
    seed: int,
    provenance: Mapping[str, Any],
    known_metrics: Mapping[str, float] | None = None,
    device: str = "auto",
    overwrite: bool = False,
    on_epoch: OnEpoch | None = None,
) -> Handover:
    """Train an architecture and export it.

    Args:
        architecture: What to hand over.
        out: A new or empty folder.
        data: The data folder; None exports the network without weights.
        recipe: How to train.
        seed: Of the training.
        provenance: Where it comes from, for the model card.
        known_metrics: Validation metrics known before, for an export without training.
        device: Where to train: `cpu` or `cuda`; `auto` takes a GPU if there is one.
        overwrite: Whether an earlier export may be replaced.
        on_epoch: Is told the epoch from 1 and its metrics.

    Raises:
        ExportError: The folder cannot be used; found out before any training.
        DataError: The data cannot be read.
        EvaluationError: The network does not fit the data, or its training failed.
    """
    target = Path(out).resolve()
    # Both before the training, not after it.
    check_target(target, overwrite=overwrite)
    config: dict[str, Any] = {"metrics": {"val": dict(known_metrics)} if known_metrics else {}}
    weights = None
    if data is not None:
        config["classes"] = list(read_data_folder(data)["train"].class_names)
        config["training"] = recipe.to_json()
        weights, config["metrics"] = _train(
            architecture, data, recipe, seed, device_of(Machine(device=device)), on_epoch
        )
    name = f"{architecture.space_name} {architecture.id}"
    path = export_architecture(
        architecture.graph,
        target,
        weights=weights,
        arch_yaml=architecture.to_yaml(),
        config=config,
        card=Card(name=name, description=architecture.description, provenance=dict(provenance)),
        overwrite=overwrite,
    )
    return Handover(path, config["metrics"])


def provenance_of(file: Path) -> dict[str, str]:
    """What the model card says of where the architecture of a file comes from."""
    file = named_file(file)
    published = read_published(str(file))
    known = {} if published is None else {"published": published.source}
    return {"file": file.name, **known}


def _train(
    architecture: Architecture,
    data: Path,
    recipe: Recipe,
    seed: int,
    device: str,
    on_epoch: OnEpoch | None,
) -> tuple[dict[str, Tensor], dict[str, dict[str, float]]]:
    """The trained weights, and metrics by split."""
    with TemporaryDirectory() as scratch:
        file = Path(scratch) / "model.safetensors"
        trained = train_and_save(
            architecture.graph, data, recipe, seed, file, device=device, on_epoch=on_epoch
        )
        weights = load_file(file)
    metrics = {"val": dict(trained.evaluation.metrics)}
    if trained.test:
        metrics["test"] = dict(trained.test)
    return weights, metrics
