"""What commands print: results on standard output, progress and errors on standard error."""

import json
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer
from rich.console import Console

from nasvid.api.idle_settings import SettingsWarning
from nasvid.core.errors import NasvidError, SpaceError

# Of a file at once; who mends these runs the command again.
MAX_PROBLEMS = 40


def console() -> Console:
    """Where results go; plain text where it is no terminal."""
    return Console(highlight=False, soft_wrap=True)


def side_console() -> Console:
    """Where progress and notes go, so that standard output is the result alone."""
    return Console(stderr=True, highlight=False, soft_wrap=True)


def print_json(data: Mapping[str, Any]) -> None:
    """One JSON object on standard output."""
    typer.echo(json.dumps(data, indent=2, allow_nan=False))


def tell_error(error: NasvidError) -> None:
    """The message of an error on standard error."""
    # A list of problems needs no word in front: each has its place.
    if not isinstance(error, SpaceError):
        typer.echo(f"error: {error}", err=True)
        return
    lines = str(error).splitlines()
    typer.echo("\n".join(lines[:MAX_PROBLEMS]), err=True)
    if len(lines) > MAX_PROBLEMS:
        typer.echo(f"and {len(lines) - MAX_PROBLEMS} more like these.", err=True)


@contextmanager
def told_warnings(say: Callable[[str], None]) -> Iterator[None]:
    """Hand on as lines what the Python interface warns of; other warnings are shown as always."""
    with warnings.catch_warnings():
        warnings.simplefilter("always", SettingsWarning)
        show = warnings.showwarning

        def tell(message: Warning | str, category: type[Warning], *rest: Any) -> None:
            if issubclass(category, SettingsWarning):
                say(f"warning: {message}")
            else:
                show(message, category, *rest)

        warnings.showwarning = tell
        yield


def score_lines(metrics: Mapping[str, Mapping[str, float]]) -> list[str]:
    """One line for each split.

    Example:
        >>> score_lines({"val": {"top1": 0.5, "top5": 1.0}})
        ['val: top1 0.500, top5 1.000']
    """
    return [
        f"{split}: {', '.join(f'{name} {value:.3f}' for name, value in scores.items())}"
        for split, scores in metrics.items()
    ]


def write_text(path: Path, text: str, *, overwrite: bool) -> None:
    """Write a file of text, as `write_bytes` does."""
    write_bytes(path, text.encode(), overwrite=overwrite)


def write_bytes(path: Path, content: bytes, *, overwrite: bool) -> None:
    """Write a file, whole or not at all.

    Raises:
        NasvidError: It exists and may not be replaced, or cannot be written.
    """
    if path.exists() and not overwrite:
        raise NasvidError(f"{path}: exists already; give another name, or --overwrite.")
    partial = path.with_name(f".{path.name}.partial")
    try:
        partial.write_bytes(content)
        partial.replace(path)
    except OSError as error:
        raise NasvidError(f"{path}: cannot be written: {error.strerror or error}.") from error
    finally:
        _remove(partial)


def _remove(partial: Path) -> None:
    try:
        partial.unlink(missing_ok=True)
    except OSError:
        # Below something that is no folder there is nothing to remove.
        return
