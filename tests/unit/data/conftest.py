from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from nasvid.data.encode import encode_video


def _moving_texture(
    num_frames: int, size: int, x: int = 0, y: int = 0, seed: int = 0
) -> np.ndarray:
    """A smooth random texture that moves by x, y whole pixels a frame; uint8, T H W 3."""
    rng = np.random.default_rng(seed)
    margin = num_frames * max(abs(x), abs(y)) + 1
    noise = rng.normal(size=(size + 2 * margin, size + 2 * margin, 3))
    image = cv2.GaussianBlur(noise, (0, 0), 2.0)
    image = np.rint(255 * (image - image.min()) / np.ptp(image)).astype(np.uint8)
    corners = [(margin - y * frame, margin - x * frame) for frame in range(num_frames)]
    return np.stack([image[top : top + size, left : left + size] for top, left in corners])


@pytest.fixture
def moving_texture() -> Callable[..., np.ndarray]:
    return _moving_texture


@pytest.fixture
def write_videos(tmp_path: Path) -> Callable[..., list[Path]]:
    """Writes videos of the given lengths and a train.csv over them; returns the videos."""

    def write(*lengths: int, size: int = 32, list_name: str = "train.csv") -> list[Path]:
        paths = [tmp_path / f"video{number}.mp4" for number in range(len(lengths))]
        for number, (path, length) in enumerate(zip(paths, lengths, strict=True)):
            encode_video(path, _moving_texture(length, size, x=1, seed=number), fps=12)
        rows = [f"{path.name} {number % 2}\n" for number, path in enumerate(paths)]
        (tmp_path / list_name).write_text("".join(rows))
        return paths

    return write
