"""Fresh weights."""

from math import sqrt
from typing import Any

import pytest
import torch

from nasvid.core.shapes import Shape
from nasvid.graph.ir import Graph, Input
from nasvid.modules.assemble import build
from nasvid.modules.initialise import initialise
from tests.unit.modules.graphs import node, single_stream

CLIP = Shape.clip(64, 2, 4, 4)


def weights(op: str, **parameters: Any) -> dict[str, torch.Tensor]:
    torch.manual_seed(0)
    made = node("node", op, ("x", CLIP), **parameters)
    network = build(Graph((Input("x", CLIP),), (made,), (("out", "node"),)))
    return {key.removeprefix("node."): tensor for key, tensor in network.state_dict().items()}


def test_a_convolution_is_drawn_by_the_outputs_that_an_input_reaches() -> None:
    state = weights("conv", out=32, kernel=3, bias=True)
    assert state["weight"].std().item() == pytest.approx(sqrt(2 / (32 * 27)), rel=0.02)
    assert not state["bias"].any()


def test_a_depthwise_convolution_is_drawn_by_its_own_channel_alone() -> None:
    state = weights("conv", out=64, kernel=3, groups=64)
    assert state["weight"].std().item() == pytest.approx(sqrt(2 / 27), rel=0.05)


def test_a_linear_map_is_drawn_by_its_inputs_and_cut_at_two_deviations() -> None:
    state = weights("linear", out=128)
    assert state["weight"].abs().max().item() <= 2 / sqrt(64)
    assert state["weight"].std().item() == pytest.approx(0.88 / sqrt(64), rel=0.02)
    assert not state["bias"].any()


@pytest.mark.parametrize(("zero_init", "scale"), [(False, 1.0), (True, 0.0)])
def test_a_batch_norm_starts_with_scale_one_or_zero(zero_init: bool, scale: float) -> None:
    state = weights("batch_norm", zero_init=zero_init)
    assert (state["weight"] == scale).all()
    assert not state["bias"].any()
    assert (state["running_var"] == 1).all()


@pytest.mark.parametrize("norm", ["layer_norm", "group_norm"])
@pytest.mark.parametrize(("zero_init", "scale"), [(False, 1.0), (True, 0.0)])
def test_norms_of_one_clip_start_with_scale_one_or_zero(
    norm: str, zero_init: bool, scale: float
) -> None:
    state = weights(norm, zero_init=zero_init)
    assert (state["weight"] == scale).all()
    assert not state["bias"].any()


def test_a_learned_scale_starts_and_restarts_where_it_is_told_to() -> None:
    made = node("node", "scale", ("x", CLIP), initial=1e-5, per_channel=True)
    network = build(Graph((Input("x", CLIP),), (made,), (("out", "node"),)))
    weight = network.get_parameter("node.weight")
    assert weight.shape == (64,)
    torch.nn.init.ones_(weight)
    initialise(network)
    assert (weight == torch.tensor(1e-5)).all()


def test_weights_can_be_drawn_anew() -> None:
    network = build(single_stream())
    torch.manual_seed(3)
    initialise(network)
    first = {key: tensor.clone() for key, tensor in network.state_dict().items()}
    network.train()
    network(torch.randn(2, 3, 4, 8, 8))
    torch.manual_seed(3)
    initialise(network)
    assert all(torch.equal(first[key], tensor) for key, tensor in network.state_dict().items())
