"""The contract of a search algorithm: results in, one proposal out."""

import random
from abc import ABC, abstractmethod

from nasvid.core.registry import Registry
from nasvid.search.history import Result
from nasvid.search.proposal import Origin, Proposal
from nasvid.spec.decisions import DecisionTable
from nasvid.spec.sections import SearchSettings


class Algorithm(ABC):
    """Proposes genotypes; knows nothing of budgets, repeats, processes or time.

    Its state is a function of the results that were folded in, so a controller rebuilt from a
    ledger goes on alike: `propose` changes nothing.

    Args:
        table: The decisions of the space.
        settings: How to search.
    """

    def __init__(self, table: DecisionTable, settings: SearchSettings) -> None:
        self.table = table
        self.settings = settings

    @classmethod
    def name(cls) -> str:
        """Name in YAML: that of the file."""
        return cls.__module__.rsplit(".", 1)[-1]

    @abstractmethod
    def fold(self, result: Result) -> None:
        """Take the next result in; called once for each job, in job order."""

    @abstractmethod
    def propose(self, number: int, rng: random.Random) -> Proposal:
        """A genotype for job `number`, all randomness from `rng`.

        The first `population` jobs are `draw(rng)` in every algorithm, so that runs of one seed
        share them.

        Raises:
            NothingToChangeError: This draw leads nowhere; another one may.
        """

    def draw(self, rng: random.Random) -> Proposal:
        """A genotype at random."""
        return Proposal(self.table.sample(rng), Origin("random"))


ALGORITHMS: Registry[Algorithm] = Registry("search algorithm", "nasvid.search.algorithms")
