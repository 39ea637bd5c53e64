"""Decisions that hang on each other by conditions and constraints, looked at one after the other.

What the later ones need to know of the earlier ones is a state: the options on which later
decisions hang, and how far each constraint has read. Equal states have equal futures, so members
are counted and listed without trying all combinations.
"""

import heapq
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from nasvid.spec.cases import cases
from nasvid.spec.constraint import Constraint
from nasvid.spec.count import cases_of, mentioned_options
from nasvid.spec.decision import Condition, Decision, DecisionValue, Scalar, is_same, paths_in

# Values of a decision tried in a state; about half a second.
MAX_STEPS = 200_000

# Options with their type, as 1 and True are two.
_Options = tuple[tuple[type, Scalar], ...]
# What was taken of the decisions on which later ones hang, None for a closed one, and how far each
# constraint is that has begun and not ended.
_State = tuple[tuple[_Options | None, ...], tuple[Hashable, ...]]
_BEGINNING: _State = ((), ())
# Values from the last decision back to the first: the others, the path and the value.
_Chain = tuple[Any, str, DecisionValue] | None


class TooLongError(Exception):
    """There are too many states to look at, or constraints read in opposite orders."""


@dataclass(frozen=True, slots=True)
class _Step:
    """One decision in its turn.

    Args:
        decision: The decision.
        known: Earlier decisions of which the state before says what they took.
        kept: Those of which the state after does.
        mentioned: Options of this one on which later ones hang.
        relevant: Options of it that make a difference to those or to constraints; None for all.
        running: Numbers of the constraints that have begun and not ended before it.
        running_after: Number and constraint of those after it.
        reads: Number and constraint where one reads it.
        ends: Number and constraint where it is the last that one reads.
    """

    decision: Decision
    known: tuple[str, ...]
    kept: tuple[str, ...]
    mentioned: tuple[Scalar, ...]
    relevant: tuple[Scalar, ...] | None
    running: tuple[int, ...]
    running_after: tuple[tuple[int, Constraint], ...]
    reads: tuple[tuple[int, Constraint], ...]
    ends: tuple[tuple[int, Constraint], ...]


class Frontier:
    """Some decisions and all that must hold between them.

    Args:
        decisions: Parents before their children.
        constraints: What they say of other decisions than these does not count.
        max_steps: Values of decisions to try before it takes too long.

    Raises:
        TooLongError: Two constraints read the same decisions in opposite orders.
    """

    def __init__(
        self,
        decisions: Sequence[Decision],
        constraints: Sequence[Constraint],
        max_steps: int = MAX_STEPS,
    ) -> None:
        ordered = in_order(decisions, constraints)
        self._steps = _steps(ordered, constraints)
        read = {decision.path for decision in ordered}
        # What reads nothing here is met or not whatever is chosen.
        self._is_void = any(
            read.isdisjoint(c.paths) and not c.accepts(c.start()) for c in constraints
        )
        self.steps_left = max_steps

    def count(self) -> int:
        """How many members there are.

        Raises:
            TooLongError: That takes too long to find out.
        """
        ways: dict[_State, int] = {} if self._is_void else {_BEGINNING: 1}
        for step in self._steps:
            following: dict[_State, int] = {}
            for state, number in ways.items():
                for after, times in self._after(step, state):
                    if after is None:
                        continue
                    following[after] = following.get(after, 0) + number * times
            ways = following
        return sum(ways.values())

    def members(self) -> Iterator[dict[str, DecisionValue]]:
        """All members, as the values of their open decisions.

        Raises:
            TooLongError: There are too many states to look at.
        """
        layers: list[dict[_State, None]] = [{} if self._is_void else {_BEGINNING: None}]
        for step in self._steps:
            reached = [after for state in layers[-1] for after, _ in self._after(step, state)]
            layers.append({state: None for state in reached if state is not None})
        for position in range(len(self._steps) - 1, -1, -1):
            step, alive = self._steps[position], layers[position + 1]
            layers[position] = {
                state: None
                for state in layers[position]
                if any(after in alive for after, _ in self._after(step, state))
            }
        return self._listed(layers)

    def _listed(self, layers: list[dict[_State, None]]) -> Iterator[dict[str, DecisionValue]]:
        # One entry per decision so far: the values still to take, and the state after each.
        stack: list[Iterator[tuple[_Chain, _State]]] = [iter([(None, s) for s in layers[0]])]
        while stack:
            chain, state = next(stack[-1], (None, None))
            if state is None:
                stack.pop()
            elif len(stack) > len(self._steps):
                yield _unrolled(chain)
            else:
                alive = layers[len(stack)]
                stack.append(self._values(self._steps[len(stack) - 1], chain, state, alive))

    def _values(
        self, step: _Step, chain: _Chain, state: _State, alive: Mapping[_State, None]
    ) -> Iterator[tuple[_Chain, _State]]:
        """The values of one decision from which the end can be reached."""
        decision = step.decision
        if not _is_open(step, state):
            after = _skipped(step, state)
            if after is not None and after in alive:
                yield chain, after
            return
        for value in decision.values():
            after = _taken(step, state, _among(value, step.mentioned), value)
            if after is not None and after in alive:
                yield (chain, decision.path, value), after

    def _after(self, step: _Step, state: _State) -> Iterator[tuple[_State | None, int]]:
        """The states after one decision, None for no member, and how many values lead there."""
        decision = step.decision
        if not _is_open(step, state):
            self._spend()
            yield _skipped(step, state), 1
        elif step.reads:
            if step.relevant is None and decision.num_values > self.steps_left:
                raise TooLongError
            for case in cases(decision, step.relevant):
                self._spend()
                options = _among(case.value, step.mentioned)
                yield _taken(step, state, options, case.value), case.number
        else:
            for options, number in cases_of(decision, step.mentioned):
                self._spend()
                yield _taken(step, state, tuple(map(_typed, options))), number

    def _spend(self) -> None:
        self.steps_left -= 1
        if self.steps_left < 0:
            raise TooLongError


