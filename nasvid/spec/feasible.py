"""Drawing values that meet constraints, constructively: by counting the ways to go on.

The draw is uniform over all values that an automaton accepts, or over those that change as few as
can be. Constraints that share decisions are one automaton, see `together.py`; where that grows too
large they are met in turn, which is tried so many times.
"""

import random
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nasvid.spec.automaton import Automaton
from nasvid.spec.cases import Case, cases
from nasvid.spec.decision import Decision, DecisionValue, paths_in
from nasvid.spec.frontier import MAX_STEPS, TooLongError

MAX_ROUNDS = 12
MAX_TRIES = 60
# Tables of ways that are kept in mind.
MAX_KNOWN = 100
# So many times as many where constraints cannot be drawn for.
TRIED_TIMES = 20

Values = dict[str, DecisionValue]
# Fewest values changed to reach the end from here, and the number of ways to do so.
_Ways = tuple[int, int]
# For each decision its cases, values that each changes (0 or 1), and the number of ways to do so.
_Options = list[tuple[str, list[tuple[Case, int, int]]]]
_NO_WAY: _Ways = (0, 0)


@dataclass(frozen=True, slots=True)
class Joined:
    """What must hold between the decisions of a table.

    Args:
        drawn: What values are drawn for; no two of them share decisions, if that could be had.
        tried: What values are drawn for until they are right.
    """

    drawn: tuple[Automaton, ...]
    tried: tuple[Automaton, ...] = ()
    _known: dict[tuple[str, ...], tuple[_Options, list[dict[Hashable, _Ways]]]] = field(
        default_factory=dict[Any, Any], init=False, repr=False, compare=False
    )

    def draw(
        self,
        automaton: Automaton,
        decisions: Sequence[Decision],
        kept: Mapping[str, DecisionValue],
        pinned: Mapping[str, DecisionValue],
        rng: random.Random,
    ) -> Values | None:
        """Values for one of `drawn`, see `draw_feasible`; what hangs on no values is kept in mind."""
        paths = tuple(decision.path for decision in decisions)
        if any(path in kept or path in pinned for path in paths):
            return draw_feasible(automaton, decisions, kept, pinned, rng)
        number = next(k for k, one in enumerate(self.drawn) if one is automaton)
        key = (str(number), *paths)
        if key not in self._known:
            if len(self._known) >= MAX_KNOWN:
                self._known.clear()
            options = _options(automaton, decisions, {}, {})
            self._known[key] = options, _ways(automaton, options)
        return _drawn(automaton, *self._known[key], {}, rng)


def count_feasible(
    automaton: Automaton, decisions: Sequence[Decision], max_steps: int = MAX_STEPS
) -> int:
    """In how many ways these decisions, all of them open, are accepted.

    Raises:
        TooLongError: There are too many states to look at.
    """
    options = _options(automaton, decisions, {}, {}, max_steps)
    ways = _ways(automaton, options, max_steps)
    return ways[0].get(automaton.start(), _NO_WAY)[1]


def draw_feasible(
    automaton: Automaton,
    decisions: Sequence[Decision],
    kept: Mapping[str, DecisionValue],
    pinned: Mapping[str, DecisionValue],
    rng: random.Random,
) -> Values | None:
    """Values that an automaton accepts, or None.

    Args:
        automaton: What reads them.
        decisions: Those of its decisions that are open, in its order.
        kept: Values to change as few of as can be.
        pinned: Values that must not change.
        rng: Draws among the ways that are left, all equally likely.
    """
    options = _options(automaton, decisions, kept, pinned)
    return _drawn(automaton, options, _ways(automaton, options), kept, rng)


def _drawn(
    automaton: Automaton,
    options: _Options,
    ways: list[dict[Hashable, _Ways]],
    kept: Mapping[str, DecisionValue],
    rng: random.Random,
) -> Values | None:
    state = automaton.start()
    if state not in ways[0]:
        return None
    found: Values = {}
    for position, (path, known) in enumerate(options):
        fewest = ways[position][state][0]
        after: list[tuple[Case, Hashable, int]] = []
        for case, changes, number in known:
            following = automaton.step(state, path, case.value)
            if following is None or following not in ways[position + 1]:
                continue
            cost, ends = ways[position + 1][following]
            if cost + changes == fewest:
                after.append((case, following, ends * number))
        # Counts may be beyond what a float holds, so no `choices` with weights.
        at = rng.randrange(sum(number for _, _, number in after))
        for case, following, number in after:
            at -= number
            if at < 0:
                is_kept = path in kept and case.has(kept[path])
                found[path] = kept[path] if is_kept else case.draw(rng)
                state = following
                break
    return found


