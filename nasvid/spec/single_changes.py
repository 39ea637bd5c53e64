"""Genotypes that differ from another one in a single value, and in what constraints ask for then.

That is most of what a search proposes. Where no decision hangs on those that change, it takes none
of the care of `feasible.py`, and comes to the same.
"""

import random
from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any

from nasvid.spec.automaton import Automaton
from nasvid.spec.codes import CLOSED, UNKNOWN, Code, Coding
from nasvid.spec.decision import Decision, DecisionValue, paths_in
from nasvid.spec.genotype import Genotype
from nasvid.spec.ways import Ways

# Values of the decisions of one constraint for which it is remembered whether it holds.
MAX_KNOWN = 20_000
# As many for which it is remembered in how many ways it can be met.
MAX_WAYS = 1_000


class SingleChanges:
    """Changes of one decision of a table.

    Args:
        decisions: All of the table.
        coding: Of its values.
        drawn: Constraints for which values can be drawn.
        tried: Constraints for which values are drawn until they are right.
    """

    def __init__(
        self,
        decisions: Sequence[Decision],
        coding: Coding,
        drawn: Sequence[Automaton],
        tried: Sequence[Automaton],
    ) -> None:
        governing = {path for decision in decisions for path in paths_in(decision.conditions)}
        checks = [_Check(constraint, decisions, coding) for constraint in (*drawn, *tried)]
        self._coding = coding
        # For each decision the constraints that it takes part in; None where others hang on it.
        self._checks: list[list[_Check] | None] = [
            None
            if decision.path in governing
            else [check for check in checks if place in check.places]
            for place, decision in enumerate(decisions)
        ]
        # What can be changed to meet one of them without a look at anything else.
        self._mendable = {
            id(check)
            for check in checks[: len(drawn)]
            if all(self._checks[place] == [check] for place in check.places)
        }

    def child(
        self, genotype: Genotype, path: str, value: DecisionValue, rng: random.Random
    ) -> Genotype | None:
        """The genotype with this value; None where it takes more care, or is no genotype.

        Args:
            genotype: A member of the table.
            path: Which value to change.
            value: To what.
            rng: Draws the other values that change, if any must.
        """
        coding = self._coding
        place, code = coding.place.get(path), genotype.code(coding)
        if place is None or code is None or code[place] == CLOSED:
            return None
        checks, number = self._checks[place], coding.number(place, value)
        if checks is None or number == UNKNOWN:
            return None
        child = _changed(genotype, coding, code, place, number, value)
        for check in checks:
            if child is None or check.holds(child, coding):
                continue
            drawn = check.draw(child, coding, place, rng) if id(check) in self._mendable else None
            child = None if drawn is None else _changed_all(child, coding, drawn)
        return child


class _Check:
    """A constraint, and what is known of it by the values that it looks at."""

    def __init__(
        self, constraint: Automaton, decisions: Sequence[Decision], coding: Coding
    ) -> None:
        known = [path for path in constraint.paths if path in coding.place]
        self.places = tuple(coding.place[path] for path in known)
        self._constraint = constraint
        self._decisions = [decisions[place] for place in self.places]
        # Any of them, where there are none: it holds always or never then.
        self._part: Callable[[Code], int | Code] = itemgetter(*(self.places or (0,)))
        self._holds: dict[int | Code, bool] = {}
        self._ways: dict[tuple[int, int | Code], Ways] = {}

    def holds(self, genotype: Genotype, coding: Coding) -> bool:
        """Whether a genotype meets it."""
        code = genotype.code(coding)
        assert code is not None
        part = self._part(code)
        known = self._holds.get(part)
        if known is None:
            known = self._constraint.holds(genotype.by_path)
            _remember(self._holds, part, known, MAX_KNOWN)
        return known

    def draw(
        self, genotype: Genotype, coding: Coding, pinned: int, rng: random.Random
    ) -> dict[int, tuple[int, DecisionValue]] | None:
        """Values by place that meet it, as few others as can be; None if there are none."""
        code = genotype.code(coding)
        assert code is not None
        part = self._part(code)
        ways = self._ways.get((pinned, part))
        if ways is None:
            values = genotype.by_path
            open_ones = [d for d in self._decisions if d.path in values]
            path = next(d.path for d in open_ones if coding.place[d.path] == pinned)
            ways = Ways(self._constraint, open_ones, values, {path: values[path]})
            _remember(self._ways, (pinned, part), ways, MAX_WAYS)
        drawn = ways.draw(rng)
        if drawn is None:
            return None
        places = ((coding.place[path], value) for path, value in drawn.items())
        return {place: (coding.number(place, value), value) for place, value in places}


def _changed_all(
    genotype: Genotype, coding: Coding, changes: dict[int, tuple[int, DecisionValue]]
) -> Genotype | None:
    """The genotype with other values at some places."""
    changed: Genotype | None = genotype
    for place, (number, value) in changes.items():
        code = None if changed is None else changed.code(coding)
        if changed is None or code is None:
            return None
        if code[place] != number:
            changed = _changed(changed, coding, code, place, number, value)
    return changed


def _changed(
    genotype: Genotype, coding: Coding, code: Code, place: int, number: int, value: DecisionValue
) -> Genotype | None:
    """The genotype with another value at one place; None where its values stand in another order."""
    values = genotype.values
    # Values stand in the order of the table, without those of closed decisions.
    at = place if len(values) == len(code) else place - code[:place].count(CLOSED)
    path = values[at][0]
    if coding.place[path] != place:
        return None
    # By lists, as tuples that are cut and joined take longer.
    new_values, new_code = [*values], [*code]
    new_values[at], new_code[place] = (path, value), number
    return Genotype.coded(tuple(new_values), coding, tuple(new_code))


def _remember(known: dict[Any, Any], key: object, value: object, most: int) -> None:
    if len(known) >= most:
        known.clear()
    known[key] = value
