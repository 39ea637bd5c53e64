import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import nasvid
from nasvid.api.machine import describe_machine
from nasvid.api.preparation import default_folder
from nasvid.core.errors import EvaluationError, RunError
from nasvid.cost.analytic import cost_of
from nasvid.graph.ir import Graph
from tests.command_line import TINY_SPACE, tree, write
from tests.search_fakes import job_records
from tests.user_evaluations import by_params

SPACES = Path(__file__).resolve().parents[3] / "search_spaces"
INLINE = nasvid.Machine(executor="inline")


def by_macs(graph: Graph, **_: Any) -> dict[str, float]:
    return {"top1": 1 / cost_of(graph).macs}


def test_a_space_is_searched_by_a_function(space: nasvid.SearchSpace, tmp_path: Path) -> None:
    seen: list[Graph] = []

    def evaluate(graph: Graph, *, fidelity: Any, seed: int, report: Any) -> Mapping[str, float]:
        seen.append(graph)
        report(1, {"top1": 0.1})
        return by_macs(graph)

    run = nasvid.search(space, run=tmp_path / "run", evaluate=evaluate, machine=INLINE)
    assert len(seen) == 7
    best = run.best()
    assert best.metrics["top1"] == max(c.metrics["top1"] for c in run.candidates())
    assert best.architecture.id == best.id
    assert best.evaluation.curve == ({"epoch": 1, "top1": 0.1},)
    assert [c.id for c in run.pareto()] == [row.id for row in run.summary.front]
    assert run.find(best.job.number).id == run.find(best.id[:9]).id == best.id
    assert repr(run) == f"Run({str(run.path)!r})"
    assert nasvid.open_run(run.path).best().id == best.id


def test_a_file_is_searched_with_settings_in_place_of_its_own(
    space_file: Path, tmp_path: Path
) -> None:
    run = nasvid.search(
        space_file,
        run=tmp_path / "run",
        evaluate=by_macs,
        machine=INLINE,
        candidates=3,
        repeats=0,
        algorithm="random_search",
    )
    assert len(run.candidates()) == 3
    assert run.settings.search["algorithm"] == "random_search"


def test_a_run_goes_to_a_folder_of_its_name(
    space: nasvid.SearchSpace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run = nasvid.search(space, evaluate=by_macs, machine=INLINE)
    assert run.path == Path("runs/tiny")


@pytest.mark.parametrize(
    ("name", "folder"),
    [("tiny", "runs/tiny"), ("a b/c", "runs/a_b_c"), ("../..", "runs/search"), ("..x", "runs/x")],
)
def test_a_name_never_leads_out_of_the_folder_of_runs(
    tmp_path: Path, name: str, folder: str
) -> None:
    path = write(tmp_path / "space.yaml", TINY_SPACE.replace("name: tiny", f"name: {name!r}"))
    assert default_folder(nasvid.load(path).spec) == Path(folder)


def test_a_stopped_search_goes_on_with_the_function_it_began_with(
    space: nasvid.SearchSpace, tmp_path: Path
) -> None:
    calls: list[int] = []

    def stops(graph: Graph, **rest: Any) -> dict[str, float]:
        calls.append(1)
        return by_macs(graph)

    whole = nasvid.search(space, run=tmp_path / "whole", evaluate=stops, machine=INLINE)
    ledger = whole.path / "ledger.jsonl"
    expected = job_records(ledger)
    lines = ledger.read_text().splitlines(keepends=True)
    second = [number for number, line in enumerate(lines) if '"finished"' in line][1]
    ledger.write_text("".join(lines[: second + 1]))

    with pytest.raises(RunError, match=r"which cannot be imported; go on with it from Python"):
        nasvid.resume(whole.path, machine=INLINE)
    with pytest.raises(RunError, match=r"got tests\.user_evaluations:by_params, but the run was"):
        nasvid.resume(whole.path, evaluate=by_params, machine=INLINE)
    calls.clear()
    run = nasvid.resume(whole.path, evaluate=stops, machine=INLINE)
    assert len(calls) == 5
    assert job_records(ledger) == expected
    assert run.summary.state == "complete"


def test_a_function_that_can_be_imported_needs_not_be_given_again(
    space: nasvid.SearchSpace, tmp_path: Path
) -> None:
    run = nasvid.search(space, run=tmp_path / "run", evaluate=by_params, machine=INLINE)
    assert run.settings.evaluate == "tests.user_evaluations:by_params"
    assert nasvid.resume(run.path, machine=INLINE).best().id == run.best().id


@pytest.mark.parametrize(
    "function",
    [lambda graph: {"top1": 1.0}, lambda graph, seed: {"top1": 1.0}, 3, "tests.user_evaluations"],
)
def test_what_cannot_be_called_is_refused_before_anything_is_written(
    space: nasvid.SearchSpace, tmp_path: Path, function: Any
) -> None:
    before = tree(tmp_path)
    with pytest.raises(EvaluationError, match=r"^evaluate: "):
        nasvid.search(space, run=tmp_path / "run", evaluate=function, machine=INLINE)
    assert tree(tmp_path) == before


def test_an_executor_that_cannot_start_leaves_nothing(
    space: nasvid.SearchSpace, tmp_path: Path
) -> None:
    before = tree(tmp_path)
    machine = nasvid.Machine(executor="inline", device="toaster")
    with pytest.raises(EvaluationError, match="device: got 'toaster'"):
        nasvid.search(space, run=tmp_path / "a/b", evaluate=by_macs, machine=machine)
    assert tree(tmp_path) == before
    (tmp_path / "empty").mkdir()
    with pytest.raises(EvaluationError, match="device: got 'toaster'"):
        nasvid.search(space, run=tmp_path / "empty", evaluate=by_macs, machine=machine)
    assert list((tmp_path / "empty").iterdir()) == []


def test_a_run_that_scored_nothing_has_no_best(space: nasvid.SearchSpace, tmp_path: Path) -> None:
    def fails(graph: Graph, **_: Any) -> dict[str, float]:
        raise ValueError("no")

    run = nasvid.search(space, run=tmp_path / "run", evaluate=fails, machine=INLINE)
    with pytest.raises(RunError, match="no candidate has been scored yet"):
        run.best()
    assert run.pareto() == []


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"executor": "rey"}, "no executor named 'rey'. Did you mean 'ray'?"),
        ({"workers": -1}, "workers: got -1; accepts counts from 0."),
        ({"slots": 0}, "slots: got 0; accepts counts from 1."),
        ({"executor": "inline", "address": "auto"}, "address: got 'auto' with the inline executor"),
    ],
)
def test_a_machine_that_cannot_be_is_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(RunError) as caught:
        nasvid.Machine(**settings)
    assert message in str(caught.value)


def test_a_session_notes_where_it_evaluates(space: nasvid.SearchSpace, tmp_path: Path) -> None:
    run = nasvid.search(space, run=tmp_path / "run", evaluate=by_macs, machine=INLINE)
    session = json.loads((run.path / "ledger.jsonl").read_text().splitlines()[0])
    assert session["evaluator"]["device"] in {"cpu", "cuda"}
    assert set(session["evaluator"]) == {"device", "threads", "cpu"}


def test_a_cluster_may_have_devices_that_are_not_here() -> None:
    machine = nasvid.Machine(address="10.0.0.1:6379", device="cuda:1")
    assert describe_machine(machine) == {"device": "cuda:1", "threads": None}
