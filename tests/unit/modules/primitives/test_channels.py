"""Operations that move channels about."""

import torch
import torch.nn.functional as F

from nasvid.modules.primitives.shuffle_channels import shuffled
from nasvid.modules.primitives.space_to_depth import SquaresToChannels


def test_squares_become_channels_in_the_order_of_torch() -> None:
    x = torch.randn(2, 3, 5, 4, 8)
    out = SquaresToChannels(2)(x)
    for t in range(5):
        assert torch.equal(out[:, :, t], F.pixel_unshuffle(x[:, :, t], 2))


def test_channels_are_shuffled_as_torch_does() -> None:
    x = torch.randn(2, 6, 4, 4)
    assert torch.equal(shuffled(x.unsqueeze(2), 3).squeeze(2), torch.channel_shuffle(x, 3))
