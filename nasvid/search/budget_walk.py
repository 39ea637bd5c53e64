"""From any member to one just under the budget, by steps on choices of numbers.

Source: none; own design.
"""

import random
from collections.abc import Iterator, Sequence
from heapq import heapify, heappop, heappush
from itertools import islice, product
from math import inf, log
from typing import NamedTuple, cast

from nasvid.core.costs import Cost
from nasvid.search.mutation import NothingToChangeError, with_value, with_values
from nasvid.search.numbers import NEXT, scaled
from nasvid.search.space_view import SpaceView
from nasvid.search.step_effects import Logs, Step, StepEffects
from nasvid.spec.decision import Decision, DecisionValue, Scalar
from nasvid.spec.decisions import Genotype

SMALLER, LARGER = 1 - NEXT, 1 + NEXT
# Of a step while the budget is far away, where choices are finer than that.
_STRIDE = 1.25
# Steps of one way; where constraints give back what a step takes, it has no end.
_MOST_STEPS = 256
# Logarithm of a share that single steps seldom make up for.
_FAR = log(0.7)
# Pairs of steps that are all looked at, whatever they lead to.
_FEW = 64
# What has no logarithm is taken for so small a share.
_TINY = 1e-12


class _Move(NamedTuple):
    """One or two steps from a member that was measured, and what they were expected to lead to."""

    lack: float
    tie: float
    member: Genotype
    logs: Logs
    steps: tuple[Step, ...]


class _EndedError(Exception):
    """A member is close enough to the budget, or no more may be measured."""


class BudgetWalk:
    """Looks for a member that is close to the budget and not above it.

    Args:
        view: The space.
        decisions: What may be changed.
        enough: The share of the budget at which it ends.
        most: How many members may be measured.
        parent: What is no result.
        rng: Draws the steps.
    """

    def __init__(
        self,
        view: SpaceView,
        decisions: Sequence[Decision],
        *,
        enough: float,
        most: int,
        parent: Genotype,
        rng: random.Random,
    ) -> None:
        self.best: Genotype | None = None
        self.share = 0.0
        self._view = view
        self._decisions = decisions
        self._enough = enough
        self._least = log(max(enough, _TINY))
        self._num_left = most
        self._rng = rng
        self._seen = {parent.key}
        self._effects = StepEffects()

    def run(self, start: Genotype) -> None:
        """Go from a member to the budget, then fill what is left of it."""
        try:
            member, logs = self._crossing(start, self._measure(start))
            if max(logs) < _FAR:
                # A step down may have closed a large part of the network.
                member, logs = self._crossing(member, logs)
            if max(logs) <= 0:
                self._fill(member, logs)
        except _EndedError:
            pass

    def steps(self, member: Genotype, factor: float) -> Iterator[Genotype]:
        """The members with one number larger or smaller by about a factor, in random order."""
        left = {
            decision.path: option
            for decision in self._decisions
            if (option := scaled(decision, member.by_path, factor)) is not None
        }
        while left:
            path = list(left)[self._rng.randrange(len(left))]
            try:
                yield with_value(member, path, left.pop(path), self._view.table, self._rng)
            except NothingToChangeError:
                continue

    def _measure(self, member: Genotype) -> Logs:
        if not self._num_left:
            raise _EndedError
        self._num_left -= 1
        shares = shares_of(self._view.measure(member), self._view)
        if self.share < max(shares) <= 1 and member.key not in self._seen:
            self.best, self.share = member, max(shares)
            if self.share >= self._enough:
                raise _EndedError
        self._seen.add(member.key)
        return tuple(log(max(share, _TINY)) for share in shares)

    def _crossing(self, start: Genotype, logs: Logs) -> tuple[Genotype, Logs]:
        """The last member within the budget on a random way up, or the first one on a way down.

        Where a way ends before that, the last one on it.
        """
        found = {0: logs}
        is_down = max(logs) > 0
        way, further = [start], self._way(start, 1 / _STRIDE if is_down else _STRIDE)
        near, stride = 0, 1 + int(min(abs(max(logs)), 8.0))
        while True:
            way += islice(further, near + stride + 1 - len(way))
            far = len(way) - 1
            if far == near:
                return way[near], found[near]
            found[far] = self._measure(way[far])
            if (max(found[far]) > 0) != is_down:
                break
            near, stride = far, 2 * stride
        while far - near > 1:
            middle = (near + far) // 2
            found[middle] = self._measure(way[middle])
            if (max(found[middle]) > 0) == is_down:
                near = middle
            else:
                far = middle
        change = max(found[far]) - max(found[near])
        self._effects.learn_power(self._decisions, way[near], way[far], change)
        last = far if is_down else near
        return way[last], found[last]

    def _way(self, member: Genotype, factor: float) -> Iterator[Genotype]:
        """A member a step further each time, until no choice leaves room."""
        for _ in range(_MOST_STEPS):
            larger = next(self.steps(member, factor), None)
            if larger is None:
                return
            member = larger
            yield member

    def _fill(self, member: Genotype, logs: Logs) -> None:
        """Measure what should be closest to the budget of all that is one or two steps away."""
        queue = list(self._moves(member, logs))
        heapify(queue)
        while queue:
            move = heappop(queue)
            now = self._lack(move.logs, *(self._effects.of(s, len(logs)) for s in move.steps))
            if now > move.lack:
                # More is known by now than when it was noted.
                heappush(queue, move._replace(lack=now))
                continue
            other = self._moved(move)
            if other is None or other.key in self._seen:
                continue
            found = self._measure(other)
            if max(found) < inf:
                self._effects.learn(move.steps, move.logs, found)
                for further in self._moves(other, found):
                    heappush(queue, further)

    def _moves(self, member: Genotype, logs: Logs) -> Iterator[_Move]:
        """All single steps, and pairs of one up and one down; of many, those that should lead nearer."""
        ups, downs = (
            [(step, self._effects.of(step, len(logs))) for step in self._single(member, is_up)]
            for is_up in (True, False)
        )
        for step, effect in (*ups, *downs):
            lack = self._lack(logs, effect)
            yield _Move(lack, self._rng.random(), member, logs, (step,))
        most = inf if len(ups) * len(downs) <= _FEW else self._lack(logs)
        for (up, gained), (down, lost) in product(ups, downs):
            lack = self._lack(logs, gained, lost)
            if lack < most and up.path != down.path:
                yield _Move(lack, self._rng.random(), member, logs, (up, down))

    def _single(self, member: Genotype, is_up: bool) -> Iterator[Step]:  # noqa: FBT001
        for decision in self._decisions:
            there = scaled(decision, member.by_path, LARGER if is_up else SMALLER)
            if there is not None:
                here = cast("Scalar", member[decision.path])
                yield Step.to(decision, here, there, is_up=is_up)

    def _moved(self, move: _Move) -> Genotype | None:
        values: dict[str, DecisionValue] = {step.path: step.option for step in move.steps}
        try:
            return with_values(move.member, values, self._view.table, self._rng)
        except NothingToChangeError:
            return None

    def _lack(self, logs: Logs, *effects: Logs) -> float:
        """How far from the budget steps with these effects should end; 0 where that is enough."""
        share = max(map(sum, zip(logs, *effects, strict=True)))
        return max(share, self._least - share, 0.0)


def shares_of(cost: Cost | None, view: SpaceView) -> tuple[float, ...]:
    """What a cost takes of each limit; infinity where there is none."""
    if cost is None:
        return tuple(inf for _ in view.limits)
    return tuple(getattr(cost, name) / max(1, most) for name, most in view.limits.items())
