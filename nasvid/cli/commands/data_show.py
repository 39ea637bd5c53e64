"""`nasvid data show`: what a data folder holds."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from nasvid.cli.output import JSON_OPTION, console, print_json
from nasvid.data.summary import summarise


def command(
    source: Annotated[Path, typer.Argument(help="Data folder, or one CSV of `path label`.")],
    json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """Show videos per split and class, frames, rates and sizes."""
    found = summarise(source)
    if json:
        print_json(found.to_json())
        return
    table = Table(title=str(source), title_justify="left")
    table.add_column("class")
    for split in found.splits:
        table.add_column(split, justify="right")
    for name in found.class_names:
        table.add_row(name, *(str(facts.videos_of[name]) for facts in found.splits.values()))
    table.add_section()
    table.add_row("videos", *(str(facts.num_videos) for facts in found.splits.values()))
    table.add_row(
        "frames", *("{}-{}".format(f.frames[0], f.frames[2]) for f in found.splits.values())
    )
    table.add_row("fps", *("{:g}-{:g}".format(*facts.fps) for facts in found.splits.values()))
    table.add_row("size", *(", ".join(list(f.sizes)[:3]) for f in found.splits.values()))
    console().print(table)
