"""`nasvid check`: is a file right, what does it hold, can its budget be met?"""

from pathlib import Path
from typing import Annotated, Any

import typer

from nasvid.api.block_check import check_block
from nasvid.api.load import load
from nasvid.api.search import budget_message
from nasvid.api.space import SearchSpace
from nasvid.cli.output import JSON_OPTION, console, print_json
from nasvid.core.costs import human_count
from nasvid.core.errors import BudgetError, NasvidError
from nasvid.cost.budget import Budget
from nasvid.search.profile import SpaceProfile

SAMPLES = 200


def command(
    file: Annotated[Path, typer.Argument(help="A search space or an architecture.")],
    block: Annotated[
        str | None, typer.Option(help="Check this block of the file by itself.")
    ] = None,
    shape: Annotated[
        str, typer.Option("--in", help="Shape that goes into the block: CxTxHxW.")
    ] = "64x16x56x56",
    clip: Annotated[str | None, typer.Option(help="Frames x size, such as 32x256.")] = None,
    classes: Annotated[int | None, typer.Option(help="Value of =classes.")] = None,
    json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """Check a file: syntax, names, shapes, size of the space, and whether the budget can be met."""
    space = load(file, clip=clip, classes=classes)
    if block is not None:
        _check_block(space, block, shape, as_json=json)
        return
    if space.is_closed:
        _check_architecture(space, as_json=json)
        return
    _check_space(space, as_json=json)


def _check_space(space: SearchSpace, *, as_json: bool) -> None:
    profile = space.profile(samples=SAMPLES)
    if not profile.ranges:
        _, example = next(iter(profile.invalid.values()))
        raise NasvidError(f"none of {profile.samples} samples is a valid network:\n{example}")
    if profile.verdict in ("impossible", "none_found"):
        raise BudgetError(budget_message(space.spec, profile))
    if as_json:
        print_json(_space_json(space, profile))
        return
    out = console()
    size = profile.size
    out.print(f"{space.spec.file}: ok")
    out.print(f"  space      {space.name}: {profile.decisions} decisions")
    out.print(f"  size       {size.count:,} genotypes ({size.label})")
    macs, params = profile.ranges["macs"], profile.ranges["params"]
    out.print(f"  MACs       {human_count(macs.least)} to {human_count(macs.most)} in {profile.samples} samples")
    out.print(f"  params     {human_count(params.least)} to {human_count(params.most)}")
    if profile.limits:
        share = 100 * profile.within_budget / profile.samples
        out.print(f"  budget     {Budget(profile.limits)}: met by {share:.0f} % of the samples")
    for reason, (count, _) in profile.invalid.items():
        out.print(f"  invalid    {count} of {profile.samples} samples: {reason}")


def _space_json(space: SearchSpace, profile: SpaceProfile) -> dict[str, Any]:
    return {
        "ok": True,
        "file": space.spec.file,
        "name": space.name,
        "closed": False,
        "decisions": profile.decisions,
        "size": {"count": profile.size.count, "label": profile.size.label},
        "samples": profile.samples,
        "within_budget": profile.within_budget,
        "invalid": {reason: count for reason, (count, _) in profile.invalid.items()},
    }


def _check_architecture(space: SearchSpace, *, as_json: bool) -> None:
    architecture = space.architecture()
    cost = architecture.cost()
    broken = [n for n, most in space.spec.limits.items() if getattr(cost, n) > most]
    if broken:
        listed = ", ".join(f"{n} {getattr(cost, n)} > {space.spec.limits[n]}" for n in broken)
        raise BudgetError(f"{space.spec.file}: budget: this architecture is above it: {listed}.")
    if as_json:
        print_json(
            {
                "ok": True,
                "file": space.spec.file,
                "name": space.name,
                "closed": True,
                "id": architecture.id,
                "macs": cost.macs,
                "params": cost.params,
                "warnings": list(architecture.warnings),
            }
        )
        return
    out = console()
    out.print(f"{space.spec.file}: ok")
    out.print(f"  architecture  {architecture.id}, {cost.nodes} primitives")
    for stream in architecture.graph.inputs:
        out.print(f"  input         {stream.name} {stream.shape}")
    out.print(f"  MACs          {human_count(cost.macs)}")
    out.print(f"  params        {human_count(cost.params)}")
    for warning in architecture.warnings:
        out.print(f"  warning       {warning}")


def _check_block(space: SearchSpace, block: str, shape: str, *, as_json: bool) -> None:
    found = check_block(space.spec, block, shape)
    if as_json:
        print_json(found.to_json())
        return
    out = console()
    out.print(f"{block}: ok for input {found.input_shape}")
    for row in found.members:
        chosen = ", ".join(f"{path} = {value}" for path, value in row.choices.items())
        cost = f"{human_count(row.cost.macs)} MACs, {human_count(row.cost.params)} params"
        out.print(f"  {row.output_shape}  {cost}  {chosen}")
    if found.num_members > len(found.members):
        out.print(f"  ... {found.num_members} members in all, these were drawn at random")
    for reason, count in found.invalid.items():
        out.print(f"  invalid {count} times: {reason}")
