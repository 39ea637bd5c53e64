"""Fresh weights for a network.

Source: convolutions as in He et al. 2015, https://arxiv.org/abs/1502.01852, section 2.2, by the
outputs that an element reaches; linear maps as in LeCun et al. 1998, by their inputs.
"""

from math import sqrt

from torch import nn

from nasvid.graph.primitive import Primitive
from nasvid.graph.primitives.batch_norm import BatchNorm
from nasvid.modules.network import Network, leaves


def initialise(network: Network) -> None:
    """Draw all weights anew, in graph order, from torch's global generator.

    Weights of classes that are not of torch keep what their class gives them, as the logit of a
    gate does.
    """
    for _, op, module in leaves(network):
        _initialise(op, module)


def _initialise(op: Primitive, module: nn.Module) -> None:
    if isinstance(module, nn.Conv3d):
        # Only the channels of its own group are reached from an input element.
        fan_out = module.weight[:, 0].numel() // module.groups
        nn.init.normal_(module.weight, 0.0, sqrt(2 / fan_out))
    elif isinstance(module, nn.Linear):
        deviation = sqrt(1 / module.in_features)
        nn.init.trunc_normal_(module.weight, 0.0, deviation, -2 * deviation, 2 * deviation)
    elif isinstance(module, nn.BatchNorm1d | nn.BatchNorm3d):
        module.reset_running_stats()
        is_zero = isinstance(op, BatchNorm) and op.zero_init
        nn.init.constant_(module.weight, 0.0 if is_zero else 1.0)
    elif isinstance(module, nn.LayerNorm):
        nn.init.ones_(module.weight)
    else:
        return
    if module.bias is not None:
        nn.init.zeros_(module.bias)
