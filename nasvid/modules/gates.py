"""What the learned gates of a network have become."""

import torch

from nasvid.modules.network import Network, leaves
from nasvid.modules.primitives.gate import LearnedGate


def learned_gates(network: Network) -> dict[str, float]:
    """Dotted node name to gate, from 0 to 1, in graph order; fixed gates are left out."""
    return {
        name: torch.sigmoid(module.logit.detach()).item()
        for name, _, module in leaves(network)
        if isinstance(module, LearnedGate)
    }
