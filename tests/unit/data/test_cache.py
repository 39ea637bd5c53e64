import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from nasvid.core.errors import DataError
from nasvid.data import cache_build
from nasvid.data.cached_frames import open_frames
from nasvid.data.clip_list import read_clip_list
from nasvid.data.decode import decode_video
from nasvid.data.flow import flow_of

WriteVideos = Callable[..., list[Path]]


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The videos decoded for the cache so far."""
    paths: list[Path] = []

    def decode(path: Path, size: int, max_frames: int) -> np.ndarray:
        paths.append(path)
        time.sleep(0.01)
        return decode_video(path, size, max_frames)

    monkeypatch.setattr(cache_build, "decode_video", decode)
    return paths


def test_cached_frames_are_the_decoded_ones(write_videos: WriteVideos, tmp_path: Path) -> None:
    videos = write_videos(5, 9, 7)
    cache = open_frames(read_clip_list(tmp_path / "train.csv"), "rgb", 16)
    assert cache.lengths.tolist() == [5, 9, 7]
    assert cache.first_frames.tolist() == [0, 5, 14]
    expected = np.concatenate([decode_video(video, 16, 100) for video in videos])
    assert (cache.frames_NCHW == expected.transpose(0, 3, 1, 2)).all()


def test_cached_flow_is_that_of_the_frames(
    write_videos: WriteVideos, tmp_path: Path, decoded: list[Path]
) -> None:
    videos = write_videos(5, 4)
    clips = read_clip_list(tmp_path / "train.csv")
    flow = open_frames(clips, "flow", 16)
    expected = np.concatenate([flow_of(decode_video(video, 16, 100)) for video in videos])
    assert (flow.frames_NCHW == expected.transpose(0, 3, 1, 2)).all()
    open_frames(clips, "rgb", 16)
    assert sorted(decoded) == videos  # once, for both


def test_a_second_opening_decodes_nothing(
    write_videos: WriteVideos, tmp_path: Path, decoded: list[Path]
) -> None:
    write_videos(4, 4)
    for _ in range(2):
        open_frames(read_clip_list(tmp_path / "train.csv"), "rgb", 16)
    assert len(decoded) == 2


def test_a_changed_video_is_decoded_again_and_the_old_frames_go(
    write_videos: WriteVideos, tmp_path: Path
) -> None:
    videos = write_videos(4, 4)
    open_frames(read_clip_list(tmp_path / "train.csv"), "rgb", 16)
    videos[0].write_bytes(videos[1].read_bytes())
    os.utime(videos[0], ns=(1, 1))
    cache = open_frames(read_clip_list(tmp_path / "train.csv"), "rgb", 16)
    assert (cache.frames_NCHW[:4] == cache.frames_NCHW[4:]).all()
    assert len(list((tmp_path / ".nasvid_cache").glob("*.u8"))) == 1


def test_frames_of_other_lists_in_the_same_folder_stay(
    write_videos: WriteVideos, tmp_path: Path
) -> None:
    videos = write_videos(4)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "train.csv").write_text(f"{videos[0]} 0\n")
    folder = tmp_path / "cache"
    for csv in (tmp_path / "train.csv", tmp_path / "other" / "train.csv"):
        open_frames(read_clip_list(csv), "rgb", 16, folder)
    assert len(list(folder.glob("*.u8"))) == 2


def test_the_cache_outlives_moving_the_data(
    write_videos: WriteVideos, tmp_path: Path, decoded: list[Path]
) -> None:
    write_videos(4)
    (tmp_path / "data").mkdir()
    for path in tmp_path.glob("*.*"):
        path.rename(tmp_path / "data" / path.name)
    open_frames(read_clip_list(tmp_path / "data" / "train.csv"), "rgb", 16)
    (tmp_path / "data").rename(tmp_path / "moved")
    open_frames(read_clip_list(tmp_path / "moved" / "train.csv"), "rgb", 16)
    assert len(decoded) == 1


def test_all_broken_videos_are_reported_and_nothing_is_left(
    write_videos: WriteVideos, tmp_path: Path
) -> None:
    videos = write_videos(4, 4, 4)
    for video in (videos[0], videos[2]):
        video.write_bytes(video.read_bytes()[:500])
    with pytest.raises(DataError) as caught:
        open_frames(read_clip_list(tmp_path / "train.csv"), "rgb", 16)
    first, second = str(caught.value).splitlines()
    assert first.startswith(f"{videos[0]}: cannot be decoded")
    assert second.startswith(f"{videos[2]}: cannot be decoded")
    left = {path.suffix for path in (tmp_path / ".nasvid_cache").iterdir()}
    assert left <= {".lock"}


def test_an_interrupted_build_is_done_anew(
    write_videos: WriteVideos, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_videos(4, 4)
    clips = read_clip_list(tmp_path / "train.csv")

    def interrupted(what: str, done: int, total: int) -> None:
        if done == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        open_frames(clips, "rgb", 16, progress=interrupted)
    assert open_frames(clips, "rgb", 16).lengths.tolist() == [4, 4]


@pytest.mark.parametrize("damage", ["short frames", "no frames", "index cut short"])
def test_a_damaged_cache_is_built_anew(
    write_videos: WriteVideos, tmp_path: Path, damage: str
) -> None:
    write_videos(4, 4)
    clips = read_clip_list(tmp_path / "train.csv")
    whole = np.array(open_frames(clips, "rgb", 16).frames_NCHW)
    (data,) = (tmp_path / ".nasvid_cache").glob("*.u8")
    index = data.with_suffix(".json")
    if damage == "short frames":
        data.write_bytes(data.read_bytes()[:-1])
    elif damage == "no frames":
        data.unlink()
    else:
        index.write_text(index.read_text()[:20])
    assert (open_frames(clips, "rgb", 16).frames_NCHW == whole).all()


def test_a_folder_that_cannot_be_written_is_named(
    write_videos: WriteVideos, tmp_path: Path
) -> None:
    write_videos(4)
    blocked = tmp_path / "file"
    blocked.touch()
    with pytest.raises(DataError, match=r"file/cache: the cache of decoded frames cannot be wri"):
        open_frames(read_clip_list(tmp_path / "train.csv"), "rgb", 16, blocked / "cache")


def test_progress_counts_the_videos(write_videos: WriteVideos, tmp_path: Path) -> None:
    write_videos(4, 4)
    told: list[tuple[str, int, int]] = []
    clips = read_clip_list(tmp_path / "train.csv")
    open_frames(clips, "rgb", 16, progress=lambda *step: told.append(step))
    assert told == [("train: rgb at 16 px", done, 2) for done in (0, 1, 2)]


def test_threads_that_open_at_once_decode_once(
    write_videos: WriteVideos, tmp_path: Path, decoded: list[Path]
) -> None:
    write_videos(4, 4, 4)
    clips = read_clip_list(tmp_path / "train.csv")
    threads = [threading.Thread(target=open_frames, args=(clips, "flow", 16)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(decoded) == 3


@pytest.mark.slow
def test_processes_that_open_at_once_decode_once(write_videos: WriteVideos, tmp_path: Path) -> None:
    write_videos(*[8] * 20)
    code = """
