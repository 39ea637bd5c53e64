from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nasvid
from nasvid.api.ask_tell import AskTell, Trial
from nasvid.core.seeds import keyed_rng
from nasvid.cost.analytic import cost_of
from nasvid.graph.ir import Graph, flatten

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


def test_a_limit_of_time_is_of_no_use_where_others_evaluate() -> None:
    with pytest.warns(nasvid.SettingsWarning, match="timeout_s: has no effect"):
        AskTell(CELLS, candidates=20, timeout_s=5.0)


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
    with pytest.raises(nasvid.NasvidError, match="best: no trial has succeeded"):
        search.best()
    trial = search.ask()
    assert trial is not None
    search.tell(trial, {"top1": -5.0})
    assert search.best().id == trial.architecture.id
    assert [member.id for member in search.front()] == [trial.architecture.id]


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
        (0, {"metrics": {"top5": 0.5}}, "tell(0): lacks 'top1', an objective; tell it too."),
        (0, {"metrics": {"top1": 1}, "gates": {"a": 2}}, "tell(0): gates: got 'a': 2; accepts"),
        (0, {"metrics": {"top1": 1}, "gates": [1]}, "tell(0): gates: got [1]; accepts a dict"),
        (0, {"failure": 5}, "tell(0): failure: got 5; accepts a text that says why."),
        (7, {"metrics": {"top1": 0.5}}, "tell(7): was not asked for; accepts 0 to 0."),
        (-1, {"metrics": {"top1": 0.5}}, "tell(-1): was not asked for; accepts 0 to 0."),
        (True, {"metrics": {"top1": 0.5}}, "tell: got True; accepts a trial, or its number."),
        ("0", {"metrics": {"top1": 0.5}}, "tell: got '0'; accepts a trial, or its number."),
        (0.0, {"metrics": {"top1": 0.5}}, "tell: got 0.0; accepts a trial, or its number."),
    ],
)
def test_what_cannot_be_told_is_refused(number: Any, given: dict[str, Any], message: str) -> None:
    search = AskTell(CELLS, candidates=12, population=4)
    assert search.ask() is not None
    with pytest.raises(nasvid.NasvidError) as caught:
        search.tell(number, **given)
    assert str(caught.value).startswith(message)
    # Nothing was taken in.
    search.tell(0, {"top1": 0.5})
    with pytest.raises(nasvid.NasvidError, match="got a second result; the first one stands"):
        search.tell(0, {"top1": 0.5})


def test_settings_are_checked_as_those_of_a_search() -> None:
    with pytest.raises(nasvid.NasvidError, match=r"'candidate'.*candidates"):
        AskTell(CELLS, candidate=3)
    with pytest.warns(nasvid.SettingsWarning, match="population: got 9, where candidates is 4"):
        AskTell(CELLS, candidates=4, population=9)


def test_nothing_can_be_told_before_it_was_asked_for() -> None:
    with pytest.raises(nasvid.NasvidError, match="nothing was asked for yet"):
        AskTell(CELLS, candidates=12, population=4).tell(0, {"top1": 0.5})


def test_a_trial_of_another_search_is_refused() -> None:
    one, other = (AskTell(CELLS, candidates=12, population=4, seed=seed) for seed in (0, 1))
    trial = other.ask()
    assert trial is not None
    for asked in (False, True):
        assert not asked or one.ask() is not None
        with pytest.raises(nasvid.NasvidError, match="trial 0 is of another search"):
            one.tell(trial, {"top1": 0.5})
    number: Any = np.int64(0)
    score: Any = np.float32(0.5)
    one.tell(number, {"top1": score})


def test_what_was_told_counts_even_where_the_next_trial_does_not_see_it() -> None:
    search = AskTell(CELLS, candidates=20, window=8, surrogate=False)
    trials = [search.ask() for _ in range(3)]
    for trial, score in zip(trials, (0.1, 0.5, 0.3), strict=True):
        assert trial is not None
        search.tell(trial, {"top1": score})
    assert trials[1] is not None
    assert search.best().id == trials[1].architecture.id


