"""In how many ways an automaton accepts values, and one of those ways at random.

Of values that are given as few are changed as can be; all ways that are left are equally likely.
"""

import random
from collections.abc import Hashable, Mapping, Sequence

from nasvid.spec.automaton import Automaton
from nasvid.spec.cases import Case
from nasvid.spec.decision import Decision, DecisionValue
from nasvid.spec.frontier import MAX_STEPS, TooLongError
from nasvid.spec.transitions import Transitions

Values = dict[str, DecisionValue]
# Fewest values changed to reach the end from here, and the number of ways to do so.
_Count = tuple[int, int]
# For each decision the numbers of its cases, values that each changes (0 or 1), and the number of ways
# to do so.
_Options = list[list[tuple[int, int, int]]]
# The cases of a decision that lead on from a state, with the same, and the states behind them.
_Edges = list[tuple[int, int, int, Hashable]]
# What can come next: the value, or the case to draw one of; the state behind it, and in how many ways
# the end can be reached.
_Next = list[tuple[DecisionValue | Case, Hashable, int]]
_NO_WAY: _Count = (0, 0)


class Ways:
    """The ways in which an automaton accepts values of some decisions.

    Args:
        transitions: The automaton, and those of its decisions that are open.
        kept: Values to change as few of as can be.
        pinned: Values that must not change.
        max_steps: States to look at, or None for as many as it takes.

    Raises:
        TooLongError: There are more states than that.
    """

    def __init__(
        self,
        transitions: Transitions,
        kept: Mapping[str, DecisionValue],
        pinned: Mapping[str, DecisionValue],
        max_steps: int | None = None,
    ) -> None:
        self._transitions = transitions
        self.kept = {d.path: kept[d.path] for d in transitions.decisions if d.path in kept}
        self._pinned = {d.path: pinned[d.path] for d in transitions.decisions if d.path in pinned}
        self._options = _all_options(transitions, self.kept, self._pinned, max_steps)
        self._counts = self._all_counts(max_steps)
        self._next: dict[tuple[int, Hashable], tuple[int, _Next]] = {}

    @property
    def number(self) -> int:
        """How many there are."""
        return self._counts[0].get(self._transitions.automaton.start(), _NO_WAY)[1]

    def draw(self, rng: random.Random) -> Values | None:
        """One of them, or None if there are none."""
        state = self._transitions.automaton.start()
        if state not in self._counts[0]:
            return None
        found: Values = {}
        for position, decision in enumerate(self._transitions.decisions):
            total, after = self._after(position, state)
            # Counts may be beyond what a float holds, so no `choices` with weights.
            at = rng.randrange(total) if total > 1 else 0
            for value, following, number in after:
                at -= number
                if at < 0:
                    found[decision.path] = value.draw(rng) if isinstance(value, Case) else value
                    state = following
                    break
        return found

    def _after(self, position: int, state: Hashable) -> tuple[int, _Next]:
        """What can come next, and the number of all ways."""
        known = self._next.get((position, state))
        if known is None:
            fewest = self._counts[position][state][0]
            ends = self._counts[position + 1]
            after: _Next = []
            for place, changes, number, behind in self._edges(position, state):
                if behind not in ends:
                    continue
                cost, num_ends = ends[behind]
                if cost + changes == fewest:
                    value = self._value(position, place, is_change=bool(changes))
                    after.append((value, behind, num_ends * number))
            known = self._next[position, state] = sum(number for _, _, number in after), after
        return known

    def _value(self, position: int, place: int, *, is_change: bool) -> DecisionValue | Case:
        """The value of a case, or the case where one of its values is to be drawn."""
        path = self._transitions.decisions[position].path
        if path in self._pinned:
            return self._pinned[path]
        if path in self.kept and not is_change:
            return self.kept[path]
        case = self._transitions.cases(position)[place]
        return case if case.taken is not None else case.value

    def _edges(self, position: int, state: Hashable) -> _Edges:
        """What the cases of a decision lead to; made anew, as most ways are drawn from once."""
        options, path = self._options[position], self._transitions.decisions[position].path
        if path in self._pinned:
            behind = self._transitions.behind(position, state, self._pinned[path])
            return [] if behind is None else [(*options[0], behind)]
        after = self._transitions.after(position, state)
        return [(k, c, n, after[k]) for k, c, n in options if after[k] is not None]

    def _all_counts(self, max_steps: int | None) -> list[dict[Hashable, _Count]]:
        """For each position and each state there, how the end can be reached."""
        reached: list[dict[Hashable, _Edges]] = []
        states: dict[Hashable, None] = {self._transitions.automaton.start(): None}
        num_steps = 0
        for position, options in enumerate(self._options):
            num_steps += len(states) * len(options)
            if max_steps is not None and num_steps > max_steps:
                raise TooLongError
            edges = {state: self._edges(position, state) for state in states}
            states = dict.fromkeys(edge[3] for known in edges.values() for edge in known)
            reached.append(edges)
        accepts = self._transitions.automaton.accepts
        counts = [{state: (0, 1) for state in states if accepts(state)}]
        for edges in reversed(reached):
            counts.append(_counts_before(edges, counts[-1]))
        return counts[::-1]


def count_feasible(
    automaton: Automaton, decisions: Sequence[Decision], max_steps: int = MAX_STEPS
) -> int:
    """In how many ways these decisions, all of them open, are accepted.

    Raises:
        TooLongError: There are too many states to look at.
    """
    return Ways(Transitions(automaton, decisions), {}, {}, max_steps).number


def _all_options(
    transitions: Transitions,
    kept: Mapping[str, DecisionValue],
    pinned: Mapping[str, DecisionValue],
    max_steps: int | None,
) -> _Options:
    """For each decision its cases, with whether they change what is kept, and how many ways."""
    found: _Options = []
    for position, decision in enumerate(transitions.decisions):
        path = decision.path
        if path in pinned:
            found.append([(0, 0, 1)])
            continue
        if max_steps is not None and transitions.has_more_than(max_steps, position):
            raise TooLongError
        every = enumerate(transitions.cases(position))
        if path in kept:
            # What is kept is one way; it would be changed for nothing within its case.
            held = transitions.place(position, kept[path])
            found.append([(k, 0, 1) if k == held else (k, 1, case.number) for k, case in every])
        else:
            found.append([(k, 0, case.number) for k, case in every])
    return found


def _counts_before(
    edges: Mapping[Hashable, _Edges], ends: Mapping[Hashable, _Count]
) -> dict[Hashable, _Count]:
    """How the end can be reached from these states, by how it can be from those behind them."""
    found: dict[Hashable, _Count] = {}
    for state, known in edges.items():
        fewest, total = -1, 0
        for _, cost, number, behind in known:
            if behind not in ends:
                continue
            changes, num_ends = ends[behind]
            changes += cost
            if changes < fewest or fewest < 0:
                fewest, total = changes, 0
            if changes == fewest:
                total += number * num_ends
        if fewest >= 0:
            found[state] = fewest, total
    return found
