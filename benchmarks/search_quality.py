"""How good the searches are, and what each default brings: NAS-Bench-201 through the public API.

    python benchmarks/search_quality.py                      the CIFAR-10 table, 100 runs
    python benchmarks/search_quality.py --table cifar100     another table
    python benchmarks/search_quality.py --only default --runs 20
    python benchmarks/search_quality.py --keep runs/quality  goes on where it was stopped
    python benchmarks/search_quality.py --write              the result beside this file

A query trains one architecture once: it returns one of the table's two or three training seeds, the
same one for the same run, architecture and repeat whatever the method. Regret is the best mean over
seeds in the table less that of the incumbent, in points of accuracy. Repeats of an architecture count
as queries. Repeats are told by decisions first and by the canonical id of the graph last; of
architectures that are one graph the one that was proposed stands for all and is scored by its own row.
Runs of one number share the seed of the search and the draws of the table, so they are compared in
pairs. Searches are asked and told by `nasvid.AskTell`; a test holds that its trials are the jobs of
`nasvid.search`.
"""

import argparse
import importlib.util
import json
import platform
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from statistics import fmean, median, stdev
from typing import Any

from nas_bench_201 import TABLES, Cells, Fronts, Table
from search_quality_runs import (
    AT,
    Trace,
    optuna_tpe,
    search,
    search_to_the_end,
    search_with_repeats,
    search_without_totals,
)

import nasvid

GOOD_REGRET = 0.2


@dataclass(frozen=True)
class Method:
    """One line of a table.

    Args:
        name: For people.
        changes: Settings that differ from the defaults that are shipped.
        play: One run.
        is_lucky: Whether the best single draw counts instead of the incumbent.
    """

    name: str
    changes: Mapping[str, Any] = field(default_factory=dict[str, Any])
    play: Callable[..., Trace] = search
    is_lucky: bool = False

    def regrets(self, trace: Trace) -> list[float]:
        """What counts after each query."""
        return trace.lucky if self.is_lucky else trace.regrets


@dataclass(frozen=True)
class Group:
    """Methods that are compared with the first of them.

    Args:
        title: For people.
        methods: The lines.
        is_front: Whether fronts count instead of regrets.
        is_test: Whether it is looked at on other tables too, where nothing is tuned.
    """

    title: str
    methods: Sequence[Method]
    is_front: bool = False
    is_test: bool = False


