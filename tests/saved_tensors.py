"""What autograd really keeps for the backward pass, to compare estimates with."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor
from torch.autograd.graph import saved_tensors_hooks

from nasvid.core.shapes import Shape


class SavedTensors:
    """The memory of all tensors that were kept, each counted once, however many views there are.

    Args:
        weights: What is there anyway and does not count.
    """

    def __init__(self, weights: Iterable[Tensor]) -> None:
        self._weights = {place_of(weight) for weight in weights}
        self.bytes_at: dict[int, int] = {}
        # Held, so that no memory is given away and comes back as another tensor.
        self._kept: list[Tensor] = []

    def add(self, tensor: Tensor) -> Tensor:
        if place_of(tensor) not in self._weights:
            self.bytes_at[place_of(tensor)] = tensor.untyped_storage().nbytes()
            self._kept.append(tensor)
        return tensor

    @property
    def total(self) -> int:
        return sum(self.bytes_at.values())

    def has(self, tensor: Tensor) -> bool:
        return place_of(tensor) in self.bytes_at

    def besides(self, tensors: Iterable[Tensor]) -> int:
        """Bytes of what is none of these."""
        named = {place_of(tensor) for tensor in tensors}
        return sum(size for place, size in self.bytes_at.items() if place not in named)


def place_of(tensor: Tensor) -> int:
    """The memory of a tensor, equal for all of its views."""
    return tensor.untyped_storage()._cdata


@contextmanager
def saved_tensors(weights: Iterable[Tensor]) -> Iterator[SavedTensors]:
    """Watch what a forward pass keeps."""
    saved = SavedTensors(weights)
    unpack: Callable[[Tensor], Tensor] = lambda tensor: tensor  # noqa: E731
    with saved_tensors_hooks(saved.add, unpack):
        yield saved


def inner_tensor(shape: Shape, batch: int, generator: torch.Generator) -> Tensor:
    """What a layer inside a network reads: numbers that need a gradient, channels of clips last."""
    sizes = (batch * shape.num_folded, *shape.tensor_sizes)
    x = torch.randn(sizes, generator=generator)
    if shape.is_clip:
        x = x.contiguous(memory_format=torch.channels_last_3d)
    return x.requires_grad_().clone()
