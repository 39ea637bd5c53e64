"""Transformers for video as files of the language: published sizes, and that they run and learn."""

import re
from pathlib import Path

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

import nasvid
from nasvid.modules.assemble import build
from tests.networks.narrow import narrow, network_file
from tests.unit.export.networks import assert_same

CLASSES = 400

# Parameters; multiply-adds in units of 1e9 at the precision of the source; its digits; operations
# that the source counts for an element of a layer norm.
# For TimeSformer and ViViT parameters are those of the released code; Bertasius et al. 2021, table 1,
# print 0.2 M less for each scheme. The multiply-adds of TimeSformer are those of one view; section
# 4.2 prints three of space, joint and divided attention as 0.42, 0.54 and 0.59 T.
PUBLISHED = {
    "mvit_b_16x4": (36_610_672, 70.599, 3, 0),  # torchvision
    "mvit_v2_s": (34_537_744, 64.224, 3, 0),  # torchvision
    "swin3d_t": (28_158_070, 43.882, 3, 0),  # torchvision
    "timesformer_axial": (157_020_304, 253, 0, 0),
    "timesformer_divided": (121_566_352, 196, 0, 0),
    "timesformer_joint": (86_112_400, 180, 0, 0),
    "timesformer_local_global": (121_566_352, 207, 0, 0),
    "timesformer_space": (86_106_256, 141, 0, 0),
    "vivit_b": (88_954_000, 452, 0, 0),  # the paper, 88.9 M, counts more than products
    "vivit_fe_b_16x2": (115_062_928, 283, 0, 0),  # 115.1 M, likewise
}
NETWORKS = sorted(PUBLISHED)

each_network = pytest.mark.parametrize("name", NETWORKS)


@each_network
def test_parameters_and_multiply_adds_are_the_published_ones(name: str) -> None:
    params, billions, digits, norm = PUBLISHED[name]
    cost = nasvid.load(network_file(name)).cost(norm=norm)
    assert cost.params == params
    assert round(cost.total / 1e9, digits) == billions


@pytest.mark.parametrize(("clip", "billions"), [("16x224", 70.80), ("32x224", 170.37)])
def test_mvit_b_with_norms_costs_what_pytorchvideo_prints(clip: str, billions: float) -> None:
    # 36.61 M parameters; layer norms count 5 operations per element.
    cost = nasvid.load(network_file("mvit_b_16x4"), clip=clip).cost(norm=5)
    assert round(cost.total / 1e9, 2) == billions
    assert round(cost.params / 1e6, 2) == 36.61


@pytest.mark.parametrize("clip", ["2x32", "6x112", "20x200"])
def test_windows_of_video_swin_fit_any_clip(clip: str) -> None:
    space = nasvid.load(network_file("swin3d_t"), clip=clip)
    assert space.cost().params == PUBLISHED["swin3d_t"][0]
    with torch.device("meta"):
        graph = space.sample().graph
        with FlopCounterMode(display=False) as counter:
            build(graph)(torch.empty(1, *graph.inputs[0].shape.sizes))
    assert counter.get_total_flops() == space.cost().flops


# The softmax does not see what is added to all keys alike; behind the last layer of MViTv2 only the
# class token is read, which has no relative position and is not pooled.
UNSEEN = re.compile(r"keys\.bias$|^stage4\.others\.0\.attention\..*(attended|query_pool)")


@pytest.mark.slow
@each_network
def test_a_narrow_one_is_exported_to_the_bit(name: str, tmp_path: Path) -> None:
    assert_same(nasvid.load(narrow(name, tmp_path), clip="4x64").sample().graph)


@pytest.mark.slow
@each_network
def test_torch_exports_a_narrow_one(name: str, tmp_path: Path) -> None:
    graph = nasvid.load(narrow(name, tmp_path), clip="4x64").sample().graph
    network, clips = build(graph).eval(), torch.randn(2, *graph.inputs[0].shape.sizes)
    batch = torch.export.Dim("batch", min=2)
    program = torch.export.export(network, (clips,), dynamic_shapes=({0: batch},), strict=False)
    three = torch.randn(3, *clips.shape[1:])
    torch.testing.assert_close(program.module()(three), network(three))


@each_network
def test_every_weight_of_a_narrow_one_learns(name: str, tmp_path: Path) -> None:
    space = nasvid.load(narrow(name, tmp_path), clip="4x64")
    graph = space.sample().graph
    torch.manual_seed(0)
    network = build(graph)
    clips = torch.randn(2, *graph.inputs[0].shape.sizes)
    out = network(clips)
    assert out.shape == (2, CLASSES)
    (out * torch.randn(out.shape)).sum().backward()
    for key, parameter in network.named_parameters():
        assert parameter.grad is not None, key
        assert torch.isfinite(parameter.grad).all(), key
        if not UNSEEN.search(key):
            assert parameter.grad.abs().max() > 0, key
