from pathlib import Path

import numpy as np
import pytest

from nasvid.core.errors import DataError
from nasvid.data.clip_list import read_splits
from nasvid.data.datasets.moving_digits import MovingDigits, _sources, draw_along
from nasvid.data.encode import encode_video
from nasvid.data.motions import MOTIONS
from nasvid.data.summary import summarise


def test_no_digit_and_no_part_of_a_photo_is_in_two_splits() -> None:
    sources = _sources(seed=0)
    assert [len(source.digits) for source in sources.values()] == [1078, 360, 359]
    for kind in ("digits", "tiles"):
        images = [image.tobytes() for source in sources.values() for image in getattr(source, kind)]
        assert len(set(images)) == len(images)


def test_the_folder_is_a_tree_of_classes_with_a_list_per_split(tmp_path: Path) -> None:
    MovingDigits.small().make(tmp_path / "digits")
    lists = read_splits(tmp_path / "digits")
    assert [len(clips) for clips in lists.values()] == [16, 8, 8]
    for split, clips in lists.items():
        assert clips.class_names == tuple(MOTIONS)
        for path, label in zip(clips.paths, clips.labels, strict=True):
            assert path.relative_to(tmp_path / "digits").parts[:2] == (
                split,
                clips.class_names[label],
            )


def test_frames_rate_and_size_are_those_asked_for(tmp_path: Path) -> None:
    MovingDigits(
        train_per_class=1, val_per_class=1, test_per_class=1, frames=5, fps=8, size=48
    ).make(tmp_path / "digits")
    split = summarise(tmp_path / "digits").splits["train"]
    assert (split.frames, split.fps, split.sizes) == ((5, 5, 5), (8.0, 8.0), {"48x48": 8})


def test_a_drawn_image_moves_with_its_path_and_wraps_around() -> None:
    image = np.ones((2, 3))
    frames = draw_along(image, np.array([[1.0, 0.0], [1.5, 0.0], [7.0, 7.0]]), size=8)
    assert frames[0, :2, 1:4].min() == 1.0
    assert frames[1, 0].tolist() == [0, 0.5, 1, 1, 0.5, 0, 0, 0]
    assert frames[2, 0].tolist() == [1, 1, 0, 0, 0, 0, 0, 1]
    assert frames[2, 7].tolist() == [1, 1, 0, 0, 0, 0, 0, 1]
    assert frames.sum((1, 2)).tolist() == [6, 6, 6]


def test_equal_frames_give_equal_bytes_whatever_lies_in_memory(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    source = _sources(seed=0)["train"]
    path = tmp_path / "video.mp4"
    for _ in range(20):
        frames = MovingDigits.small()._frames("up", source, rng)
        contents: set[bytes] = set()
        for _ in range(8):
            sizes = rng.choice([100, 1000, 4000, 16000, 60000, 120000], size=300)
            rubbish = [np.full(size, rng.integers(256), np.uint8) for size in sizes]
            del rubbish
            encode_video(path, frames, fps=12)
            contents.add(path.read_bytes())
        assert len(contents) == 1


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"size": 31}, "size: got 31; accepts even sizes from 16"),
        ({"frames": 0}, "frames: got 0; accepts counts from 1"),
        ({"val_per_class": -1}, "val_per_class: got -1; accepts counts from 1"),
    ],
)
def test_impossible_settings_are_refused(settings: dict[str, int], message: str) -> None:
    with pytest.raises(DataError, match=message):
        MovingDigits(**settings)


@pytest.mark.slow
def test_a_single_frame_says_nothing_about_the_class(tmp_path: Path) -> None:
    from sklearn.linear_model import RidgeClassifier

    from nasvid.core.streams import Stream
    from nasvid.data.clips import ClipData

    MovingDigits(train_per_class=40, val_per_class=40, test_per_class=1).make(tmp_path / "digits")
    streams = {"rgb": Stream("rgb", 3, 1, 1, 32, (0.0,) * 3, (1.0,) * 3)}
    images, labels = [], []
    for split in ("train", "val"):
        data = ClipData.open(tmp_path / "digits", split, streams)
        videos = np.arange(len(data))
        clips, split_labels = data.batch(videos, data.even_centres(videos, 0, 1))
        images.append(clips["rgb"].flatten(1).numpy() / 255.0)
        labels.append(split_labels.numpy())
    score = RidgeClassifier(alpha=100.0).fit(images[0], labels[0]).score(images[1], labels[1])
    # Chance is 1/8; of 320 draws, three standard deviations are 0.055.
    assert score < 1 / 8 + 0.055
