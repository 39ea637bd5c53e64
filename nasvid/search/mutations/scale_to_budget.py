"""Shrink or grow a network until it just fits the budget.

Source: Tan and Le 2019, EfficientNet, https://arxiv.org/abs/1905.11946 (width, depth and resolution
scaled to what is available); Feichtenhofer 2020, X3D, https://arxiv.org/abs/2004.04730, section 3.2
(one axis at a time). Differs: random steps on the choices of a space, each measured.
"""

import random
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from math import log
from typing import final

from nasvid.core.costs import Cost
from nasvid.search.aspects import Aspect
from nasvid.search.mutation import MUTATIONS, Mutation, NothingToChangeError, with_value
from nasvid.search.numbers import NEXT, scaled
from nasvid.search.space_view import Parent, SpaceView
from nasvid.spec.decisions import Genotype

_SCALED: tuple[Aspect, ...] = ("width", "expansion", "repeats", "resolution")
_SMALLER, _LARGER = 1 - NEXT, 1 + NEXT
# What makes enough room for a step of another kind.
_SHAKEN = 0.75


@MUTATIONS.add
@final
@dataclass(frozen=True, slots=True)
class ScaleToBudget(Mutation):
    """Changes widths, depths and resolution step by step until the cost is just under the budget.

    It begins with a random step, so that what fits already is balanced in another way. Every step
    is measured, which takes as long as lowering a network. Where the steps do not suffice it ends
    nearer to the budget than the parent, and never above it.

    Args:
        margin: How far under the budget the child may be, as a share of it.
        steps: Most networks that are measured.
    """

    margin: float = 0.1
    steps: int = 32

    def __post_init__(self) -> None:
        if not 0 < self.margin <= 1:
            raise ValueError(f"margin: got {self.margin!r}; accepts a number above 0, at most 1.")
        if self.steps < 2:
            raise ValueError(f"steps: got {self.steps!r}; accepts a number of 2 or more.")

    def applies(self, view: SpaceView) -> bool:
        return bool(view.limits) and any(view.about(aspect) for aspect in _SCALED)

    def mutate(self, parent: Parent, view: SpaceView, rng: random.Random) -> Genotype:
        before = _share(parent.cost or view.measure(parent.genotype), view)
        child = _perturbed(parent.genotype, view, rng)
        share = _share(view.measure(child), view)
        num_left = self.steps - 1
        while num_left and share is not None and share > 1:
            child, _ = _stepped(child, _factor(share), (), view, rng)
            child = _faster(child, share, view, rng)
            share = _share(view.measure(child), view)
            num_left -= 1
        if share is None or share > 1:
            raise NothingToChangeError("no steps lead under the budget.")
        child, share = self._grown(child, share, num_left, view, rng)
        is_nearer = before is None or before > 1 or before < share
        if child.key == parent.genotype.key or not (is_nearer or share >= 1 - self.margin):
            raise NothingToChangeError("no steps lead nearer to the budget.")
        return child

    def _grown(
        self, child: Genotype, share: float, num_left: int, view: SpaceView, rng: random.Random
    ) -> tuple[Genotype, float]:
        """The largest member that is reached without leaving the budget."""
        best = child, share
        barred: set[str] = set()
        is_fast = True
        while num_left and best[1] < 1 - self.margin:
            try:
                factor = _factor(share) if is_fast else _LARGER
                larger, path = _stepped(child, factor, barred, view, rng)
                larger = _faster(larger, share, view, rng) if is_fast else larger
            except NothingToChangeError:
                if not barred:
                    break
                # Every step up is too large: a step down somewhere makes room for another one.
                child, _ = _stepped(child, _SHAKEN, (), view, rng)
                barred = set()
                continue
            now = _share(view.measure(larger), view)
            num_left -= 1
            if now is not None and now <= 1:
                child, share = larger, now
                best = max(best, (larger, now), key=lambda found: found[1])
            elif is_fast:
                is_fast = False
            else:
                barred.add(path)
        return best


def _share(cost: Cost | None, view: SpaceView) -> float | None:
    """The largest share of a limit that is taken; None where there is no cost."""
    if cost is None:
        return None
    return max(getattr(cost, name) / max(1, most) for name, most in view.limits.items())


def _factor(share: float) -> float:
    """By what to multiply one number where so much of the budget is taken.

    Costs grow with the square of a width or a size, as a rule; one number alone does not do all.
    """
    return min(2.0, max(0.5, (1 / max(share, 1e-9)) ** 0.5))


def _faster(genotype: Genotype, share: float, view: SpaceView, rng: random.Random) -> Genotype:
    """Further steps before the next measure, as many as there are while the budget is far away."""
    with suppress(NothingToChangeError):
        for _ in range(int(abs(log(max(share, 1e-9), 4)))):
            genotype, _ = _stepped(genotype, _factor(share), (), view, rng)
    return genotype


def _perturbed(genotype: Genotype, view: SpaceView, rng: random.Random) -> Genotype:
    """The member a step larger or smaller; the other way where one is not possible."""
    factors = (_SMALLER, _LARGER)
    first = rng.randrange(2)
    try:
        return _stepped(genotype, factors[first], (), view, rng)[0]
    except NothingToChangeError:
        return _stepped(genotype, factors[1 - first], (), view, rng)[0]


def _stepped(
    genotype: Genotype,
    factor: float,
    barred: Collection[str],
    view: SpaceView,
    rng: random.Random,
) -> tuple[Genotype, str]:
    """The member with one number smaller or larger by about a factor, and which one that is.

    Raises:
        NothingToChangeError: No choice leaves room for it.
    """
    left = {
        decision.path: option
        for aspect in _SCALED
        for decision in view.about(aspect)
        if decision.path not in barred
        and (option := scaled(decision, genotype.by_path, factor)) is not None
    }
    while left:
        path = list(left)[rng.randrange(len(left))]
        option = left.pop(path)
        try:
            return with_value(genotype, path, option, view.table, rng), path
        except NothingToChangeError:
            continue
    raise NothingToChangeError("no active choice of a width, depth or resolution leaves room.")
