"""Builds the cache of decoded frames, once, however many processes ask for it."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock

from nasvid.core.errors import DataError
from nasvid.data.cache import MAX_FRAMES, CachePlan, FrameCache, read_index
from nasvid.data.decode import decode_video
from nasvid.data.flow import flow_of
from nasvid.data.progress import Progress
from nasvid.data.threads import map_in_threads


def build_cache(plan: CachePlan, rgb: FrameCache | None, progress: Progress) -> dict[str, Any]:
    """Write the frames of all videos, unless another process has just done it.

    Nothing is visible before it is whole: the frames go to a file of another name first.

    Args:
        plan: Which frames, and where.
        rgb: The frames that flow is computed from; None for `rgb`, which is decoded.
        progress: Told about every video.
    Returns: The index.
    Raises:
        DataError: Videos cannot be decoded (all of them are named), or the folder cannot be
            written.
    """
    try:
        plan.folder.mkdir(parents=True, exist_ok=True)
        with FileLock(plan.folder / f"{plan.name}.lock"):
            index = read_index(plan)
            if index is None:
                index = _write(plan, rgb, progress)
    except OSError as error:
        raise DataError(
            f"{plan.folder}: the cache of decoded frames cannot be written: "
            f"{error.strerror or error}. Free or unlock the folder, or choose another cache folder."
        ) from error
    return dict(index)


def _write(plan: CachePlan, rgb: FrameCache | None, progress: Progress) -> dict[str, Any]:
    partial = plan.data_path.with_suffix(".partial")
    what = f"{plan.clips.source.stem}: {plan.modality} at {plan.size} px"
    lengths: list[int] = []
    failures: list[str] = []
    try:
        with partial.open("wb") as file:
            progress(what, 0, len(plan.clips))
            for done, frames in enumerate(_videos(plan, rgb), start=1):
                if isinstance(frames, DataError):
                    failures.append(str(frames))
                elif not failures:
                    file.write(np.ascontiguousarray(frames.transpose(0, 3, 1, 2)).data)
                    lengths.append(len(frames))
                progress(what, done, len(plan.clips))
            file.flush()
            os.fsync(file.fileno())
        if failures:
            raise DataError("\n".join(failures))
        _remove_older(plan)
        partial.replace(plan.data_path)
    finally:
        partial.unlink(missing_ok=True)
    index = {"source": str(plan.clips.source.resolve()), "lengths": lengths}
    _write_text(plan.index_path, json.dumps(index))
    return index


def _videos(plan: CachePlan, rgb: FrameCache | None) -> Iterator[np.ndarray | DataError]:
    """Frames of each video, T H W C, in order; the error in place of a broken one."""
    if rgb is None:
        return map_in_threads(lambda path: _decoded(path, plan.size), plan.clips.paths)
    return map_in_threads(lambda video: flow_of(_frames(rgb, video)), range(len(plan.clips)))


def _decoded(path: Path, size: int) -> np.ndarray | DataError:
    try:
        return decode_video(path, size, MAX_FRAMES)
    except DataError as error:
        return error


def _frames(cache: FrameCache, video: int) -> np.ndarray:
    first = cache.first_frames[video]
    frames_TCHW = cache.frames_NCHW[first : first + cache.lengths[video]]
    return np.ascontiguousarray(frames_TCHW.transpose(0, 2, 3, 1))


def _remove_older(plan: CachePlan) -> None:
    """Drop the frames of earlier states of the same clip list."""
    source = str(plan.clips.source.resolve())
    kind = f"{plan.clips.source.stem}-{plan.modality}-{plan.size}-"
    for index_path in plan.folder.glob("*.json"):
        if not index_path.name.startswith(kind) or index_path == plan.index_path:
            continue
        try:
            is_ours = json.loads(index_path.read_text(encoding="utf-8"))["source"] == source
        except (ValueError, TypeError, KeyError):
            continue
        if is_ours:
            for suffix in (".json", ".u8", ".lock"):
                index_path.with_suffix(suffix).unlink(missing_ok=True)


def _write_text(path: Path, text: str) -> None:
    partial = path.with_suffix(".json.partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)
