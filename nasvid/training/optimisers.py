"""The optimiser of a recipe."""

from torch import nn
from torch.nn import Parameter
from torch.optim import SGD, AdamW, Optimizer

from nasvid.core.errors import EvaluationError
from nasvid.core.recipes import Recipe
from nasvid.core.registry import unknown_name

OPTIMIZERS = ("adamw", "sgd")


def make_optimizer(network: nn.Module, recipe: Recipe) -> Optimizer:
    """AdamW or SGD with Nesterov momentum over all weights, at the peak learning rate.

    The fused kernels update all weights in one call; a small network on a CPU spends 4 ms a step on
    AdamW without them and 0.5 ms with them (120 weights, one thread).

    Raises:
        EvaluationError: The recipe names another optimiser.
    """
    check_optimizer(recipe)
    groups = weight_groups(network, recipe.weight_decay)
    if recipe.optimizer == "adamw":
        return AdamW(groups, lr=recipe.lr, fused=True)
    return SGD(
        groups, lr=recipe.lr, momentum=recipe.momentum, nesterov=recipe.momentum > 0, fused=True
    )


def check_optimizer(recipe: Recipe) -> None:
    """Raise an EvaluationError unless the recipe names an optimiser that there is."""
    if recipe.optimizer not in OPTIMIZERS:
        raise EvaluationError(
            f"recipe: optimizer: {unknown_name('optimizer', recipe.optimizer, OPTIMIZERS)} "
            f"Accepts {' or '.join(OPTIMIZERS)}."
        )


def weight_groups(network: nn.Module, weight_decay: float) -> list[dict[str, object]]:
    """Parameter groups: matrices and kernels decay; norms, biases and gates do not.

    Norm scales, biases and gates are the weights of at most one axis, which is the rule here.
    """
    decayed: list[Parameter] = []
    kept: list[Parameter] = []
    for weight in network.parameters():
        (decayed if weight.ndim > 1 else kept).append(weight)
    groups: list[dict[str, object]] = [
        {"params": decayed, "weight_decay": weight_decay},
        {"params": kept, "weight_decay": 0.0},
    ]
    return [group for group in groups if group["params"]]
