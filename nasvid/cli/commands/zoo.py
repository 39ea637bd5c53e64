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
from nasvid.core.registry import unknown_name
from nasvid.report.zoo_table import HEADER, ZooRow, readable, stream_text
from nasvid.spec.closed_file import standalone_text
from nasvid.spec.models import parse_count

# The only column whose cells may take several lines, and how narrow it may be.
STREAMS = HEADER.index("streams (frames x stride, size)")
STREAMS_WIDTH = 24
# Where the terminal is too narrow.
LEFT_OUT_FIRST = ("family", "printed params", "printed cost", "top-1", "year")

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
        _tell(_network(name), output, overwrite=overwrite, json=json)
        return
    if output is not None:
        raise NasvidError("--output: is for one network; give its NAME.")
    limits = {"macs": _limit("--max-macs", max_macs), "params": _limit("--max-params", max_params)}
    networks = list(zoo())
    _check_family(family, networks)
    found = [n for n in networks if family in (None, n.published.family)]
    _check_stream(stream, found)
    found = [n for n in found if _passes(n, stream, limits)]
    found.sort(key=_KEYS[sort])
    if json:
        print_json({"networks": [network.to_json() for network in found]})
        return
    if not found:
        raise NasvidError("zoo: no network passes all of the filters; leave one out.")
    _print_list(found)


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


def _check_family(family: str | None, networks: list[ZooNetwork]) -> None:
    known = sorted({network.published.family for network in networks})
    if family is not None and family not in known:
        raise NasvidError(f"--family: {unknown_name('family', family, known)}")


def _check_stream(stream: str | None, networks: list[ZooNetwork]) -> None:
    if stream is not None:
        known = sorted({s.modality for network in networks for s in network.streams.values()})
        if stream not in known:
            raise NasvidError(f"--stream: {unknown_name('modality', stream, known)}")


def _passes(network: ZooNetwork, stream: str | None, limits: dict[str, int | None]) -> bool:
    if stream is not None and stream not in {s.modality for s in network.streams.values()}:
        return False
    return all(most is None or getattr(network.cost, key) <= most for key, most in limits.items())


def _print_list(networks: list[ZooNetwork]) -> None:
    """The table: a line each where it goes to a file, else without what does not fit."""
    out = console()
    rows = [row_of(network).cells() for network in networks]
    widths = [max(map(len, column)) for column in zip(HEADER, *rows, strict=True)]
    if not out.is_terminal:
        for cells in (HEADER, *rows):
            padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
            out.print("  ".join(padded).rstrip(), markup=False)
        return
    shown = shown_columns(widths, out.width)
    table = Table()
    for index in shown:
        side = "right" if HEADER[index] in ("params", "MACs") else "left"
        table.add_column(HEADER[index], justify=side, no_wrap=index != STREAMS)
    for cells in rows:
        table.add_row(*(Text(cells[index]) for index in shown))
    out.print(table)
    left_out = [name for index, name in enumerate(HEADER) if index not in shown]
    more = f"; a wider terminal shows {', '.join(left_out)} too" if left_out else ""
    out.print(f"{len(networks)} networks; nasvid zoo NAME tells about one{more}.", markup=False)


def shown_columns(widths: list[int], room: int) -> list[int]:
    """Numbers of the columns that fit, the least telling ones left out first.

    Args:
        widths: Of all columns of the table.
        room: Characters across the terminal.
    """
    shown = list(range(len(widths)))
    least = [min(w, STREAMS_WIDTH) if k == STREAMS else w for k, w in enumerate(widths)]
    for name in LEFT_OUT_FIRST:
        if sum(least[index] + 3 for index in shown) < room:
            break
        shown.remove(HEADER.index(name))
    return shown


def _network(name: str) -> ZooNetwork:
    try:
        return zoo_network(name)
    except NasvidError as error:
        if any(network.published.family == name for network in zoo()):
            message = f"zoo: {name} is a family; nasvid zoo --family {name} lists its networks."
            raise NasvidError(message) from error
        raise


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
            f"{readable(told.params)} parameters (counted {printed.params:,})"
            if told.params
            else "",
            f"{told.macs}{at}{norms} (counted {printed.total:,})" if told.macs else "",
        ]
        out.print(f"in print: {'; '.join(filter(None, parts))}", markup=False)
    for data, value in told.accuracy.items():
        out.print(f"top-1 on {data}: {value:g} %", markup=False)
    if output is not None:
        out.print(f"wrote {output}", markup=False)
        return
    clip = network.small_clip()
    small = (
        f", or a small one: nasvid train {network.path} --width 0.25 --clip {clip} --data DIR -o OUT"
        if clip
        else ""
    )
    out.print(f"next: nasvid cost {network.path} --nodes{small}", markup=False)
