from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from nasvid.core.errors import DataError
from nasvid.core.streams import Stream
from nasvid.data.cache import FrameCache
from nasvid.data.clips import ClipData

WriteVideos = Callable[..., list[Path]]


def rgb(frames: int, frame_stride: int, size: int = 2) -> Stream:
    return Stream("rgb", 3, frames, frame_stride, size, (0.0,) * 3, (1.0,) * 3)


def counting_data(lengths: list[int], streams: dict[str, Stream]) -> ClipData:
    """Videos whose every pixel holds the number of its frame, plus 100 per video before it."""
    counts = [np.arange(length) + 100 * video for video, length in enumerate(lengths)]
    frames_N = np.concatenate(counts).astype(np.uint8)
    frames_NCHW = np.broadcast_to(frames_N[:, None, None, None], (len(frames_N), 3, 2, 2)).copy()
    ends = np.cumsum(lengths)
    cache = FrameCache(frames_NCHW, ends - lengths, np.asarray(lengths))
    labels = [video % 2 for video in range(len(lengths))]
    return ClipData(labels, ("a", "b"), streams, dict.fromkeys(streams, cache))


def frames_of(clips_BCTHW: torch.Tensor) -> list[list[int]]:
    return clips_BCTHW[:, 0, :, 0, 0].tolist()


def test_frames_of_a_clip_are_a_stride_apart_around_the_centre() -> None:
    data = counting_data([40, 40], {"rgb": rgb(4, 3)})
    clips, labels = data.batch([1, 0], [20, 7])
    assert frames_of(clips["rgb"]) == [[116, 119, 122, 125], [3, 6, 9, 12]]
    assert labels.tolist() == [1, 0]
    assert labels.dtype == torch.int64


def test_all_streams_look_at_the_same_moment() -> None:
    data = counting_data([64], {"slow": rgb(4, 8), "fast": rgb(16, 1), "still": rgb(1, 1)})
    clips, _ = data.batch([0], [30])
    middles = {name: np.mean(frames_of(clip)[0]) for name, clip in clips.items()}
    assert middles == {"slow": 30.0, "fast": 30.5, "still": 30.0}


def test_a_short_video_repeats_its_edges() -> None:
    data = counting_data([3], {"rgb": rgb(8, 1)})
    clips, _ = data.batch([0], data.even_centres([0], 0, 1))
    assert frames_of(clips["rgb"]) == [[0, 0, 0, 1, 2, 2, 2, 2]]


def test_even_views_run_from_the_beginning_to_the_end() -> None:
    data = counting_data([20, 8], {"rgb": rgb(8, 1)})
    views = [
        frames_of(data.batch([0, 1], data.even_centres([0, 1], view, 3))[0]["rgb"])
        for view in range(3)
    ]
    assert [view[0][0] for view in views] == [0, 6, 12]
    assert [view[0][-1] for view in views] == [7, 13, 19]
    assert all(view[1] == list(range(100, 108)) for view in views)


def test_the_only_view_lies_in_the_middle() -> None:
    data = counting_data([20], {"rgb": rgb(8, 1)})
    clips, _ = data.batch([0], data.even_centres([0], 0, 1))
    assert frames_of(clips["rgb"]) == [list(range(6, 14))]


def test_random_clips_cover_the_video_evenly_and_never_leave_it() -> None:
    data = counting_data([20], {"rgb": rgb(8, 1), "short": rgb(2, 1)})
    videos = np.zeros(2600, int)
    centres = data.random_centres(videos, torch.Generator().manual_seed(0))
    starts = np.array(frames_of(data.batch(videos, centres)[0]["rgb"]))[:, 0]
    counts = np.bincount(starts)
    assert len(counts) == 13
    assert counts.min() > 150
    assert counts.max() < 250


def test_random_centres_depend_on_the_generator_alone() -> None:
    data = counting_data([20, 50], {"rgb": rgb(8, 1)})
    draws = [
        data.random_centres([0, 1, 1, 0], torch.Generator().manual_seed(seed)).tolist()
        for seed in (1, 1, 2)
    ]
    assert draws[0] == draws[1]
    assert draws[0] != draws[2]


@given(
    length=st.integers(1, 60),
    frames=st.integers(1, 16),
    stride=st.integers(1, 5),
    views=st.integers(1, 5),
)
def test_a_window_that_fits_shows_every_frame_once(
    length: int, frames: int, stride: int, views: int
) -> None:
    stream = rgb(frames, stride)
    data = counting_data([length], {"rgb": stream})
    for view in range(views):
        (shown,) = frames_of(data.batch([0], data.even_centres([0], view, views))[0]["rgb"])
        assert shown == sorted(shown)
        if stream.span <= length:
            assert np.diff(shown).tolist() == [stride] * (frames - 1)


def test_an_opened_split_gives_contiguous_bytes(write_videos: WriteVideos, tmp_path: Path) -> None:
    write_videos(9, 12)
    streams = {
        "rgb": rgb(4, 2, size=16),
        "flow": Stream("flow", 2, 8, 1, 20, (0.0, 0.0), (1.0, 1.0)),
    }
    data = ClipData.open(tmp_path, "train", streams)
    assert (len(data), data.num_videos, data.num_classes) == (2, 2, 2)
    assert data.class_names == ("0", "1")
    assert data.labels.tolist() == [0, 1]
    clips, _ = data.batch([0, 1, 1], [4, 4, 5])
    assert {name: tuple(clip.shape) for name, clip in clips.items()} == {
        "rgb": (3, 3, 4, 16, 16),
        "flow": (3, 2, 8, 20, 20),
    }
    assert all(clip.dtype == torch.uint8 and clip.is_contiguous() for clip in clips.values())


def test_a_batch_may_be_written_to(write_videos: WriteVideos, tmp_path: Path) -> None:
    write_videos(9)
    data = ClipData.open(tmp_path, "train", {"rgb": rgb(4, 1, size=16)})
    first = data.batch([0], [4])[0]["rgb"]
    again = first.clone()
    first.zero_()
    assert torch.equal(data.batch([0], [4])[0]["rgb"], again)


def test_a_list_by_another_name_serves_any_split(write_videos: WriteVideos, tmp_path: Path) -> None:
    write_videos(5, list_name="mine.txt")
    data = ClipData.open(
        tmp_path / "mine.txt", "test", {"rgb": rgb(4, 1, size=16)}, cache_dir=tmp_path / "cache"
    )
    assert len(data) == 1
    assert list((tmp_path / "cache").glob("mine-rgb-16-*.u8"))
    assert not (tmp_path / ".nasvid_cache").exists()


def test_a_folder_without_the_split_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"test\.csv: no such clip list"):
        ClipData.open(tmp_path, "test", {"rgb": rgb(4, 1)})
