"""How fast the controller is: proposals, the full path to a candidate, modules, the model of scores.

    python benchmarks/search_speed.py                 all tables; peers that are installed beside them
    python benchmarks/search_speed.py --write         the result beside this file

All times are CPU seconds of one process on one thread, taken in one run, so that ratios hold on a
machine that is shared; of every figure the best of several parts is given as well as the median. Peers
run in the same process: on a slow or shared machine compare with them.
`search_spaces/bench_36.yaml` has 36 decisions.
"""

import argparse
import importlib.util
import platform
import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import nasvid
from nasvid.core.costs import Cost
from nasvid.core.evaluations import Evaluation
from nasvid.core.seeds import keyed_rng
from nasvid.graph.ir import Graph, flatten, graph_from_json
from nasvid.lowering.lower import lower
from nasvid.search.candidates import Candidates, Prepared
from nasvid.search.controller import Controller
from nasvid.search.space_view import Parent, SpaceView
from nasvid.search.surrogate import Surrogate
from nasvid.search.variation import Variation
from nasvid.spec.decisions import Genotype
from nasvid.spec.sections import SurrogateSettings

ROOT = Path(__file__).resolve().parents[1]
SPACE = nasvid.load(ROOT / "search_spaces" / "bench_36.yaml").spec
TABLE = SPACE.decisions
PART = 250


class Instant(Candidates):
    """Members by their decisions alone: no graph, no cost."""

    def __init__(self) -> None:
        self._nothing = Graph((), (), ())

    def prepare(self, genotype: Genotype) -> Prepared:
        """A candidate for each genotype."""
        code = TABLE.code(genotype)
        assert code is not None
        text = bytes(code)
        # Something to weigh the score against, for algorithms that look for a front.
        return Prepared(genotype, text.hex(), Cost(macs=1 + sum(text)), self._nothing)


def controller(candidates: Candidates, algorithm: str, count: int) -> Controller:
    """A search without the model of the scores, population 100."""
    settings = replace(
        SPACE.search,
        algorithm=algorithm,
        candidates=count,
        population=100,
        tournament=10,
        window=1,
        surrogate=SurrogateSettings(share=0.0),
    )
    return Controller(TABLE, settings, candidates)


def steps(search: Controller, count: int) -> None:
    """Ask and tell, with an objective that costs nothing."""
    for _ in range(count):
        job = search.ask()
        assert job is not None
        score = (job.seed >> 40) / 2**23
        search.tell(job.number, Evaluation({"top1": score}))


def seconds(function: Callable[[], object]) -> float:
    """CPU seconds of a call."""
    began = time.process_time()
    function()
    return time.process_time() - began


