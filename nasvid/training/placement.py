"""Where and in which form a network trains: a rule over the architecture and the type of device.

Nothing is measured on the spot, so that two machines of one kind train a candidate alike.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor, nn

from nasvid.core.errors import EvaluationError

PRECISIONS = ("auto", "fp32", "bf16")


@dataclass(frozen=True, slots=True)
class Placement:
    """The outcome of the rule for one network.

    Args:
        device: As torch writes it, such as `cpu` or `cuda:0`.
        precision: `fp32`, or `bf16` for mixed precision with weights in fp32.
        is_channels_last: Whether clips lie in memory with the channels last.
    """

    device: str
    precision: str
    is_channels_last: bool

    @property
    def memory_format(self) -> torch.memory_format:
        """Of clips and of the kernels of 3D convolutions."""
        return torch.channels_last_3d if self.is_channels_last else torch.contiguous_format

    def describe(self) -> dict[str, Any]:
        """Field name to value, for the record of a run."""
        return asdict(self)

    def put_network(self, network: nn.Module) -> nn.Module:
        """The same network, moved in place."""
        network.to(self.device)
        for weight in network.parameters():
            if weight.ndim == 5:
                weight.data = weight.data.contiguous(memory_format=self.memory_format)
        return network

    def arrange(self, clips_BCTHW: Tensor) -> Tensor:
        """The clips in the memory format; copies only where it must."""
        return clips_BCTHW.contiguous(memory_format=self.memory_format)

    def autocast(self) -> AbstractContextManager[object]:
        """What a forward pass runs in."""
        if self.precision == "fp32":
            return nullcontext()
        return torch.autocast(torch.device(self.device).type, torch.bfloat16)


def place(network: nn.Module, device: str, precision: str = "auto") -> Placement:
    """Placement of a network by the rule.

    On a CPU: fp32 and channels last, which is 1.05 to 2.2 times as fast for every family of blocks
    (one thread, 32 and 64 pixels, 16 to 64 channels). bf16 doubles the speed of dense networks on
    processors that have it and halves it elsewhere and for depthwise ones, so it is left to the
    user. On a GPU: bf16, and channels last unless a convolution is depthwise, which is then up to
    four times slower.

    Raises:
        EvaluationError: Another precision, or a device that is not there.
    """
    check_precision(precision)
    device_type = device_type_of(device)
    automatic = "fp32" if device_type == "cpu" else "bf16"
    return Placement(
        device=device,
        precision=automatic if precision == "auto" else precision,
        is_channels_last=device_type == "cpu" or not any(_depthwise(network)),
    )


def check_precision(precision: str) -> None:
    """Raise an EvaluationError unless there is such a precision."""
    if precision not in PRECISIONS:
        accepted = ", ".join(PRECISIONS)
        raise EvaluationError(f"recipe: precision: got {precision!r}; accepts {accepted}.")


def default_threads(device_type: str) -> int | None:
    """Torch's threads for training on a type of device; None leaves what torch has.

    On a CPU one, because two processes of one thread train more clips than one of two.
    """
    return 1 if device_type == "cpu" else None


def device_type_of(device: str) -> str:
    """`cpu` or `cuda`.

    Raises:
        EvaluationError: The text names no device, or one that is not there.
    """
    try:
        named = torch.device(device)
    except RuntimeError:
        named = torch.device("meta")
    if named.type not in ("cpu", "cuda"):
        raise EvaluationError(f"device: got {device!r}; accepts cpu, cuda or cuda:N.")
    if named.type == "cuda":
        _check_gpu(device, named.index or 0)
    return named.type


def _check_gpu(device: str, number: int) -> None:
    if not torch.cuda.is_available():
        raise EvaluationError(f"device: got {device!r}, but torch sees no GPU here; use cpu.")
    there = torch.cuda.device_count()
    if number >= there:
        seen, accepted = ("1 GPU", "") if there == 1 else (f"{there} GPUs", f" to cuda:{there - 1}")
        raise EvaluationError(
            f"device: got {device!r}, but torch sees {seen} here; accepts cuda:0{accepted}."
        )


def _depthwise(network: nn.Module) -> Iterator[bool]:
    for layer in network.modules():
        if isinstance(layer, nn.Conv3d):
            yield layer.groups == layer.in_channels > 1


@contextmanager
def num_threads(threads: int | None) -> Iterator[None]:
    """Torch's threads inside the block; None leaves them as they are."""
    before = torch.get_num_threads()
    if threads is not None:
        torch.set_num_threads(threads)
    try:
        yield
    finally:
        torch.set_num_threads(before)
