"""In how many ways an automaton accepts values, and one of those ways at random.

Of values that are given as few are changed as can be; all ways that are left are equally likely.
"""

import random
from collections.abc import Hashable, Mapping, Sequence

from nasvid.spec.automaton import Automaton
from nasvid.spec.cases import Case, cases
from nasvid.spec.decision import Decision, DecisionValue
from nasvid.spec.frontier import MAX_STEPS, TooLongError

Values = dict[str, DecisionValue]
# Fewest values changed to reach the end from here, and the number of ways to do so.
_Count = tuple[int, int]
# For each decision its cases, values that each changes (0 or 1), and the number of ways to do so.
_Options = list[tuple[str, list[tuple[Case, int, int]]]]
# What can come next: the value, or the case to draw one of; the state behind it, and in how many ways
# the end can be reached.
_Next = list[tuple[DecisionValue | Case, Hashable, int]]
_NO_WAY: _Count = (0, 0)


class Ways:
    """The ways in which an automaton accepts values of some decisions.

    Args:
        automaton: What reads them.
        decisions: Those of its decisions that are open, in its order.
        kept: Values to change as few of as can be.
        pinned: Values that must not change.
        max_steps: States to look at, or None for as many as it takes.

    Raises:
        TooLongError: There are more states than that.
    """

    def __init__(
        self,
        automaton: Automaton,
        decisions: Sequence[Decision],
        kept: Mapping[str, DecisionValue],
        pinned: Mapping[str, DecisionValue],
        max_steps: int | None = None,
    ) -> None:
        self._automaton = automaton
        self._kept = {d.path: kept[d.path] for d in decisions if d.path in kept}
        self._options = self._all_options(decisions, pinned, max_steps)
        self._counts = _counts(automaton, self._options, max_steps)
        self._next: dict[tuple[int, Hashable], tuple[int, _Next]] = {}

    @property
    def number(self) -> int:
        """How many there are."""
        return self._counts[0].get(self._automaton.start(), _NO_WAY)[1]

    def draw(self, rng: random.Random) -> Values | None:
        """One of them, or None if there are none."""
        state = self._automaton.start()
        if state not in self._counts[0]:
            return None
        found: Values = {}
        for position, (path, _) in enumerate(self._options):
            total, after = self._after(position, state)
            # Counts may be beyond what a float holds, so no `choices` with weights.
            at = rng.randrange(total) if total > 1 else 0
            for value, following, number in after:
                at -= number
                if at < 0:
                    found[path] = value.draw(rng) if isinstance(value, Case) else value
                    state = following
                    break
        return found

    def _after(self, position: int, state: Hashable) -> tuple[int, _Next]:
        """What can come next, and the number of all ways."""
        known = self._next.get((position, state))
        if known is None:
            fewest = self._counts[position][state][0]
            path, options = self._options[position]
            after: _Next = []
            for case, changes, number in options:
                following = self._automaton.step(state, path, case.value)
                if following is None or following not in self._counts[position + 1]:
                    continue
                cost, ends = self._counts[position + 1][following]
                if cost + changes == fewest:
                    is_kept = path in self._kept and case.has(self._kept[path])
                    drawn = case if case.taken is not None else case.value
                    value = self._kept[path] if is_kept else drawn
                    after.append((value, following, ends * number))
            known = self._next[position, state] = sum(number for _, _, number in after), after
        return known

    def _all_options(
        self,
        decisions: Sequence[Decision],
        pinned: Mapping[str, DecisionValue],
        max_steps: int | None,
    ) -> _Options:
        """For each decision its cases, with whether they change what is kept, and how many ways."""
        kept, found = self._kept, list[tuple[str, list[tuple[Case, int, int]]]]()
        for decision in decisions:
            path = decision.path
            if path in pinned:
                found.append((path, [(Case(decision, pinned[path]), 0, 1)]))
                continue
            mentioned = self._automaton.mentions(path)
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


def count_feasible(
    automaton: Automaton, decisions: Sequence[Decision], max_steps: int = MAX_STEPS
) -> int:
    """In how many ways these decisions, all of them open, are accepted.

    Raises:
        TooLongError: There are too many states to look at.
    """
    return Ways(automaton, decisions, {}, {}, max_steps).number


def _counts(
    automaton: Automaton, options: _Options, max_steps: int | None
) -> list[dict[Hashable, _Count]]:
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
    counts: list[dict[Hashable, _Count]] = [{s: (0, 1) for s in states if automaton.accepts(s)}]
    for edges in reversed(reached):
        here: dict[Hashable, _Count] = {}
        for state, steps in edges.items():
            ends = [
                (cost + counts[-1][after][0], number * counts[-1][after][1])
                for cost, number, after in steps
                if after in counts[-1]
            ]
            if ends:
                fewest = min(cost for cost, _ in ends)
                here[state] = (fewest, sum(number for cost, number in ends if cost == fewest))
        counts.append(here)
    return counts[::-1]
