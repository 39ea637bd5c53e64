"""Shrink or grow a network until it just fits the budget.

Source: Tan and Le 2019, EfficientNet, https://arxiv.org/abs/1905.11946 (width, depth and resolution
scaled to what is available); Feichtenhofer 2020, X3D, https://arxiv.org/abs/2004.04730, section 3.2
(one axis at a time). Differs: random steps on the choices of a space, each measured.
"""

import random
from contextlib import suppress
from dataclasses import dataclass
from typing import final

from nasvid.core.costs import Cost
from nasvid.search.aspects import Aspect
from nasvid.search.mutation import MUTATIONS, Mutation, NothingToChangeError, with_value
from nasvid.search.numbers import neighbour
from nasvid.search.space_view import Parent, SpaceView
from nasvid.spec.decisions import Genotype

_SCALED: tuple[Aspect, ...] = ("width", "expansion", "repeats", "resolution")
# Of budget and cost, how much larger one is, to the further steps that are taken at once.
_PACES = ((4.0, 3), (2.0, 1))


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
    steps: int = 24

    def __post_init__(self) -> None:
        if not 0 < self.margin <= 1:
            raise ValueError(f"margin: got {self.margin!r}; accepts a number above 0, at most 1.")
        if self.steps < 2:
            raise ValueError(f"steps: got {self.steps!r}; accepts a number of 2 or more.")

    def applies(self, view: SpaceView) -> bool:
        return bool(view.limits) and any(view.about(aspect) for aspect in _SCALED)

    def mutate(self, parent: Parent, view: SpaceView, rng: random.Random) -> Genotype:
        before = _share(parent.cost or view.measure(parent.genotype), view)
        child = _stepped(parent.genotype, rng.choice((-1, 1)), set(), view, rng)[0]
        filled = _share(view.measure(child), view)
        num_left = self.steps - 1
        while num_left and filled is not None and filled > 1:
            child, _ = _stepped(child, -1, set(), view, rng)
            child = _faster(child, -1, filled, view, rng)
            filled = _share(view.measure(child), view)
            num_left -= 1
        if filled is None or filled > 1:
            raise NothingToChangeError("no steps lead under the budget.")
        child, filled = self._grown(child, filled, num_left, view, rng)
        is_nearer = before is None or before > 1 or before < filled
        if child.key == parent.genotype.key or not (is_nearer or filled >= 1 - self.margin):
            raise NothingToChangeError("no steps lead nearer to the budget.")
        return child

    def _grown(
        self, child: Genotype, filled: float, num_left: int, view: SpaceView, rng: random.Random
    ) -> tuple[Genotype, float]:
        """The largest member that is reached without leaving the budget."""
        best = child, filled
        barred: set[str] = set()
        is_fast = True
        while num_left and best[1] < 1 - self.margin:
            try:
                larger, path = _stepped(child, 1, barred, view, rng)
            except NothingToChangeError:
                # Every step up is too large: a step down somewhere makes room for another one.
                try:
                    child, _ = _stepped(child, -1, set(), view, rng)
                except NothingToChangeError:
                    break
                barred = set()
                continue
            if is_fast:
                larger = _faster(larger, 1, 1 / filled, view, rng)
            now = _share(view.measure(larger), view)
            num_left -= 1
            if now is not None and now <= 1:
                child, filled = larger, now
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


def _faster(
    genotype: Genotype, direction: int, ratio: float, view: SpaceView, rng: random.Random
) -> Genotype:
    """Further steps as long as there are any, the more the further the budget is away."""
    number = next((steps for least, steps in _PACES if ratio > least), 0)
    with suppress(NothingToChangeError):
        for _ in range(number):
            genotype = _stepped(genotype, direction, set(), view, rng)[0]
    return genotype


def _stepped(
    genotype: Genotype, direction: int, barred: set[str], view: SpaceView, rng: random.Random
) -> tuple[Genotype, str]:
    """The member one step smaller or larger in one of its choices, and which one that is.

    Raises:
        NothingToChangeError: No choice leaves room for it.
    """
    left = {
        decision.path: option
        for aspect in _SCALED
        for decision in view.about(aspect)
        if decision.path not in barred
        and (option := neighbour(decision, genotype.by_path, direction)) is not None
    }
    while left:
        path = list(left)[rng.randrange(len(left))]
        option = left.pop(path)
        try:
            return with_value(genotype, path, option, view.table, rng), path
        except NothingToChangeError:
            continue
    raise NothingToChangeError("no active choice of a width, depth or resolution leaves room.")
