"""Optuna's tree-structured Parzen estimator: values that were good are drawn more often.

Source: Bergstra et al. 2011, Algorithms for Hyper-Parameter Optimization, NeurIPS, section 4, as
Optuna implements it. Decisions that are open for some values of others only are asked for where
they are open.
"""

import random
from typing import final

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
class OptunaTpe(Algorithm):
    """Leaves the choice to Optuna's TPE sampler."""

    def __init__(self, view: SpaceView, settings: SearchSettings) -> None:
        super().__init__(view, settings)
        self._study = OptunaStudy(
            self.name(),
            view.table,
            1,
            lambda optuna, seed: optuna.samplers.TPESampler(n_startup_trials=1, seed=seed),
        )
        self._has_success = False

    def fold(self, result: Result) -> None:
        if result.job.kind == "search":
            self._has_success |= result.is_candidate
            vector = (self.score(result),) if result.is_candidate else None
            self._study.tell(result.job.genotype, vector)

    def propose(self, number: int, rng: random.Random) -> Proposal:
        if number < self.settings.population or not self._has_success:
            return self.draw(rng)
        try:
            return Proposal(self._study.ask(rng), Origin("tpe"))
        except SpaceError as error:
            raise NothingToChangeError("no values near those meet the constraints.") from error
