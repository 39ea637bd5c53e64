"""`nasvid profile`: what a space holds, before anything is spent on it."""

from typing import Annotated, Any

import typer
from rich.table import Table

from nasvid.api.budget_check import check_profile
from nasvid.api.load import load
from nasvid.cli.options import CLASSES, JSON, SPACE, WIDTH
from nasvid.cli.output import console, print_json
from nasvid.core.costs import human_count
from nasvid.search.profile import SpaceProfile


def command(
    *,
    file: SPACE,
    samples: Annotated[int, typer.Option(min=1, help="Members to draw.")] = 1000,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the draws.")] = 0,
    classes: CLASSES = None,
    width: WIDTH = None,
    json: JSON = False,
) -> None:
    """Size of a space, range of MACs and parameters, and what the budget leaves of it.

    Looks at all members where these are no more than the samples. Exit status 2 where no member is
    within the budget, or none is a valid network.
    """
    space = load(file, classes=classes, width=width)
    profile = space.profile(samples=samples, seed=seed)
    if json:
        print_json(_json(profile))
    else:
        _print(space.name, profile)
    check_profile(space.spec, profile)


def _print(name: str, profile: SpaceProfile) -> None:
    out = console()
    size = profile.size
    out.print(f"{name}: {profile.decisions} decisions", markup=False)
    out.print(f"size: {size}")
    looked_at = "members: all" if profile.is_whole else "samples:"
    out.print(f"{looked_at} {profile.samples}, {profile.distinct} different architectures")
    for reason, (count, example) in profile.invalid.items():
        out.print(f"invalid: {count} samples: {reason}\n  for example {example}", markup=False)
    if profile.ranges:
        out.print(_table(profile))
    out.print(f"budget: {_verdict(profile)}", markup=False)


def _table(profile: SpaceProfile) -> Table:
    what = "members" if profile.is_whole else "samples"
    table = Table()
    for name in ("", "min", "median", "max", "limit", f"{what} above"):
        table.add_column(name, justify="right" if name else "left")
    names = {"macs": "MACs", "params": "params", "activations": "activations"}
    for key, label in names.items():
        found = profile.ranges[key]
        limit = profile.limits.get(key)
        table.add_row(
            label,
            human_count(found.least),
            human_count(found.median),
            human_count(found.most),
            "-" if limit is None else human_count(limit),
            "-" if limit is None else f"{100 * profile.broken[key] / profile.samples:.1f} %",
        )
    return table


def _verdict(profile: SpaceProfile) -> str:
    what = "members" if profile.is_whole else "samples"
    if not profile.ranges:
        return f"nothing to say, as no {what[:-1]} is a valid network"
    if profile.verdict == "no_budget":
        return "none"
    if profile.verdict == "impossible":
        return "impossible, met by no member" if profile.is_whole else "impossible by lower bound"
    if profile.verdict == "none_found":
        return f"none found in {profile.tries} tries"
    share = 100 * profile.within_budget / profile.samples
    hardest = profile.hardest_limit
    most = f"; {hardest} rejects most" if hardest else "; no limit rejects any"
    if not profile.within_budget:
        return f"witness found in {profile.tries} tries, though no sample is within it{most}"
    return f"witness found, {share:.1f} % of the {what} are within it{most}"


def _json(profile: SpaceProfile) -> dict[str, Any]:
    return {
        "size": {"count": profile.size.count, "label": profile.size.label},
        "decisions": profile.decisions,
        "samples": profile.samples,
        "all": profile.is_whole,
        "distinct": profile.distinct,
        "ranges": {
            name: {"min": r.least, "median": r.median, "max": r.most}
            for name, r in profile.ranges.items()
        },
        "invalid": {reason: count for reason, (count, _) in profile.invalid.items()},
        "budget": {
            "limits": dict(profile.limits),
            "verdict": profile.verdict,
            "within": profile.within_budget,
            "above": dict(profile.broken),
            "rejects_most": profile.hardest_limit,
            "tries": profile.tries,
            "smallest": dict(profile.smallest),
            "lower_bound": dict(profile.bound),
            "witness": None if profile.witness is None else profile.witness.to_json(),
        },
    }
