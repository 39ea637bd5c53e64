"""Weights of a reference copied into a network of the zoo, and what both make of the same clips.

Everything is done in double precision, so that what differs is the network, not its rounding.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import torch
from torch import Tensor, nn

import nasvid
from nasvid.api.architecture import Architecture
from nasvid.api.zoo_folder import zoo_folder

# Name to tensor, in the order of the modules: parameters and running statistics.
Weights = dict[str, Tensor]
Streams = dict[str, Tensor]
Feed = Callable[[nn.Module, Streams], Tensor]

# The largest difference, as a share of the largest number that comes out.
TOLERANCE = 1e-9
CONVOLUTIONS = (nn.Conv2d, nn.Conv3d)
NORMS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d, nn.LayerNorm, nn.GroupNorm)


def member(name: str, clip: str | None = None, **choices: Any) -> Architecture:
    """A network of the zoo, or the member of a family of it that has these choices."""
    folder = "families/" if choices else ""
    space = nasvid.load(zoo_folder() / f"{folder}{name}.yaml", clip=clip)
    return space.architecture(choices) if choices else space.architecture()


def with_epsilon(reference: nn.Module, eps: float) -> nn.Module:
    """The network with this epsilon in all its batch norms."""
    for module in reference.modules():
        if isinstance(module, nn.BatchNorm3d):
            module.eps = eps
    return reference


def weights_of(network: nn.Module) -> Weights:
    """Parameters and running statistics; counters and tables of indices are left out."""
    return {
        name: tensor
        for name, tensor in network.state_dict().items()
        if tensor.is_floating_point() and "attn_mask" not in name
    }


def randomise(network: nn.Module) -> None:
    """Random norms with random statistics, and random numbers where weights are all alike."""
    with torch.no_grad():
        for module in network.modules():
            if isinstance(module, NORMS):
                for name, tensor in module.state_dict().items():
                    if name in ("weight", "running_var"):
                        tensor.uniform_(0.5, 1.5)
                    elif name in ("bias", "running_mean"):
                        tensor.normal_(std=0.2)
            elif isinstance(module, CONVOLUTIONS):
                # So that the signal survives where no residual connection carries it.
                nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
        for parameter in network.parameters():
            if bool((parameter == parameter.flatten()[0]).all()):
                parameter.normal_(std=0.2)


def as_they_stand(weights: Weights) -> Iterable[Tensor]:
    """The order of the reference is that of the zoo file."""
    return weights.values()


def copy_weights(network: nn.Module, given: Iterable[Tensor]) -> None:
    """Into the network, in its order; shapes must match but for axes of length 1."""
    own = list(weights_of(network).items())
    tensors = list(given)
    for (name, tensor), other in zip(own, tensors, strict=False):
        wanted, found = ([n for n in t.shape if n > 1] for t in (tensor, other))
        assert wanted == found, f"{name}: {tuple(tensor.shape)} is given {tuple(other.shape)}"
        with torch.no_grad():
            tensor.copy_(other.reshape(tensor.shape))
    assert len(own) == len(tensors)


def feed_clip(reference: nn.Module, streams: Streams) -> Tensor:
    """The only stream, as it is."""
    (clip,) = streams.values()
    return reference(clip)


def assert_parity(
    reference: nn.Module,
    architecture: Architecture,
    *,
    arrange: Callable[[Weights], Iterable[Tensor]] = as_they_stand,
    feed: Feed = feed_clip,
) -> None:
    """Fails unless both networks say the same of two random clips, which they tell apart.

    Args:
        reference: With any weights; they are randomised.
        architecture: The one of the zoo.
        arrange: Puts the weights of the reference in our order.
        feed: What the reference says of the streams.
    """
    torch.manual_seed(0)
    reference = reference.double().eval()
    randomise(reference)
    network = architecture.build().double().eval()
    copy_weights(network, arrange(weights_of(reference)))
    # A network that averages random numbers tells two clips apart by their contrast.
    contrast = torch.tensor([0.5, 2.0], dtype=torch.float64).reshape(2, 1, 1, 1, 1)
    streams = {
        item.name: contrast * torch.randn(2, *item.shape.sizes, dtype=torch.float64)
        for item in architecture.graph.inputs
    }
    with torch.no_grad():
        wanted, found = feed(reference, streams).flatten(1), network(streams)
    assert found.shape == wanted.shape
    scale = wanted.abs().max()
    assert (wanted[0] - wanted[1]).abs().max() > 1e-3 * scale, "the clips look alike"
    assert ((found - wanted).abs().max() / scale).item() <= TOLERANCE


def shortcuts_last(weights: Weights, pattern: str) -> Iterator[Tensor]:
    """The shortcut of every residual block behind its branch, where it is defined before.

    Args:
        weights: Those of the reference.
        pattern: What the names of shortcuts begin with; its group is the name of the block.
    """
    held: list[Tensor] = []
    block = ""
    for name, tensor in weights.items():
        if held and not name.startswith(f"{block}."):
            yield from held
            held = []
        found = re.match(pattern, name)
        if found:
            block = found[1]
            held.append(tensor)
        else:
            yield tensor
    yield from held


def under(weights: Weights, *prefixes: str) -> Iterator[Tensor]:
    """All that begins with one of the prefixes, prefix by prefix."""
    for prefix in prefixes:
        yield from (tensor for name, tensor in weights.items() if name.startswith(prefix))


def thirds(weights: Weights, prefix: str) -> Iterator[Iterator[Tensor]]:
    """Queries, keys and values of a layer that computes them in one."""
    parts = [tensor.chunk(3) for tensor in under(weights, prefix)]
    for index in range(3):
        yield (part[index] for part in parts)
