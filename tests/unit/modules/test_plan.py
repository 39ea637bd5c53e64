"""The forward pass as steps over slots."""

import time
import weakref
from typing import Any

import pytest
import torch
from torch import Tensor

from nasvid.graph.ir import Graph, Input
from nasvid.modules.assemble import build
from nasvid.modules.plan import Plan, Step, plan_of
from tests.unit.modules.graphs import RGB, at, chain, node, two_streams


def test_a_slot_is_freed_after_the_last_step_that_reads_it() -> None:
    first = node("first", "relu", ("rgb", RGB))
    unused = node("unused", "relu", ("rgb", RGB))
    total = node("total", "add", at(first), ("rgb", RGB))
    graph = Graph((Input("rgb", RGB),), (first, unused, total), (("out", "total"),))
    assert [step.dead for step in plan_of(graph).steps] == [(), (2,), (0, 1)]


def test_an_output_is_kept_though_a_later_node_reads_it() -> None:
    first = node("first", "relu", ("rgb", RGB))
    second = node("second", "relu", at(first))
    outputs = (("out", "second"), ("first", "first"))
    graph = Graph((Input("rgb", RGB),), (first, second), outputs)
    plan = plan_of(graph)
    assert [step.dead for step in plan.steps] == [(0,), ()]
    assert plan.outputs == (2, 1)


def test_an_input_may_be_an_output() -> None:
    graph = Graph((Input("rgb", RGB),), (), (("out", "rgb"),))
    x_BCTHW = torch.zeros(1, *RGB.sizes)
    assert build(graph)(x_BCTHW) is x_BCTHW


def test_every_port_of_a_block_has_its_slot() -> None:
    steps = plan_of(two_streams()).steps
    assert [len(step.results) for step in steps] == [1, 1, 2, 1]


def test_memory_is_given_back_during_the_forward_pass() -> None:
    made: list[weakref.ref[Tensor]] = []
    alive: list[int] = []

    def plus_one(x: Tensor) -> Tensor:
        alive.append(sum(ref() is not None for ref in made))
        out = x + 1
        made.append(weakref.ref(out))
        return out

    steps = tuple(Step("", plus_one, (index,), (index + 1,), (index,)) for index in range(6))
    with torch.no_grad():
        Plan(steps, num_slots=6, outputs=(6,)).run({}, [torch.zeros(1)])
    assert alive == [0, 1, 1, 1, 1, 1]


@pytest.mark.parametrize("length", [200])
def test_a_node_adds_less_than_ten_microseconds(length: int) -> None:
    network: Any = build(chain(length))
    x_BCTHW = torch.zeros(1, *RGB.sizes)
    seconds: list[float] = []
    for _ in range(20):
        start = time.perf_counter()
        network(x_BCTHW)
        seconds.append(time.perf_counter() - start)
    assert min(seconds) / length < 10e-6