def _is_open(step: _Step, state: _State) -> bool:
    conditions = step.decision.conditions
    if not conditions:
        return True
    known = dict(zip(step.known, state[0], strict=True))
    return any(_holds(condition, known) for condition in conditions)


def _holds(condition: Condition, known: Mapping[str, _Options | None]) -> bool:
    taken = known.get(condition.path)
    if taken is None or _typed(condition.option) not in taken:
        return False
    return not condition.within or any(_holds(other, known) for other in condition.within)


def _typed(option: Scalar) -> tuple[type, Scalar]:
    return type(option), option


def _among(value: DecisionValue, options: Sequence[Scalar]) -> _Options:
    """Those of the options that a value takes."""
    taken = value if isinstance(value, tuple) else (value,)
    return tuple(_typed(one) for one in taken if any(is_same(one, option) for option in options))


def _skipped(step: _Step, state: _State) -> _State | None:
    """The state after a decision that is closed."""
    return _kept(step, state, None, dict(zip(step.running, state[1], strict=True)))


def _taken(
    step: _Step, state: _State, options: _Options, value: DecisionValue = None
) -> _State | None:
    """The state after a value that takes these options of those on which others hang."""
    reached = dict(zip(step.running, state[1], strict=True))
    for number, constraint in step.reads:
        after = constraint.step(_of(reached, number, constraint), step.decision.path, value)
        if after is None:
            return None
        reached[number] = after
    return _kept(step, state, options, reached)


def _of(reached: Mapping[int, Hashable], number: int, constraint: Constraint) -> Hashable:
    """How far a constraint is; it may not have read anything so far."""
    return reached[number] if number in reached else constraint.start()


def _kept(
    step: _Step, state: _State, options: _Options | None, reached: dict[int, Hashable]
) -> _State | None:
    """What later decisions need to know; None where a constraint ends unmet."""
    for number, constraint in step.ends:
        if not constraint.accepts(_of(reached, number, constraint)):
            return None
    known = dict(zip((*step.known, step.decision.path), (*state[0], options), strict=True))
    return (
        tuple(known[path] for path in step.kept),
        tuple(_of(reached, *constraint) for constraint in step.running_after),
    )


def in_order(
    decisions: Sequence[Decision], constraints: Iterable[Constraint]
) -> tuple[Decision, ...]:
    """The decisions so that parents stand before their children and each constraint can read.

    Raises:
        TooLongError: There is no such order.
    """
    position = {decision.path: index for index, decision in enumerate(decisions)}
    before: list[set[int]] = [
        {position[path] for path in paths_in(decision.conditions) if path in position}
        for decision in decisions
    ]
    for constraint in constraints:
        if constraint.reads_in_order:
            read = [position[path] for path in constraint.paths if path in position]
            for first, second in pairwise(read):
                before[second].add(first)
    behind: list[list[int]] = [[] for _ in decisions]
    for index, others in enumerate(before):
        for other in others:
            behind[other].append(index)
    # The first of the table among those that are ready.
    ready = [index for index, others in enumerate(before) if not others]
    found: list[Decision] = []
    while ready:
        index = heapq.heappop(ready)
        found.append(decisions[index])
        for later in behind[index]:
            before[later].discard(index)
            if not before[later]:
                heapq.heappush(ready, later)
    if len(found) < len(decisions):
        raise TooLongError
    return tuple(found)


def _steps(ordered: Sequence[Decision], constraints: Sequence[Constraint]) -> list[_Step]:
    position = {decision.path: index for index, decision in enumerate(ordered)}
    last_mention = {
        path: index
        for index, decision in enumerate(ordered)
        for path in paths_in(decision.conditions)
    }
    mentioned = mentioned_options(ordered)
    places = [[position[path] for path in c.paths if path in position] for c in constraints]
    readers: list[list[int]] = [[] for _ in ordered]
    for number, read in enumerate(places):
        for index in read:
            readers[index].append(number)
    found: list[_Step] = []
    known: tuple[str, ...] = ()
    running: tuple[int, ...] = ()
    for index, decision in enumerate(ordered):
        kept = tuple(p for p in (*known, decision.path) if last_mention.get(p, -1) > index)
        begun = [number for number in readers[index] if number not in running]
        after = tuple(n for n in (*running, *begun) if max(places[n]) > index)
        found.append(
            _Step(
                decision,
                known,
                kept,
                tuple(mentioned.get(decision.path, ())),
                _relevant(decision.path, [constraints[n] for n in readers[index]], mentioned),
                running,
                tuple((n, constraints[n]) for n in after),
                tuple((n, constraints[n]) for n in readers[index]),
                tuple((n, constraints[n]) for n in readers[index] if max(places[n]) == index),
            )
        )
        known, running = kept, after
    return found


def _relevant(
    path: str, readers: Sequence[Constraint], mentioned: Mapping[str, Sequence[Scalar]]
) -> tuple[Scalar, ...] | None:
    found = list(mentioned.get(path, ()))
    for constraint in readers:
        options = constraint.mentions(path)
        if options is None:
            return None
        found += options
    return tuple(found)


def _unrolled(chain: _Chain) -> dict[str, DecisionValue]:
    found: list[tuple[str, DecisionValue]] = []
    while chain is not None:
        chain, path, value = chain
        found.append((path, value))
    return dict(reversed(found))
