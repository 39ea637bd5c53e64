"""Drawing values that meet constraints, constructively: by counting the ways to go on.

The draw is uniform over all values that an automaton accepts, or over those that change as few as
can be, see `ways.py`. Constraints that share decisions are one automaton, see `together.py`; where
that grows too large they are met in turn, which is tried so many times.
"""

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nasvid.spec.automaton import Automaton
from nasvid.spec.decision import Decision, DecisionValue, paths_in
from nasvid.spec.transitions import Transitions
from nasvid.spec.ways import Values, Ways

MAX_ROUNDS = 12
MAX_TRIES = 60
# Ways that are kept in mind.
MAX_KNOWN = 1_000
# Sets of open decisions of a constraint for which it is kept in mind what values lead to.
MAX_TRANSITIONS = 8
# So many times as many where constraints cannot be drawn for.
TRIED_TIMES = 20


@dataclass(frozen=True, slots=True)
class Joined:
    """What must hold between the decisions of a table.

    Args:
        drawn: What values are drawn for; no two of them share decisions, if that could be had.
        tried: What values are drawn for until they are right.
    """

    drawn: tuple[Automaton, ...]
    tried: tuple[Automaton, ...] = ()
    _known: dict[str, Ways] = field(
        default_factory=dict[Any, Any], init=False, repr=False, compare=False
    )
    _transitions: dict[tuple[int | str, ...], Transitions] = field(
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
        """Values for one of `drawn`, or None.

        Args:
            automaton: What reads them.
            decisions: Those of its decisions that are open, in its order.
            kept: Values to change as few of as can be.
            pinned: Values that must not change.
            rng: Draws among the ways that are left, all equally likely.
        """
        number = next(k for k, one in enumerate(self.drawn) if one is automaton)
        # As text, which tells 1, 1.0 and True apart.
        given = [
            (d.path, d.path in pinned, pinned.get(d.path, kept.get(d.path)), d.path in kept)
            for d in decisions
        ]
        key = f"{number}{given}"
        ways = self._known.get(key)
        if ways is None:
            if len(self._known) >= MAX_KNOWN:
                self._known.clear()
            ways = self._known[key] = Ways(self._of(number, decisions), kept, pinned)
        return ways.draw(rng)

    def _of(self, number: int, decisions: Sequence[Decision]) -> Transitions:
        key = (number, *[decision.path for decision in decisions])
        known = self._transitions.get(key)
        if known is None:
            if len(self._transitions) >= MAX_TRANSITIONS:
                self._transitions.clear()
            known = self._transitions[key] = Transitions(self.drawn[number], decisions)
        return known


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
