"""Handwritten digits that move over photos; the class is how the target digit moves.

Two digits move in every video. The target is the larger and brighter one; the other one moves in
a way of its own that says nothing. Where the digits are, which digits they are and what lies behind
them does not depend on the class, so a single frame says nothing about it. Digits (as instances of
handwriting) and parts of the photos are never shared by two splits.

Source: digits of Alpaydin and Kaynak 1998, https://doi.org/10.24432/C50P49, and two photos, all
shipped with scikit-learn. After Moving MNIST, Srivastava et al. 2015,
https://arxiv.org/abs/1502.04681. Differs: classes, photos, a distractor, wrap-around.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Self, final

import cv2
import numpy as np
from sklearn.datasets import load_digits, load_sample_images

from nasvid.core.errors import DataError
from nasvid.core.seeds import keyed_seed
from nasvid.data.dataset import DATASETS, Dataset
from nasvid.data.encode import encode_video
from nasvid.data.motions import MOTIONS, path_of
from nasvid.data.progress import Progress
from nasvid.data.resize import centre_square
from nasvid.data.threads import map_in_threads

# Share of the digits, and of the tiles of each photo, that a split may use.
_SHARES = {"train": 0.6, "val": 0.2, "test": 0.2}
# Photo pixels across a tile and across a background, which lies within one tile.
_TILE = 100
_NARROWEST = 40
# Set by trial, so that a net of 70,000 weights reaches about 0.6 in four epochs and 0.9 in many,
# and a net that sees no motion stays at chance.
# Contrast of the photo that is left, and how far it lies above black, in bytes.
_CONTRAST, _LIFT = 0.4, 20.0
# Sides of the digits in sides of the frame, and how opaque they are.
_TARGET_SIDE, _TARGET_OPACITY = 0.45, 0.95
_OTHER_SIDE, _OTHER_OPACITY = 0.4, 0.65
# Brightness of the digits and standard deviation of the camera noise, in bytes.
_INK, _NOISE = 235.0, 8.0


@DATASETS.add
@final
@dataclass(frozen=True, kw_only=True)
class MovingDigits(Dataset):
    """Videos of moving digits, eight classes of motion.

    Args:
        train_per_class: Training videos of each class.
        val_per_class: Validation videos of each class.
        test_per_class: Test videos of each class.
        size: Height and width, pixels; even, at least 16.
        frames: Frames of a video.
        fps: Frames per second, as written into the files.
        seed: Draws everything.
    """

    train_per_class: int = 75
    val_per_class: int = 25
    test_per_class: int = 25
    size: int = 32
    frames: int = 24
    fps: int = 12
    seed: int = 0

    version: ClassVar[int] = 1

    def __post_init__(self) -> None:
        if self.size < 16 or self.size % 2:
            raise DataError(f"moving_digits: size: got {self.size}; accepts even sizes from 16.")
        for name in ("train_per_class", "val_per_class", "test_per_class", "frames", "fps"):
            if getattr(self, name) < 1:
                raise DataError(
                    f"moving_digits: {name}: got {getattr(self, name)}; accepts counts from 1."
                )

    @classmethod
    def small(cls, seed: int = 0) -> Self:
        return cls(train_per_class=2, val_per_class=1, test_per_class=1, frames=6, seed=seed)

    def write(self, folder: Path, progress: Progress) -> None:
        clips = [
            (split, motion, number)
            for split in _SHARES
            for motion in MOTIONS
            for number in range(getattr(self, f"{split}_per_class"))
        ]
        (folder / "classes.txt").write_text("\n".join(MOTIONS) + "\n", encoding="utf-8")
        rows: dict[str, list[str]] = {split: [] for split in _SHARES}
        for split, motion, number in clips:
            (folder / split / motion).mkdir(parents=True, exist_ok=True)
            rows[split].append(f"{split}/{motion}/{number:04d}.mp4 {list(MOTIONS).index(motion)}\n")
        for split, lines in rows.items():
            (folder / f"{split}.csv").write_text("".join(lines), encoding="utf-8")

        sources = _sources(self.seed)

        def write_clip(clip: tuple[str, str, int]) -> None:
            split, motion, number = clip
            rng = np.random.default_rng(keyed_seed(self.seed, "clip", split, motion, number))
            frames_THWC = self._frames(motion, sources[split], rng)
            encode_video(folder / split / motion / f"{number:04d}.mp4", frames_THWC, self.fps)

        for done, _ in enumerate(map_in_threads(write_clip, clips), start=1):
            progress("making moving_digits", done, len(clips))

    def _frames(self, motion: str, source: "_Source", rng: np.random.Generator) -> np.ndarray:
        """One video, uint8, shape (T, H, W, 3)."""
        motions = list(MOTIONS)
        other_motion = motions[rng.integers(len(motions))]
        background_HWC = source.background(self.size, rng)
        canvas_THWC = np.repeat(background_HWC[None], self.frames, axis=0)
        for name, side, opacity in (
            (other_motion, _OTHER_SIDE, _OTHER_OPACITY),
            (motion, _TARGET_SIDE, _TARGET_OPACITY),
        ):
            digit_HW = source.digit(round(side * self.size), rng)
            path_T2 = path_of(name, self.frames, rng) * self.size
            alpha_THW1 = opacity * draw_along(digit_HW, path_T2, self.size)[..., None]
            canvas_THWC += alpha_THW1 * (_INK - canvas_THWC)
        canvas_THWC += rng.normal(0, _NOISE, canvas_THWC.shape)
        return np.rint(canvas_THWC).clip(0, 255).astype(np.uint8)


@dataclass(frozen=True, slots=True)
class _Source:
    """What one split may be made of.

    Args:
        digits: Handwriting in [0, 1], shape (N, 8, 8).
        tiles: Parts of photos, float32, shape (N, H, W, 3).
    """

    digits: np.ndarray
    tiles: np.ndarray

    def digit(self, side: int, rng: np.random.Generator) -> np.ndarray:
        image_HW = self.digits[rng.integers(len(self.digits))].astype(np.float32)
        return cv2.resize(image_HW, (side, side), interpolation=cv2.INTER_CUBIC).clip(0, 1)

    def background(self, size: int, rng: np.random.Generator) -> np.ndarray:
        tile = self.tiles[rng.integers(len(self.tiles))]
        side = rng.integers(_NARROWEST, _TILE + 1)
        top, left = rng.integers(_TILE - side + 1, size=2)
        crop_HWC = centre_square(tile[top : top + side, left : left + side], size)
        return _LIFT + _CONTRAST * crop_HWC[:, :: rng.choice([1, -1])]


def _sources(seed: int) -> Mapping[str, _Source]:
    rng = np.random.default_rng(keyed_seed(seed, "sources"))
    digits = rng.permutation(load_digits(return_X_y=True)[0].reshape(-1, 8, 8) / 16.0)
    tiles = rng.permutation(
        [tile for photo in load_sample_images().images for tile in _tiles(photo)]
    )
    ends = np.cumsum(list(_SHARES.values()))[:-1]
    parts = [np.split(all_, np.rint(ends * len(all_)).astype(int)) for all_ in (digits, tiles)]
    return {split: _Source(*own) for split, *own in zip(_SHARES, *parts, strict=True)}


def _tiles(photo: np.ndarray) -> list[np.ndarray]:
    height, width = photo.shape[:2]
    return [
        photo[top : top + _TILE, left : left + _TILE].astype(np.float32)
        for top in range(0, height - _TILE + 1, _TILE)
        for left in range(0, width - _TILE + 1, _TILE)
    ]


def draw_along(image_HW: np.ndarray, path_T2: np.ndarray, size: int) -> np.ndarray:
    """A small image at every position of a path, between pixels by linear interpolation.

    Args:
        image_HW: Smaller than the frame.
        path_T2: Top left corner x, y in pixels; what leaves at one edge comes back at the other.
        size: Height and width of the frame.
    Returns: float, shape (T, size, size), 0 outside of the image.
    """
    height, width = image_HW.shape
    whole_T2 = np.floor(path_T2).astype(np.int64)
    x_T11, y_T11 = (path_T2 - whole_T2).T[:, :, None, None]
    padded = np.pad(image_HW, 1)
    # Moved by a part of a pixel, an image of N pixels covers N + 1.
    rows_T = padded[:-1] * y_T11 + padded[1:] * (1 - y_T11)
    moved_T = rows_T[:, :, :-1] * x_T11 + rows_T[:, :, 1:] * (1 - x_T11)
    frames_THW = np.zeros((len(path_T2), size, size))
    rows = (whole_T2[:, 1:, None] + np.arange(height + 1)[:, None]) % size
    columns = (whole_T2[:, :1, None] + np.arange(width + 1)) % size
    frames_THW[np.arange(len(path_T2))[:, None, None], rows, columns] = moved_T
    return frames_THW
