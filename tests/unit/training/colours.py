"""A task that is learned in seconds: tell videos by their colour, on frames of 8 pixels."""

import json
from pathlib import Path

import numpy as np

from nasvid.core.streams import Stream
from nasvid.data.cache import FrameCache, plan_cache
from nasvid.data.clip_list import read_clip_list
from nasvid.data.clips import ClipData
from nasvid.graph.ir import Graph, Input, Node, primitive_node
from nasvid.graph.primitive import make_primitive

STREAM = Stream("rgb", 3, 4, 1, 8, (0.5, 0.5, 0.5), (0.25, 0.25, 0.25))
NUM_FRAMES = 6
SPLITS = {"train": 48, "val": 24, "test": 12}


def colour_frames(
    num_videos: int, seed: int, num_classes: int = 3
) -> tuple[np.ndarray, np.ndarray]:
    """Noise with one channel a little brighter: frames (videos, T, C, H, W) uint8, and labels."""
    rng = np.random.default_rng(seed)
    labels = np.arange(num_videos) % num_classes
    frames = rng.integers(0, 160, (num_videos, NUM_FRAMES, 3, 8, 8))
    frames[np.arange(num_videos), :, labels % 3] += 60
    return frames.astype(np.uint8), labels


def colour_clips(num_videos: int = 48, seed: int = 0) -> ClipData:
    """The task in memory."""
    frames, labels = colour_frames(num_videos, seed)
    lengths = np.full(num_videos, NUM_FRAMES)
    cache = FrameCache(frames.reshape(-1, 3, 8, 8), lengths.cumsum() - lengths, lengths)
    return ClipData(labels.tolist(), ("red", "green", "blue"), {"clip": STREAM}, {"clip": cache})


def write_colours(folder: Path, splits: dict[str, int] | None = None) -> Path:
    """The task as a data folder whose frames are decoded already, so that no video is needed."""
    counts = splits or SPLITS
    for seed, (split, num_videos) in enumerate(counts.items()):
        labels = colour_frames(num_videos, seed)[1]
        rows = [f"{split}{video}.mp4 {label}" for video, label in enumerate(labels)]
        for row in rows:
            (folder / row.split()[0]).write_bytes(b"never read")
        (folder / f"{split}.csv").write_text("\n".join(rows), encoding="utf-8")
    for seed, split in enumerate(counts):
        clips = read_clip_list(folder / f"{split}.csv")
        plan = plan_cache(clips, "rgb", 8)
        plan.folder.mkdir(exist_ok=True)
        plan.data_path.write_bytes(colour_frames(len(clips), seed)[0].tobytes())
        index = {"source": str(clips.source), "lengths": [NUM_FRAMES] * len(clips)}
        plan.index_path.write_text(json.dumps(index), encoding="utf-8")
    return folder


def tiny_graph(num_classes: int = 3, width: int = 8, dropout: float = 0.2) -> Graph:
    """Convolution, norm, gate, pooling, dropout, classifier."""
    clip = STREAM.shape
    chain: list[tuple[str, dict[str, object]]] = [
        ("conv", {"out": width, "kernel": [1, 3, 3], "stride": [1, 2, 2]}),
        ("batch_norm", {}),
        ("relu", {}),
        ("gate", {}),
        ("mean", {}),
        ("dropout", {"rate": dropout}),
        ("linear", {"out": num_classes}),
    ]
    nodes: list[Node] = []
    ref, shape = "clip", clip
    for name, parameters in chain:
        node = primitive_node(name, make_primitive(name, parameters), (ref,), (shape,))  # type: ignore[arg-type]
        nodes.append(node)
        ref, shape = name, node.shape()
    return Graph((Input("clip", clip, STREAM),), tuple(nodes), (("out", ref),))
