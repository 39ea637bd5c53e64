"""What the search algorithms of Optuna's samplers have in common."""

import random
from abc import abstractmethod
from typing import Any, ClassVar

from nasvid.core.errors import SpaceError
from nasvid.search.algorithm import Algorithm
from nasvid.search.history import Result
from nasvid.search.mutation import NothingToChangeError
from nasvid.search.optuna_study import OptunaStudy
from nasvid.search.proposal import Origin, Proposal
from nasvid.search.space_view import SpaceView
from nasvid.spec.sections import SearchSettings


class OptunaAlgorithm(Algorithm):
    """Leaves the choice to a sampler of Optuna's, once the first members are drawn at random.

    Args:
        view: The space.
        settings: How to search.
    """

    is_slow = True
    reads = frozenset(("population",))
    # What proposals are told to come from.
    origin: ClassVar[str]
    # See `OptunaStudy`.
    is_fixed: ClassVar[bool] = False

    def __init__(self, view: SpaceView, settings: SearchSettings) -> None:
        super().__init__(view, settings)
        number = len(self.objectives.directions) if self.seeks_front else 1
        self._study = OptunaStudy(
            self.name(), view.table, number, self.make_sampler, is_fixed=self.is_fixed
        )
        self._has_success = False

    @abstractmethod
    def make_sampler(self, optuna: Any, seed: int) -> Any:
        """The sampler of the module `optuna` with this seed."""

    def fold(self, result: Result) -> None:
        if result.job.kind != "search":
            return
        self._has_success |= result.is_candidate
        self._study.tell(result.job.genotype, self._told(result) if result.is_candidate else None)

    def propose(self, number: int, rng: random.Random) -> Proposal:
        if number < self.settings.population or not self._has_success:
            return self.draw(rng)
        try:
            return Proposal(self._study.ask(rng), Origin(self.origin))
        except SpaceError as error:
            raise NothingToChangeError("no values near those meet the constraints.") from error

    def _told(self, result: Result) -> tuple[float, ...]:
        return self.vector(result) if self.seeks_front else (self.score(result),)
