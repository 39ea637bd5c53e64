"""How fast the controller is: proposals, the full path to a candidate, modules, the model of scores.

    python benchmarks/search_speed.py                 all tables; peers that are installed beside them
    python benchmarks/search_speed.py --write         the result beside this file

All times are CPU seconds of one process on one thread, taken in one run, so that ratios hold on a
machine that is shared; of every figure the best of several parts is given as well as the median, and
what plain Python makes between the parts, as one machine is up to twice as fast at times. Peers run in
the same process.
`search_spaces/bench_36.yaml` has 36 decisions.
"""

import argparse
import gc
import os
import platform
import time
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from search_speed_peers import peers, plain_python

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
from nasvid.spec.sections import SearchSettings, SurrogateSettings

ROOT = Path(__file__).resolve().parents[1]
SPACE = nasvid.load(ROOT / "search_spaces" / "bench_36.yaml").spec
TABLE = SPACE.decisions
CODING = TABLE.coding
SIZES = [decision.num_values for decision in TABLE]
# What an objective gives that costs nothing: 8,192 scores, of which the seed of a training picks one.
RESULTS = [Evaluation({"top1": score / 2**13}) for score in range(2**13)]
COSTS = [Cost(macs=1 + total) for total in range(sum(d.num_values for d in TABLE))]
# As many jobs as a run with the defaults has under way.
WINDOW = SearchSettings().window
PART = 250
# Evaluations of plain Python between two parts.
YARD = 1000
_COLUMNS = "median /s | best part /s | plain Python /s | share of that"
# Of two searches that are compared: turns, evaluations of each in a turn, and what the early one made
# before.
TURNS, EACH_TURN, EARLY = 30, 50, 1000
# Runs of each algorithm, fewer where they take longer than so many seconds together.
RUNS, LONG_ENOUGH = 5, 60.0


class Instant(Candidates):
    """Members by their decisions alone: no graph, no cost."""

    def __init__(self) -> None:
        self._nothing = Graph((), (), ())

    def prepare(self, genotype: Genotype) -> Prepared:
        """A candidate for each genotype."""
        code = genotype.code(CODING)
        assert isinstance(code, bytes)
        # Something to weigh the score against, for algorithms that look for a front.
        return Prepared(genotype, code.hex(), COSTS[sum(code)], self._nothing)


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
        search.tell(job.number, RESULTS[job.seed >> 50])


def seconds(function: Callable[[], object]) -> float:
    """CPU seconds of a call."""
    began = time.process_time()
    function()
    return time.process_time() - began


class Rates(NamedTuple):
    """Evaluations a second, part by part.

    Args:
        ours: Of a search.
        plain: Of plain Python at that time, see `plain_python`.
    """

    ours: list[float]
    plain: list[float]

    def told(self, first: int = 0) -> str:
        """Median and best from a part on, and the median of the shares of plain Python."""
        ours, plain = self.ours[first:], self.plain[first:]
        shares = [here / there for here, there in zip(ours, plain, strict=True)]
        return (
            f"{median(ours):,.0f} | {max(ours):,.0f} | {median(plain):,.0f} | {median(shares):.3f}"
        )


