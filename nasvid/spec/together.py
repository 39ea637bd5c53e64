"""Constraints that share decisions, read as one, so that what meets all of them can be drawn."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, final

from nasvid.spec.automaton import Automaton
from nasvid.spec.constraint import Constraint
from nasvid.spec.decision import Decision, DecisionValue, Scalar
from nasvid.spec.feasible import Joined
from nasvid.spec.frontier import TooLongError, in_order
from nasvid.spec.ways import count_feasible

# Values of decisions tried for one draw; about a tenth of a second.
MAX_TOGETHER = 50_000
_ENDED = "ended"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Together(Automaton):
    """Several constraints at once.

    Args:
        parts: The constraints.
        readers: Address to the numbers of those that read it.
        last: The last address that each of them reads.
    """

    parts: tuple[Constraint, ...]
    readers: Mapping[str, tuple[int, ...]]
    last: tuple[str, ...]

    def start(self) -> Hashable:
        return tuple(part.start() for part in self.parts)

    def step(self, state: Any, path: str, value: DecisionValue) -> Hashable | None:
        reached: list[Hashable] = list(state)
        for number in self.readers[path]:
            part = self.parts[number]
            after = part.step(reached[number], path, value)
            if after is None:
                return None
            if path == self.last[number]:
                # How it ended does not matter to the others, so states that differ in it are one.
                if not part.accepts(after):
                    return None
                after = _ENDED
            reached[number] = after
        return tuple(reached)

    def mentions(self, path: str) -> tuple[Scalar, ...] | None:
        found: list[Scalar] = []
        for number in self.readers[path]:
            mentioned = self.parts[number].mentions(path)
            if mentioned is None:
                return None
            found += mentioned
        return tuple(found)

    def accepts(self, state: Any) -> bool:
        return all(
            reached == _ENDED or part.accepts(reached)
            for part, reached in zip(self.parts, state, strict=True)
        )


def joined(constraints: Sequence[Constraint], decisions: Mapping[str, Decision]) -> Joined:
    """The constraints, those that share decisions as one.

    Where that has too many states, or two constraints read in opposite orders, they stay apart;
    those that may be tried are left to that.

    Args:
        constraints: All of a table.
        decisions: All of a table, by address.
    """
    drawn: list[Automaton] = []
    tried: list[Automaton] = []
    for group in _groups(constraints):
        together = _together(group, decisions)
        if together is not None:
            drawn.append(together)
            continue
        tried += [constraint for constraint in group if constraint.may_be_tried]
        for others in _groups([c for c in group if not c.may_be_tried]):
            together = _together(others, decisions)
            drawn += others if together is None else [together]
    return Joined(tuple(drawn), tuple(tried))


def _groups(constraints: Sequence[Constraint]) -> list[list[Constraint]]:
    """Those that share decisions."""
    groups: list[list[Constraint]] = []
    for constraint in constraints:
        paths = set(constraint.paths)
        touched = [g for g in groups if any(not paths.isdisjoint(c.paths) for c in g)]
        merged = [other for group in touched for other in group]
        groups = [group for group in groups if group not in touched]
        groups.append([*merged, constraint])
    return groups


def _together(group: Sequence[Constraint], decisions: Mapping[str, Decision]) -> Automaton | None:
    """Constraints as one; None where that has too many states."""
    spoken = {path for constraint in group for path in constraint.paths}
    try:
        ordered = in_order([d for path, d in decisions.items() if path in spoken], group)
        if len(group) == 1:
            known = [decisions[path] for path in group[0].paths if path in decisions]
            if group[0].may_be_tried:
                count_feasible(group[0], known, MAX_TOGETHER)
            return group[0]
        paths = tuple(decision.path for decision in ordered)
        readers = {
            path: tuple(n for n, constraint in enumerate(group) if path in constraint.paths)
            for path in paths
        }
        last = tuple(
            next((path for path in reversed(paths) if path in constraint.paths), "")
            for constraint in group
        )
        together = Together(paths=paths, parts=tuple(group), readers=readers, last=last)
        count_feasible(together, ordered, MAX_TOGETHER)
    except TooLongError:
        return None
    return together
