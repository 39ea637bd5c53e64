"""Shrink or grow a network until it just fits the budget.

Source: Tan and Le 2019, EfficientNet, https://arxiv.org/abs/1905.11946 (width, depth and resolution
scaled to what is available); Feichtenhofer 2020, X3D, https://arxiv.org/abs/2004.04730, section 3.2
(one axis at a time). Differs: random steps on the choices of a space, each measured.
"""

import random
from dataclasses import dataclass
from typing import final

from nasvid.search.aspects import Aspect
from nasvid.search.budget_walk import LARGER, SMALLER, BudgetWalk, shares_of
from nasvid.search.mutation import MUTATIONS, Mutation, NothingToChangeError
from nasvid.search.space_view import Parent, SpaceView
from nasvid.spec.decisions import Genotype

_SCALED: tuple[Aspect, ...] = ("width", "expansion", "repeats", "resolution")


@MUTATIONS.add
@final
@dataclass(frozen=True, slots=True)
class ScaleToBudget(Mutation):
    """Changes widths, depths and resolution step by step until the cost is just under the budget.

    It begins with a random step, so that what fits already is balanced in another way, and goes on
    at random until the budget is crossed. What is left is filled by single steps, or by one down
    that makes room for others up. Members are measured, which takes as long as lowering a network.
    Where that does not suffice it ends nearer to the budget than the parent, and never above it.

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
        decisions = {d.path: d for aspect in _SCALED for d in view.about(aspect)}
        walk = BudgetWalk(
            view,
            tuple(decisions.values()),
            enough=1 - self.margin,
            most=self.steps,
            parent=parent.genotype,
            rng=rng,
        )
        factors = (SMALLER, LARGER) if rng.randrange(2) else (LARGER, SMALLER)
        steps = (step for factor in factors for step in walk.steps(parent.genotype, factor))
        start = next(steps, None)
        if start is None:
            raise NothingToChangeError(
                "no active choice of a width, depth or resolution leaves room."
            )
        walk.run(start)
        if walk.best is None:
            raise NothingToChangeError("no steps lead under the budget.")
        before = max(shares_of(parent.cost or view.measure(parent.genotype), view))
        if before <= 1 and walk.share < min(before, 1 - self.margin):
            raise NothingToChangeError("no steps lead nearer to the budget.")
        return walk.best
