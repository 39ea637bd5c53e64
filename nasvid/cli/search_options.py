"""Options of `nasvid search`."""

from pathlib import Path
from typing import Annotated

import typer

FILE = Annotated[
    Path | None, typer.Argument(metavar="FILE", help="A search space; left out with --resume.")
]
DATA = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Folder with train.csv, val.csv and maybe test.csv."),
]
OUT = Annotated[
    Path | None,
    typer.Option("-o", "--out", metavar="DIR", help="New folder of the run. [default: runs/NAME]"),
]
RESUME = Annotated[
    Path | None,
    typer.Option("--resume", metavar="RUN", help="Go on with the search in this folder."),
]
DRY_RUN = Annotated[
    bool, typer.Option("--dry-run", help="Check everything, say what would run, write nothing.")
]
ALGORITHM = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="How to search: aging_evolution, archive_evolution, random_search or another of docs/search.md.",
    ),
]
CANDIDATES = Annotated[int | None, typer.Option(help="Trainings of the search.")]
POPULATION = Annotated[
    int | None, typer.Option(help="Architectures alive at a time; so many are drawn first.")
]
SEED = Annotated[int | None, typer.Option(help="Seed of everything.")]
REPEATS = Annotated[int | None, typer.Option(help="Trainings of each finalist at the end.")]
EVALUATE = Annotated[
    str | None,
    typer.Option(metavar="MODULE:FUNCTION", help="Your evaluation in place of training."),
]
WARM_START = Annotated[
    list[str] | None,
    typer.Option(
        "--warm-start",
        metavar="NAME|FILE|RUN",
        help="Evaluate this network of the zoo, architecture, or the best of this run first; "
        "may be repeated.",
    ),
]
REUSE = Annotated[
    Path | None,
    typer.Option(metavar="RUN", help="Take over results of this run where they would be equal."),
]
EXECUTOR = Annotated[str, typer.Option(metavar="NAME", help="ray, or inline for debugging.")]
WORKERS = Annotated[int, typer.Option(help="Evaluators; 0 takes all there is room for.")]
ADDRESS = Annotated[
    str,
    typer.Option(
        metavar="ADDRESS", help="A running Ray cluster, HOST:PORT or auto; else Ray starts here."
    ),
]
SLOTS = Annotated[int, typer.Option(help="Candidates at once in one evaluator.")]
