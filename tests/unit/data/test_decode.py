import struct
from pathlib import Path

import numpy as np
import pytest

from nasvid.core.errors import DataError
from nasvid.data.decode import VideoFacts, decode_video, probe_video
from nasvid.data.encode import encode_video
from nasvid.data.resize import centre_square


@pytest.fixture
def video(tmp_path: Path) -> Path:
    """Twelve frames, 64 wide and 32 high: red on the left, grey in the middle, blue on the right."""
    frames = np.full((12, 32, 64, 3), 128, np.uint8)
    frames[:, :, :16] = (255, 0, 0)
    frames[:, :, 48:] = (0, 0, 255)
    frames[6:, :, 16:48] = 250
    path = tmp_path / "video.mp4"
    encode_video(path, frames, fps=12)
    return path


def test_the_centre_square_comes_out_in_the_right_order(video: Path) -> None:
    frames = decode_video(video, 32, max_frames=100)
    assert frames.shape == (12, 32, 32, 3)
    assert frames.dtype == np.uint8
    centres = frames[:, 8:24, 8:24].mean((1, 2, 3))
    assert np.abs(centres[:6] - 128).max() < 4
    assert np.abs(centres[6:] - 250).max() < 4


@pytest.mark.parametrize("size", [12, 32, 48])
def test_frames_come_out_at_the_size_asked_for(video: Path, size: int) -> None:
    frames = decode_video(video, size, max_frames=100)
    assert frames.shape == (12, size, size, 3)
    assert np.abs(frames[0, size // 2, size // 2].astype(int) - 128).max() < 4


def display_matrix(a: int, b: int, c: int, d: int) -> bytes:
    return struct.pack(">9i", a << 16, b << 16, 0, c << 16, d << 16, 0, 0, 0, 1 << 30)


@pytest.mark.parametrize(
    ("turn", "bright"), [((0, 1, -1, 0), (0, 1)), ((0, -1, 1, 0), (1, 0)), ((-1, 0, 0, -1), (1, 1))]
)
def test_a_turned_video_comes_out_upright(
    tmp_path: Path, turn: tuple[int, int, int, int], bright: tuple[int, int]
) -> None:
    frames = np.full((2, 32, 32, 3), 20, np.uint8)
    frames[:, :16, :16] = 250
    path = tmp_path / "turned.mp4"
    encode_video(path, frames, fps=12)
    header, track = path.read_bytes().split(b"tkhd")
    track = track.replace(display_matrix(1, 0, 0, 1), display_matrix(*turn), 1)
    path.write_bytes(header + b"tkhd" + track)
    corners = decode_video(path, 2, max_frames=9)[0].mean(-1)
    assert np.unravel_index(corners.argmax(), corners.shape) == bright


def test_a_long_video_is_cut(video: Path) -> None:
    assert len(decode_video(video, 16, max_frames=5)) == 5


def test_the_header_tells_frames_rate_and_size(video: Path) -> None:
    assert probe_video(video) == VideoFacts(frames=12, fps=12.0, height=32, width=64)


@pytest.mark.parametrize("share", [0.0, 0.05, 0.3, 0.6, 0.9])
def test_a_truncated_video_is_named(video: Path, share: float) -> None:
    content = video.read_bytes()
    video.write_bytes(content[: int(share * len(content))])
    with pytest.raises(DataError, match=r"video\.mp4: cannot be decoded: .*Replace the file"):
        decode_video(video, 16, max_frames=100)


def test_a_video_with_damaged_frames_is_named(video: Path) -> None:
    content = bytearray(video.read_bytes())
    begin = content.index(b"mdat") + 4
    content[begin : begin + 900] = bytes(900)
    video.write_bytes(content)
    with pytest.raises(DataError, match=r"video\.mp4: cannot be decoded"):
        decode_video(video, 16, max_frames=100)


def test_a_file_that_is_no_video_is_named(tmp_path: Path) -> None:
    path = tmp_path / "notes.mp4"
    path.write_text("not a video\n" * 100)
    for read in (lambda: decode_video(path, 16, max_frames=9), lambda: probe_video(path)):
        with pytest.raises(DataError, match=r"notes\.mp4: cannot be decoded: invalid data"):
            read()


def test_a_missing_video_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"gone\.mp4: cannot be decoded: no such file"):
        decode_video(tmp_path / "gone.mp4", 16, max_frames=9)


def test_a_tall_image_is_cropped_at_top_and_bottom() -> None:
    image = np.zeros((40, 20, 3), np.uint8)
    image[10:30] = 200
    assert (centre_square(image, 10) == 200).all()
