"""Whether any member of a space is within its budget."""

from nasvid.core.errors import BudgetError, NasvidError
from nasvid.core.seeds import keyed_rng
from nasvid.cost.analytic import cost_of
from nasvid.cost.budget import Budget
from nasvid.lowering.lower import lower
from nasvid.search.profile import SpaceProfile, profile_space
from nasvid.spec.places import place_of
from nasvid.spec.search_space import SearchSpace

# Enough to tell a hard budget from an impossible one.
SAMPLES = 300
# Most budgets are met by one of so few; large networks take a tenth of a second each.
FIRST_SAMPLES = 30


def check_budget(space: SearchSpace) -> None:
    """Raise an error where no member that can be built and paid for is found.

    Raises:
        BudgetError: No member is within the budget.
        SpaceError: No sample is a valid network.
    """
    if not _is_soon_met(space):
        check_profile(space, profile_space(space, samples=SAMPLES, seed=space.search.seed))


def _is_soon_met(space: SearchSpace) -> bool:
    """Whether one of a few members is a valid network within the budget."""
    budget = Budget(space.limits)
    for number in range(FIRST_SAMPLES):
        genotype = space.decisions.sample(keyed_rng(space.search.seed, "profile", number))
        try:
            cost = cost_of(lower(space, genotype).graph)
        except NasvidError:
            continue
        if not budget.violations(cost):
            return True
    return False


def check_profile(space: SearchSpace, profile: SpaceProfile) -> None:
    """As `check_budget`, of a profile that is there already."""
    if not profile.ranges:
        reason, (count, example) = max(profile.invalid.items(), key=lambda item: item[1][0])
        raise BudgetError(
            f"{space.file}: none of {_looked_at(profile)} is a valid network; {count} of them: "
            f"{reason}\nFor example: {example}"
        )
    if profile.verdict in ("impossible", "none_found"):
        raise BudgetError(budget_message(space, profile))


def budget_message(space: SearchSpace, profile: SpaceProfile) -> str:
    """Why no member fits a budget, and by how much."""
    budget = str(Budget(space.limits))
    where = f"{place_of(space, 'budget')}: budget"
    if profile.verdict == "impossible":
        broken = [n for n, most in space.limits.items() if profile.bound[n] > most]
        if not broken:
            # Each limit is met by some member, all of them together by none.
            return (
                f"{where}: {budget} is impossible: none of {_looked_at(profile)} meets all limits at "
                "once. Raise one of them, or put other options into the space."
            )
        listed = ", ".join(f"{n} {profile.bound[n]:,} > {space.limits[n]:,}" for n in broken)
        return (
            f"{where}: {budget} is impossible: every member has at least {listed}. "
            "Raise the limit, or put smaller options into the space."
        )
    listed = ", ".join(f"{name} {least:,}" for name, least in profile.smallest.items())
    return (
        f"{where}: no member within {budget} was found in {profile.tries} tries; the "
        f"smallest seen are {listed}. Raise the limit, or put smaller options into the space."
    )


def _looked_at(profile: SpaceProfile) -> str:
    return f"the {profile.samples} members" if profile.is_whole else f"{profile.samples} samples"
