"""Every network of the zoo, small: it runs forwards and backwards, learns, and is exported."""

import pytest
import torch
from torch import nn

import nasvid
from nasvid.api.architecture import Architecture
from nasvid.api.zoo import ZooNetwork, zoo
from nasvid.training.class_scores import class_scores
from tests.unit.export.networks import assert_same

CLASSES = 5
BATCH = 2
# A clip where that of most others does not fit, or is larger than need be.
CLIPS = {
    "c3d_lstm": "32x64",
    "tvn_1": "2x64", "tvn_2": "2x128", "tvn_mobile_1": "2x64", "tvn_mobile_2": "2x64",
    "two_stream_late": "10x64", "two_stream_residual": "10x64",
    "two_stream_conv_fusion": "50x32", "two_stream_3d_fused": "50x64",
    "early_fusion": "10x64", "slow_fusion": "10x64", "late_fusion": "2x64", "single_frame": "1x64",
    "resnet18": "1x64", "resnet34": "1x64", "two_in_one": "1x64",
    "avslowfast": "32x64", "i3d_nln_r50": "16x64", "i3d_nln_r101": "16x64",
    "p3d63": "16x64", "p3d199": "16x64",
}  # fmt: skip
# Softmax does not see what is added to all keys alike.
FAST = ("r3d_18", "slowfast_r50_8x8", "x3d_s", "tvn_1", "timesformer_divided", "two_in_one", "lrcn")

each_network = pytest.mark.parametrize(
    "network",
    [pytest.param(n, id=n.name, marks=() if n.name in FAST else pytest.mark.slow) for n in zoo()],
)


def small(network: ZooNetwork) -> Architecture:
    """The network with an eighth of its channels, few frames and pixels."""
    slowest = any(stream.frames < 8 for stream in network.streams.values())
    most = max(stream.frames for stream in network.streams.values())
    clip = CLIPS.get(network.name, f"{most if slowest else min(16, most)}x64")
    return nasvid.load(network.path, clip=clip, classes=CLASSES, width=0.125).architecture()


def randomised(network: nn.Module) -> nn.Module:
    """With random numbers in place of weights that are all alike, which let no gradient through."""
    for parameter in network.parameters():
        if parameter.numel() == 1 or bool((parameter == parameter.flatten()[0]).all()):
            nn.init.normal_(parameter, mean=0.5, std=0.2)
    return network


def streams_of(architecture: Architecture) -> dict[str, torch.Tensor]:
    return {i.name: torch.randn(BATCH, *i.shape.sizes) for i in architecture.graph.inputs}


@each_network
def test_every_weight_gets_a_gradient_and_a_step_lowers_the_loss(network: ZooNetwork) -> None:
    torch.manual_seed(0)
    architecture = small(network)
    model = randomised(architecture.build()).train()
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.eval()
    streams, labels = streams_of(architecture), torch.tensor([0, 3])
    scores = class_scores(model(streams))
    assert scores.shape == (BATCH, CLASSES)
    (scores * torch.randn(scores.shape)).sum().backward()
    missing = [key for key, p in model.named_parameters() if p.grad is None]
    assert missing == []
    assert all(p.grad is not None and p.grad.isfinite().all() for p in model.parameters())
    model.zero_grad()
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-4)
    loss = nn.functional.cross_entropy(class_scores(model(streams)), labels)
    loss.backward()
    optimizer.step()
    assert loss.isfinite()


@each_network
def test_it_is_exported_to_the_bit(network: ZooNetwork) -> None:
    assert_same(small(network).graph)
