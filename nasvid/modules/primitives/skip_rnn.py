"""A recurrent network that learns at which frames to update its state, in torch."""

import torch
from torch import nn

from nasvid.core.shapes import Shape
from nasvid.graph.primitives.skip_rnn import SkipRnn
from nasvid.modules.leaf import Layer


class SkipRecurrence(nn.Module):
    """A GRU or LSTM over frames whose state is copied while a learned gate is shut.

    Args:
        channels: Channels that come in.
        hidden: Channels of the state.
        cell: `gru` or `lstm`.
    """

    def __init__(self, channels: int, hidden: int, cell: str) -> None:
        super().__init__()
        self.hidden = hidden
        self.has_memory = cell == "lstm"
        self.cell = (
            nn.LSTMCell(channels, hidden) if self.has_memory else nn.GRUCell(channels, hidden)
        )
        self.chance = nn.Linear(hidden, 1)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        self.cell.reset_parameters()
        self.chance.reset_parameters()
        # Starts with most gates open.
        nn.init.ones_(self.chance.bias)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        places_BHWTC = x.permute(0, 3, 4, 2, 1)
        frames = places_BHWTC.flatten(0, 2).unbind(1)
        state = frames[0].new_zeros(2 if self.has_memory else 1, frames[0].shape[0], self.hidden)
        chance = frames[0].new_ones(frames[0].shape[0], 1)
        total = torch.zeros_like(chance)
        states: list[torch.Tensor] = []
        for frame in frames:
            updated = self.update(frame, state)
            total = total + torch.minimum(chance, 1 - total)
            gate = torch.round(total).detach() + (total - total.detach())
            state = gate * updated + (1 - gate) * state
            states.append(state[0])
            if len(states) < len(frames):
                # An LSTM's chance is read from its memory, which stands last.
                chance = gate * torch.sigmoid(self.chance(updated[-1])) + (1 - gate) * chance
                total = (1 - gate) * total
        out = torch.stack(states, dim=1).unflatten(0, places_BHWTC.shape[:3])
        return out.permute(0, 4, 3, 1, 2)

    def update(self, frame: torch.Tensor, state: torch.Tensor) -> torch.Tensor:
        """State, and for an LSTM memory, after a frame."""
        if self.has_memory:
            return torch.stack(self.cell(frame, (state[0], state[1])))
        return self.cell(frame, state[0])[None]


def leaf(op: SkipRnn, *inputs: Shape) -> Layer:
    """A `SkipRecurrence`."""
    arguments = {"channels": inputs[0].channels, "hidden": op.hidden, "cell": op.cell}
    return Layer(SkipRecurrence, arguments)
