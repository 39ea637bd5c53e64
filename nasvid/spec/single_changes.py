"""Genotypes that differ from another one in a single value, and in what constraints ask for then.

That is most of what a search proposes. Where no decision hangs on those that change, it takes none
of the care of `feasible.py`, and comes to the same.
"""

import random
from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any

from nasvid.spec.automaton import Automaton
from nasvid.spec.codes import CLOSED, Code, Coding
from nasvid.spec.decision import Decision, DecisionValue, paths_in
from nasvid.spec.feasible import MAX_TRANSITIONS
from nasvid.spec.genotype import Genotype, coded
from nasvid.spec.transitions import Transitions
from nasvid.spec.ways import Ways

# Values of the decisions of one constraint for which it is remembered whether it holds.
MAX_KNOWN = 20_000
# As many for which it is remembered in how many ways it can be met.
MAX_WAYS = 1_000
_BYTES = [bytes((number,)) for number in range(256)]


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
        self, code: Code | None, place: int, number: int, rng: random.Random
    ) -> Genotype | None:
        """A genotype with another value; None where it takes more care, or is no genotype.

        Args:
            code: Of a member of the table, or None.
            place: Which value to change.
            number: To what, as the coding of the table writes it.
            rng: Draws the other values that change, if any must.
        """
        coding, checks = self._coding, self._checks[place]
        if checks is None or code is None or code[place] == CLOSED:
            return None
        # In three pieces, which is quicker than to write it down anew.
        if isinstance(code, bytes):
            child = code[:place] + _BYTES[number] + code[place + 1 :]
        else:
            child = (*code[:place], number, *code[place + 1 :])
        for check in checks:
            if check.holds(child, coding):
                continue
            drawn = check.draw(child, coding, place, rng) if id(check) in self._mendable else None
            if drawn is None:
                return None
            changed = list(child)
            for other, value in drawn.items():
                changed[other] = value
            child = coding.packed(changed)
        return coded(coding, child)


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
        self._transitions: dict[tuple[str, ...], Transitions] = {}

    def holds(self, code: Code, coding: Coding) -> bool:
        """Whether a genotype meets it."""
        part_of = self._part
        part = part_of(code)
        known = self._holds.get(part)
        if known is None:
            known = self._constraint.holds(self._values(code, coding))
            _remember(self._holds, part, known, MAX_KNOWN)
        return known

    def draw(
        self, code: Code, coding: Coding, pinned: int, rng: random.Random
    ) -> dict[int, int] | None:
        """Values by place to change so that it holds, as few as can be; None if that cannot be."""
        part = self._part(code)
        ways = self._ways.get((pinned, part))
        if ways is None:
            values = self._values(code, coding)
            path, value = (
                self._decisions[self.places.index(pinned)].path,
                coding.value(pinned, code[pinned]),
            )
            open_ones = [d for d in self._decisions if d.path in values]
            ways = Ways(self._transitions_of(open_ones), values, {path: value})
            _remember(self._ways, (pinned, part), ways, MAX_WAYS)
        drawn = ways.draw(rng)
        if drawn is None:
            return None
        # Most values are those that were there.
        kept, place = ways.kept, coding.place
        return {
            place[path]: coding.number(place[path], value)
            for path, value in drawn.items()
            if value is not kept[path]
        }

    def _values(self, code: Code, coding: Coding) -> dict[str, DecisionValue]:
        """What it looks at, by path."""
        return {
            decision.path: coding.value(place, code[place])
            for place, decision in zip(self.places, self._decisions, strict=True)
            if code[place] != CLOSED
        }

    def _transitions_of(self, decisions: Sequence[Decision]) -> Transitions:
        open_paths = tuple([decision.path for decision in decisions])
        known = self._transitions.get(open_paths)
        if known is None:
            known = Transitions(self._constraint, decisions)
            _remember(self._transitions, open_paths, known, MAX_TRANSITIONS)
        return known


def _remember(known: dict[Any, Any], key: object, value: object, most: int) -> None:
    if len(known) >= most:
        known.clear()
    known[key] = value
