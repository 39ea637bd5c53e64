"""`nasvid diff`: what differs between two architectures, in words."""

from pathlib import Path
from typing import Annotated

import typer

from nasvid.api.load import load
from nasvid.cli.output import JSON_OPTION, print_json
from nasvid.report.diff import differences


def command(
    left: Annotated[Path, typer.Argument(help="An architecture.")],
    right: Annotated[Path, typer.Argument(help="Another one.")],
    json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """Say in words what differs between two architectures, from the first to the second."""
    first, second = load(left).architecture(), load(right).architecture()
    lines = differences(first.graph, second.graph, first.genotype, second.genotype)
    if json:
        print_json({"same": first.id == second.id, "differences": lines})
        return
    for line in lines:
        typer.echo(line)
