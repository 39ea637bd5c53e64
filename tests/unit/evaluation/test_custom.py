"""Functions by import path, and what they may return."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from nasvid.core.errors import EvaluationError
from nasvid.evaluation.custom import check_answer, check_metrics, resolve_function
from tests.unit.evaluation.user_functions import count_nodes

HERE = "tests.unit.evaluation.user_functions"


def test_an_import_path_names_a_function() -> None:
    assert resolve_function(f"{HERE}:count_nodes").__code__ is count_nodes.__code__  # type: ignore[attr-defined]


def test_a_module_of_the_current_folder_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "my_own_scoring.py").write_text("def evaluate(graph, **_): return {'top1': 1}")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.path", ["somewhere"])
    function: Any = resolve_function("my_own_scoring:evaluate")
    assert function(None) == {"top1": 1}


@pytest.mark.parametrize(
    ("import_path", "message"),
    [
        ("scoring.py", r"evaluate: 'scoring.py': is no import path; accepts package.module:func"),
        ("../scoring:evaluate", "is no import path"),
        ("scoring:evaluate()", "is no import path"),
        ("nasvid.nowhere:evaluate", r"there is no module 'nasvid.nowhere' in /.*Run from the fold"),
        (f"{HERE}:missing", r"'missing' is not there in /.*user_functions\.py\."),
        (f"{HERE}:NOT_A_FUNCTION", r"'NOT_A_FUNCTION' is not a function in /"),
    ],
)
def test_an_import_path_that_leads_nowhere_is_explained(import_path: str, message: str) -> None:
    with pytest.raises(EvaluationError, match=message):
        resolve_function(import_path)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("import not_installed_at_all", r"the module 'broken' needs 'not_installed_at_all', which"),
        ("1 / 0", r"importing 'broken' failed with ZeroDivisionError: division by zero"),
    ],
)
def test_a_module_that_cannot_be_imported_is_explained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, message: str
) -> None:
    (tmp_path / "broken.py").write_text(source)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.path", ["somewhere"])
    with pytest.raises(EvaluationError, match=message):
        resolve_function("broken:evaluate")


def test_numbers_of_numpy_and_torch_become_plain_ones() -> None:
    metrics = {"a": 1, "b": np.float32(0.5), "c": torch.tensor(0.25), "d": np.array(2)}
    plain = check_metrics("evaluate()", metrics)
    assert plain == {"a": 1.0, "b": 0.5, "c": 0.25, "d": 2.0}
    assert {type(value) for value in plain.values()} == {float}


@pytest.mark.parametrize(
    ("metrics", "message"),
    [
        (None, r"evaluate\(\): got None; accepts a dict of metric name to finite number, such as"),
        ({}, r"got \{\}; accepts a dict"),
        (0.5, "got 0.5; accepts a dict"),
        ({1: 0.5}, "got a metric named 1; accepts"),
        ({"top1": "0.5"}, "metric 'top1': got '0.5'; accepts"),
        ({"top1": True}, "metric 'top1': got True; accepts"),
        ({"top1": float("nan")}, "metric 'top1': got nan; accepts"),
        ({"top1": float("inf")}, "metric 'top1': got inf; accepts"),
        ({"top1": -(10**400)}, "metric 'top1': got -1000+; accepts a dict"),
        ({"top1": 1e200}, r"metric 'top1': got 1e\+200; accepts numbers from -1e\+100 to 1e\+100"),
        ({"top1": np.float64(-1e101)}, r"metric 'top1': got -1e\+101; accepts numbers from"),
        ({"top1": torch.zeros(2)}, r"metric 'top1': got tensor\(\[0., 0.\]\); accepts"),
    ],
)
def test_metrics_that_are_no_finite_numbers_are_explained(metrics: object, message: str) -> None:
    with pytest.raises(EvaluationError, match=message):
        check_metrics("evaluate()", metrics)


def test_gates_may_stand_beside_the_metrics() -> None:
    gates = {"fuse.gate_0": np.float32(0.25), "fuse.gate_1": 1}
    assert check_answer("evaluate()", {"top1": 0.5, "gates": gates}) == (
        {"top1": 0.5},
        {"fuse.gate_0": 0.25, "fuse.gate_1": 1.0},
    )
    assert check_answer("evaluate()", {"top1": 0.5}) == ({"top1": 0.5}, {})


@pytest.mark.parametrize("gates", [None, [0.5], {"a": 1.5}, {"a": "x"}, {3: 0.5}, {"a": True}])
def test_gates_that_are_none_are_explained(gates: object) -> None:
    with pytest.raises(
        EvaluationError, match=r"evaluate\(\): gates: got .*; accepts a dict of node"
    ):
        check_answer("evaluate()", {"top1": 0.5, "gates": gates})


def test_metrics_are_wanted_beside_gates() -> None:
    with pytest.raises(EvaluationError, match="accepts a dict of metric name"):
        check_answer("evaluate()", {"gates": {"a": 0.5}})
