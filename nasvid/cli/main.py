"""`nasvid`: reads the command line, turns users' mistakes into one message and exit status 2.

Exit status: 0 done, 1 it failed or was stopped, 2 wrong use or wrong input.
"""

import sys
import traceback
from importlib import import_module

import typer

from nasvid import __version__
from nasvid.cli.output import tell_error
from nasvid.core.errors import NasvidError

OK, FAILED, WRONG_USE = 0, 1, 2
# What typer makes of Ctrl-C.
INTERRUPTED = 130

# Name to what the list of commands says; a command itself stands in the file of its name.
COMMANDS = {
    "check": "Is a file right, and can its budget be met?",
    "profile": "Size of a space, range of costs, what the budget leaves.",
    "sample": "Draw an architecture from a space.",
    "inline": "Write a file with all that it builds on as one file.",
    "cost": "MACs, parameters and activations of an architecture.",
    "diff": "What differs between two architectures, in words.",
    "draw": "A picture of a space, an architecture, or a difference.",
    "search": "Search a space, or go on with a search.",
    "status": "Where a run stands.",
    "report": "One HTML file about a run.",
    "compare": "Several runs side by side, with a paired test.",
    "export": "Hand over a network of a run as plain PyTorch.",
    "train": "Train, score and export one architecture.",
    "zoo": "Published networks, their sizes and files.",
    "schema": "JSON Schema of the language, for editors.",
}
DATA_COMMANDS = {
    "make": "Make a data set of real video files.",
    "show": "What a data folder holds.",
    "check": "Can every video be decoded?",
}
# Packages that are imported where they are needed, and the extra that brings each.
EXTRA_OF = {
    "av": "video",
    "cv2": "video",
    "sklearn": "video",
    "PIL": "video",
    "ray": "ray",
    "pymoo": "search",
    "optuna": "search",
    "matplotlib": "report",
    "jinja2": "report",
    "tensorboard": "report",
}

app = typer.Typer(
    help="Neural architecture search for video networks.",
    epilog="Exit status: 0 done, 1 failed or stopped, 2 wrong use or wrong input.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
data_app = typer.Typer(
    help="Make, look at and check video data.", no_args_is_help=True, rich_markup_mode=None
)


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


def _register() -> None:
    for name, summary in COMMANDS.items():
        module = import_module(f"nasvid.cli.commands.{name}")
        app.command(name, short_help=summary)(module.command)
    for name, summary in DATA_COMMANDS.items():
        module = import_module(f"nasvid.cli.commands.data_{name}")
        data_app.command(name, short_help=summary)(module.command)
    app.add_typer(data_app, name="data", short_help="Make, look at and check video data.")


_register()


def run(arguments: list[str] | None = None) -> None:
    """Entry point of the program; ends the process with its exit status."""
    sys.exit(status_of(arguments))


def status_of(arguments: list[str] | None = None) -> int:
    """Run a command line and return its exit status."""
    try:
        app(args=arguments, prog_name="nasvid")
    except SystemExit as ended:
        if ended.code == INTERRUPTED:
            typer.echo("stopped.", err=True)
            return FAILED
        return ended.code if isinstance(ended.code, int) else OK
    except NasvidError as error:
        tell_error(error)
        return WRONG_USE
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        extra = EXTRA_OF.get(package)
        if extra is None:
            return _own_error()
        typer.echo(
            f"error: package {package!r} is not installed; it is part of the extra {extra!r}. "
            f"Install it with: pip install 'nasvid[{extra}]'",
            err=True,
        )
        return WRONG_USE
    except Exception:  # noqa: BLE001 the last resort of a program: say whose mistake it is
        return _own_error()
    return OK


def _own_error() -> int:
    typer.echo("nasvid met an error of its own; please report what follows.", err=True)
    traceback.print_exc()
    return FAILED