UNGUIDED = {"surrogate": {"share": 0.0}}
PLAIN = UNGUIDED | {"population": 30, "tournament": 10}
SEVERAL = {"objectives": {"top1": "max", "params": "min"}, "algorithm": "archive_evolution"}
# Jobs one after another, as the searches that it is compared with; a run has a window of 8.
DEFAULT = Method("default, window 1")
SEARCHES = (
    DEFAULT,
    Method("default, window 8", {"window": 8}),
    Method("random search", {"algorithm": "random_search"}),
    Method("aging evolution, plain", PLAIN),
    Method("aging evolution, plain, window 8", PLAIN | {"window": 8}),
    Method("worst-dies evolution, plain", PLAIN | {"algorithm": "worst_dies_evolution"}),
    Method("local search", UNGUIDED | {"algorithm": "local_search"}),
    Method("optuna TPE", play=optuna_tpe),
)
PARTS = (
    DEFAULT,
    Method("without the model, so without re-evaluation", UNGUIDED),
    Method("with repeated proposals", play=search_with_repeats),
    Method("with the final re-evaluation", play=search_to_the_end),
    Method("without re-evaluation", {"repeat_share": 0.0}),
    Method("without re-evaluation, best single draw instead", {"repeat_share": 0.0}, is_lucky=True),
    Method("with little optimism, 1", {"surrogate": {"optimism": 1.0}}),
    Method("without totals", play=search_without_totals),
    Method("without unguided proposals", {"surrogate": {"share": 1.0}}),
    Method("with numbers of the graph", {"surrogate": {"features": "graph"}}),
    Method("with crossover, 0.3", {"crossover_share": 0.3}),
    Method("with mutations that decay, 2 to 1", {"mutation_count": (2.0, 1.0)}),
)
PLAIN_PARTS = (
    Method("aging evolution, plain", PLAIN),
    Method("with repeated proposals", PLAIN, search_with_repeats),
    Method("with the final re-evaluation", PLAIN, search_to_the_end),
    Method("with crossover, 0.3", PLAIN | {"crossover_share": 0.3}),
    Method("with mutations that decay, 3 to 1", PLAIN | {"mutation_count": (3.0, 1.0)}),
)
FRONTS = (
    Method("archive evolution", SEVERAL),
    Method("random search", SEVERAL | {"algorithm": "random_search"}),
    Method("nsga2", SEVERAL | {"algorithm": "nsga2", "population": 30}),
    Method("archive evolution without the model", SEVERAL | UNGUIDED),
)
FRONT_PARTS = (
    Method("archive evolution", SEVERAL),
    Method("with repeated proposals", SEVERAL, search_with_repeats),
    Method("without re-evaluation", SEVERAL | {"repeat_share": 0.0}),
    Method("with crossover, 0.3", SEVERAL | {"crossover_share": 0.3}),
)
GROUPS = (
    Group("Searches", SEARCHES, is_test=True),
    Group("What each default brings", PARTS),
    Group("What brings how much without the model", PLAIN_PARTS),
    Group("Searches for a front", FRONTS, is_front=True, is_test=True),
    Group("What each default brings to a front", FRONT_PARTS, is_front=True),
)


def told(values: Sequence[float], digits: int, sign: str = "") -> str:
    """Mean and standard error."""
    error = stdev(values) / len(values) ** 0.5 if len(values) > 1 else 0.0
    return f"{fmean(values):{sign}.{digits}f} ±{error:.{digits}f}"


class Runs:
    """The runs of all methods, each made once.

    Args:
        cells: The members.
        table: Their accuracies.
        options: Of the command line.
    """

    def __init__(self, cells: Cells, table: Table, options: argparse.Namespace) -> None:
        self._cells = cells
        self._table = table
        self._options = options
        self._found: dict[str, list[Trace]] = {}

    def of(self, method: Method) -> list[Trace]:
        """All runs of a method."""
        name = f"{method.play.__name__} {dict(method.changes)}"
        if name not in self._found:
            self._found[name] = self._made(method, name)
        return self._found[name]

    def _made(self, method: Method, name: str) -> list[Trace]:
        options = self._options
        digest = f"{options.table}_{options.queries}_{''.join(filter(str.isalnum, name))}.jsonl"
        kept = Path(options.keep, digest) if options.keep else None
        lines = kept.read_text().splitlines() if kept is not None and kept.exists() else []
        traces = [Trace.from_json(line) for line in lines[: options.runs]]
        for run in range(len(traces), options.runs):
            began = time.process_time()
            trace = method.play(self._cells, self._table, run, options.queries, method.changes)
            data = asdict(trace) | {"seconds": time.process_time() - began}
            text = json.dumps(data)
            traces.append(Trace.from_json(text))
            if kept is not None:
                kept.parent.mkdir(parents=True, exist_ok=True)
                with kept.open("a", encoding="utf-8") as file:
                    file.write(text + "\n")
        print(f"# {method.name}: {fmean([t.seconds for t in traces]):.1f} CPU s a run", flush=True)
        return traces


