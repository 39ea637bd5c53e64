"""`nasvid cost`: exact cost of an architecture, without building it."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from nasvid.api.architecture import Architecture, CostReport
from nasvid.cli.architecture import load_architecture
from nasvid.cli.options import ARCHITECTURE, CLASSES, CLIP, JSON, WIDTH
from nasvid.cli.output import console, print_json
from nasvid.core.costs import human_count
from nasvid.core.errors import NasvidError
from nasvid.cost.analytic import CostRow, cost_rows

NORMS = (0, 2, 5)


def command(
    *,
    file: ARCHITECTURE,
    clip: CLIP = None,
    classes: CLASSES = None,
    width: WIDTH = None,
    norm: Annotated[
        int, typer.Option(help="Operations that a normalised element counts: 0, 2 or 5.")
    ] = 0,
    nodes: Annotated[bool, typer.Option("--nodes", help="Add a row for every node.")] = False,
    depth: Annotated[int, typer.Option(min=0, help="Levels of blocks that --nodes opens.")] = 1,
    batch: Annotated[
        int | None, typer.Option(help="Add the memory of a training step with so many clips.")
    ] = None,
    precision: Annotated[
        str | None, typer.Option(help="Of that step: fp32 or bf16. [default: that of the space]")
    ] = None,
    optimizer: Annotated[
        str | None, typer.Option(help="Of that step: sgd or adamw. [default: that of the space]")
    ] = None,
    json: JSON = False,
) -> None:
    """MACs, parameters and activations of one clip, counted exactly without building the network.

    Most papers print MACs as "FLOPs"; flops here are 2 x MACs. With --batch also an estimate of the
    memory that a training step needs at its peak; what kernels need inside does not count.
    """
    if norm not in NORMS:
        raise NasvidError(f"--norm: got {norm}; accepts 0, 2 or 5.")
    architecture = load_architecture(file, "cost", clip=clip, classes=classes, width=width)
    report = architecture.cost(norm=norm)
    rows = list(cost_rows(architecture.graph, max_depth=depth)) if nodes else []
    memory = _train_memory(architecture, batch, precision, optimizer)
    if json:
        data = asdict(report) | memory
        if nodes:
            data["rows"] = [
                {"path": r.path, "kind": r.kind, "shape": list(r.shape.sizes)}
                | r.cost.to_json()
                | ({"weights_of": r.weights_of} if r.weights_of else {})
                for r in rows
            ]
        print_json(data)
        return
    out = console()
    for item in architecture.graph.inputs:
        out.print(f"{item.name}: {item.shape}", markup=False)
    totals = _totals(report, norm)
    for count in memory.values():
        label = f"training memory, batch {batch} (bytes)"
        totals.add_row(label, human_count(count), f"{count:,}")
    out.print(totals)
    if nodes:
        out.print(_node_table(rows))
    for warning in architecture.warnings:
        out.print(f"warning: {warning}", markup=False)


def _train_memory(
    architecture: Architecture, batch: int | None, precision: str | None, optimizer: str | None
) -> dict[str, int]:
    """Name in JSON and bytes; nothing without a batch."""
    if batch is not None:
        memory = architecture.train_memory(batch, precision=precision, optimizer=optimizer)
        return {"train_memory_bytes": memory.total}
    if precision or optimizer:
        raise NasvidError("--precision, --optimizer: are for a training step; give --batch too.")
    return {}


def _node_table(rows: Sequence[CostRow]) -> Table:
    table = Table()
    for name in ("node", "kind", "output", "MACs", "params"):
        table.add_column(name, justify="right" if name in ("MACs", "params") else "left")
    for row in rows:
        cells = (
            "  " * row.depth + row.path.split(".")[-1],
            row.kind,
            str(row.shape),
            human_count(row.cost.macs),
            f"those of {row.weights_of}" if row.weights_of else human_count(row.cost.params),
        )
        table.add_row(*map(Text, cells))
    return table


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
