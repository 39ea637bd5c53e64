"""Gated recurrent unit over frames, in torch."""

import torch
from torch import nn

from nasvid.core.shapes import Shape
from nasvid.graph.primitives.gru import Gru
from nasvid.modules.leaf import Layer


class ClipGRU(nn.Module):
    """A GRU over the frames of every place of a clip.

    Args:
        channels: Channels that come in.
        hidden: Channels of the state.
        layers: Networks on top of each other.
        bidirectional: Whether each layer also runs backwards.
    """

    def __init__(self, channels: int, hidden: int, layers: int, *, bidirectional: bool) -> None:
        super().__init__()
        self.gru = nn.GRU(channels, hidden, layers, batch_first=True, bidirectional=bidirectional)

    def reset_parameters(self) -> None:
        self.gru.reset_parameters()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        places_BHWTC = x.permute(0, 3, 4, 2, 1)
        states, _ = self.gru(places_BHWTC.flatten(0, 2))
        return states.unflatten(0, places_BHWTC.shape[:3]).permute(0, 4, 3, 1, 2)


def leaf(op: Gru, *inputs: Shape) -> Layer:
    """A `ClipGRU`."""
    return Layer(
        ClipGRU,
        {
            "channels": inputs[0].channels,
            "hidden": op.hidden,
            "layers": op.layers,
            "bidirectional": op.bidirectional,
        },
    )
