"""`nasvid train`: train and score one architecture, such as a baseline, and hand it over."""

import json as json_format
from pathlib import Path
from typing import Annotated

import typer

from nasvid.api.handover import hand_over
from nasvid.api.load import load
from nasvid.cli.output import JSON_OPTION, console, print_json, write_text
from nasvid.core.jobs import Fidelity, training_seed
from nasvid.core.recipes import Recipe
from nasvid.data.clip_list import read_clip_list, split_csv

RESULT = "result.json"


def command(
    file: Annotated[Path, typer.Argument(help="An architecture.")],
    data: Annotated[Path, typer.Option(help="Folder with train.csv, val.csv and test.csv.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="New folder for the export.")],
    seed: Annotated[int, typer.Option(min=0, help="Seed of the training.")] = 0,
    epochs: Annotated[int | None, typer.Option(min=1, help="In place of the file's.")] = None,
    overwrite: Annotated[bool, typer.Option(help="Replace an earlier export.")] = False,
    json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """Train one architecture, score it on val and test, and export it; result.json stands beside."""
    classes = len(read_clip_list(split_csv(data, "train")).class_names)
    space = load(file, classes=classes)
    architecture = space.architecture()
    recipe = architecture.recipe
    if epochs is not None:
        recipe = Recipe.from_json(recipe.to_json() | {"epochs": epochs})
    screen = console()
    with screen.status(f"training {space.name}"):
        done = hand_over(
            architecture,
            out,
            data=data,
            recipe=recipe,
            seed=training_seed(seed, architecture.id, Fidelity(), 0),
            provenance={"file": file.name, "seed": seed},
            overwrite=overwrite,
        )
    cost = architecture.cost()
    result = {
        "name": space.name,
        "id": architecture.id,
        "macs": cost.macs,
        "params": cost.params,
        "metrics": {split: dict(metrics) for split, metrics in done.metrics.items()},
    }
    write_text(done.path.with_name(f"{done.path.name}.{RESULT}"), json_format.dumps(result, indent=2), overwrite=True)
    if json:
        print_json(result | {"path": str(done.path)})
        return
    for split, metrics in done.metrics.items():
        listed = ", ".join(f"{name} {value:.3f}" for name, value in metrics.items())
        screen.print(f"{split}: {listed}", markup=False)
    screen.print(f"export: {done.path}", markup=False)
