from collections.abc import Callable
from pathlib import Path

import pytest

from nasvid.core.errors import DataError
from nasvid.data.summary import find_broken_videos, summarise

WriteVideos = Callable[..., list[Path]]


def test_a_summary_counts_videos_classes_and_frames(
    write_videos: WriteVideos, tmp_path: Path
) -> None:
    videos = write_videos(4, 9, 6)
    (tmp_path / "classes.txt").write_text("even\nodd\nnever\n")
    summary = summarise(tmp_path)
    assert summary.to_json() == {
        "source": str(tmp_path),
        "class_names": ("even", "odd", "never"),
        "splits": {
            "train": {
                "num_videos": 3,
                "videos_of": {"even": 2, "odd": 1, "never": 0},
                "num_bytes": sum(video.stat().st_size for video in videos),
                "num_probed": 3,
                "frames": (4, 6, 9),
                "fps": (12.0, 12.0),
                "sizes": {"32x32": 3},
            }
        },
    }


def test_a_summary_of_many_videos_looks_at_some(write_videos: WriteVideos, tmp_path: Path) -> None:
    write_videos(4, 9, 6)
    split = summarise(tmp_path / "train.csv", max_probed=2).splits["train"]
    assert (split.num_videos, split.num_probed, split.frames) == (3, 2, (4, 5, 6))


def test_broken_videos_are_listed(write_videos: WriteVideos, tmp_path: Path) -> None:
    videos = write_videos(4, 4, 4)
    assert find_broken_videos(tmp_path) == []
    videos[1].write_bytes(b"")
    (message,) = find_broken_videos(tmp_path)
    assert message.startswith(f"{videos[1]}: cannot be decoded")
    with pytest.raises(DataError, match=r"video1\.mp4: cannot be decoded"):
        summarise(tmp_path)


def test_a_folder_without_lists_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"train\.csv: no such clip list"):
        summarise(tmp_path)
