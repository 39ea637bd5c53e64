"""`nasvid`: reads the command line, turns users' mistakes into one message and exit status 2.

Exit status: 0 done, 1 it failed or was stopped, 2 wrong use or wrong input.
"""

import os
import sys
import traceback
from importlib import import_module

import typer

from nasvid import __version__
from nasvid.core.errors import NasvidError, SpaceError

OK, FAILED, WRONG_USE = 0, 1, 2

app = typer.Typer(
    help="Neural architecture search for video networks.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
data_app = typer.Typer(help="Make, look at and check video data.", no_args_is_help=True)


def _show_version(value: bool) -> None:
    if value:
        typer.echo(f"nasvid {__version__}")
        raise typer.Exit


@app.callback()
def main(
    version: bool = typer.Option(
        False, "--version", callback=_show_version, is_eager=True, help="Print the version."
    ),
) -> None:
    """Neural architecture search for video networks."""
    del version


COMMANDS = (
    "check", "profile", "sample", "cost", "diff", "search", "status", "report", "export", "train",
    "schema",
)  # fmt: skip
DATA_COMMANDS = ("make", "show", "check")


def _register() -> None:
    for name in COMMANDS:
        app.command(name)(import_module(f"nasvid.cli.commands.{name}").command)
    for name in DATA_COMMANDS:
        data_app.command(name)(import_module(f"nasvid.cli.commands.data_{name}").command)
    app.add_typer(data_app, name="data")


_register()


def run(arguments: list[str] | None = None) -> None:
    """Entry point of the program; ends the process with its exit status."""
    sys.exit(status_of(arguments))


def status_of(arguments: list[str] | None = None) -> int:
    """Run a command line and return its exit status."""
    try:
        app(args=arguments)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else OK
    except NasvidError as error:
        # A list of problems needs no word in front: each has its place.
        typer.echo(str(error) if isinstance(error, SpaceError) else f"error: {error}", err=True)
        return WRONG_USE
    except KeyboardInterrupt:
        typer.echo("stopped.", err=True)
        return FAILED
    except BrokenPipeError:
        # The reader of our output (`| head`) has gone; that is no failure.
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
        return OK
    except Exception:
        typer.echo("nasvid met an error of its own; please report what follows.", err=True)
        traceback.print_exc()
        return FAILED
    return OK
