"""`nasvid inline`: one file in place of several."""

from pathlib import Path
from typing import Annotated

import typer

from nasvid.api.load import load
from nasvid.cli.options import CLASSES, OVERWRITE, WIDTH
from nasvid.cli.output import write_text
from nasvid.spec.closed_file import standalone_text


def command(
    *,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A search space or an architecture.")
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "-o", "--out", metavar="FILE", help="File to write; standard output without it."
        ),
    ] = None,
    classes: CLASSES = None,
    width: WIDTH = None,
    overwrite: OVERWRITE = False,
) -> None:
    """Write what a file says together with what it builds on and includes, as one file.

    It describes the same networks and needs no file but the blocks that come with nasvid.
    """
    spec = load(file, classes=classes, width=width).spec
    text = standalone_text(spec, spec.chosen)
    if out is None:
        typer.echo(text, nl=False)
        return
    write_text(out, text, overwrite=overwrite)
    typer.echo(f"{out}: {spec.name}")
