"""`nasvid zoo`: published networks, their sizes, and their files."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.table import Table
from rich.text import Text

from nasvid.api.zoo import ZooNetwork, zoo, zoo_network
from nasvid.cli.options import JSON, OVERWRITE
from nasvid.cli.output import console, print_json, write_text
from nasvid.core.costs import human_count
from nasvid.core.errors import NasvidError
from nasvid.report.zoo_table import HEADER, ZooRow, stream_text
from nasvid.spec.closed_file import standalone_text
from nasvid.spec.models import parse_count

_KEYS: dict[str, Callable[[ZooNetwork], tuple[object, ...]]] = {
    "name": lambda network: (network.name,),
    "family": lambda network: (network.published.family, network.name),
    "year": lambda network: (network.published.year, network.published.family, network.name),
    "params": lambda network: (network.cost.params, network.name),
    "macs": lambda network: (network.cost.macs, network.name),
}


def command(
    *,
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="A network; all are listed without it.")
    ] = None,
    family: Annotated[
        str | None, typer.Option(help="Only of this family, such as slowfast.")
    ] = None,
    stream: Annotated[
        str | None, typer.Option(help="Only with a stream of this modality, such as flow.")
    ] = None,
    max_macs: Annotated[
        str | None, typer.Option(metavar="COUNT", help="Only up to so many MACs, such as 10G.")
    ] = None,
    max_params: Annotated[
        str | None, typer.Option(metavar="COUNT", help="Only up to so many parameters.")
    ] = None,
    sort: Annotated[
        Literal["name", "family", "year", "params", "macs"], typer.Option(help="Order of the rows.")
    ] = "name",
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Write the network NAME as one file of its own."),
    ] = None,
    overwrite: OVERWRITE = False,
    json: JSON = False,
) -> None:
    """List published networks, or tell about one and write its file.

    Counted MACs are those of the clip in the file; printed costs name theirs.
    """
    if name is not None:
        if family or stream or max_macs or max_params:
            raise NasvidError("zoo: a NAME stands alone; filters are for the list.")
        _tell(zoo_network(name), output, overwrite=overwrite, json=json)
        return
    if output is not None:
        raise NasvidError("--output: is for one network; give its NAME.")
    limits = {"macs": _limit("--max-macs", max_macs), "params": _limit("--max-params", max_params)}
    found = [n for n in zoo() if _passes(n, family, stream, limits)]
    found.sort(key=_KEYS[sort])
    if json:
        print_json({"networks": [network.to_json() for network in found]})
        return
    if not found:
        families = sorted({network.published.family for network in zoo()})
        raise NasvidError(f"zoo: no network passes the filters; families: {', '.join(families)}.")
    table = Table()
    for title in HEADER:
        table.add_column(title, justify="right" if title in ("params", "MACs") else "left")
    for network in found:
        table.add_row(*map(Text, row_of(network).cells()))
    console().print(table)


def row_of(network: ZooNetwork) -> ZooRow:
    """The row of a network in the table."""
    cost = network.cost
    return ZooRow(network.name, network.published, network.streams, cost.params, cost.macs)


def _limit(option: str, text: str | None) -> int | None:
    if text is None:
        return None
    try:
        return parse_count(text)
    except ValueError as error:
        raise NasvidError(f"{option}: got {text!r}; {error}.") from error


def _passes(
    network: ZooNetwork, family: str | None, stream: str | None, limits: dict[str, int | None]
) -> bool:
    if family is not None and network.published.family != family:
        return False
    if stream is not None and stream not in {s.modality for s in network.streams.values()}:
        return False
    return all(most is None or getattr(network.cost, key) <= most for key, most in limits.items())


def _tell(network: ZooNetwork, output: Path | None, *, overwrite: bool, json: bool) -> None:
    if output is not None:
        space = network.space.spec
        text = standalone_text(space, space.only_genotype().by_path, name=network.name)
        write_text(output, text, overwrite=overwrite)
    if json:
        print_json(network.to_json())
        return
    out, told, cost = console(), network.published, network.cost
    out.print(f"{network.name}: {network.summary}", markup=False)
    out.print(f"file: {network.path}", markup=False)
    out.print(f"family: {told.family}, {told.year}, {told.source}", markup=False)
    out.print(f"streams: {stream_text(network.streams)}", markup=False)
    out.print(f"counted: {human_count(cost.params)} parameters, {human_count(cost.macs)} MACs")
    if told.params is not None or told.macs is not None:
        printed = network.printed_cost
        at = f" at {told.clip}" if told.clip else ""
        norms = f", norms at {told.norm} operations" if told.norm else ""
        parts = [
            f"{told.params} parameters (counted {printed.params:,})" if told.params else "",
            f"{told.macs}{at}{norms} (counted {printed.total:,})" if told.macs else "",
        ]
        out.print(f"in print: {'; '.join(filter(None, parts))}", markup=False)
    for data, value in told.accuracy.items():
        out.print(f"top-1 on {data}: {value:g} %", markup=False)
    if output is not None:
        out.print(f"wrote {output}", markup=False)
