"""`nasvid train`: train and score one architecture, such as a baseline, and hand it over."""

import json as json_format
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nasvid.api.architecture import Architecture
from nasvid.api.data_folder import read_data_folder
from nasvid.cli.architecture import load_architecture
from nasvid.cli.options import ARCHITECTURE, CLIP, DEVICE, JSON, OVERWRITE, WIDTH
from nasvid.cli.output import console, print_json, score_lines, side_console, write_text
from nasvid.cli.progress import TrainingProgress
from nasvid.core.jobs import Fidelity, training_seed

if TYPE_CHECKING:
    from nasvid.api.handover import Handover

RESULT = "result.json"


def command(
    *,
    file: ARCHITECTURE,
    data: Annotated[
        Path, typer.Option(metavar="DIR", help="Folder with train.csv, val.csv and maybe test.csv.")
    ],
    out: Annotated[
        Path, typer.Option("-o", "--out", metavar="DIR", help="New folder for the export.")
    ],
    epochs: Annotated[int | None, typer.Option(min=1, help="In place of the file's.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the training.")] = 0,
    clip: CLIP = None,
    width: WIDTH = None,
    device: DEVICE = "auto",
    overwrite: OVERWRITE = False,
    json: JSON = False,
) -> None:
    """Train one architecture, score it on val and test, and export it.

    Networks of the zoo fit small data by --width and --clip. The scores also go to
    OUT.result.json, which nasvid report --reference reads.
    """
    classes = read_data_folder(data)["train"].num_classes
    architecture = load_architecture(file, "train", clip=clip, classes=classes, width=width)
    recipe = architecture.recipe
    recipe = recipe if epochs is None else replace(recipe, epochs=epochs)
    # Loaded here, so that a mistake in the arguments is told without waiting for torch.
    from nasvid.api.handover import hand_over, provenance_of

    with TrainingProgress(side_console(), recipe.epochs) as progress:
        done = hand_over(
            architecture,
            out,
            data=data,
            recipe=recipe,
            seed=training_seed(seed, architecture.id, Fidelity(), 0),
            provenance={**provenance_of(file), "seed": seed},
            device=device,
            overwrite=overwrite,
            on_epoch=progress,
        )
    result = _write_result(architecture, done)
    if json:
        print_json(result | {"path": str(done.path)})
        return
    screen = console()
    for line in score_lines(done.metrics):
        screen.print(line, markup=False)
    screen.print(f"export: {done.path}", markup=False)


def _write_result(architecture: Architecture, done: "Handover") -> dict[str, Any]:
    cost = architecture.cost()
    result: dict[str, Any] = {
        "name": architecture.space_name,
        "id": architecture.id,
        "macs": cost.macs,
        "params": cost.params,
        "metrics": {split: dict(metrics) for split, metrics in done.metrics.items()},
    }
    path = done.path.with_name(f"{done.path.name}.{RESULT}")
    write_text(path, json_format.dumps(result, indent=2) + "\n", overwrite=True)
    return result
