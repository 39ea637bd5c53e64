"""What other packages need for as many decisions as search_speed.py searches, with an instant objective.

Each peer is driven through the narrowest public interface that it has, without its experiment
runner, so that none pays for processes or files. None of them is a dependency of nasvid; those that
are installed are run.
"""

import importlib.util
import logging
import random
import warnings
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Any

POPULATION = 100
TOURNAMENT = 10


def peers(
    sizes: Sequence[int], count: int, seconds: Callable[[Callable[[], object]], float]
) -> Iterator[str]:
    """The table, line by line.

    Args:
        sizes: Number of values of each decision; there are no constraints.
        count: Evaluations of those peers that are quick.
        seconds: CPU seconds of a call.
    """
    yield "## Peers, the same decisions without constraints, population 100"
    yield ""
    yield "| search | evaluations | /s |"
    yield "|---|---|---|"
    missing: list[str] = []
    failed: list[str] = []
    for package, name, most, run in _PEERS:
        if importlib.util.find_spec(package) is None:
            missing.append(name)
            continue
        few = min(count, most)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                # Once for what it imports.
                run(sizes, 2)
                taken = seconds(lambda run=run, few=few: run(sizes, few))
        except ImportError as error:
            failed.append(f"{name} ({error})")
            continue
        yield f"| {name} | {few:,} | {few / taken:,.0f} |"
    yield ""
    yield f"Not installed, so not run: {', '.join(missing) or 'none'}."
    if failed:
        yield f"Not run, as they lack packages of their own: {', '.join(failed)}."


def plain_python(sizes: Sequence[int], count: int) -> None:
    """Aging evolution on dictionaries and nothing else: how fast Python is at the time.

    No ids, no repeats looked for, no records, no results that arrive later, one generator for all.

    Args:
        sizes: Number of values of each decision.
        count: Evaluations.
    """
    rng = random.Random(0)
    names = [f"d{k}" for k in range(len(sizes))]
    population: deque[tuple[float, dict[str, int]]] = deque()
    for number in range(count):
        if number < POPULATION:
            member = {name: rng.randrange(size) for name, size in zip(names, sizes, strict=True)}
        else:
            drawn = rng.sample(population, TOURNAMENT)
            member = dict(max(drawn, key=lambda one: one[0])[1])
            place = rng.randrange(len(sizes))
            member[names[place]] = rng.randrange(sizes[place])
        population.append((rng.random(), member))
        if len(population) > POPULATION:
            population.popleft()


def _pymoo(sizes: Sequence[int], count: int) -> None:
    import numpy as np
    from pymoo.algorithms.moo.nsga2 import NSGA2
    from pymoo.core.problem import Problem
    from pymoo.operators.crossover.sbx import SBX
    from pymoo.operators.mutation.pm import PM
    from pymoo.operators.repair.rounding import RoundingRepair
    from pymoo.operators.sampling.rnd import IntegerRandomSampling
    from pymoo.optimize import minimize

    most = [size - 1 for size in sizes]

    class Instantly(Problem):
        def __init__(self) -> None:
            super().__init__(n_var=len(most), n_obj=2, xl=0, xu=np.array(most), vtype=int)

        def _evaluate(self, x: Any, out: Any, *_: Any, **__: Any) -> None:
            out["F"] = np.stack([x.sum(1), -x[:, ::2].sum(1)], axis=1)

    operators = {
        "sampling": IntegerRandomSampling(),
        "crossover": SBX(vtype=float, repair=RoundingRepair()),
        "mutation": PM(vtype=float, repair=RoundingRepair()),
    }
    algorithm = NSGA2(pop_size=POPULATION, eliminate_duplicates=True, **operators)
    minimize(Instantly(), algorithm, ("n_eval", count), seed=0, verbose=False)


