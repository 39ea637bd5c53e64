"""Optuna's NSGA-II sampler, to compare with: generations, crossover, mutation as Optuna has them.

Source: Deb et al. 2002, A Fast and Elitist Multiobjective Genetic Algorithm: NSGA-II, as Optuna
implements it. Optuna draws at random what is not part of every trial, so all decisions are part of
it; what the closed ones say is dropped.
"""

import random
from typing import Any, ClassVar, final

from nasvid.core.errors import SpaceError
from nasvid.search.algorithm import ALGORITHMS, Algorithm
from nasvid.search.history import Result
from nasvid.search.mutation import NothingToChangeError
from nasvid.search.optuna_study import OptunaStudy
from nasvid.search.proposal import Origin, Proposal
from nasvid.search.space_view import SpaceView
from nasvid.spec.sections import SearchSettings


@ALGORITHMS.add
@final
class OptunaNsga2(Algorithm):
    """Leaves the choice to Optuna's NSGA-II sampler."""

    seeks_front: ClassVar[bool] = True

    def __init__(self, view: SpaceView, settings: SearchSettings) -> None:
        super().__init__(view, settings)
        self._study = OptunaStudy(
            self.name(),
            view.table,
            len(self.objectives.directions),
            self._make_sampler,
            is_fixed=True,
        )
        self._has_success = False

    def _make_sampler(self, optuna: Any, seed: int) -> Any:
        return optuna.samplers.NSGAIISampler(
            population_size=max(2, self.settings.population), seed=seed
        )

    def fold(self, result: Result) -> None:
        if result.job.kind == "search":
            self._has_success |= result.is_candidate
            vector = self.vector(result) if result.is_candidate else None
            self._study.tell(result.job.genotype, vector)

    def propose(self, number: int, rng: random.Random) -> Proposal:
        if number < self.settings.population or not self._has_success:
            return self.draw(rng)
        try:
            return Proposal(self._study.ask(rng), Origin("nsga2"))
        except SpaceError as error:
            raise NothingToChangeError("no values near those meet the constraints.") from error
