"""The optimiser of a recipe."""

import pytest
import torch
from torch import nn
from torch.optim import SGD, AdamW

from nasvid.core.errors import EvaluationError
from nasvid.core.recipes import Recipe
from nasvid.modules.assemble import build
from nasvid.training.optimisers import make_optimizer
from tests.unit.training.colours import tiny_graph


def test_kernels_and_matrices_decay_while_norms_biases_and_gates_do_not() -> None:
    network = build(tiny_graph())
    names = {id(weight): name for name, weight in network.named_parameters()}
    optimizer = make_optimizer(network, Recipe(weight_decay=0.1))
    groups = {
        group["weight_decay"]: {names[id(weight)] for weight in group["params"]}
        for group in optimizer.param_groups
    }
    assert groups == {
        0.1: {"conv.weight", "linear.weight"},
        0.0: {"batch_norm.weight", "batch_norm.bias", "gate.logit", "linear.bias"},
    }


def test_a_network_without_kernels_has_one_group() -> None:
    optimizer = make_optimizer(nn.BatchNorm1d(3), Recipe())
    assert [group["weight_decay"] for group in optimizer.param_groups] == [0.0]


def test_sgd_takes_the_nesterov_step() -> None:
    layer = nn.Linear(1, 1, bias=False)
    layer.weight.data.fill_(1.0)
    optimizer = make_optimizer(
        layer, Recipe(optimizer="sgd", lr=0.1, momentum=0.5, weight_decay=0.0)
    )
    layer.weight.grad = torch.tensor([[2.0]])
    optimizer.step()
    assert isinstance(optimizer, SGD)
    # First velocity 2, so the step is 0.1 * (2 + 0.5 * 2).
    assert layer.weight.item() == pytest.approx(1.0 - 0.3)


def test_adamw_takes_a_step_of_the_learning_rate_after_decay() -> None:
    layer = nn.Linear(1, 1, bias=False)
    layer.weight.data.fill_(1.0)
    optimizer = make_optimizer(layer, Recipe(lr=0.1, weight_decay=0.5))
    layer.weight.grad = torch.tensor([[2.0]])
    optimizer.step()
    assert isinstance(optimizer, AdamW)
    assert layer.weight.item() == pytest.approx(1.0 * (1 - 0.1 * 0.5) - 0.1)


def test_an_unknown_optimizer_is_named_with_the_nearest_known_one() -> None:
    with pytest.raises(
        EvaluationError,
        match=r"recipe: optimizer: no optimizer named 'adam'\. Did you mean 'adamw'\? "
        r"Accepts adamw or sgd\.",
    ):
        make_optimizer(nn.Linear(1, 1), Recipe(optimizer="adam"))
