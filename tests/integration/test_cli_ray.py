"""The same results on Ray as in this process, from the command line and from Python."""

from pathlib import Path
from typing import Any

import pytest

import nasvid
from nasvid.cost.analytic import cost_of
from nasvid.graph.ir import Graph
from tests.command_line import call_ok
from tests.search_fakes import job_records

pytestmark = [pytest.mark.slow, pytest.mark.ray]  # starts Ray, whose workers import torch


def test_a_search_on_ray_equals_one_in_this_process(
    tmp_path: Path, clips: Path, space_file: Path, finished_run: Path
) -> None:
    run = tmp_path / "run"
    called = call_ok("search", space_file, "--data", clips, "--out", run, "--workers", 2, "--json")
    assert called.json["state"] == "complete"
    assert job_records(run / "ledger.jsonl") == job_records(finished_run / "ledger.jsonl")


def test_a_function_that_is_no_module_s_own_is_called_on_ray(
    tmp_path: Path, space_file: Path
) -> None:
    scale = 1e-6

    def evaluate(graph: Graph, *, fidelity: Any, seed: int, report: Any) -> dict[str, float]:
        return {"top1": 1 - scale * cost_of(graph).params}

    runs = [
        nasvid.search(
            nasvid.load(space_file),
            run=tmp_path / executor,
            evaluate=evaluate,
            machine=nasvid.Machine(executor=executor),
        )
        for executor in ("ray", "inline")
    ]
    on_ray, inline = (job_records(run.path / "ledger.jsonl") for run in runs)
    assert on_ray == inline
    assert runs[0].best().metrics["top1"] > 0.9
