"""`nasvid sample`: members of a space as files."""

from pathlib import Path
from typing import Annotated

import typer

from nasvid.api.architecture import Architecture
from nasvid.api.load import load
from nasvid.api.space import SearchSpace
from nasvid.cli.output import JSON_OPTION, print_json, write_text
from nasvid.core.errors import BudgetError, NasvidError
from nasvid.cost.budget import Budget

MAX_TRIES = 1000


def command(
    file: Annotated[Path, typer.Argument(help="A search space.")],
    seed: Annotated[int, typer.Option(min=0, help="Seed of the draw.")] = 0,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="File to write; standard output without it.")
    ] = None,
    standalone: Annotated[
        bool, typer.Option("--standalone", help="Write a file that needs no other file.")
    ] = False,
    any_cost: Annotated[
        bool, typer.Option("--any-cost", help="Do not look at the budget.")
    ] = False,
    overwrite: Annotated[bool, typer.Option(help="Replace the file if it exists.")] = False,
    classes: Annotated[int | None, typer.Option(help="Value of =classes.")] = None,
    json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """Draw a member of a space within its budget and write it as an architecture file."""
    space = load(file, classes=classes)
    architecture = _draw(space, seed, any_cost=any_cost)
    target = Path("sample.yaml") if out is None else out
    text = architecture.to_yaml() if standalone else architecture.to_yaml(target)
    if out is not None:
        write_text(out, text, overwrite=overwrite)
    if json:
        cost = architecture.cost()
        print_json(
            {
                "id": architecture.id,
                "macs": cost.macs,
                "params": cost.params,
                "choose": architecture.choices,
                "file": None if out is None else str(out),
            }
        )
    elif out is None:
        typer.echo(text, nl=False)
    else:
        typer.echo(f"{out}: {architecture.id}")


def _draw(space: SearchSpace, seed: int, *, any_cost: bool) -> Architecture:
    budget = Budget({} if any_cost else space.spec.limits)
    last: NasvidError | None = None
    for attempt in range(MAX_TRIES):
        # The first attempt is `space.sample(seed)`; later ones are as far apart as other seeds.
        architecture = space.sample(seed + attempt * 1_000_003)
        try:
            cost = architecture.cost()
        except NasvidError as error:
            last = error
            continue
        if not any(getattr(cost, name) > most for name, most in budget.limits.items()):
            return architecture
    if last is not None and not budget.limits:
        raise last
    raise BudgetError(
        f"{space.spec.file}: budget: no member within {budget} in {MAX_TRIES} draws; nasvid profile "
        "tells which limit rejects most, --any-cost does not look at it."
    )
