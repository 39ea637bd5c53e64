"""Evaluations of a user's own, as `--evaluate` names them."""

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nasvid.cost.analytic import cost_of
from nasvid.graph.ir import Graph

not_a_function = 3


def by_params(graph: Graph, *, fidelity: Any, seed: int, report: Any) -> dict[str, float]:
    """More parameters, better score."""
    return {"top1": 1 - 1 / cost_of(graph).params}


def by_params_slowly(graph: Graph, *, fidelity: Any, seed: int, report: Any) -> dict[str, float]:
    """As `by_params`; notes every call in a file, so that a test sees how often it was called."""
    time.sleep(0.1)
    with Path(os.environ["NASVID_TEST_CALLS"]).open("a", encoding="utf-8") as file:
        file.write(f"{seed}\n")
    return by_params(graph, fidelity=fidelity, seed=seed, report=report)


def with_loss(graph: Graph, *, fidelity: Any, seed: int, report: Any) -> dict[str, float]:
    """More parameters, lower loss; two metrics that do not agree."""
    cost = cost_of(graph)
    return {"loss": 1000 / cost.params, "speed": 1e6 / cost.macs}


def raises(graph: Graph, *, fidelity: Any, seed: int, report: Any) -> dict[str, float]:
    """A mistake in it."""
    raise ValueError("no such thing")


def gives_nan(graph: Graph, *, fidelity: Any, seed: int, report: Any) -> dict[str, float]:
    """No number."""
    return {"top1": float("nan")}


def gives_number(graph: Graph, *, fidelity: Any, seed: int, report: Any) -> Any:
    """No dict."""
    return 0.5


def other_metric(graph: Graph, *, fidelity: Any, seed: int, report: Any) -> Mapping[str, float]:
    """Without the objective."""
    return {"accuracy": 0.5}


def takes_too_little(graph: Graph) -> dict[str, float]:
    """Cannot be called as it should be."""
    return {"top1": 1.0}
