"""Bytes of the cache to the values a network sees."""

import torch
from torch import Tensor

from nasvid.core.streams import Stream

# Value of a byte b: (b - zero) / unit; flow is coded so in `nasvid.data.flow`.
_ZERO_AND_UNIT = {"rgb": (0.0, 255.0), "flow": (128.0, 127.0)}


def normalise(x_BCTHW: Tensor, stream: Stream) -> Tensor:
    """What the network sees: `(value - mean) / std` per channel.

    Args:
        x_BCTHW: uint8 clips of the stream, on any device.
        stream: Says what the bytes mean and how they are normalised.
    Returns: float32, a new tensor of the same shape and device.
    Example:
        >>> stream = Stream("rgb", 3, 1, 1, 1, (0.5, 0.5, 0.5), (0.5, 0.25, 1.0))
        >>> normalise(torch.tensor([255, 0, 51], dtype=torch.uint8).view(1, 3, 1, 1, 1), stream)[0, :, 0, 0, 0]
        tensor([ 1.0000, -2.0000, -0.3000])
    """
    zero, unit = _ZERO_AND_UNIT[stream.modality]
    normalised_BCTHW = x_BCTHW.to(torch.float32)
    # Plain numbers, channel by channel: no constant has to travel to the device.
    for channel, (mean, std) in enumerate(zip(stream.mean, stream.std, strict=True)):
        normalised_BCTHW[:, channel].sub_(zero + unit * mean).div_(unit * std)
    return normalised_BCTHW
