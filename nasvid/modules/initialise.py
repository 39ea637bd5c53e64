"""Fresh weights for a network.

Source: convolutions as in He et al. 2015, https://arxiv.org/abs/1502.01852, section 2.2, by the
outputs that an element reaches; linear maps as in LeCun et al. 1998, by their inputs.
"""

from math import sqrt

from torch import nn

from nasvid.graph.primitive import Primitive
from nasvid.graph.primitives.batch_norm import BatchNorm
from nasvid.graph.primitives.group_norm import GroupNorm
from nasvid.graph.primitives.layer_norm import LayerNorm
from nasvid.modules.network import Network, leaves


def initialise(network: Network) -> None:
    """Draw all weights anew, in graph order, from torch's global generator.

    Layers of other kinds draw theirs themselves, in `reset_parameters`.
    """
    if any(weight.is_meta for weight in network.parameters()):
        # Weights without data need no values, and torch is slow at giving them none.
        return
    for _, op, module in leaves(network):
        _initialise(op, module)


def _initialise(op: Primitive, module: nn.Module) -> None:
    if isinstance(module, nn.Conv3d):
        # Only the channels of its own group are reached from an input element.
        fan_out = module.weight[:, 0].numel() // module.groups
        nn.init.normal_(module.weight, 0.0, sqrt(2 / fan_out))
    elif isinstance(module, nn.ConvTranspose3d):
        nn.init.normal_(module.weight, 0.0, sqrt(2 / module.weight[0].numel()))
    elif isinstance(module, nn.Linear):
        deviation = sqrt(1 / module.in_features)
        nn.init.trunc_normal_(module.weight, 0.0, deviation, -2 * deviation, 2 * deviation)
    elif isinstance(module, nn.BatchNorm1d | nn.BatchNorm3d):
        module.reset_running_stats()
        _initialise_scale(op, module)
    elif isinstance(module, nn.LayerNorm | nn.GroupNorm):
        _initialise_scale(op, module)
    else:
        _reset(module)
        return
    if module.bias is not None:
        nn.init.zeros_(module.bias)


def _initialise_scale(op: Primitive, module: nn.Module) -> None:
    """The scale of a norm, 1 unless its primitive asks for 0."""
    is_zero = isinstance(op, BatchNorm | GroupNorm | LayerNorm) and op.zero_init
    nn.init.constant_(module.get_parameter("weight"), 0.0 if is_zero else 1.0)


def _reset(module: nn.Module) -> None:
    reset = getattr(module, "reset_parameters", None)
    if reset is not None:
        reset()
