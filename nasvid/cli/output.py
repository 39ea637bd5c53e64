"""What commands print: tables for people, JSON for scripts."""

import json
from pathlib import Path
from typing import Any

import typer
from rich.console import Console

from nasvid.core.errors import NasvidError

JSON_OPTION = typer.Option("--json", help="Print one JSON object for scripts.")


def console() -> Console:
    """Where people look; plain text where it is no terminal."""
    return Console(highlight=False, soft_wrap=True)


def print_json(data: Any) -> None:
    """One JSON value on standard output."""
    typer.echo(json.dumps(data, indent=2, allow_nan=False))


def write_text(path: Path, text: str, *, overwrite: bool) -> None:
    """Write a file, whole or not at all.

    Raises:
        NasvidError: It exists and may not be replaced, or cannot be written.
    """
    if path.exists() and not overwrite:
        raise NasvidError(f"{path}: exists already; give another name, or --overwrite.")
    partial = path.with_name(f".{path.name}.partial")
    try:
        partial.write_text(text, encoding="utf-8")
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise NasvidError(f"{path}: cannot be written: {error.strerror or error}.") from error
