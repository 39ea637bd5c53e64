"""One run of a search on a table of NAS-Bench-201, through the public API."""

import json
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import fmean
from typing import Any
from unittest import mock

import numpy as np
from nas_bench_201 import OPERATIONS, Cells, Table

import nasvid
from nasvid.search import controller, metric
from nasvid.search.candidates import Candidates, Prepared, Rejection
from nasvid.search.judge import Judge
from nasvid.search.totals import Totals
from nasvid.spec.decisions import Genotype
from nasvid.spec.sections import SearchSettings

AT = (25, 50, 100, 200, 300)


class Forgetful(Judge):
    """Lets an architecture be proposed as often as an algorithm likes."""

    def take(self, genotype: Genotype) -> Prepared | Rejection:
        return self._candidates.prepare(genotype)


@dataclass(frozen=True)
class Trace:
    """One run.

    Args:
        regrets: Of the incumbent after each query.
        lucky: Of the best single draw instead.
        fronts: Cells of the front as the search sees it, by the number of queries.
        flattery: Points that the mean of the queries of a cell has more than the table, on average
            over the front as the search sees it, likewise.
        seconds: CPU seconds.
    """

    regrets: list[float]
    lucky: list[float]
    fronts: dict[int, list[str]] = field(default_factory=dict[int, list[str]])
    flattery: dict[int, float] = field(default_factory=dict[int, float])
    seconds: float = 0.0

    @classmethod
    def from_json(cls, text: str) -> "Trace":
        """Read what was kept."""
        data = json.loads(text)
        for name in ("fronts", "flattery"):
            data[name] = {int(at): value for at, value in data.get(name, {}).items()}
        return cls(**data)

    def queries_to(self, regret: float) -> float:
        """Queries until the incumbent is good for the first time; infinite where it never is."""
        found = (n for n, value in enumerate(self.regrets, start=1) if value <= regret)
        return next(found, float("inf"))


def search(
    cells: Cells, table: Table, run: int, num_queries: int, changes: Mapping[str, Any]
) -> Trace:
    """One run, with the defaults that are shipped but for these changes."""
    fixed: dict[str, Any] = {"candidates": num_queries, "window": 1, "seed": run, "repeats": 0}
    # What a cell is, its cost and its id, are found once and kept for all runs.
    with mock.patch.object(Candidates, "of", return_value=cells), warnings.catch_warnings():
        # Some rows switch off what others go by.
        warnings.simplefilter("ignore", nasvid.SettingsWarning)
        searching = nasvid.AskTell(cells.space, **fixed | dict(changes))
    trace = Trace([], [])
    scores: dict[str, list[float]] = {}
    best, lucky = -1.0, ""
    for number in range(1, num_queries + 1):
        trial = searching.ask()
        if trial is None:
            break
        cell = cells.cell(trial.architecture.genotype)
        score = table.query(cell, run, trial.repeat)
        searching.tell(trial, {"top1": score})
        scores.setdefault(cell, []).append(score)
        if score > best:
            best, lucky = score, cell
        trace.regrets.append(table.regret(_incumbent(searching, cells) or lucky))
        trace.lucky.append(table.regret(lucky))
        if number in AT:
            front = [cells.cell(found.genotype) for found in searching.front()]
            trace.fronts[number] = front
            trace.flattery[number] = fmean(
                [100 * fmean(scores[cell]) - table.means[cell] for cell in front]
            )
    return trace


def _incumbent(searching: nasvid.AskTell, cells: Cells) -> str:
    """The best cell as the search sees it; empty where it sees none yet."""
    try:
        return cells.cell(searching.best().genotype)
    except nasvid.NasvidError:
        return ""


def search_to_the_end(
    cells: Cells, table: Table, run: int, num_queries: int, changes: Mapping[str, Any]
) -> Trace:
    """The same with the finalists that are shipped, whose trainings are the last queries."""
    shipped = SearchSettings()
    closing = shipped.finalists * shipped.repeats
    ending = {"candidates": num_queries - closing, "repeats": shipped.repeats, "final_split": ""}
    return search(cells, table, run, num_queries, dict(changes) | ending)


def search_with_repeats(
    cells: Cells, table: Table, run: int, num_queries: int, changes: Mapping[str, Any]
) -> Trace:
    """The same where what is known may be proposed again."""
    with mock.patch.object(controller, "Judge", Forgetful):
        return search(cells, table, run, num_queries, changes)


def search_without_totals(
    cells: Cells, table: Table, run: int, num_queries: int, changes: Mapping[str, Any]
) -> Trace:
    """The same where the model compares candidates decision by decision alone."""
    nothing = Totals(np.zeros((0, 0)), np.zeros(0, np.intp))
    with mock.patch.object(metric, "totals_of", return_value=nothing):
        return search(cells, table, run, num_queries, changes)


def optuna_tpe(
    cells: Cells, table: Table, run: int, num_queries: int, changes: Mapping[str, Any]
) -> Trace:
    """Optuna's TPE by itself, for comparison; its incumbent is the best single draw."""
    del changes
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=run))
    trace = Trace([], [])
    times: dict[str, int] = {}
    best_score, best = -1.0, ""
    for _ in range(num_queries):
        trial = study.ask()
        picked = [trial.suggest_categorical(d.path, OPERATIONS) for d in cells.spec.decisions]
        cell = "".join(str(OPERATIONS.index(str(operation))) for operation in picked)
        times[cell] = times.get(cell, -1) + 1
        score = table.query(cell, run, times[cell])
        study.tell(trial, score)
        if score > best_score:
            best_score, best = score, cell
        trace.regrets.append(table.regret(best))
        trace.lucky.append(table.regret(best))
    return trace
