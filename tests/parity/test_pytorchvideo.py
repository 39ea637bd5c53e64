"""Networks of PyTorchVideo give the same outputs as those of the zoo with the same weights."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from torch import Tensor, nn

from tests.parity.comparison import (
    Streams,
    Weights,
    assert_parity,
    member,
    shortcuts_last,
    with_epsilon,
)
from tests.parity.packages import package

hub = package("pytorchvideo.models.hub")
csn = package("pytorchvideo.models.csn")
residual = package("pytorchvideo.models.resnet")
slowfast = package("pytorchvideo.models.slowfast")
x3d = package("pytorchvideo.models.x3d")
audio_visual = package("pytorchvideo.models.audio_visual_slowfast")


def in_our_order(weights: Weights) -> Iterator[Tensor]:
    """Shortcuts behind their branches."""
    return shortcuts_last(weights, r"(.*)\.branch1_")


def pooled(reference: nn.Module, *kernels: tuple[int, int, int]) -> nn.Module:
    """The network with other windows in front of its classifier, for clips other than its own."""
    pools = [module for module in reference.modules() if isinstance(module, nn.AvgPool3d)]
    for pool, kernel in zip(pools, kernels, strict=True):
        pool.kernel_size = kernel
    return reference


def scoring(reference: Any) -> Any:
    """The network without the softmax behind its classifier; scores are what the zoo gives."""
    assert isinstance(reference.blocks[-1].activation, nn.Softmax)
    reference.blocks[-1].activation = None
    return reference


# Builder, clip and windows in front of the classifier.
SINGLE = {
    "c2d_r50": (hub.c2d_r50, "8x64", (4, 2, 2)),
    "i3d_r50": (hub.i3d_r50, "8x64", (4, 2, 2)),
    "slow_r50_4x16": (hub.slow_r50, "4x256", (4, 7, 7)),
    "slow_r50_8x8": (hub.slow_r50, "8x64", (8, 2, 2)),
    "csn_r101": (hub.csn_r101, "16x64", (2, 2, 2)),
}


@pytest.mark.parametrize("name", SINGLE)
def test_residual_networks(name: str) -> None:
    builder, clip, kernel = SINGLE[name]
    assert_parity(pooled(builder(), kernel), member(name, clip), arrange=in_our_order)


def test_r2plus1d_r50() -> None:
    reference = pooled(scoring(hub.r2plus1d_r50()), (4, 2, 2))
    assert_parity(reference, member("r2plus1d_r50", "16x64"), arrange=in_our_order)


def with_interaction(**settings: Any) -> nn.Module:
    """A bottleneck with a pointwise convolution and its norm in front of the depthwise one."""
    block = residual.create_bottleneck_block(**settings)
    width = settings["dim_inner"]
    mixing = nn.Conv3d(width, width, 1, bias=False)
    block.conv_b = nn.Sequential(mixing, nn.BatchNorm3d(width), block.conv_b)
    return block


@pytest.mark.parametrize(
    ("name", "depth", "bottleneck"),
    [
        ("ir_csn_101", 101, residual.create_bottleneck_block),
        ("ir_csn_152", 152, residual.create_bottleneck_block),
        ("ip_csn_101", 101, with_interaction),
        ("ip_csn_152", 152, with_interaction),
    ],
)
def test_channel_separated_networks(name: str, depth: int, bottleneck: Any) -> None:
    reference = csn.create_csn(model_depth=depth, stem_pool=nn.MaxPool3d, bottleneck=bottleneck)
    # As in the code of the paper, facebookresearch/VMZ.
    with_epsilon(pooled(reference, (1, 2, 2)), 1e-3)
    assert_parity(reference, member(name, "8x64"), arrange=in_our_order)


def feed_pathways(reference: nn.Module, streams: Streams) -> Tensor:
    return reference([streams["slow"], streams["fast"]])


# Depth, frames of the slow and of the fast pathway, kernel of the lateral connections.
SLOWFAST = {
    "slowfast_r50_4x16": (50, 4, 32, 5),
    "slowfast_r50_8x8": (50, 8, 32, 7),
    "slowfast_r101_8x8": (101, 8, 32, 5),
    "slowfast_r101_16x8": (101, 16, 64, 5),
}


@pytest.mark.parametrize("name", SLOWFAST)
def test_slowfast(name: str) -> None:
    depth, slow, fast, kernel = SLOWFAST[name]
    settings = {} if slow == 16 else {"model_depth": depth}
    if slow != 16:
        settings |= {"slowfast_fusion_conv_kernel_size": (kernel, 1, 1)}
    builder = hub.slowfast_16x8_r101_50_50 if slow == 16 else slowfast.create_slowfast
    reference = builder(slowfast_fusion_conv_stride=(fast // slow, 1, 1), **settings)
    pooled(reference, (slow, 2, 2), (fast, 2, 2))
    architecture = member(name, f"{fast}x64")
    assert_parity(reference, architecture, arrange=in_our_order, feed=feed_pathways)


def audio_last(weights: Weights) -> Iterator[Tensor]:
    """The audio pathway has its bins on the height, where PyTorchVideo has them on the width."""
    return in_our_order(dict(_turned(weights)))


def _turned(weights: Weights) -> Iterator[tuple[str, Tensor]]:
    # Norms of the two convolutions of a unit stand behind both, where each has its own here.
    pairs = re.compile(r"(.*conv_b)\.([01])\.weight")
    for name, tensor in weights.items():
        if re.search(r"norm_b\.[01]\.", name):
            continue
        is_audio = ".multipathway_blocks.2." in name
        yield name, tensor.transpose(3, 4) if is_audio and tensor.dim() == 5 else tensor
        found = pairs.fullmatch(name)
        if found:
            norm = f"{found[1][: -len('conv_b')]}norm_b.{found[2]}."
            yield from ((k, v) for k, v in weights.items() if k.startswith(norm))


def feed_sound(reference: nn.Module, streams: Streams) -> Tensor:
    # One column of the square stream, laid on its side.
    audio = streams["audio"][..., :1].transpose(3, 4)
    return reference([streams["slow"], streams["fast"], audio])


def test_avslowfast() -> None:
    fusion = audio_visual.AudioToSlowFastFusionBuilder(
        slowfast_channel_reduction_ratio=8,
        slowfast_audio_reduction_ratio=2,
        conv_fusion_channel_ratio=2,
        conv_kernel_size=(5, 1, 1),
        conv_kernel_size_a=(5, 1, 1),
        conv_stride=(8, 1, 1),
        conv_stride_a=((32, 1, 1), (32, 1, 1), (16, 1, 1), (8, 1, 1)),
    )
    reference = audio_visual.create_audio_visual_slowfast(fusion_builder=fusion.create_module)
    pooled(reference, (4, 7, 7), (32, 7, 7), (16, 1, 10))
    assert_parity(reference, member("avslowfast"), arrange=audio_last, feed=feed_sound)


# Name to frames and size at test, rows of the training crop behind the last stage, depth.
X3D = {
    "x3d_xs": (4, 182, 160, 2.2),
    "x3d_s": (13, 182, 160, 2.2),
    "x3d_m": (16, 256, 224, 2.2),
    "x3d_l": (16, 356, 312, 5.0),
}


@pytest.mark.parametrize("name", X3D)
def test_x3d(name: str) -> None:
    frames, size, crop, depth = X3D[name]
    reference = scoring(
        x3d.create_x3d(input_clip_length=frames, input_crop_size=crop, depth_factor=depth)
    )
    # It leaves out the norm of the first shortcut, which facebookresearch/SlowFast has.
    reference.blocks[1].res_blocks[0].branch1_norm = nn.BatchNorm3d(24)
    assert_parity(reference, member(name, f"{frames}x{size}"), arrange=in_our_order)
