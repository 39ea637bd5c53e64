"""Take each decision from one of two parents at random.

Source: Syswerda 1989, Uniform crossover in genetic algorithms, ICGA. Differs: decisions that hang
on one another come with what opens them.
"""

import random
from dataclasses import dataclass
from typing import final

from nasvid.core.errors import SpaceError
from nasvid.search.crossover import CROSSOVERS, Crossover
from nasvid.search.mutation import NothingToChangeError
from nasvid.search.space_view import Parent, SpaceView
from nasvid.spec.decisions import DecisionValue, Genotype


@CROSSOVERS.add
@final
@dataclass(frozen=True, slots=True)
class Uniform(Crossover):
    """Draws for every decision that both parents answer whose value the child gets.

    Args:
        swap: Chance that a value is taken from the second parent.
    """

    default_weight = 1.0

    swap: float = 0.5

    def __post_init__(self) -> None:
        if not 0 < self.swap < 1:
            raise ValueError(f"swap: got {self.swap!r}; accepts a number between 0 and 1.")

    def cross(self, first: Parent, second: Parent, view: SpaceView, rng: random.Random) -> Genotype:
        one, other = first.genotype, second.genotype
        # What only one of them answers is at hand where its parent decision comes over.
        taken: dict[str, DecisionValue] = {
            path: value
            for path, value in other.values
            if path in one.by_path and rng.random() < self.swap
        }
        mixed = {**other.by_path, **one.by_path, **taken}
        try:
            child = view.table.complete(mixed, rng)
        except SpaceError as error:
            raise NothingToChangeError("no mix of both meets the constraints.") from error
        if child.key in (one.key, other.key):
            raise NothingToChangeError("the parents are too much alike for another member.")
        return child
