"""Every network of the zoo, small: it runs forwards and backwards, learns, and is exported."""

from pathlib import Path

import pytest
import torch
from torch import nn

import nasvid
from nasvid.api.architecture import Architecture
from nasvid.api.zoo import ZooNetwork, zoo, zoo_network
from nasvid.training.class_scores import class_scores
from tests.unit.export.networks import assert_same

CLASSES = 5
BATCH = 2
# A clip where that of most others does not fit, or is larger than need be.
CLIPS = {
    "c3d_lstm": "32x64", "lrcn": "16x128", "convpool": "16x128",
    "tvn_1": "2x64", "tvn_2": "2x128", "tvn_mobile_1": "2x64", "tvn_mobile_2": "2x64",
    "two_stream_late": "10x64", "two_stream_residual": "10x64",
    "two_stream_conv_fusion": "50x32", "two_stream_3d_fused": "50x64",
    "early_fusion": "10x64", "slow_fusion": "10x64", "late_fusion": "2x64", "single_frame": "1x64",
    "resnet18": "1x64", "resnet34": "1x64", "two_in_one": "1x64",
    "avslowfast": "8x64", "i3d_nln_r50": "16x64", "i3d_nln_r101": "16x64",
    "p3d63": "16x64", "p3d199": "16x64",
}  # fmt: skip
# The first letters of weights that the scores do not depend on, and why.
UNUSED = {
    # The class token alone goes on from the last layer, and relative positions pass it by.
    "mvit_v2_s": (
        "stage4.others.0.attention.pooled_attention.query_pool.",
        "stage4.others.0.attention.pooled_attention.attended.table_",
    ),
}
# Least gradient, in units of the largest of the network; in double precision noise is far below.
LEAST = 1e-9
# Draws of clips and weights, since a ReLU of few channels may be shut in one of them.
DRAWS = 3
FAST = ("r3d_18", "x3d_s", "lrcn")

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
    for name, parameter in network.named_parameters():
        if parameter.numel() == 1 or bool((parameter == parameter.flatten()[0]).all()):
            nn.init.normal_(parameter, mean=0.0 if name.endswith("bias") else 0.5, std=0.2)
    return network


def trainable(architecture: Architecture, seed: int) -> tuple[nn.Module, dict[str, torch.Tensor]]:
    """The module with weights, and clips, that hang on the seed."""
    torch.manual_seed(seed)
    model = randomised(architecture.build()).double().train()
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.eval()
    inputs = architecture.graph.inputs
    return model, {i.name: torch.randn(BATCH, *i.shape.sizes).double() for i in inputs}


def without_gradient(architecture: Architecture, seed: int) -> set[str]:
    """Names of the parameters that random scores do not pull at."""
    model, streams = trainable(architecture, seed)
    scores = class_scores(model(streams))
    assert scores.shape == (BATCH, CLASSES)
    (scores * torch.randn(scores.shape)).sum().backward()
    sizes = {
        name: 0.0 if parameter.grad is None else float(parameter.grad.abs().max())
        for name, parameter in model.named_parameters()
    }
    return {name for name, size in sizes.items() if not size > LEAST * max(sizes.values())}


@each_network
def test_every_weight_gets_a_gradient(network: ZooNetwork) -> None:
    architecture = small(network)
    missing = set[str]()
    for seed in range(DRAWS):
        found = without_gradient(architecture, seed)
        missing = missing & found if seed else found
        # A batch norm takes off what is added to a channel, and softmax what is added to all keys, so
        # that biases before them have none.
        missing = {name for name in missing if not name.endswith(".bias")}
        if not missing:
            break
    unused = UNUSED.get(network.name, ())
    assert [name for name in sorted(missing) if not name.startswith(unused)] == []
    assert all(any(name.startswith(start) for name in missing) for start in unused)


@each_network
def test_a_step_lowers_the_loss(network: ZooNetwork) -> None:
    model, streams = trainable(small(network), seed=0)
    labels = torch.tensor([0, 3])

    def loss() -> torch.Tensor:
        return nn.functional.cross_entropy(class_scores(model(streams)), labels)

    before = loss()
    before.backward()
    gradients = [p.grad for p in model.parameters() if p.grad is not None]
    # So far that the loss would fall by a thousandth if it were linear.
    rate = 1e-3 * before.item() / sum(float(g.square().sum()) for g in gradients)
    torch.optim.SGD(model.parameters(), lr=rate).step()
    assert loss() < before


@each_network
def test_its_file_at_this_size_is_the_same_network(network: ZooNetwork, tmp_path: Path) -> None:
    architecture = small(network)
    path = tmp_path / "arch.yaml"
    path.write_text(architecture.to_yaml(), encoding="utf-8")
    assert nasvid.load(path).architecture().id == architecture.id


@each_network
def test_it_is_exported_to_the_bit(network: ZooNetwork) -> None:
    # Products that no softmax bounds leave the range of single precision.
    is_large = network.name == "slowfast_r101_16x8_nl"
    assert_same(small(network).graph, precision=torch.float64 if is_large else torch.float32)


@pytest.mark.slow  # all of the zoo is loaded
def test_a_small_clip_is_known_of_all_networks_for_which_data_can_be_made() -> None:
    without = {network.name for network in zoo() if not network.small_clip()}
    assert without == {"avslowfast", "assemblenet_plus_50"}


@pytest.mark.parametrize(
    ("name", "clip"), [("r3d_18", "8x64"), ("lrcn", "16x128"), ("early_fusion", "16x64")]
)
def test_a_small_clip_fits(name: str, clip: str) -> None:
    assert zoo_network(name).small_clip() == clip
