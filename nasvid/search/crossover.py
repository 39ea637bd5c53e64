"""The contract of a crossover: a member made of two others, drawn at random."""

import random
from abc import ABC, abstractmethod
from typing import ClassVar

from nasvid.core.registry import Registry
from nasvid.search.space_view import Parent, SpaceView
from nasvid.spec.decisions import Genotype


class Crossover(ABC):
    """One way to join two genotypes; its fields are options that a file may set.

    Genotypes of one space are aligned by the addresses of their decisions. The child is a member of
    the space; every value of a decision that either parent answers comes from one of them, unless a
    constraint asks for another one.
    """

    # Weight in the mix of a search that names no crossovers; 0 leaves it to those that name it.
    default_weight: ClassVar[float] = 0.0

    @classmethod
    def name(cls) -> str:
        """Name in YAML and in ledgers: that of the file."""
        return cls.__module__.rsplit(".", 1)[-1]

    def applies(self, view: SpaceView) -> bool:
        """Whether there are members of the space that it could join, as far as is known."""
        del view
        return True

    @abstractmethod
    def cross(self, first: Parent, second: Parent, view: SpaceView, rng: random.Random) -> Genotype:
        """A child of these two members, other than both.

        Raises:
            NothingToChangeError: They are too much alike for a third one.
        """


CROSSOVERS: Registry[Crossover] = Registry("crossover", "nasvid.search.crossovers")
