"""`nasvid data show`: what a data folder holds."""

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from nasvid.cli.options import DATA_SOURCE, JSON
from nasvid.cli.output import console, print_json

if TYPE_CHECKING:
    from nasvid.data.summary import DataSummary


def command(*, source: DATA_SOURCE, json: JSON = False) -> None:
    """Show videos per split and class, frames, rates and sizes."""
    # Loaded here: it needs the extra `video`, and the list of commands does not.
    from nasvid.data.summary import summarise

    found = summarise(source)
    if json:
        print_json(found.to_json())
        return
    console().print(_table(found))


def _table(found: "DataSummary") -> Table:
    table = Table(title=Text(found.source), title_justify="left")
    table.add_column("class")
    splits = found.splits.values()
    for split in found.splits:
        table.add_column(Text(split), justify="right")
    for name in found.class_names:
        table.add_row(Text(name), *(str(facts.videos_of[name]) for facts in splits))
    table.add_section()
    table.add_row("videos", *(str(facts.num_videos) for facts in splits))
    table.add_row("frames", *(_range(*facts.frames[::2]) for facts in splits))
    table.add_row("fps", *(_range(*facts.fps) for facts in splits))
    table.add_row("size", *(", ".join(list(facts.sizes)[:3]) for facts in splits))
    return table


def _range(least: float, most: float) -> str:
    return f"{least:g}" if least == most else f"{least:g}-{most:g}"
