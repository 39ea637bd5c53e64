"""What a data folder holds, and whether all of it can be decoded."""

from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from nasvid.core.errors import DataError
from nasvid.data.clip_list import ClipList, read_clip_list, read_splits
from nasvid.data.decode import VideoFacts, decode_video, probe_video
from nasvid.data.progress import Progress, no_progress
from nasvid.data.threads import map_in_threads

# Small, because only whether a video can be decoded counts.
_CHECKED_SIZE = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitSummary:
    """Facts of one split.

    Args:
        num_videos: Videos in the list.
        videos_of: Videos of each class, by class name; classes without any are there too.
        num_bytes: Size of all files.
        num_probed: Videos whose header was read, spread evenly over the list; the facts below are
            about these.
        frames: Smallest, median and largest number of frames.
        fps: Smallest and largest number of frames per second.
        sizes: `WIDTHxHEIGHT` to number of videos, the commonest first.
    """

    num_videos: int
    videos_of: dict[str, int]
    num_bytes: int
    num_probed: int
    frames: tuple[int, int, int]
    fps: tuple[float, float]
    sizes: dict[str, int]


@dataclass(frozen=True, slots=True)
class DataSummary:
    """Facts of a data folder.

    Args:
        source: The folder, or the clip list.
        class_names: In the order of the labels.
        splits: By name.
    """

    source: str
    class_names: tuple[str, ...]
    splits: dict[str, SplitSummary]

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return asdict(self)


def summarise(source: Path, max_probed: int = 500) -> DataSummary:
    """Facts of a data folder or of one clip list.

    Args:
        source: Folder or CSV.
        max_probed: Videos per split whose header is read; 0 reads all.
    Raises:
        DataError: A list is wrong, or the header of a video cannot be read.
    """
    lists = _lists(source)
    names = next(iter(lists.values())).class_names
    return DataSummary(
        str(source), names, {split: _summary(clips, max_probed) for split, clips in lists.items()}
    )


def find_broken_videos(source: Path, progress: Progress = no_progress) -> list[str]:
    """Decode every video of a data folder or of one clip list.

    Returns: One message per video that cannot be decoded, in the order of the lists.
    Raises:
        DataError: A list is wrong.
    """
    paths = [path for clips in _lists(source).values() for path in clips.paths]
    messages: list[str] = []
    for done, message in enumerate(map_in_threads(_fault_of, paths), start=1):
        messages += [message] if message else []
        progress("decoding", done, len(paths))
    return messages


def _lists(source: Path) -> dict[str, ClipList]:
    if source.is_file():
        return {source.stem: read_clip_list(source)}
    return read_splits(source)


def _summary(clips: ClipList, max_probed: int) -> SplitSummary:
    num_probed = min(len(clips), max_probed or len(clips))
    chosen = np.linspace(0, len(clips) - 1, num_probed).round().astype(int)
    found = list(map_in_threads(_probed, [clips.paths[video] for video in chosen]))
    faults = [str(facts) for facts in found if isinstance(facts, DataError)]
    if faults:
        raise DataError("\n".join(faults))
    facts = [facts for facts in found if isinstance(facts, VideoFacts)]
    num_frames = [fact.frames for fact in facts]
    rates = [round(fact.fps, 3) for fact in facts]
    counts = Counter(clips.labels)
    sizes = Counter(f"{fact.width}x{fact.height}" for fact in facts)
    return SplitSummary(
        num_videos=len(clips),
        videos_of={name: counts[label] for label, name in enumerate(clips.class_names)},
        num_bytes=sum(path.stat().st_size for path in clips.paths),
        num_probed=num_probed,
        frames=(min(num_frames), round(median(num_frames)), max(num_frames)),
        fps=(min(rates), max(rates)),
        sizes=dict(sorted(sizes.items(), key=lambda item: (-item[1], item[0]))),
    )


def _probed(path: Path) -> VideoFacts | DataError:
    try:
        return probe_video(path)
    except DataError as error:
        return error


def _fault_of(path: Path) -> str:
    try:
        decode_video(path, _CHECKED_SIZE, max_frames=2**31)
    except DataError as error:
        return str(error)
    return ""
