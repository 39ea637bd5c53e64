"""`nasvid draw`: a picture of a space, of an architecture, or of what differs between two."""

from pathlib import Path
from typing import Annotated

import typer

from nasvid.api.architecture import Architecture
from nasvid.api.load import load
from nasvid.api.space import SearchSpace
from nasvid.cli.architecture import load_architecture
from nasvid.cli.options import CLASSES, CLIP, JSON, OVERWRITE, WIDTH
from nasvid.cli.output import print_json, write_bytes
from nasvid.report.drawing.architecture import draw_architecture
from nasvid.report.drawing.difference import Side, draw_difference
from nasvid.report.drawing.model import Drawing
from nasvid.report.drawing.plain_text import to_text
from nasvid.report.drawing.render import check_format, render
from nasvid.report.drawing.space import draw_space


def command(
    *,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A search space or an architecture.")
    ],
    other: Annotated[
        Path | None,
        typer.Argument(metavar="OTHER", help="An architecture: draw what differs from FILE."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--out",
            metavar="FILE",
            help="File to write: .svg, .png, .mmd or .txt; text on standard output without it.",
        ),
    ] = None,
    depth: Annotated[
        int | None,
        typer.Option(
            min=0, help="Levels of blocks to open. [default: as many as show the streams]"
        ),
    ] = None,
    attended: Annotated[
        bool,
        typer.Option(
            "--attended", help="Draw all lines from what nodes only attend to, be they many."
        ),
    ] = False,
    clip: CLIP = None,
    classes: CLASSES = None,
    width: WIDTH = None,
    overwrite: OVERWRITE = False,
    json: JSON = False,
) -> None:
    """Draw a space, an architecture, or what differs between two architectures.

    Streams stand side by side, boxes tell frames x size x channels. A space shows what is open: a
    dashed line is an edge that some members have.
    """
    if out is not None:
        check_format(out.suffix.lower())
    if other is None:
        space = load(file, clip=clip, classes=classes, width=width)
        drawing = _drawn(space, depth)
    else:
        left, right = (
            load_architecture(path, "draw", clip=clip, classes=classes, width=width)
            for path in (file, other)
        )
        drawing = draw_difference(_side(left), _side(right), depth)
    if out is not None:
        write_bytes(
            out, render(drawing, out.suffix.lower(), attended=attended), overwrite=overwrite
        )
    if json:
        print_json(drawing.to_json() | {"file": None if out is None else str(out)})
    elif out is None:
        typer.echo(to_text(drawing), nl=False)
    else:
        typer.echo(f"{out}: {drawing.title}, {len(drawing.boxes)} boxes")


def _side(architecture: Architecture) -> Side:
    return Side(architecture.space_name, architecture.graph, architecture.genotype)


def _drawn(space: SearchSpace, depth: int | None) -> Drawing:
    if space.is_closed:
        return draw_architecture(space.graph, space.name, depth)
    space.check_clip()
    return draw_space(space.spec, depth)