def _options(
    automaton: Automaton,
    decisions: Sequence[Decision],
    kept: Mapping[str, DecisionValue],
    pinned: Mapping[str, DecisionValue],
    max_steps: int | None = None,
) -> _Options:
    """For each decision its cases, with whether they change what is kept, and in how many ways."""
    found: _Options = []
    for decision in decisions:
        path = decision.path
        if path in pinned:
            found.append((path, [(Case(decision, pinned[path]), 0, 1)]))
            continue
        mentioned = automaton.mentions(path)
        if max_steps is not None and mentioned is None and decision.num_values > max_steps:
            raise TooLongError
        every = cases(decision, mentioned)
        if path in kept:
            # What is kept is one way; it would be changed for nothing within its case.
            held = [(case, case.has(kept[path])) for case in every]
            found.append((path, [(c, not has, 1 if has else c.number) for c, has in held]))
        else:
            found.append((path, [(case, 0, case.number) for case in every]))
    return found


def _ways(
    automaton: Automaton, options: _Options, max_steps: int | None = None
) -> list[dict[Hashable, _Ways]]:
    """For each position and each state there, how the end can be reached."""
    reached: list[dict[Hashable, list[tuple[int, int, Hashable]]]] = []
    states: dict[Hashable, None] = {automaton.start(): None}
    num_steps = 0
    for path, known in options:
        edges: dict[Hashable, list[tuple[int, int, Hashable]]] = {}
        following: dict[Hashable, None] = {}
        num_steps += len(states) * len(known)
        if max_steps is not None and num_steps > max_steps:
            raise TooLongError
        for state in states:
            steps = ((c, n, automaton.step(state, path, case.value)) for case, c, n in known)
            edges[state] = [(cost, n, after) for cost, n, after in steps if after is not None]
            following.update((after, None) for _, _, after in edges[state])
        reached.append(edges)
        states = following
    ways: list[dict[Hashable, _Ways]] = [{s: (0, 1) for s in states if automaton.accepts(s)}]
    for edges in reversed(reached):
        here: dict[Hashable, _Ways] = {}
        for state, steps in edges.items():
            ends = [
                (cost + ways[-1][after][0], number * ways[-1][after][1])
                for cost, number, after in steps
                if after in ways[-1]
            ]
            if ends:
                fewest = min(cost for cost, _ in ends)
                here[state] = (fewest, sum(number for cost, number in ends if cost == fewest))
        ways.append(here)
    return ways[::-1]


def meet(
    constraints: Joined,
    decisions: Mapping[str, Decision],
    given: Mapping[str, DecisionValue],
    pinned: Mapping[str, DecisionValue],
    complete: Callable[[Mapping[str, DecisionValue]], Values],
    rng: random.Random,
) -> Values | None:
    """Values that meet all constraints; None if none were found in a bounded number of tries.

    Args:
        constraints: What must hold.
        decisions: Address to decision.
        given: Values to keep as far as can be.
        pinned: Values that must not change.
        complete: Draws what is missing and drops what is closed.
        rng: Of the draws.
    """
    kept = given
    num_tries = MAX_TRIES * (TRIED_TIMES if constraints.tried else 1)
    for attempt in range(num_tries):
        found, stuck, is_impossible = _attempt(constraints, decisions, kept, pinned, complete, rng)
        if not stuck:
            return found
        above = _ancestors(stuck, decisions)
        is_settled = all(path in kept or path not in found for path in above)
        if is_impossible and all(path in pinned for path in above):
            return None
        if attempt >= MAX_TRIES // 2 - 1 or (is_impossible and is_settled):
            # What stands in the way is let go: values, and those that open or close decisions.
            free = {*stuck, *above}
            kept = {p: v for p, v in kept.items() if p not in free or p in pinned}
    return None


def _attempt(
    constraints: Joined,
    decisions: Mapping[str, Decision],
    kept: Mapping[str, DecisionValue],
    pinned: Mapping[str, DecisionValue],
    complete: Callable[[Mapping[str, DecisionValue]], Values],
    rng: random.Random,
) -> tuple[Values, tuple[str, ...], bool]:
    """Values, the decisions of a constraint that they do not meet, and whether no others would do.

    The latter holds as long as the same decisions are open.
    """
    found = complete(kept)
    broken: list[Automaton] = []
    for turn in range(MAX_ROUNDS):
        broken = [c for c in constraints.drawn if _is_due(c, found, kept, is_first=turn == 0)]
        if not broken:
            break
        for constraint in broken:
            open_ones = [decisions[path] for path in constraint.paths if path in found]
            current = {path: found[path] for path in kept if path in found} if not turn else found
            drawn = constraints.draw(constraint, open_ones, current, pinned, rng)
            if drawn is None:
                return found, constraint.paths, True
            found = complete({**found, **drawn})
    left = [c for c in (*broken, *constraints.tried) if not c.holds(found)]
    return found, left[0].paths if left else (), False


def _ancestors(paths: Iterable[str], decisions: Mapping[str, Decision]) -> set[str]:
    """The decisions that open or close these."""
    waiting = [path for path in paths if path in decisions]
    found: set[str] = set()
    while waiting:
        above = set(paths_in(decisions[waiting.pop()].conditions)) - found
        found |= above
        waiting += above
    return found


def _is_due(
    constraint: Automaton, found: Values, kept: Mapping[str, DecisionValue], *, is_first: bool
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