def rates(search: Controller, total: int) -> list[float]:
    """Evaluations a second, part by part."""
    return [PART / seconds(lambda: steps(search, PART)) for _ in range(total // PART)]


def told(values: list[float], digits: int = 0) -> str:
    """Median and best."""
    return f"{median(values):,.{digits}f} | {max(values):,.{digits}f}"


def decision_level(count: int) -> Iterator[str]:
    """Ask and tell with ids of decisions; marginal cost and memory of the same runs."""
    yield "## Ask and tell on decisions alone, 36 decisions, population 100"
    yield ""
    yield f"| search | median /s over {count:,} evaluations | best part /s | cost at the end : at 1,000 |"
    yield "|---|---|---|---|"
    for algorithm in ("aging_evolution", "archive_evolution"):
        ratios: list[float] = []
        found: list[float] = []
        for _ in range(5):
            search = controller(Instant(), algorithm, count + 1000)
            parts = rates(search, count)
            found += parts
            early, late = parts[2 : 2 + 8], parts[-8:]
            ratios.append(max(early) / max(late))
        yield f"| {algorithm} | {told(found)} | {median(ratios):.2f} |"
    yield ""
    tracemalloc.start()
    search = controller(Instant(), "aging_evolution", 6000)
    sizes: list[int] = []
    for _ in range(5):
        steps(search, 1000)
        sizes.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    grown = [(later - earlier) / 1000 for earlier, later in pairwise(sizes)]
    each = ", ".join(f"{size:,.0f}" for size in grown)
    yield f"Memory: {median(grown):,.0f} bytes a candidate (over each further thousand: {each})."


def full_path(count: int) -> Iterator[str]:
    """Proposed, constraints, verified, exact cost, budget, canonical id, never a repeat."""
    yield "## The full path: constraints, shapes, exact cost, budget, canonical id, no repeats"
    yield ""
    yield "| state | median /s | best part /s |"
    yield "|---|---|---|"
    search = controller(Candidates.of(SPACE), "aging_evolution", count + 100)
    cold = PART / seconds(lambda: steps(search, PART))
    parts = rates(search, count - PART)
    yield f"| cold, the first {PART} | {cold:,.0f} | |"
    yield f"| warm | {told(parts[len(parts) // 2 :])} |"


def modules(count: int) -> Iterator[str]:
    """A module on the meta device against its leaves in bare torch."""
    import torch

    from nasvid.modules.assemble import build
    from nasvid.modules.leaf import Layer, leaf_of

    torch.set_num_threads(1)
    graphs = [lower(SPACE, TABLE.sample(keyed_rng("bench", k))).graph for k in range(count)]
    layers: list[list[Any]] = []
    for graph in graphs:
        leaves = [leaf_of(node.op, *node.input_shapes) for node in flatten(graph)[0]]
        layers.append([leaf for leaf in leaves if isinstance(leaf, Layer)])
    texts = [graph.to_json() for graph in graphs]
    ratios: list[float] = []
    for _ in range(9):
        fresh = [graph_from_json(text) for text in texts]
        with torch.device("meta"):
            bare = seconds(lambda: [[x.factory(**x.arguments) for x in some] for some in layers])
            ours = seconds(lambda graphs=fresh: [build(graph) for graph in graphs])
        ratios.append(ours / bare)
    yield "## Modules on the meta device"
    yield ""
    yield (
        f"{median(ratios):.2f} times the time of constructing the same leaves in bare torch (median "
        f"of {len(ratios)}, {count} members, graphs read anew each time)."
    )


def surrogate(count: int) -> Iterator[str]:
    """Fit and predict for each ask; the making of children apart."""
    model = Surrogate(TABLE, 5.0)
    pool = [TABLE.sample(keyed_rng("pool", k)) for k in range(150)]
    asked: list[float] = []
    for number in range(count):
        genotype = TABLE.sample(keyed_rng("told", number))
        model.add(str(number), genotype, keyed_rng("score", number).random())
        if number >= 20:
            asked.append(seconds(lambda: model.promise(pool)))
    view = SpaceView(TABLE)
    variation = Variation(view, SPACE.search)
    parents = [Parent(genotype) for genotype in pool]
    making = seconds(lambda: [_mutant(variation, parent) for parent in parents])
    yield "## The model of the scores"
    yield ""
    yield (
        f"Fit and prediction of 150 children: {1000 * sum(asked) / len(asked):.2f} ms an ask, "
        f"amortised over {count} results ({1000 * sum(asked[-50:]) / 50:.2f} ms over the last 50); "
        f"making 150 mutants: {1000 * making:.2f} ms."
    )


def _mutant(variation: Variation, parent: Parent) -> Genotype:
    return variation.mutated(parent, 0, keyed_rng("mutant", parent.genotype.id))[0]


def peers(count: int) -> Iterator[str]:
    """What other packages need for the same number of decisions."""
    yield "## Peers, the same 36 decisions without constraints"
    yield ""
    yield "| search | /s |"
    yield "|---|---|"
    if importlib.util.find_spec("pymoo"):
        yield f"| pymoo NSGA-II, population 100 | {count / seconds(lambda: _pymoo(count)):,.0f} |"
    if importlib.util.find_spec("optuna"):
        few = min(count, 500)
        yield f"| Optuna NSGA-II, {few} evaluations | {few / seconds(lambda: _optuna(few)):,.0f} |"
    yield ""
    yield "Not installed, so not run: " + ", ".join(
        name
        for name in ("pymoo", "optuna", "syne_tune", "nni", "pyglove")
        if importlib.util.find_spec(name) is None
    )


def _pymoo(count: int) -> None:
    import numpy as np
    from pymoo.algorithms.moo.nsga2 import NSGA2
    from pymoo.core.problem import Problem
    from pymoo.operators.crossover.sbx import SBX
    from pymoo.operators.mutation.pm import PM
    from pymoo.operators.repair.rounding import RoundingRepair
    from pymoo.operators.sampling.rnd import IntegerRandomSampling
    from pymoo.optimize import minimize

    most = [decision.num_values - 1 for decision in TABLE]

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
    algorithm = NSGA2(pop_size=100, eliminate_duplicates=True, **operators)
    minimize(Instantly(), algorithm, ("n_eval", count), seed=0, verbose=False)


def _optuna(count: int) -> None:
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    sampler = optuna.samplers.NSGAIISampler(seed=0, population_size=100)
    study = optuna.create_study(directions=["maximize", "minimize"], sampler=sampler)
    for _ in range(count):
        trial = study.ask()
        picked = [trial.suggest_int(d.path, 0, d.num_values - 1) for d in TABLE]
        study.tell(trial, [float(sum(picked)), float(sum(picked[::2]))])


def main() -> None:
    """Run all parts."""
    parser = argparse.ArgumentParser(description="Speed of the controller.")
    parser.add_argument("--evaluations", type=int, default=10_000)
    parser.add_argument("--write", action="store_true", help="write the result beside this file")
    options = parser.parse_args()
    count = options.evaluations
    date = time.strftime("%Y-%m-%d")
    lines = [
        f"# Speed of the search, {date}",
        "",
        (
            f"nasvid {nasvid.__version__}, Python {platform.python_version()}, {platform.machine()}; "
            f"python benchmarks/search_speed.py --evaluations {count}"
        ),
        "",
    ]
    for part in (
        decision_level(count),
        full_path(count // 4),
        modules(6),
        surrogate(400),
        peers(count),
    ):
        for line in part:
            print(line, flush=True)
            lines.append(line)
        print()
        lines.append("")
    if options.write:
        path = Path(__file__).with_name(f"search_speed_{date}.md")
        path.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
