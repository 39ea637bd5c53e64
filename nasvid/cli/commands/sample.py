"""`nasvid sample`: members of a space as files."""

from pathlib import Path
from typing import Annotated

import typer

from nasvid.api.load import load
from nasvid.cli.options import CLASSES, JSON, OVERWRITE, SPACE, WIDTH
from nasvid.cli.output import print_json, write_text


def command(
    *,
    file: SPACE,
    out: Annotated[
        Path | None,
        typer.Option(
            "-o", "--out", metavar="FILE", help="File to write; standard output without it."
        ),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the draw.")] = 0,
    standalone: Annotated[
        bool, typer.Option("--standalone", help="Write a file that needs no other file.")
    ] = False,
    any_cost: Annotated[
        bool, typer.Option("--any-cost", help="Do not look at the budget.")
    ] = False,
    classes: CLASSES = None,
    width: WIDTH = None,
    overwrite: OVERWRITE = False,
    json: JSON = False,
) -> None:
    """Draw a member of a space within its budget and write it as an architecture file."""
    architecture = load(file, classes=classes, width=width).sample(seed, within_budget=not any_cost)
    cost = architecture.cost()
    if out is None:
        text = architecture.to_yaml(None if standalone else "sample.yaml")
    else:
        text = architecture.to_yaml(None if standalone else out)
        write_text(out, text, overwrite=overwrite)
    if json:
        print_json(
            {
                "id": architecture.id,
                "macs": cost.macs,
                "params": cost.params,
                "choose": architecture.choices,
                "file": None if out is None else str(out),
            }
        )
    elif out is None:
        typer.echo(text, nl=False)
    else:
        typer.echo(f"{out}: {architecture.id}")
