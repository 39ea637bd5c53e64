"""Where these tests compute, and what they feed.

They need a GPU. What they say can be rehearsed on a CPU, with its own numbers compared with themselves:
NASVID_REHEARSE=1 pytest tests/gpu
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
import torch

from nasvid.core.recipes import Recipe
from nasvid.data.cache import FrameCache
from nasvid.data.clips import ClipData
from nasvid.evaluation.library import streams_of
from nasvid.graph.ir import Graph
from nasvid.modules.assemble import build
from nasvid.modules.network import Network
from nasvid.training.placement import Placement, place
from nasvid.training.trainer import training_steps

IS_REHEARSED = os.environ.get("NASVID_REHEARSE") == "1"
DEVICE = "cpu" if IS_REHEARSED else "cuda"
# A CPU takes the place of the GPU where the test is rehearsed; others are left to a GPU.
may_be_rehearsed = pytest.mark.filterwarnings("error") if IS_REHEARSED else pytest.mark.gpu


@contextmanager
def exact_fp32() -> Iterator[None]:
    """Without TF32, which rounds what convolutions multiply to 10 bits."""
    # torch sets these attributes where type checkers do not look.
    cudnn: Any = torch.backends.cudnn
    kinds = (cudnn.conv, cudnn.rnn)
    before = [kind.fp32_precision for kind in kinds]
    for kind in kinds:
        kind.fp32_precision = "ieee"
    try:
        yield
    finally:
        for kind, precision in zip(kinds, before, strict=True):
            kind.fp32_precision = precision


def noise_clips(graph: Graph, num_videos: int, num_classes: int) -> ClipData:
    """Videos of noise for the streams of a network, whose brightness tells their class."""
    rng = np.random.default_rng(0)
    streams = streams_of(graph)
    labels = np.arange(num_videos) % num_classes
    num_frames = max(stream.span for stream in streams.values())
    lengths = np.full(num_videos, num_frames)
    caches: dict[str, FrameCache] = {}
    for name, stream in streams.items():
        shape = (num_videos, num_frames, stream.channels, stream.size, stream.size)
        frames = rng.integers(0, 128, shape, np.uint8)
        frames += (127 * labels // num_classes).astype(np.uint8)[:, None, None, None, None]
        flat = frames.reshape(-1, *shape[2:])
        caches[name] = FrameCache(flat, lengths.cumsum() - lengths, lengths)
    names = [f"class{number}" for number in range(num_classes)]
    return ClipData(labels.tolist(), names, streams, caches)


def train_on_noise(
    graph: Graph, recipe: Recipe, *, steps: int, num_classes: int
) -> tuple[Network, Placement, list[float]]:
    """A network after some steps of the trainer on the device: network, placement, losses."""
    torch.manual_seed(0)
    network = build(graph)
    placement = place(network, DEVICE, recipe.precision)
    losses: list[float] = []
    taken = training_steps(
        network,
        noise_clips(graph, recipe.batch_size, num_classes),
        recipe,
        epochs=steps,
        seed=0,
        placement=placement,
        on_epoch=lambda _, metrics: losses.append(metrics["train_loss"]),
    )
    for _ in taken:
        pass
    return network, placement, losses
