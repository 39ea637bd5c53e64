"""`nasvid cost`: exact cost of an architecture, without building it."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from nasvid.api.architecture import CostReport
from nasvid.api.load import load
from nasvid.cli.output import JSON_OPTION, console, print_json
from nasvid.core.costs import human_count
from nasvid.core.errors import NasvidError
from nasvid.cost.analytic import cost_rows


def command(
    file: Annotated[Path, typer.Argument(help="An architecture.")],
    clip: Annotated[str | None, typer.Option(help="Frames x size, such as 32x256.")] = None,
    classes: Annotated[int | None, typer.Option(help="Value of =classes.")] = None,
    norm: Annotated[
        int, typer.Option(help="Operations that a normalised element counts: 0, 2 or 5.")
    ] = 0,
    nodes: Annotated[bool, typer.Option("--nodes", help="Add a row for every node.")] = False,
    depth: Annotated[int, typer.Option(min=0, help="Levels of blocks in --nodes.")] = 1,
    json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """MACs, parameters and activations of one clip. Papers print MACs as "FLOPs"; flops = 2 * macs."""
    if norm not in (0, 2, 5):
        raise NasvidError(f"--norm: got {norm}; accepts 0, 2 or 5.")
    architecture = load(file, clip=clip, classes=classes).architecture()
    report = architecture.cost(norm=norm)
    rows = list(cost_rows(architecture.graph, max_depth=depth)) if nodes else []
    if json:
        data = asdict(report)
        if nodes:
            data["rows"] = [
                {"path": r.path, "kind": r.kind, "shape": list(r.shape.sizes)} | r.cost.to_json()
                for r in rows
            ]
        print_json(data)
        return
    out = console()
    for item in architecture.graph.inputs:
        out.print(f"{item.name}: {item.shape}")
    out.print(_totals(report, norm))
    if nodes:
        table = Table()
        for name in ("node", "kind", "output", "MACs", "params"):
            table.add_column(name, justify="right" if name in ("MACs", "params") else "left")
        for row in rows:
            table.add_row(
                "  " * row.depth + row.path.split(".")[-1],
                row.kind,
                str(row.shape),
                human_count(row.cost.macs),
                human_count(row.cost.params),
            )
        out.print(table)
    for warning in architecture.warnings:
        out.print(f"warning: {warning}")


def _totals(report: CostReport, norm: int) -> Table:
    table = Table(show_header=False)
    table.add_column()
    table.add_column(justify="right")
    table.add_column(justify="right")
    labels = {
        "macs": "MACs",
        "norm_ops": f"norm ops ({norm} an element)",
        "total": "MACs + norm ops",
        "flops": "FLOPs (2 x MACs)",
        "params": "parameters",
        "buffers": "buffers",
        "activations": "activations",
        "nodes": "primitives",
    }
    for key, label in labels.items():
        value = getattr(report, key)
        table.add_row(label, human_count(value), f"{value:,}")
    return table
