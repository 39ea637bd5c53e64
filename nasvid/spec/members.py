"""The members of a table under constraints: how many there are, which, and why there are none."""

from collections.abc import Iterator, Sequence

from nasvid.spec.constraint import Constraint
from nasvid.spec.count import SpaceSize, components, count_genotypes
from nasvid.spec.decision import Decision, DecisionValue
from nasvid.spec.frontier import MAX_STEPS, Frontier, TooLongError

# Decisions that hang on each other, and the constraints that speak of them.
_Group = tuple[list[Decision], list[Constraint]]


def count_members(decisions: Sequence[Decision], constraints: Sequence[Constraint]) -> SpaceSize:
    """How many genotypes meet all constraints.

    Where that takes too long, constraints are left out, which gives an upper bound.

    Args:
        decisions: Parents before their children.
        constraints: What must hold.
    """
    groups = _groups(decisions, constraints)
    free = [decision for group, spoken in groups if not spoken for decision in group]
    size = count_genotypes(free)
    count, is_exact, left = size.count, size.label == "exact", MAX_STEPS
    for group, spoken in groups:
        if not spoken:
            continue
        try:
            frontier = Frontier(group, spoken, left)
            count *= frontier.count()
            left = frontier.steps_left
        except TooLongError:
            count *= count_genotypes(group).count
            is_exact = False
    return SpaceSize(count, "exact" if is_exact else "upper bound")


def list_members(
    decisions: Sequence[Decision], constraints: Sequence[Constraint]
) -> Iterator[dict[str, DecisionValue]]:
    """All genotypes that meet all constraints, in a fixed order.

    Raises:
        TooLongError: It takes too long to find the first one.
    """
    # One group behind the other, so that nothing of a group is kept in mind in the next.
    grouped = [decision for group, _ in _groups(decisions, constraints) for decision in group]
    for values in Frontier(grouped, constraints).members():
        yield {d.path: values[d.path] for d in decisions if d.path in values}


def find_unmet(
    decisions: Sequence[Decision], constraints: Sequence[Constraint]
) -> list[tuple[Constraint, ...]]:
    """Constraints that no genotype meets: one alone, or several together where each can be met.

    What takes too long to find out is passed over.
    """
    found: list[tuple[Constraint, ...]] = []
    for group, spoken in _groups(decisions, constraints):
        if not spoken or not _is_unmet(group, spoken):
            continue
        alone = [(constraint,) for constraint in spoken if _is_unmet(group, [constraint])]
        found += alone or [tuple(spoken)]
    return found


def _is_unmet(decisions: Sequence[Decision], constraints: Sequence[Constraint]) -> bool:
    try:
        return Frontier(decisions, constraints).count() == 0
    except TooLongError:
        return False


def _groups(decisions: Sequence[Decision], constraints: Sequence[Constraint]) -> list[_Group]:
    groups = components(decisions, [constraint.paths for constraint in constraints])
    number_of = {d.path: number for number, group in enumerate(groups) for d in group}
    found: list[_Group] = [(group, []) for group in groups]
    for constraint in constraints:
        numbers = [number_of[path] for path in constraint.paths if path in number_of]
        if numbers:
            found[numbers[0]][1].append(constraint)
        else:
            # Of its decisions none is left: it holds or not whatever is chosen.
            found.append(([], [constraint]))
    return found
