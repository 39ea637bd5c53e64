"""The contract of a search algorithm: results in, one proposal out."""

import random
from abc import ABC, abstractmethod
from dataclasses import replace
from typing import ClassVar

from nasvid.core.registry import Registry
from nasvid.search.history import Result
from nasvid.search.objectives import Objectives
from nasvid.search.proposal import Origin, Proposal
from nasvid.search.space_view import NO_GATES, Parent, SpaceView
from nasvid.search.variation import Variation
from nasvid.spec.sections import SearchSettings

# Settings of how children are made.
OF_VARIATION = frozenset(("mutations", "mutation_count", "crossovers", "crossover_share"))
_DEFAULTS = SearchSettings()
# Of those that a proposal is told to come of.
_MOST_STEPS = 3


class Algorithm(ABC):
    """Proposes genotypes; knows nothing of budgets, repeats, processes or time.

    Its state is a function of the results that were folded in, so a controller rebuilt from a
    ledger goes on alike: `propose` changes nothing.

    Args:
        view: The space.
        settings: How to search.
    """

    # Whether it looks for a front of several objectives, MACs being the second where none is named.
    seeks_front: ClassVar[bool] = False
    # Whether a model of the scores may choose among its children; a baseline stays what it is.
    takes_guidance: ClassVar[bool] = False
    # Whether it proposes slowly: a job that finds nothing new goes on with random draws then.
    is_slow: ClassVar[bool] = False
    # Which of `population`, `tournament` and the settings of how children are made it goes by.
    reads: ClassVar[frozenset[str]] = OF_VARIATION | {"population"}

    def __init__(self, view: SpaceView, settings: SearchSettings) -> None:
        self.view = view
        self.settings = settings
        self.objectives = Objectives.of(settings, several=self.seeks_front)
        # One that makes no children may still look around what was turned down, by the default mix.
        ignored = {name: getattr(_DEFAULTS, name) for name in sorted(OF_VARIATION - self.reads)}
        self.variation = Variation(view, replace(settings, **ignored))

    @classmethod
    def name(cls) -> str:
        """Name in YAML: that of the file."""
        return cls.__module__.rsplit(".", 1)[-1]

    @abstractmethod
    def fold(self, result: Result) -> None:
        """Take the next result in; called once for each job, in job order.

        Jobs that failed, repeats and promotions come too: `result.is_candidate` tells a new
        architecture with metrics, which is what a population is made of.
        """

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
        return Proposal(self.view.table.sample(rng), Origin("random"))

    def further(self, turned_down: Proposal, number: int, rng: random.Random) -> Proposal:
        """A genotype near one that was turned down, for a job that found none near its parents.

        Raises:
            NothingToChangeError: This draw leads nowhere.
        """
        return self.changed(turned_down, number, rng)

    def changed(self, turned_down: Proposal, number: int, rng: random.Random) -> Proposal:
        """One that was turned down after another mutation.

        Raises:
            NothingToChangeError: This draw leads nowhere.
        """
        known, origin, identify = turned_down.genotype, turned_down.origin, self.view.identify
        parent = Parent(known, NO_GATES, None, identify(known) or "")
        genotype, how = self.variation.mutated(parent, number, rng)
        steps = origin.how
        if steps.count(" ") >= _MOST_STEPS:
            # Of many steps down to a budget the first ones and the last.
            steps = " ".join(steps.split(" ")[:_MOST_STEPS])
        return Proposal(genotype, Origin(f"{steps} {how}", origin.parents))

    def score(self, result: Result) -> float:
        """What a single-objective algorithm ranks a candidate by; higher is better."""
        return self.objectives.score(result.evaluation, result.job.cost)

    def vector(self, result: Result) -> tuple[float, ...]:
        """All objectives of a candidate; higher is better in each."""
        return self.objectives.vector(result.evaluation, result.job.cost)


ALGORITHMS: Registry[Algorithm] = Registry("search algorithm", "nasvid.search.algorithms")