class Report:
    """The tables as Markdown.

    Args:
        cells: The members.
        table: Their accuracies.
        options: Of the command line.
    """

    def __init__(self, cells: Cells, table: Table, options: argparse.Namespace) -> None:
        self._options = options
        self._runs = Runs(cells, table, options)
        # Takes a minute, so it waits until it is asked for.
        self._fronts = cache(lambda: Fronts(cells, table))
        self._at = [n for n in AT if n <= options.queries]

    def lines(self) -> Iterator[str]:
        """All of it."""
        options = self._options
        yield f"# NAS-Bench-201, {options.table}, {options.runs} runs, {options.queries} queries"
        yield ""
        yield (
            f"nasvid {nasvid.__version__}, {time.strftime('%Y-%m-%d')}, Python "
            f"{platform.python_version()}, {platform.machine()}; by benchmarks/search_quality.py, "
            "whose head tells what a query, regret and a repeat are. Mean ± standard error; "
            "differences are to the first line, in pairs of runs."
        )
        for group in GROUPS:
            if group.is_test or options.table == TABLES[0]:
                yield from self._table_of(group)

    def _table_of(self, group: Group) -> Iterator[str]:
        only = self._options.only
        methods = [
            method
            for method in group.methods
            if (not only or any(part in method.name for part in only))
            and (method.play is not optuna_tpe or importlib.util.find_spec("optuna"))
        ]
        if not methods:
            return
        yield ""
        yield f"## {group.title}"
        yield ""
        yield (
            "Hypervolume that is missing (accuracy up, parameters down; the box is accuracy 0 to 1 "
            "times parameters 0 to the most), of the front as the search sees it, judged by means "
            f"over seeds; points of accuracy by which that front flatters itself @{self._at[-1]}; CPU "
            "seconds a run."
            if group.is_front
            else "Regret of the incumbent in points of accuracy; median queries to a regret of "
            f"{GOOD_REGRET}; CPU seconds a run."
        )
        yield ""
        columns = [f"@{n}" for n in self._at]
        columns.append("flatters" if group.is_front else f"to {GOOD_REGRET}")
        compared = self._at[-3::2]
        columns += ["s", *[f"difference @{n}" for n in compared]]
        yield f"| search | {' | '.join(columns)} |"
        yield f"|---|{'---|' * len(columns)}"
        for method in methods:
            yield f"| {method.name} | {' | '.join(self._cells_of(group, method, compared))} |"

    def _cells_of(self, group: Group, method: Method, compared: Sequence[int]) -> Iterator[str]:
        """What stands in a line."""
        digits = 4 if group.is_front else 3
        for number in self._at:
            yield told(self._values(group, method, number), digits)
        traces = self._runs.of(method)
        if group.is_front:
            yield told([trace.flattery[self._at[-1]] for trace in traces], 3)
        else:
            yield f"{median([trace.queries_to(GOOD_REGRET) for trace in traces]):.0f}"
        yield f"{fmean([trace.seconds for trace in traces]):.1f}"
        first = group.methods[0]
        for number in compared:
            if method is first:
                yield ""
                continue
            pairs = zip(
                self._values(group, method, number),
                self._values(group, first, number),
                strict=True,
            )
            yield told([here - there for here, there in pairs], digits, "+")

    def _values(self, group: Group, method: Method, number: int) -> list[float]:
        """Of each run after so many queries."""
        traces = self._runs.of(method)
        if group.is_front:
            return [self._fronts().gap(trace.fronts[number]) for trace in traces]
        return [method.regrets(trace)[number - 1] for trace in traces]


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description="Quality of the searches on NAS-Bench-201.")
    parser.add_argument("--table", choices=TABLES, default=TABLES[0])
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--queries", type=int, default=300)
    parser.add_argument("--only", action="append", help="methods whose name has this in it")
    parser.add_argument("--keep", default="", help="folder of runs of the same code; goes on there")
    parser.add_argument("--write", action="store_true", help="write the result beside this file")
    options = parser.parse_args()
    lines = list(Report(Cells(), Table(options.table), options).lines())
    text = "\n".join(lines) + "\n"
    print(text)
    if options.write:
        name = f"search_quality_{options.table}_{time.strftime('%Y-%m-%d')}.md"
        Path(__file__).with_name(name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
