"""Optuna's tree-structured Parzen estimator: values that were good are drawn more often.

Source: Bergstra et al. 2011, Algorithms for Hyper-Parameter Optimization, NeurIPS, section 4, as
Optuna implements it. Decisions that are open for some values of others only are asked for where
they are open.
"""

from typing import Any, ClassVar, final

from nasvid.search.algorithm import ALGORITHMS
from nasvid.search.optuna_algorithm import OptunaAlgorithm


@ALGORITHMS.add
@final
class OptunaTpe(OptunaAlgorithm):
    """Leaves the choice to Optuna's TPE sampler."""

    origin: ClassVar[str] = "tpe"

    def make_sampler(self, optuna: Any, seed: int) -> Any:
        return optuna.samplers.TPESampler(n_startup_trials=1, seed=seed)
