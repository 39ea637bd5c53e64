"""`nasvid check`: is a file right, what does it hold, can its budget be met?"""

from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer

from nasvid.api.architecture import CostReport
from nasvid.api.block_check import check_block, parse_shape, standard_space
from nasvid.api.budget_check import check_profile
from nasvid.api.load import load
from nasvid.api.space import SearchSpace
from nasvid.api.warm_start import named_starts
from nasvid.cli.options import CLASSES, CLIP, JSON, WIDTH
from nasvid.cli.output import console, print_json, tell_error
from nasvid.core.costs import human_count
from nasvid.core.errors import BudgetError, NasvidError, SpaceError
from nasvid.cost.budget import Budget
from nasvid.search.profile import SpaceProfile
from nasvid.spec.search_space import SearchSpace as Spec

SAMPLES = 50
BLOCK_INPUT = "64x16x56x56"


def command(
    *,
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="FILE",
            help="A search space or an architecture; may be left out with --block.",
        ),
    ] = None,
    block: Annotated[
        str | None, typer.Option(metavar="NAME", help="Check this block alone.")
    ] = None,
    shape: Annotated[
        str | None,
        typer.Option(
            "--in", metavar="CxTxHxW", help=f"What goes into the block. [default: {BLOCK_INPUT}]"
        ),
    ] = None,
    clip: CLIP = None,
    width: WIDTH = None,
    classes: CLASSES = None,
    json: JSON = False,
) -> None:
    """Check a file: syntax, names, shapes, size of the space, and whether the budget can be met.

    All mistakes of a file are told at once, each with line and column.
    """
    if file is None and block is None:
        raise NasvidError("check: got no file; give a search space, an architecture, or --block.")
    if shape is not None and block is None:
        raise NasvidError(f"--in: got {shape!r} without --block; it is the input of a block.")
    try:
        if block is not None:
            _check_block(file, block, shape or BLOCK_INPUT, as_json=json)
        elif file is not None:
            _check_file(load(file, clip=clip, classes=classes, width=width), as_json=json)
    except NasvidError as error:
        if json:
            print_json({"ok": False, "problems": _problems(error)})
            tell_error(error)
            raise typer.Exit(2) from error
        raise


def _problems(error: NasvidError) -> list[dict[str, Any]]:
    if not isinstance(error, SpaceError):
        return [{"message": str(error)}]
    return [
        {
            "file": problem.mark.file,
            "line": problem.mark.line,
            "column": problem.mark.column,
            "path": problem.path,
            "message": problem.message,
        }
        for problem in error.problems
    ]


def _check_file(space: SearchSpace, *, as_json: bool) -> None:
    if space.is_closed:
        _check_architecture(space, as_json=as_json)
        return
    profile = space.profile(samples=SAMPLES)
    check_profile(space.spec, profile)
    starts = named_starts(space, space.spec)
    warnings = space.warnings(profile)
    if as_json:
        told = {"warm_start": None if starts is None else str(starts), "warnings": list(warnings)}
        print_json(_space_json(space, profile) | told)
        return
    out = console()
    size = profile.size
    macs, params = profile.ranges["macs"], profile.ranges["params"]
    what = "all members" if profile.is_whole else "the samples"
    out.print(f"{space.spec.file}: ok", markup=False)
    out.print(f"  space    {space.name}, {profile.decisions} decisions", markup=False)
    out.print(f"  size     {size}")
    constraints = _constraints(space)
    if constraints:
        out.print(f"  (all meet the constraints: {', '.join(constraints)})")
    out.print(f"  MACs     {human_count(macs.least)} to {human_count(macs.most)}")
    out.print(f"  params   {human_count(params.least)} to {human_count(params.most)}")
    if profile.limits:
        share = f"{100 * profile.within_budget / profile.samples:.0f} % of {what}"
        if not profile.within_budget:
            share = f"none of {what}, but by a member that was looked for"
        out.print(f"  budget   {Budget(profile.limits)}: met by {share}")
    if starts is not None:
        out.print(f"  starts   {starts}", markup=False)
    for reason, (count, _) in profile.invalid.items():
        out.print(f"  invalid  {count} of {what}: {reason}", markup=False)
    for warning in warnings:
        out.print(f"  warning  {warning}", markup=False)
    if profile.is_whole:
        out.print(f"  (costs of all {profile.samples} members)")
    else:
        out.print(f"  (costs of {profile.samples} random samples; nasvid profile draws more)")


def _constraints(space: SearchSpace) -> list[str]:
    counts = Counter(constraint.name() for constraint in space.decisions.constraints)
    return [name if count == 1 else f"{count} x {name}" for name, count in counts.items()]


def _space_json(space: SearchSpace, profile: SpaceProfile) -> dict[str, Any]:
    return {
        "ok": True,
        "file": space.spec.file,
        "name": space.name,
        "closed": False,
        "decisions": profile.decisions,
        "size": {"count": profile.size.count, "label": profile.size.label},
        "constraints": _constraints(space),
        "samples": profile.samples,
        "within_budget": profile.within_budget,
        "invalid": {reason: count for reason, (count, _) in profile.invalid.items()},
    }


def _check_architecture(space: SearchSpace, *, as_json: bool) -> None:
    architecture = space.architecture()
    cost = architecture.cost()
    warnings = [*architecture.warnings, *_over_budget(space.spec, cost)]
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
                "warnings": warnings,
            }
        )
        return
    out = console()
    out.print(f"{space.spec.file}: ok", markup=False)
    out.print(f"  architecture  {architecture.id}, {cost.nodes} primitives")
    for stream in architecture.graph.inputs:
        out.print(f"  input         {stream.name} {stream.shape}")
    out.print(f"  MACs          {human_count(cost.macs)}")
    out.print(f"  params        {human_count(cost.params)}")
    for warning in warnings:
        out.print(f"  warning       {warning}", markup=False)


def _over_budget(spec: Spec, cost: CostReport) -> list[str]:
    """What a search of the space below would say; an error where the budget is the file's own."""
    limits = spec.limits
    broken = [name for name, most in limits.items() if getattr(cost, name) > most]
    if not broken:
        return []
    listed = ", ".join(f"{name} {getattr(cost, name):,} > {limits[name]:,}" for name in broken)
    if spec.has_own_budget:
        raise BudgetError(
            f"{spec.file}: budget: this architecture is above it: {listed}. Choose a smaller one, "
            "or raise the limit."
        )
    return [f"above the budget of its space, so a search there would not train it: {listed}"]


def _check_block(file: Path | None, block: str, shape: str, *, as_json: bool) -> None:
    clip = parse_shape(shape)
    space = standard_space() if file is None else load(file).spec
    found = check_block(space, block, clip)
    if as_json:
        print_json(found.to_json())
        return
    out = console()
    out.print(f"{block}: ok for input {found.input_shape}", markup=False)
    for row in found.members:
        chosen = ", ".join(f"{path} = {value}" for path, value in row.choices.items())
        cost = f"{human_count(row.cost.macs)} MACs, {human_count(row.cost.params)} params"
        out.print(f"  {row.output_shape}  {cost}  {chosen}".rstrip(), markup=False)
    if found.num_members > len(found.members) + sum(found.invalid.values()):
        out.print(f"  ... drawn at random from {found.num_members:,} ways to choose")
    for reason, count in found.invalid.items():
        out.print(f"  invalid {count} times: {reason}", markup=False)