def _optuna(sizes: Sequence[int], count: int) -> None:
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    sampler = optuna.samplers.NSGAIISampler(seed=0, population_size=POPULATION)
    study = optuna.create_study(directions=["maximize", "minimize"], sampler=sampler)
    for _ in range(count):
        trial = study.ask()
        picked = [trial.suggest_int(f"d{k}", 0, size - 1) for k, size in enumerate(sizes)]
        study.tell(trial, [float(sum(picked)), float(sum(picked[::2]))])


def _syne_tune(sizes: Sequence[int], count: int) -> None:
    # The searcher itself: its scheduler for asking and telling is slower.
    import syne_tune.config_space as spaces  # pyright: ignore[reportMissingImports]
    from syne_tune.optimizer.schedulers.searchers.regularized_evolution import (  # pyright: ignore[reportMissingImports]
        RegularizedEvolution,
    )

    space = {f"d{k}": spaces.choice(list(range(size))) for k, size in enumerate(sizes)}
    searcher = RegularizedEvolution(
        space, population_size=POPULATION, sample_size=TOURNAMENT, random_seed=0
    )
    for number in range(count):
        config = searcher.suggest()
        searcher.on_trial_complete(number, config, float(sum(config.values())))


def _nni(sizes: Sequence[int], count: int) -> None:
    from nni.mutable import Categorical, MutableDict  # pyright: ignore[reportMissingImports]
    from nni.nas.execution.engine import (  # pyright: ignore[reportMissingImports]
        ExecutionEngine,
    )
    from nni.nas.execution.event import (  # pyright: ignore[reportMissingImports]
        TrainingEndEvent,
    )
    from nni.nas.space import (  # pyright: ignore[reportMissingImports]
        ModelStatus,
        RawFormatModelSpace,
    )
    from nni.nas.strategy import RegularizedEvolution  # pyright: ignore[reportMissingImports]

    class Instantly(ExecutionEngine):
        """Knows the score of a model as soon as it is handed in."""

        left = count

        def submit_models(self, *models: Any) -> None:
            for model in models:
                self.left -= 1
                model.metrics.final = float(sum(model.sample.values()))
                model.status = ModelStatus.Trained
                self.dispatch_model_event(TrainingEndEvent(model, model.status))

        def default_callback(self, event: Any) -> None:
            del event

        def idle_worker_available(self) -> bool:
            return self.left > 0

        def budget_available(self) -> bool:
            return self.left > 0

        def wait_models(self, *models: Any) -> None:
            del models

    logging.getLogger("nni").setLevel(logging.ERROR)
    choices = {
        f"d{k}": Categorical(list(range(size)), label=f"d{k}") for k, size in enumerate(sizes)
    }
    strategy = RegularizedEvolution(population_size=POPULATION, sample_size=TOURNAMENT, seed=0)
    strategy(RawFormatModelSpace(MutableDict(choices), None), Instantly())


def _pyglove(sizes: Sequence[int], count: int) -> None:
    import pyglove  # pyright: ignore[reportMissingImports]

    space = pyglove.Dict(
        {f"d{k}": pyglove.oneof(list(range(size))) for k, size in enumerate(sizes)}
    )
    evolution = pyglove.evolution.regularized_evolution(
        population_size=POPULATION, tournament_size=TOURNAMENT
    )
    for example, feedback in pyglove.sample(space, evolution, count):
        feedback(float(sum(example.values())))


# Package, what is run, most evaluations (those are slow), and how.
_PEERS: tuple[tuple[str, str, int, Callable[[Sequence[int], int], None]], ...] = (
    ("random", "plain Python, aging evolution on dictionaries", 1_000_000, plain_python),
    ("pymoo", "pymoo NSGA-II", 1_000_000, _pymoo),
    ("syne_tune", "Syne Tune regularised evolution", 1_000_000, _syne_tune),
    ("nni", "NNI regularised evolution", 2_000, _nni),
    ("optuna", "Optuna NSGA-II", 500, _optuna),
    ("pyglove", "PyGlove regularised evolution", 120, _pyglove),
)