def rates(search: Controller, total: int) -> Rates:
    """How fast a search is; the machine is faster at times, which a yardstick in between tells."""
    found = Rates([], [])
    for _ in range(total // PART):
        found.ours.append(PART / seconds(lambda: steps(search, PART)))
        found.plain.append(YARD / seconds(lambda: plain_python(SIZES, YARD)))
    return found


def marginal(late: Controller, algorithm: str) -> float:
    """The cost of an evaluation against that of one behind the first 1,000, in turns."""
    early = controller(Instant(), algorithm, EARLY + 2 * TURNS * EACH_TURN)
    steps(early, EARLY)
    ratios: list[float] = []
    before = seconds(lambda: steps(early, EACH_TURN))
    for _ in range(TURNS):
        between = seconds(lambda: steps(late, EACH_TURN))
        after = seconds(lambda: steps(early, EACH_TURN))
        ratios.append(2 * between / (before + after))
        before = after
    return median(ratios)


def decision_level(count: int) -> Iterator[str]:
    """Ask and tell with ids of decisions; marginal cost and memory of the same runs."""
    yield "## Ask and tell on decisions alone, 36 decisions, population 100"
    yield ""
    yield f"| search, {count:,} evaluations | runs | {_COLUMNS} | cost behind these : behind 1,000 |"
    yield "|---|---|---|---|---|---|---|"
    for algorithm in ("aging_evolution", "archive_evolution"):
        ratios: list[float] = []
        found = Rates([], [])
        began = time.process_time()
        while len(ratios) < RUNS and (not ratios or time.process_time() - began < LONG_ENOUGH):
            search = controller(Instant(), algorithm, count + 2 * TURNS * EACH_TURN)
            parts = rates(search, count)
            found.ours.extend(parts.ours)
            found.plain.extend(parts.plain)
            ratios.append(marginal(search, algorithm))
        yield f"| {algorithm} | {len(ratios)} | {found.told()} | {median(ratios):.2f} |"
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
    yield f"| state | {_COLUMNS} |"
    yield "|---|---|---|---|---|"
    search = controller(Candidates.of(SPACE), "aging_evolution", count + 100)
    cold = PART / seconds(lambda: steps(search, PART))
    parts = rates(search, count - PART)
    half = len(parts.ours) // 2
    yield f"| cold, the first {PART} | {cold:,.0f} | | | |"
    yield f"| going on, the second half of {count:,}: some blocks are new | {parts.told(half)} |"
    again = controller(Candidates.of(SPACE), "aging_evolution", count + 100)
    parts = rates(again, count)
    yield f"| warm, the same search once more: every block is known | {parts.told(half)} |"


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
    pool = [TABLE.sample(keyed_rng("pool", k)) for k in range(150)]
    asked = _asked((False,), pool, count)
    waiting = [TABLE.sample(keyed_rng("waiting", k)) for k in range(WINDOW - 1)]
    with_others = _asked((False,), pool, count, waiting)
    for_front = _asked((False, True), pool, count)
    variation = Variation(SpaceView(TABLE), SPACE.search)
    # As an ask makes them: children of a few leaders, all from one generator.
    leaders = [Parent(genotype) for genotype in pool[:20]]
    making = [seconds(lambda n=n: _mutants(variation, leaders, n)) for n in range(100)]
    yield "## The model of the scores"
    yield ""
    yield (
        f"Fit and prediction of 150 children: {1000 * sum(asked) / len(asked):.2f} ms an ask, "
        f"amortised over {count} results ({1000 * sum(asked[-50:]) / 50:.2f} ms over the last 50); "
        f"with {len(waiting)} others under way {1000 * sum(with_others) / len(with_others):.2f} ms; of two "
        f"objectives, one of them a cost, {1000 * sum(for_front) / len(for_front):.2f} ms; "
        f"making 150 mutants: {1000 * median(making):.2f} ms an ask (median of {len(making)}; the "
        f"first time, with all that is then known of the space, {1000 * making[0]:.2f} ms)."
    )


def _asked(
    exact: tuple[bool, ...], pool: list[Genotype], count: int, waiting: Sequence[Genotype] = ()
) -> list[float]:
    """Seconds of each ask of a model of so many objectives, of which some are costs."""
    model, is_front = Surrogate(TABLE, 5.0, exact), len(exact) > 1
    asked: list[float] = []
    for number in range(count):
        genotype = TABLE.sample(keyed_rng("told", number))
        scores = [keyed_rng("score", number, k).random() for k in range(1 + is_front)]
        model.add(str(number), genotype, *scores)
        if number >= 20:
            ask = partial(model.gain, pool, 1.0) if is_front else partial(model.promise, pool)
            asked.append(seconds(lambda ask=ask: ask(under_way=waiting)))
    return asked


def _mutants(variation: Variation, leaders: list[Parent], number: int) -> list[Genotype]:
    rng = keyed_rng("mutants", number)
    return [variation.mutated(leaders[k % len(leaders)], 0, rng)[0] for k in range(150)]


def load(when: str) -> str:
    """How busy the machine is, which all figures hang on."""
    averages = ", ".join(f"{average:.1f}" for average in os.getloadavg())
    return f"Load of the machine {when} (1, 5, 15 minutes): {averages}."


def main() -> None:
    """Run all parts."""
    parser = argparse.ArgumentParser(description="Speed of the controller.")
    parser.add_argument("--evaluations", type=int, default=10_000)
    parser.add_argument("--write", action="store_true", help="write the result beside this file")
    options = parser.parse_args()
    # To look through what importing has made, libraries of peers among it, is no part of a search.
    gc.collect()
    gc.freeze()
    count = options.evaluations
    date = time.strftime("%Y-%m-%d")
    lines = [
        f"# Speed of the search, {date}",
        "",
        (
            f"nasvid {nasvid.__version__}, Python {platform.python_version()}, {platform.machine()}, "
            f"{os.cpu_count()} cores; python benchmarks/search_speed.py --evaluations {count}"
        ),
        "",
        load("before"),
        "",
    ]
    for part in (
        decision_level(count),
        full_path(count // 4),
        surrogate(400),
        # Loads torch, which the search itself does without.
        modules(6),
        peers(SIZES, count, seconds),
    ):
        for line in part:
            print(line, flush=True)
            lines.append(line)
        print()
        lines.append("")
    lines.append(load("after"))
    print(lines[-1])
    if options.write:
        path = Path(__file__).with_name(f"search_speed_{date}.md")
        path.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
