"""Constraints that share decisions, read as one, so that what meets all of them can be drawn."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, final

from nasvid.spec.automaton import Automaton
from nasvid.spec.constraint import Constraint
from nasvid.spec.decision import Decision, DecisionValue
from nasvid.spec.feasible import count_feasible
from nasvid.spec.frontier import TooLongError, in_order

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

    def accepts(self, state: Any) -> bool:
        return all(
            reached == _ENDED or part.accepts(reached)
            for part, reached in zip(self.parts, state, strict=True)
        )


def joined(
    constraints: Sequence[Constraint], decisions: Mapping[str, Decision]
) -> tuple[Automaton, ...]:
    """The constraints, those that share decisions as one.

    Where that has too many states, or two constraints read in opposite orders, they stay apart.

    Args:
        constraints: All of a table.
        decisions: All of a table, by address.
    """
    groups: list[list[Constraint]] = []
    for constraint in constraints:
        paths = set(constraint.paths)
        touched = [g for g in groups if any(not paths.isdisjoint(c.paths) for c in g)]
        merged = [other for group in touched for other in group]
        groups = [group for group in groups if group not in touched]
        groups.append([*merged, constraint])
    found: list[Automaton] = []
    for group in groups:
        together = _together(group, decisions) if len(group) > 1 else None
        found += group if together is None else [together]
    return tuple(found)


def _together(group: Sequence[Constraint], decisions: Mapping[str, Decision]) -> Together | None:
    spoken = {path for constraint in group for path in constraint.paths}
    try:
        ordered = in_order([d for path, d in decisions.items() if path in spoken], group)
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
        count_feasible(together, ordered)
    except TooLongError:
        return None
    return together
