"""Optuna's NSGA-II sampler, to compare with: generations, crossover, mutation as Optuna has them.

Source: Deb et al. 2002, A Fast and Elitist Multiobjective Genetic Algorithm: NSGA-II, as Optuna
implements it. Optuna draws at random what is not part of every trial, so all decisions are part of
it; what the closed ones say is dropped.
"""

from typing import Any, ClassVar, final

from nasvid.search.algorithm import ALGORITHMS
from nasvid.search.optuna_algorithm import OptunaAlgorithm


@ALGORITHMS.add
@final
class OptunaNsga2(OptunaAlgorithm):
    """Leaves the choice to Optuna's NSGA-II sampler."""

    seeks_front: ClassVar[bool] = True
    origin: ClassVar[str] = "nsga2"
    is_fixed: ClassVar[bool] = True

    def make_sampler(self, optuna: Any, seed: int) -> Any:
        return optuna.samplers.NSGAIISampler(
            population_size=max(2, self.settings.population), seed=seed
        )
