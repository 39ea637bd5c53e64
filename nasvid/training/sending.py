"""Batches on their way to the device."""

from collections import deque

import torch
from torch import Tensor

# Batches that may be under way: enough for a device never to wait, and memory stays bounded.
AHEAD = 2


class Sender:
    """Sends batches to a device without waiting for what it still computes.

    A GPU fetches by itself only what lies in page-locked memory; for anything else the copy would
    wait until all earlier steps are done, and the GPU would then wait for the next one.

    Args:
        device: As torch writes it, such as `cpu` or `cuda:0`.
    """

    def __init__(self, device: str) -> None:
        self._device = torch.device(device)
        self._under_way: deque[torch.cuda.Event] = deque()

    def send(self, *tensors: Tensor) -> tuple[Tensor, ...]:
        """The tensors on the device; on a CPU they are the same ones.

        A batch that was sent `AHEAD` calls before has arrived when this returns.
        """
        if self._device.type == "cpu":
            return tensors
        if len(self._under_way) == AHEAD:
            self._under_way.popleft().synchronize()
        sent = tuple(x.pin_memory().to(self._device, non_blocking=True) for x in tensors)
        arrived = torch.cuda.Event()
        arrived.record(torch.cuda.current_stream(self._device))
        self._under_way.append(arrived)
        return sent
