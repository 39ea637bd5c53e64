"""`nasvid export`: hand over a candidate as plain PyTorch."""

from pathlib import Path
from typing import Annotated

import typer

from nasvid.api.run import Run
from nasvid.cli.options import JSON, OVERWRITE, RUN
from nasvid.cli.output import console, print_json, score_lines, side_console
from nasvid.cli.progress import TrainingProgress


def command(
    *,
    run: RUN,
    which: Annotated[
        str,
        typer.Argument(metavar="WHICH", help="best, a job number, or the beginning of an id."),
    ] = "best",
    out: Annotated[Path, typer.Option("-o", "--out", metavar="DIR", help="New folder.")],
    train: Annotated[
        bool,
        typer.Option(
            "--train/--no-train",
            help="Train again with the seed of the job, or write no weights.",
        ),
    ] = True,
    overwrite: OVERWRITE = False,
    json: JSON = False,
) -> None:
    """Write a network of a run as plain PyTorch that needs no nasvid.

    The folder gets model.py, model.safetensors, arch.yaml, config.json and README.md.
    """
    found = Run(run)
    with TrainingProgress(side_console(), found.settings.training["epochs"]) as progress:
        done = found.export(which, out, train=train, overwrite=overwrite, on_epoch=progress)
    if json:
        metrics = {split: dict(scores) for split, scores in done.metrics.items()}
        print_json({"path": str(done.path), "metrics": metrics})
        return
    screen = console()
    for line in score_lines(done.metrics):
        screen.print(line, markup=False)
    screen.print(f"export: {done.path}", markup=False)
