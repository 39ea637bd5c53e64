"""`nasvid export`: hand over a candidate as plain PyTorch."""

from pathlib import Path
from typing import Annotated

import typer

from nasvid.api.run import Run
from nasvid.cli.output import JSON_OPTION, console, print_json


def command(
    run: Annotated[Path, typer.Argument(help="Folder of a run.")],
    which: Annotated[str, typer.Argument(help="best, a job number, or the beginning of an id.")] = "best",
    out: Annotated[Path, typer.Option("-o", "--out", help="New folder.")] = Path("export"),
    train: Annotated[
        bool, typer.Option(help="Train again with the seed of the job; else no weights are written.")
    ] = True,
    overwrite: Annotated[bool, typer.Option(help="Replace an earlier export.")] = False,
    json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """Write model.py, model.safetensors, arch.yaml, config.json and README.md; needs no nasvid."""
    screen = console()
    with screen.status("training the network that is handed over"):
        done = Run(run).export(which, out, train=train, overwrite=overwrite)
    if json:
        print_json({"path": str(done.path), "metrics": {k: dict(v) for k, v in done.metrics.items()}})
        return
    for split, metrics in done.metrics.items():
        listed = ", ".join(f"{name} {value:.3f}" for name, value in metrics.items())
        screen.print(f"{split}: {listed}", markup=False)
    screen.print(f"export: {done.path}", markup=False)
