"""Decoded frames in a memory-mapped file that all processes of a machine share.

A cache is two files: `NAME.u8`, the frames of all videos of a split one after the other, and
`NAME.json`, the index with the frames per video. The index is written last, so where it stands the
frames are whole. NAME holds a digest of everything the frames depend on. The folder may be
deleted at any time.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from nasvid.core.canonical import digest
from nasvid.core.errors import DataError
from nasvid.core.streams import CHANNELS_OF
from nasvid.data.clip_list import ClipList

CACHE_FOLDER = ".nasvid_cache"
MAX_FRAMES = 1024
# Raise it whenever the same video would give other bytes.
CACHE_VERSION = 1


@dataclass(frozen=True, slots=True)
class CachePlan:
    """Which frames a cache holds and where.

    Args:
        clips: The videos.
        modality: `rgb` or `flow`.
        size: Height and width of the frames, pixels.
        folder: Where the files stand.
        name: File name without suffix.
    """

    clips: ClipList
    modality: str
    size: int
    folder: Path
    name: str

    @property
    def data_path(self) -> Path:
        """The frames."""
        return self.folder / f"{self.name}.u8"

    @property
    def index_path(self) -> Path:
        """The index."""
        return self.folder / f"{self.name}.json"

    @property
    def frame_shape(self) -> tuple[int, int, int]:
        """Shape of a frame: C, H, W."""
        return (CHANNELS_OF[self.modality], self.size, self.size)


@dataclass(frozen=True, slots=True)
class FrameCache:
    """All frames of a split in one array.

    Args:
        frames_NCHW: uint8, read-only; the frames of all videos one after the other.
        first_frames: Where each video begins, int64, one per video.
        lengths: Frames of each video, int64.
    """

    frames_NCHW: np.ndarray
    first_frames: np.ndarray
    lengths: np.ndarray


def plan_cache(clips: ClipList, modality: str, size: int, folder: Path | None = None) -> CachePlan:
    """Where the decoded frames of a clip list belong.

    Args:
        clips: The videos; their sizes and times of change are part of the name.
        modality: `rgb` or `flow`.
        size: Height and width of the frames, pixels.
        folder: None takes `.nasvid_cache` beside the clip list.
    """
    files = [[_name(path, clips.folder), *_state(path)] for path in clips.paths]
    key = digest([CACHE_VERSION, modality, size, MAX_FRAMES, files])
    folder = folder or clips.folder / CACHE_FOLDER
    return CachePlan(clips, modality, size, folder, f"{clips.source.stem}-{modality}-{size}-{key}")


def read_index(plan: CachePlan) -> Mapping[str, Any] | None:
    """The index of a whole cache; None where there is none or its frames are not all there."""
    try:
        index = json.loads(plan.index_path.read_text(encoding="utf-8"))
        num_bytes = plan.data_path.stat().st_size
        expected = sum(index["lengths"]) * int(np.prod(plan.frame_shape))
        whole = len(index["lengths"]) == len(plan.clips) and num_bytes == expected
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return index if whole else None


def load_frames(plan: CachePlan, index: Mapping[str, Any]) -> FrameCache:
    """The frames of a whole cache, mapped into memory.

    Args:
        plan: Where they stand.
        index: What `read_index` found.
    """
    lengths = np.asarray(index["lengths"], np.int64)
    shape = (int(lengths.sum()), *plan.frame_shape)
    # A plain array over the map: indexing np.memmap itself costs several times as much.
    frames_NCHW = np.asarray(np.memmap(plan.data_path, np.uint8, mode="r", shape=shape))
    return FrameCache(frames_NCHW, np.cumsum(lengths) - lengths, lengths)


def _name(path: Path, folder: Path) -> str:
    """How a video is told from others; stays when the whole folder moves."""
    return str(path.relative_to(folder) if path.is_relative_to(folder) else path)


def _state(path: Path) -> list[int]:
    try:
        state = path.stat()
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror}.") from error
    return [state.st_size, state.st_mtime_ns]
