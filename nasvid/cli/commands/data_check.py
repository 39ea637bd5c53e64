"""`nasvid data check`: can every video be decoded?"""

from pathlib import Path
from typing import Annotated

import typer

from nasvid.cli.output import JSON_OPTION, print_json
from nasvid.core.errors import DataError
from nasvid.data.summary import find_broken_videos


def command(
    source: Annotated[Path, typer.Argument(help="Data folder, or one CSV of `path label`.")],
    json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """Read all clip lists and decode every video; name all that are broken."""
    broken = find_broken_videos(source)
    if json and not broken:
        print_json({"ok": True, "source": str(source), "broken": []})
        return
    if broken:
        raise DataError("\n".join(broken))
    typer.echo(f"{source}: ok")
