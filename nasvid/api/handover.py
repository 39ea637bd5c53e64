"""Handing an architecture over: train it, score it, write it as plain PyTorch."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from safetensors.torch import load_file

from nasvid.api.architecture import Architecture
from nasvid.core.errors import DataError
from nasvid.core.recipes import Recipe
from nasvid.data.clip_list import read_clip_list, split_csv
from nasvid.evaluation.train_best import train_and_save
from nasvid.export.card import Card
from nasvid.export.write_folder import check_target, export_architecture

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
        overwrite: Whether an earlier export may be replaced.
        on_epoch: Is told the epoch from 1 and its metrics.

    Raises:
        ExportError: The folder cannot be used; found out before any training.
        DataError: The data cannot be read.
        EvaluationError: The network does not fit the data, or its training failed.
    """
    card = Card(
        name=f"{architecture.space_name} {architecture.id}",
        description=architecture.description,
        provenance=dict(provenance),
    )
    arch_yaml = architecture.to_yaml()
    if data is None:
        metrics = {"val": dict(known_metrics)} if known_metrics else {}
        path = export_architecture(
            architecture.graph,
            out,
            weights=None,
            arch_yaml=arch_yaml,
            config={"metrics": metrics},
            card=card,
            overwrite=overwrite,
        )
        return Handover(path, metrics)
    if not data.is_dir():
        raise DataError(
            f"{data}: the data folder is gone; put it back, or export without training."
        )
    classes = list(read_clip_list(split_csv(data, "train")).class_names)
    # The target is tried before the training, not after it.
    check_target(Path(out).resolve(), overwrite=overwrite)
    with TemporaryDirectory() as scratch:
        weights = Path(scratch) / "model.safetensors"
        trained = train_and_save(architecture.graph, data, recipe, seed, weights, on_epoch=on_epoch)
        metrics = {"val": dict(trained.evaluation.metrics), "test": dict(trained.test)}
        path = export_architecture(
            architecture.graph,
            out,
            weights=load_file(weights),
            arch_yaml=arch_yaml,
            config={"classes": classes, "metrics": metrics, "training": recipe.to_json()},
            card=card,
            overwrite=overwrite,
        )
    return Handover(path, metrics)
