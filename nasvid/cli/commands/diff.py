"""`nasvid diff`: what differs between two architectures, in words."""

import typer

from nasvid.cli.architecture import load_architecture
from nasvid.cli.options import ARCHITECTURE, JSON
from nasvid.cli.output import print_json
from nasvid.report.diff import differences


def command(*, left: ARCHITECTURE, right: ARCHITECTURE, json: JSON = False) -> None:
    """Say in words what differs between two architectures, from the first to the second."""
    first, second = load_architecture(left, "diff"), load_architecture(right, "diff")
    lines = differences(first.graph, second.graph, first.genotype, second.genotype)
    if json:
        print_json({"same": first.id == second.id, "differences": lines})
        return
    for line in lines:
        typer.echo(line)
