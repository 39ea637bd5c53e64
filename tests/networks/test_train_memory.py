"""Estimated memory of a training step of published networks, against what torch holds in one."""

from pathlib import Path

import pytest

import nasvid
from nasvid.cost.train_memory import train_memory
from tests.networks.narrow import narrow, network_file
from tests.spaces import graph_of, small
from tests.training_step import WatchedStep

BATCH = 2


@pytest.mark.parametrize(
    "name",
    [
        "r3d_18",
        pytest.param("r2plus1d_18", marks=pytest.mark.slow),
        pytest.param("slowfast_r50_8x8", marks=pytest.mark.slow),
        pytest.param("assemblenet_50", marks=pytest.mark.slow),
        pytest.param("mvit_v2_s", marks=pytest.mark.slow),
        pytest.param("swin3d_t", marks=pytest.mark.slow),
    ],
)
def test_a_network_of_full_size_holds_what_was_estimated(name: str) -> None:
    graph = nasvid.load(network_file(name)).graph
    step, memory = WatchedStep(graph, BATCH, device="meta"), train_memory(graph, BATCH)
    assert memory.kept == pytest.approx(step.kept, rel=0.001)
    assert memory.total == pytest.approx(step.peak, rel=0.05)


@pytest.mark.slow
@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_a_small_clip_is_kept_as_estimated_in_either_precision(precision: str) -> None:
    graph = nasvid.load(network_file("r3d_18"), clip="8x32").graph
    memory = train_memory(graph, BATCH, precision=precision)
    step = WatchedStep(graph, BATCH, precision=precision)
    assert memory.kept == pytest.approx(step.kept, rel=0.001)
    assert memory.total == pytest.approx(step.peak, rel=0.05)


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
@pytest.mark.parametrize(
    "name",
    [
        "mvit_b_16x4",
        "mvit_v2_s",
        "swin3d_t",
        "timesformer_axial",
        "timesformer_divided",
        "timesformer_local_global",
        "vivit_fe_b_16x2",
    ],
)
def test_a_narrow_transformer_keeps_what_was_estimated(
    name: str, precision: str, tmp_path: Path
) -> None:
    graph = nasvid.load(narrow(name, tmp_path), clip="4x64", classes=10).graph
    memory = train_memory(graph, BATCH, precision=precision)
    step = WatchedStep(graph, BATCH, precision=precision)
    assert memory.kept == pytest.approx(step.kept, rel=0.005)
    # Kernels of attention and of linear maps hold more inside, which shows in small networks.
    assert memory.total == pytest.approx(step.peak, rel=0.25)


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
@pytest.mark.parametrize("share", ["", ", share: cell"])
def test_shared_weights_have_one_gradient_and_one_copy(share: str, precision: str) -> None:
    nodes = f"a: {{conv: 64}}\nb: {{repeat: 6, each: {{block: conv, out: 64, kernel: 3}}{share}}}"
    graph = graph_of(small(nodes))
    memory = train_memory(graph, BATCH, precision=precision)
    step = WatchedStep(graph, BATCH, precision=precision)
    assert memory.kept == pytest.approx(step.kept, rel=0.001)
    assert memory.total == pytest.approx(step.peak, rel=0.1)


def test_of_several_outputs_one_has_a_loss() -> None:
    nodes = "a: {conv3d: 16}\nb: {conv3d: 64}"
    text = small(nodes).replace("=classes}", "=classes}\n  outputs: {features: b, out: head}")
    memory, step = train_memory(graph_of(text), BATCH), WatchedStep(graph_of(text), BATCH)
    assert memory.kept == pytest.approx(step.kept, rel=0.001)
    assert memory.total == pytest.approx(step.peak, rel=0.05)


@pytest.mark.slow
@pytest.mark.parametrize("precision", ["fp32", "bf16"])
@pytest.mark.parametrize("name", ["r2plus1d_18", "assemblenet_50", "evanet_1"])
def test_a_convolutional_network_keeps_what_was_estimated(name: str, precision: str) -> None:
    graph = nasvid.load(network_file(name), clip="8x64", classes=10).graph
    memory = train_memory(graph, BATCH, precision=precision)
    step = WatchedStep(graph, BATCH, precision=precision)
    assert memory.kept == pytest.approx(step.kept, rel=0.001)
    assert memory.total == pytest.approx(step.peak, rel=0.1)
