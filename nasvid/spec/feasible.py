"""Drawing values that meet constraints, constructively: by counting the ways to go on.

For one constraint the draw is uniform over all values that meet it, or over those that change as
few as can be. Where constraints share decisions they are met in turn, which is tried so many times.
"""

import random
from collections.abc import Callable, Hashable, Mapping, Sequence

from nasvid.core.errors import SpaceError
from nasvid.spec.constraint import Constraint
from nasvid.spec.decision import Decision, DecisionValue, is_same

MAX_ROUNDS = 12
MAX_TRIES = 60

Values = dict[str, DecisionValue]
# Fewest values changed to reach the end from here, and the number of ways to do so.
_Ways = tuple[int, int]
_NO_WAY: _Ways = (0, 0)


def count_feasible(constraint: Constraint, decisions: Sequence[Decision]) -> int:
    """In how many ways these decisions, all of them open, meet the constraint."""
    options = [(d.path, d.options) for d in decisions]
    ways = _ways(constraint, options, lambda _path, _value: 0)
    return ways[0].get(constraint.start(), _NO_WAY)[1]


def draw_feasible(
    constraint: Constraint,
    decisions: Sequence[Decision],
    kept: Mapping[str, DecisionValue],
    pinned: Mapping[str, DecisionValue],
    rng: random.Random,
) -> Values | None:
    """Values that meet a constraint, or None.

    Args:
        constraint: The constraint.
        decisions: Those of its decisions that are open, in its order.
        kept: Values to change as few of as can be.
        pinned: Values that must not change.
        rng: Draws among the ways that are left, all equally likely.
    """
    options = [(d.path, (pinned[d.path],) if d.path in pinned else d.options) for d in decisions]

    def changes(path: str, value: DecisionValue) -> int:
        return int(path in kept and not is_same(kept[path], value))

    ways = _ways(constraint, options, changes)
    state = constraint.start()
    if state not in ways[0]:
        return None
    found: Values = {}
    for position, (path, values) in enumerate(options):
        fewest = ways[position][state][0]
        after: list[tuple[DecisionValue, Hashable, int]] = []
        for value in values:
            following = constraint.step(state, path, value)
            if following is None or following not in ways[position + 1]:
                continue
            cost, number = ways[position + 1][following]
            if cost + changes(path, value) == fewest:
                after.append((value, following, number))
        # Counts may be beyond what a float holds, so no `choices` with weights.
        at = rng.randrange(sum(number for _, _, number in after))
        for value, following, number in after:
            at -= number
            if at < 0:
                found[path], state = value, following
                break
    return found


def _ways(
    constraint: Constraint,
    options: Sequence[tuple[str, Sequence[DecisionValue]]],
    changes: Callable[[str, DecisionValue], int],
) -> list[dict[Hashable, _Ways]]:
    """For each position and each state there, how the end can be reached."""
    reached: list[dict[Hashable, list[tuple[int, Hashable]]]] = []
    states: dict[Hashable, None] = {constraint.start(): None}
    for path, values in options:
        edges: dict[Hashable, list[tuple[int, Hashable]]] = {}
        following: dict[Hashable, None] = {}
        for state in states:
            steps = ((v, constraint.step(state, path, v)) for v in values)
            edges[state] = [(changes(path, v), after) for v, after in steps if after is not None]
            following.update((after, None) for _, after in edges[state])
        reached.append(edges)
        states = following
    ways: list[dict[Hashable, _Ways]] = [{s: (0, 1) for s in states if constraint.accepts(s)}]
    for edges in reversed(reached):
        here: dict[Hashable, _Ways] = {}
        for state, steps in edges.items():
            ends = [
                (cost + ways[-1][after][0], ways[-1][after][1])
                for cost, after in steps
                if after in ways[-1]
            ]
            if ends:
                fewest = min(cost for cost, _ in ends)
                here[state] = (fewest, sum(number for cost, number in ends if cost == fewest))
        ways.append(here)
    return ways[::-1]


def meet(
    constraints: Sequence[Constraint],
    decisions: Mapping[str, Decision],
    given: Mapping[str, DecisionValue],
    pinned: Mapping[str, DecisionValue],
    complete: Callable[[Mapping[str, DecisionValue]], Values],
    rng: random.Random,
) -> Values:
    """Values that meet all constraints.

    Args:
        constraints: What must hold.
        decisions: Address to decision.
        given: Values to keep as far as can be.
        pinned: Values that must not change.
        complete: Draws what is missing and drops what is closed.
        rng: Of the draws.

    Raises:
        SpaceError: None were found in a bounded number of tries.
    """
    for attempt in range(MAX_TRIES):
        # Values that stand in the way are let go in the end.
        kept = given if attempt < MAX_TRIES // 2 else pinned
        found = complete(kept)
        for turn in range(MAX_ROUNDS):
            broken = [c for c in constraints if _is_due(c, found, kept, is_first=turn == 0)]
            if not broken:
                return found
            for constraint in broken:
                open_ones = [decisions[path] for path in constraint.paths if path in found]
                current = (
                    {path: found[path] for path in kept if path in found} if not turn else found
                )
                drawn = draw_feasible(constraint, open_ones, current, pinned, rng)
                if drawn is not None:
                    found = complete({**found, **drawn})
        if all(constraint.holds(found) for constraint in constraints):
            return found
    named = ", ".join(dict.fromkeys(c.name() for c in constraints))
    message = f"none of {MAX_TRIES} draws meets all constraints ({named}); loosen one of them."
    raise SpaceError.at(constraints[0].mark, "constraints", message)


def _is_due(
    constraint: Constraint, found: Values, kept: Mapping[str, DecisionValue], *, is_first: bool
) -> bool:
    """Whether to draw for a constraint: it is broken, or nothing of it was given.

    Free values that happen to meet it are not uniform over those that do, so they are drawn anew.
    """
    if not constraint.holds(found):
        return True
    return (
        is_first
        and not any(path in kept for path in constraint.paths)
        and any(path in found for path in constraint.paths)
    )
