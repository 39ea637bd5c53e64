"""Decoded frames, from the cache or else from the videos."""

from pathlib import Path

from nasvid.core.errors import DataError
from nasvid.data.cache import FrameCache, load_frames, plan_cache, read_index
from nasvid.data.clip_list import ClipList
from nasvid.data.progress import Progress, no_progress


def open_frames(
    clips: ClipList,
    modality: str,
    size: int,
    cache_dir: Path | None = None,
    progress: Progress = no_progress,
) -> FrameCache:
    """The frames of all videos of a clip list; decodes them if nobody has done so yet.

    Args:
        clips: The videos.
        modality: `rgb` or `flow`.
        size: Height and width of the frames, pixels.
        cache_dir: Folder of the cache; None takes `.nasvid_cache` beside the clip list.
        progress: Told about every video that is decoded.
    Raises:
        DataError: Videos cannot be decoded (all of them are named), or the folder cannot be
            written.
    """
    plan = plan_cache(clips, modality, size, cache_dir)
    index = read_index(plan)
    if index is None:
        # Frames that are in the cache can be read where PyAV and OpenCV are absent.
        try:
            from nasvid.data.cache_build import build_cache
        except ImportError as error:
            raise DataError(
                f"{clips.source}: the videos are not decoded yet, and decoding needs the package "
                f"{error.name!r}. Install it: pip install 'nasvid[video]'."
            ) from error
        # Flow comes from the frames of the same size, so that no video is decoded for it.
        rgb = None if modality == "rgb" else open_frames(clips, "rgb", size, cache_dir, progress)
        index = build_cache(plan, rgb, progress)
    return load_frames(plan, index)
