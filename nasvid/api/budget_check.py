"""Whether any member of a space is within its budget."""

from nasvid.core.errors import BudgetError
from nasvid.cost.budget import Budget
from nasvid.search.profile import SpaceProfile, profile_space
from nasvid.spec.places import place_of
from nasvid.spec.search_space import SearchSpace

# Enough to tell a hard budget from an impossible one within a second or two.
SAMPLES = 300


def check_budget(space: SearchSpace) -> None:
    """Raise an error where no member that can be built and paid for is found.

    Raises:
        BudgetError: No member is within the budget.
        SpaceError: No sample is a valid network.
    """
    check_profile(space, profile_space(space, samples=SAMPLES, seed=space.search.seed))


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
