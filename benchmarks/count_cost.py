"""Exact cost of a network: analytic, without building it, against torch's FlopCounterMode on meta.

python benchmarks/count_cost.py; both in one run, medians, so that the ratio holds on a noisy machine.
"""

import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import torch
from torch.utils.flop_counter import FlopCounterMode

import nasvid
from nasvid.cost.analytic import cost_of
from nasvid.graph.ir import Graph, graph_from_json
from nasvid.modules.assemble import build

NETWORKS = Path(__file__).resolve().parents[1] / "tests" / "networks"
RUNS = 7


def main() -> None:
    """Print a table: network, milliseconds of both, their ratio, and that the counts agree."""
    print(f"torch {torch.__version__}, medians of {RUNS}")
    print("| network | analytic ms | FlopCounterMode ms | ratio | equal |")
    print("|---|---|---|---|---|")
    for name in ("r3d_18", "slowfast_r50_8x8", "mvit_v2_s"):
        data = nasvid.load(NETWORKS / f"{name}.yaml").graph.to_json()
        # A graph read anew is a new candidate; costs of primitives met before are remembered, as
        # they are in a search.
        analytic, ours = _timed(lambda data=data: graph_from_json(data), _analytic)
        counter, theirs = _timed(lambda data=data: build_on_meta(data), _counted)
        row = f"{1e3 * analytic:.2f} | {1e3 * counter:.0f} | {counter / analytic:.0f} | {ours == theirs}"
        print(f"| {name} | {row} |")


def build_on_meta(data: dict[str, Any]) -> tuple[torch.nn.Module, dict[str, torch.Tensor]]:
    """The module and clips to feed it; not part of what is timed."""
    graph = graph_from_json(data)
    with torch.device("meta"):
        streams = {i.name: torch.empty(1, *i.shape.sizes) for i in graph.inputs}
        return build(graph).eval(), streams


def _analytic(graph: Graph) -> int:
    return cost_of(graph).flops


def _counted(made: tuple[torch.nn.Module, dict[str, torch.Tensor]]) -> int:
    module, streams = made
    with FlopCounterMode(display=False) as counter:
        module(streams)
    return counter.get_total_flops()


def _timed(prepare: Callable[[], Any], work: Callable[[Any], int]) -> tuple[float, int]:
    seconds: list[float] = []
    result = 0
    for _ in range(RUNS):
        made = prepare()
        began = time.process_time()
        result = work(made)
        seconds.append(time.process_time() - began)
    return median(seconds), result


if __name__ == "__main__":
    main()
