from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import nasvid
from nasvid.api.ask_tell import AskTell, Trial
from nasvid.core.seeds import keyed_rng
from nasvid.cost.analytic import cost_of
from nasvid.graph.ir import Graph

SPACES = Path(__file__).resolve().parents[3] / "search_spaces"
CELLS = SPACES / "nas_bench_201.yaml"
SETTINGS: dict[str, Any] = {"candidates": 40, "population": 8, "seed": 3}


def score(graph: Graph, seed: int) -> dict[str, float]:
    return {"top1": 1 - 1e4 / cost_of(graph).params + keyed_rng("noise", seed).random() / 50}


def play(search: AskTell) -> list[Trial]:
    """All trials, told at once."""
    trials: list[Trial] = []
    while trial := search.ask():
        trials.append(trial)
        search.tell(trial, score(trial.architecture.graph, trial.seed))
    return trials


def told(trials: list[Trial]) -> list[tuple[Any, ...]]:
    return [(t.number, t.kind, t.architecture.id, t.seed, t.epochs, t.repeat) for t in trials]


@pytest.mark.slow
def test_its_trials_are_the_jobs_of_a_search(tmp_path: Path) -> None:
    # Which is how the benchmarks of the search drive it.
    def evaluate(graph: Graph, *, fidelity: Any, seed: int, report: Any) -> Mapping[str, float]:
        return score(graph, seed)

    inline = nasvid.Machine(executor="inline")
    given: dict[str, Any] = SETTINGS | {"window": 1}
    run = nasvid.search(CELLS, run=tmp_path / "run", evaluate=evaluate, machine=inline, **given)
    search = AskTell(CELLS, **given)
    trials = play(search)
    assert search.is_done
    assert len(trials) == search.num_trials
    jobs = [(c.job.number, c.id, c.job.seed) for c in run.candidates()]
    assert [(t.number, t.architecture.id, t.seed) for t in trials if t.kind == "search"] == jobs
    assert search.best().id == run.best().id
    assert {"repeat", "finalist"} & {t.kind for t in trials}


def test_the_order_in_which_results_come_makes_no_difference() -> None:
    given = SETTINGS | {"window": 3, "candidates": 16}
    at_once = play(AskTell(CELLS, **given))
    search = AskTell(CELLS, **given)
    trials: list[Trial] = []
    waiting: list[Trial] = []
    while not search.is_done:
        while trial := search.ask():
            trials.append(trial)
            waiting.append(trial)
        last = waiting.pop()
        search.tell(last.number, score(last.architecture.graph, last.seed))
    assert told(trials) == told(at_once)


def test_told_the_same_it_goes_on_alike() -> None:
    given = SETTINGS | {"window": 1, "candidates": 16}
    whole = play(AskTell(CELLS, **given))
    search = AskTell(CELLS, **given)
    for trial in whole[:9]:
        assert search.ask() is not None
        search.tell(trial, score(trial.architecture.graph, trial.seed))
    assert told(play(search)) == told(whole[9:])


def test_a_failure_is_no_score() -> None:
    search = AskTell(CELLS, candidates=12, population=4, window=1)
    for _ in range(3):
        trial = search.ask()
        assert trial is not None
        search.tell(trial, failure="ran out of memory")
    with pytest.raises(nasvid.NasvidError, match="no trial"):
        search.best()
    trial = search.ask()
    assert trial is not None
    search.tell(trial, {"top1": -5.0})
    assert search.best().id == trial.architecture.id
    assert [member.id for member in search.pareto()] == [trial.architecture.id]


@pytest.mark.parametrize("window", [1, 8])
def test_the_last_result_counts_too(window: int) -> None:
    search = AskTell(CELLS, candidates=12, population=4, window=window, repeats=0, surrogate=False)
    last = None
    while trial := search.ask():
        last = trial.architecture.id
        search.tell(trial, {"top1": 0.9 if trial.number == 11 else 0.1})
    assert search.is_done
    assert search.best().id == last


@pytest.mark.parametrize(
    ("number", "given", "message"),
    [
        (0, {}, "tell(0): got both or neither; accepts metrics, or a failure."),
        (0, {"metrics": {"top1": 1}, "failure": "x"}, "tell(0): got both or neither"),
        (0, {"metrics": {}}, "tell(0): got {}; accepts a dict of metric name to finite number"),
        (0, {"metrics": {"top1": float("nan")}}, "tell(0): metric 'top1': got nan"),
        (0, {"metrics": {"top5": 0.5}}, "tell(0): job 0 has no metric 'top1'. Accepts"),
        (7, {"metrics": {"top1": 0.5}}, "tell(7): got a result of job 7, which was not proposed."),
        (-1, {"metrics": {"top1": 0.5}}, "tell(-1): got a result of job -1, which was not"),
    ],
)
def test_what_cannot_be_told_is_refused(number: int, given: dict[str, Any], message: str) -> None:
    search = AskTell(CELLS, candidates=12, population=4)
    assert search.ask() is not None
    with pytest.raises(nasvid.NasvidError) as caught:
        search.tell(number, **given)
    assert str(caught.value).startswith(message)
    # Nothing was taken in.
    search.tell(0, {"top1": 0.5})
    with pytest.raises(nasvid.NasvidError, match="second result of job 0"):
        search.tell(0, {"top1": 0.5})


def test_settings_are_checked_as_those_of_a_search() -> None:
    with pytest.raises(nasvid.NasvidError, match=r"'candidate'.*candidates"):
        AskTell(CELLS, candidate=3)
    with pytest.warns(nasvid.SettingsWarning, match="population: got 9, where candidates is 4"):
        AskTell(CELLS, candidates=4, population=9)
