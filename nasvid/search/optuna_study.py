"""A study of Optuna's that knows the decisions of a space and the results of a search.

Every proposal comes from a sampler that is seeded for it alone, and results are told in job order,
so what is proposed is a function of the results, as in all algorithms here.

Source: Akiba et al. 2019, Optuna, https://arxiv.org/abs/1907.10902 (define by run).
"""

import random
import warnings
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from nasvid.core.errors import NasvidError
from nasvid.spec.decisions import Decision, DecisionTable, DecisionValue, Genotype

# Subsets are told as one choice among all of their values.
MOST_VALUES = 1000
_SEEDS = 2**32


class OptunaStudy:
    """Tells Optuna results and asks it for genotypes.

    Args:
        name: Of the algorithm, for messages.
        table: The decisions of the space.
        num_objectives: Objectives of each result, all maximised.
        make_sampler: A sampler of Optuna's with this seed; the module is given.
        is_fixed: Whether closed decisions are asked for too, for samplers that need the same ones in
            every trial; what they say is dropped.

    Raises:
        NasvidError: Optuna is not installed, or a decision has too many values.
    """

    def __init__(
        self,
        name: str,
        table: DecisionTable,
        num_objectives: int,
        make_sampler: Callable[[Any, int], Any],
        *,
        is_fixed: bool = False,
    ) -> None:
        self._table = table
        self._is_fixed = is_fixed
        self._values = {d.path: _values_of(name, d) for d in table}
        self._places = {
            path: {_key(value): place for place, value in enumerate(values)}
            for path, values in self._values.items()
        }
        try:
            # Loaded where it is used, as it takes a second and few searches need it.
            self._optuna: Any = import_module("optuna")
        except ModuleNotFoundError as error:
            raise NasvidError(
                f"{name}: package {error.name!r} is not installed; it is part of the extra "
                "'search'. Install it with: pip install 'nasvid[search]'"
            ) from error
        self._make_sampler = make_sampler
        # It would tell of every trial.
        self._optuna.logging.set_verbosity(self._optuna.logging.WARNING)
        self._study: Any = self._optuna.create_study(
            directions=["maximize"] * num_objectives, sampler=self._sampler(0)
        )
        self._num_told = 0

    def tell(self, genotype: Genotype, vector: tuple[float, ...] | None) -> None:
        """Take a result in; None for a failure."""
        places = {path: self._places[path][_key(value)] for path, value in genotype.values}
        self._study.enqueue_trial(places)
        # Draws what a closed decision would have said; never by how often was asked in between.
        self._num_told += 1
        self._study.sampler = self._sampler(self._num_told)
        trial = self._study.ask()
        has_generations = hasattr(self._study.sampler, "get_trial_generation")
        if has_generations:
            # A trial that is told in full is part of no generation unless one asks for it.
            known = self._study.get_trials(deepcopy=False)[trial.number]
            self._study.sampler.get_trial_generation(self._study, known)
        self._walk(trial)
        if vector is None:
            self._forget(trial)
        else:
            self._study.tell(trial, list(vector))
        if has_generations:
            # Who is asked first in a generation finds the parents in another order than the rest.
            self._drawn(0)

    def ask(self, rng: random.Random) -> Genotype:
        """A genotype that Optuna proposes; what it says is forgotten at once.

        Raises:
            SpaceError: No values near it meet all constraints.
        """
        return self._table.complete(self._drawn(rng.randrange(_SEEDS)), rng)

    def _drawn(self, seed: int) -> Mapping[str, DecisionValue]:
        self._study.sampler = self._sampler(seed)
        trial = self._study.ask()
        values = self._walk(trial)
        self._forget(trial)
        return values

    def _forget(self, trial: Any) -> None:
        self._study.tell(trial, state=self._optuna.trial.TrialState.FAIL)

    def _sampler(self, seed: int) -> Any:
        with warnings.catch_warnings():
            # Some options of samplers are called experimental.
            warnings.simplefilter("ignore")
            return self._make_sampler(self._optuna, seed)

    def _walk(self, trial: Any) -> Mapping[str, DecisionValue]:
        """Ask for each decision, and take those that are open given the ones before them."""
        found: dict[str, DecisionValue] = {}
        for decision in self._table:
            is_open = self._table.is_active(decision, found)
            if is_open or self._is_fixed:
                values = self._values[decision.path]
                value = values[self._place(trial, decision, len(values))]
                if is_open:
                    found[decision.path] = value
        return found

    def _place(self, trial: Any, decision: Decision, count: int) -> int:
        if decision.is_ordered and decision.kind == "choice":
            return trial.suggest_int(decision.path, 0, count - 1)
        return trial.suggest_categorical(decision.path, tuple(range(count)))


def _values_of(name: str, decision: Decision) -> list[DecisionValue]:
    if decision.num_values > MOST_VALUES:
        raise NasvidError(
            f"{name}: {decision.path!r} has {decision.num_values:,} values; accepts at most "
            f"{MOST_VALUES:,}. Use another algorithm."
        )
    return list(decision.values())


def _key(value: DecisionValue) -> str:
    # True, 1 and 1.0 are three options.
    return repr(value)
