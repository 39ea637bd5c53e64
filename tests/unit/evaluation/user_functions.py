"""Evaluate functions as users write them."""

import contextlib
import sys
import threading
import time
from collections.abc import Mapping

import torch

from nasvid.core.jobs import Fidelity
from nasvid.evaluation.custom import Report
from nasvid.graph.ir import Graph

NOT_A_FUNCTION = 3
release = threading.Event()


def count_nodes(
    graph: Graph, *, fidelity: Fidelity, seed: int, report: Report
) -> Mapping[str, float]:
    """What it was given, and a draw of torch."""
    for epoch in range(1, fidelity.epochs + 1):
        report(epoch, {"nodes": len(graph.nodes) * epoch})
    return {
        "nodes": len(graph.nodes),
        "seed": seed,
        "threads": torch.get_num_threads(),
        "draw": torch.rand(()).item(),
    }


def wait_for_release(
    graph: Graph, *, fidelity: Fidelity, seed: int, report: Report
) -> Mapping[str, float]:
    """Nothing until the test says so."""
    del graph, fidelity, seed, report
    release.wait(10)
    return {"top1": 1.0}


def report_forever(
    graph: Graph, *, fidelity: Fidelity, seed: int, report: Report
) -> Mapping[str, float]:
    """Reports until it is stopped, whatever a report raises."""
    del graph, fidelity, seed
    try:
        while True:
            with contextlib.suppress(Exception):
                report(1, {"top1": 0.5})
            time.sleep(0.001)
    finally:
        release.set()


def leave(graph: Graph, *, fidelity: Fidelity, seed: int, report: Report) -> Mapping[str, float]:
    """Ends its thread the way a script ends."""
    del graph, fidelity, seed, report
    sys.exit(3)