@pytest.mark.slow
def test_the_front_is_that_of_the_objectives_of_the_search() -> None:
    given: dict[str, Any] = {"candidates": 30, "population": 8, "window": 1, "repeats": 0}
    alone = AskTell(CELLS, **given)
    play(alone)
    assert [member.id for member in alone.front()] == [alone.best().id]
    both = AskTell(CELLS, algorithm="archive_evolution", **given)
    play(both)
    front = [(-score(m.graph, 0)["top1"], m.cost().macs) for m in both.front()]
    assert len(front) > 2
    assert both.best().id in {member.id for member in both.front()}


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::nasvid.SettingsWarning")  # its file has a recipe
def test_gates_that_were_told_guide_what_is_changed() -> None:
    space = SPACES / "four_stream.yaml"
    given: dict[str, Any] = {"candidates": 12, "population": 2, "window": 1, "surrogate": False}
    given |= {"mutations": {"gate_guided": 1.0}, "seed": 4}

    def children(gate: float) -> list[str]:
        search = AskTell(nasvid.load(space), **given)
        found: list[str] = []
        for _ in range(8):
            trial = search.ask()
            assert trial is not None
            found.append(trial.architecture.id)
            gates = {path: gate if n % 2 else 0.9 for n, path in enumerate(gated(trial))}
            search.tell(trial, {"top1": 0.5}, gates=gates)
        return found

    assert children(0.1) == children(0.1)
    # By others than where all are alike.
    assert children(0.1) != children(0.9)


def gated(trial: Trial) -> list[str]:
    """Paths of the learned gates of its network."""
    nodes, _ = flatten(trial.architecture.graph)
    return [n.name for n in nodes if n.op is not None and n.op.name() == "gate"]


def as_asked(trial: Trial | None) -> tuple[object, ...]:
    assert trial is not None
    return trial.number, trial.kind, trial.seed, trial.architecture.genotype


def test_all_that_was_told_counts_while_the_model_guides() -> None:
    seen, alone = (AskTell(CELLS, candidates=60, window=8, seed=3) for _ in range(2))
    last = best = None
    for number in range(40):
        trials = [search.ask() for search in (seen, alone)]
        assert as_asked(trials[0]) == as_asked(trials[1])
        for search, trial in zip((seen, alone), trials, strict=True):
            assert trial is not None
            # Far better than all others, and never seen by the trials that follow.
            search.tell(trial, {"top1": 0.99 if number == 39 else 0.1 + number / 1000})
            last = trial.architecture.id
        # To look changes no trial that comes later.
        best = seen.best().id
    assert best == last
    assert last in {member.id for member in seen.front()}
    assert as_asked(seen.ask()) == as_asked(alone.ask())


@pytest.mark.parametrize("window", [1, 8])
@pytest.mark.parametrize("count", [101, 131])
def test_the_latest_result_counts_where_the_model_is_fitted_to_some_numbers_alone(
    window: int, count: int
) -> None:
    search = AskTell(CELLS, candidates=200, window=window, seed=3, repeat_share=0)
    last = None
    for number in range(count):
        trial = search.ask()
        assert trial is not None
        search.tell(trial, {"top1": 5.0 if number == count - 1 else 0.5 + number % 10 / 100})
        last = trial.architecture.id
    # However often somebody looks.
    assert [search.best().id for _ in range(2)] == [last, last]


def test_with_levels_of_promotion_the_best_is_found_at_the_highest_one() -> None:
    search = AskTell(CELLS, candidates=60, window=1, seed=3, rungs=[2, 6], repeats=0)
    scores: dict[str, float] = {}
    while trial := search.ask():
        value = keyed_rng(trial.number).random()
        if trial.epochs == 6:
            scores[trial.architecture.id] = value
        search.tell(trial, {"top1": value})
        if scores:
            assert search.best().id == max(scores, key=scores.__getitem__)
    assert len(scores) > 5