import sys, time
from pathlib import Path
from nasvid.data import cache_build
from nasvid.data.cached_frames import open_frames
from nasvid.data.clip_list import read_clip_list
folder, name = Path(sys.argv[1]), sys.argv[2]
(folder / f"{name}.ready").touch()
while len(list(folder.glob("*.ready"))) < 2:
    time.sleep(0.001)
told = []
cache = open_frames(
    read_clip_list(folder / "train.csv"), "flow", 16, progress=lambda *step: told.append(step)
)
print(len(told), cache.frames_NCHW.sum())
"""
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path), name], stdout=subprocess.PIPE, text=True
        )
        for name in ("a", "b")
    ]
    lines = [process.communicate(timeout=60)[0].split() for process in processes]
    assert sum(int(told) for told, _ in lines) == 2 * (20 + 1)  # rgb and flow
    assert len({total for _, total in lines}) == 1


def test_frames_in_the_cache_are_read_without_pyav_and_opencv(
    write_videos: WriteVideos, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_videos(4)
    clips = read_clip_list(tmp_path / "train.csv")
    open_frames(clips, "rgb", 16)
    monkeypatch.delitem(sys.modules, "nasvid.data.cache_build")
    monkeypatch.delattr("nasvid.data.cache_build")
    monkeypatch.setitem(sys.modules, "av", None)
    monkeypatch.delitem(sys.modules, "nasvid.data.decode")
    assert open_frames(clips, "rgb", 16).lengths.tolist() == [4]
    with pytest.raises(DataError, match=r"needs the package 'av'\. Install it: pip install"):
        open_frames(clips, "rgb", 18)


def test_the_index_names_the_clip_list(write_videos: WriteVideos, tmp_path: Path) -> None:
    write_videos(4)
    open_frames(read_clip_list(tmp_path / "train.csv"), "rgb", 16)
    (index,) = (tmp_path / ".nasvid_cache").glob("*.json")
    assert json.loads(index.read_text()) == {
        "source": str((tmp_path / "train.csv").resolve()),
        "lengths": [4],
    }
