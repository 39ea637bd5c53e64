"""Torch's global random state and threads, kept apart for runs that take turns in one process."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from nasvid.training.placement import device_type_of, num_threads


class Isolation:
    """What one run sees of torch's global state: as if it were alone in the process.

    Args:
        seed: As for `torch.manual_seed` when the run begins.
        device: Where the run computes.
        threads: Torch's threads inside; None leaves them.
    """

    def __init__(self, seed: int, device: str, threads: int | None) -> None:
        self._threads = threads
        self._state = torch.Generator().manual_seed(seed).get_state()
        self._gpu = torch.device(device) if device_type_of(device) == "cuda" else None
        if self._gpu is not None:
            self._gpu_state = torch.Generator(self._gpu).manual_seed(seed).get_state()

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Inside the block torch's global state is that of the run; afterwards that of before."""
        outer = torch.get_rng_state()
        outer_gpu = None if self._gpu is None else torch.cuda.get_rng_state(self._gpu)
        torch.set_rng_state(self._state)
        if self._gpu is not None:
            torch.cuda.set_rng_state(self._gpu_state, self._gpu)
        try:
            with num_threads(self._threads):
                yield
        finally:
            self._state = torch.get_rng_state()
            torch.set_rng_state(outer)
            if self._gpu is not None and outer_gpu is not None:
                self._gpu_state = torch.cuda.get_rng_state(self._gpu)
                torch.cuda.set_rng_state(outer_gpu, self._gpu)
