"""What an automaton makes of every value of some decisions, found out once for all draws."""

from collections.abc import Hashable, Sequence

from nasvid.spec.automaton import Automaton
from nasvid.spec.cases import Case, cases
from nasvid.spec.decision import Decision, DecisionValue, Scalar

# The state behind each case of a decision; None where nothing can mend it any more.
After = tuple[Hashable | None, ...]


class Transitions:
    """The cases of each decision, and where the automaton goes from a state by each of them.

    Args:
        automaton: What reads the values.
        decisions: Those of its decisions that are open, in its order.
    """

    def __init__(self, automaton: Automaton, decisions: Sequence[Decision]) -> None:
        self.automaton = automaton
        self.decisions = tuple(decisions)
        self._cases: list[tuple[Case, ...] | None] = [None] * len(self.decisions)
        self._places: list[dict[tuple[type, Scalar], int]] = [{} for _ in decisions]
        self._after: list[dict[Hashable, After]] = [{} for _ in decisions]

    def cases(self, position: int) -> tuple[Case, ...]:
        """The values of a decision, those as one between which the automaton sees no difference."""
        known = self._cases[position]
        if known is None:
            decision = self.decisions[position]
            known = tuple(cases(decision, self.automaton.mentions(decision.path)))
            self._cases[position] = known
        return known

    def has_more_than(self, most: int, position: int) -> bool:
        """Whether a decision has more cases than this, without making a list of far too many."""
        decision = self.decisions[position]
        if self.automaton.mentions(decision.path) is None:
            return decision.num_values > most
        return len(self.cases(position)) > most

    def place(self, position: int, value: DecisionValue) -> int:
        """The number of the case that has this value; -1 if it is none of the decision."""
        if isinstance(value, tuple):
            # Too many to be kept; and tuples of 1 and of True are equal keys, though two values.
            return self._find(position, value)
        known, key = self._places[position], (type(value), value)
        try:
            place = known.get(key)
        except TypeError:
            # Of a file that was tampered with: what cannot be hashed is no option.
            return -1
        if place is None:
            place = self._find(position, value)
            if place >= 0:
                known[key] = place
        return place

    def _find(self, position: int, value: DecisionValue) -> int:
        every = enumerate(self.cases(position))
        return next((k for k, case in every if case.has(value)), -1)

    def after(self, position: int, state: Hashable) -> After:
        """Where each case of a decision leads to."""
        known = self._after[position].get(state)
        if known is None:
            path, step = self.decisions[position].path, self.automaton.step
            known = tuple([step(state, path, case.value) for case in self.cases(position)])
            self._after[position][state] = known
        return known

    def behind(self, position: int, state: Hashable, value: DecisionValue) -> Hashable | None:
        """Where a single value leads to."""
        return self.automaton.step(state, self.decisions[position].path, value)
