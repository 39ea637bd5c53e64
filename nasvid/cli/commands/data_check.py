"""`nasvid data check`: can every video be decoded?"""

import typer

from nasvid.cli.options import DATA_SOURCE, JSON
from nasvid.cli.output import print_json, side_console, tell_error
from nasvid.cli.progress import Bar
from nasvid.core.errors import DataError


def command(*, source: DATA_SOURCE, json: JSON = False) -> None:
    """Read all clip lists and decode every video; name all that are broken."""
    # Loaded here: it needs the extra `video`, and the list of commands does not.
    from nasvid.data.summary import find_broken_videos

    with Bar(side_console(), "decoding") as bar:
        broken = find_broken_videos(source, bar.decoding)
    if json:
        print_json({"ok": not broken, "source": str(source), "broken": broken})
    elif not broken:
        typer.echo(f"{source}: ok")
    if broken:
        tell_error(DataError("\n".join(broken)))
        raise typer.Exit(2)
