"""A training step that is watched: what the backward pass keeps, and memory at the peak."""

import weakref
from contextlib import nullcontext
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from nasvid.graph.ir import Graph
from nasvid.modules.assemble import build
from nasvid.training.class_scores import class_scores
from tests.saved_tensors import place_of, saved_tensors


class LiveTensors(TorchDispatchMode):
    """Bytes of all tensors that are made while it watches, now and at most."""

    def __init__(self) -> None:
        super().__init__()
        self.live = self.peak = 0
        self._places: set[int] = set()

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        made = func(*args, **(kwargs or {}))
        for tensor in tree_leaves(made):
            if isinstance(tensor, Tensor) and place_of(tensor) not in self._places:
                self._watch(tensor)
        return made

    def _watch(self, tensor: Tensor) -> None:
        memory, place = tensor.untyped_storage(), place_of(tensor)
        size = memory.nbytes()

        def release() -> None:
            self._places.discard(place)
            self.live -= size

        self._places.add(place)
        self.live += size
        self.peak = max(self.peak, self.live)
        weakref.finalize(memory, release)


class WatchedStep:
    """What two training steps of a network held.

    Attributes:
        kept: Bytes that the backward pass kept.
        peak: Bytes at the peak of the second step.

    Args:
        graph: The network.
        batch: Clips of a step.
        precision: `fp32` or `bf16`.
        device: `cpu`, or `meta` for a large network; there torch does attention without a mask in a
            way that no real device does.
    """

    def __init__(
        self, graph: Graph, batch: int, *, precision: str = "fp32", device: str = "cpu"
    ) -> None:
        torch.manual_seed(0)
        self._is_mixed = precision == "bf16"
        with torch.device(device):
            self._network = build(graph).train()
        for weight in self._network.parameters():
            if weight.ndim == 5:
                weight.data = weight.data.contiguous(memory_format=torch.channels_last_3d)
        self._optimizer = torch.optim.SGD(
            self._network.parameters(),
            lr=0.001,
            momentum=0.9,
            # The meta device has no fused kernels.
            fused=device == "cpu",
        )
        self._clips = {
            item.name: torch.randn(batch, *item.shape.sizes, device=device).contiguous(
                memory_format=torch.channels_last_3d
            )
            for item in graph.inputs
        }
        self._labels = torch.zeros(batch, dtype=torch.long, device=device)
        with saved_tensors([*self._weights, *self._clips.values(), self._labels]) as saved:
            self._step()
        self.kept = saved.total
        # What was saved is held no more, and all states of the optimiser are there.
        del saved
        with LiveTensors() as tensors:
            self._step()
        states = [state["momentum_buffer"] for state in self._optimizer.state.values()]
        self.peak = tensors.peak + size_of([*self._weights, *self._clips.values(), *states])

    @property
    def _weights(self) -> list[Tensor]:
        return [*self._network.parameters(), *self._network.buffers()]

    def _step(self) -> None:
        with torch.autocast("cpu", torch.bfloat16) if self._is_mixed else nullcontext():
            scores = class_scores(self._network(self._clips))
        loss = cross_entropy(scores.float(), self._labels)
        loss.backward()
        self._optimizer.step()
        self._optimizer.zero_grad()


def size_of(tensors: list[Tensor]) -> int:
    return sum(tensor.numel() * tensor.element_size() for tensor in tensors)
