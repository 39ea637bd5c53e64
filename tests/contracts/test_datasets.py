"""What every data set that nasvid can make must keep to."""

import hashlib
from pathlib import Path

import pytest
import torch

from nasvid.core.errors import DataError
from nasvid.core.streams import Stream
from nasvid.data.clip_list import SPLITS, ClipList, read_splits
from nasvid.data.clips import ClipData
from nasvid.data.dataset import CARD, DATASETS, Dataset

STREAMS = {
    "rgb": Stream("rgb", 3, 4, 1, 32, (0.5,) * 3, (0.25,) * 3),
    "flow": Stream("flow", 2, 4, 1, 32, (0.0,) * 2, (0.1,) * 2),
}


@pytest.fixture(scope="module", params=list(DATASETS))
def dataset(request: pytest.FixtureRequest) -> type[Dataset]:
    return DATASETS[request.param]


@pytest.fixture(scope="module")
def folder(dataset: type[Dataset], tmp_path_factory: pytest.TempPathFactory) -> Path:
    out_dir = tmp_path_factory.mktemp("datasets") / "made"
    dataset.small().make(out_dir)
    return out_dir


@pytest.fixture(scope="module")
def lists(folder: Path) -> dict[str, ClipList]:
    return read_splits(folder)


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".nasvid_cache" not in path.parts
    }


def test_every_split_shows_every_class(lists: dict[str, ClipList]) -> None:
    assert tuple(lists) == SPLITS
    for clips in lists.values():
        assert set(clips.labels) == set(range(clips.num_classes))


def test_the_splits_agree_on_the_classes(lists: dict[str, ClipList]) -> None:
    assert len({clips.class_names for clips in lists.values()}) == 1


def test_no_video_is_in_two_splits(folder: Path, lists: dict[str, ClipList]) -> None:
    contents = [digests(folder / split) for split in lists]
    videos = [content for split in contents for content in split.values()]
    assert len(set(videos)) == len(videos)


@pytest.mark.parametrize("split", SPLITS)
def test_clips_have_the_shape_type_and_labels_of_their_streams(folder: Path, split: str) -> None:
    data = ClipData.open(folder, split, STREAMS)
    videos = range(len(data))
    clips, labels = data.batch(videos, data.even_centres(videos, 0, 1))
    for name, stream in STREAMS.items():
        assert clips[name].shape == (len(data), *stream.shape.sizes)
        assert clips[name].dtype == torch.uint8
    assert labels.shape == (len(data),)
    assert 0 <= labels.min() <= labels.max() < data.num_classes


def test_the_same_video_gives_the_same_clip(folder: Path) -> None:
    first, second = (ClipData.open(folder, "train", STREAMS).batch([3], [2]) for _ in range(2))
    assert all(torch.equal(first[0][name], second[0][name]) for name in STREAMS)
    assert torch.equal(first[1], second[1])


def test_equal_seeds_give_equal_bytes(dataset: type[Dataset], folder: Path, tmp_path: Path) -> None:
    dataset.small(seed=0).make(tmp_path / "again")
    assert digests(tmp_path / "again") == digests(folder)


def test_another_seed_gives_other_videos(
    dataset: type[Dataset], folder: Path, tmp_path: Path
) -> None:
    dataset.small(seed=1).make(tmp_path / "other")
    here, there = set(digests(folder / "train").values()), digests(tmp_path / "other" / "train")
    assert here.isdisjoint(there.values())


def test_making_it_again_changes_nothing(dataset: type[Dataset], folder: Path) -> None:
    (folder / "notes.txt").write_text("mine")
    dataset.small().make(folder)
    assert (folder / "notes.txt").read_text() == "mine"
    (folder / "notes.txt").unlink()


def test_a_folder_made_with_other_settings_is_refused(dataset: type[Dataset], folder: Path) -> None:
    before = digests(folder)
    with pytest.raises(DataError, match=r"made with other settings \(seed 0 there, 1 here\)"):
        dataset.small(seed=1).make(folder)
    assert digests(folder) == before


def test_a_folder_with_other_files_is_refused(dataset: type[Dataset], tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").touch()
    with pytest.raises(DataError, match="holds files that are not a data set made here"):
        dataset.small().make(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_a_file_in_place_of_the_folder_is_refused(dataset: type[Dataset], tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match="file: is a file; choose a new or empty folder"):
        dataset.small().make(tmp_path / "file")
    with pytest.raises(DataError, match="the data set cannot be written"):
        dataset.small().make(tmp_path / "file" / "below")


def test_the_current_folder_is_not_replaced(
    dataset: type[Dataset], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DataError, match="is the current folder; name a new one"):
        dataset.small().make(Path())
    assert list(tmp_path.iterdir()) == []


def test_an_interrupted_run_leaves_nothing(dataset: type[Dataset], tmp_path: Path) -> None:
    def interrupted(what: str, done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        dataset.small().make(tmp_path / "made", interrupted)
    assert list(tmp_path.iterdir()) == []


def test_an_empty_folder_is_filled_and_progress_is_told(
    dataset: type[Dataset], tmp_path: Path
) -> None:
    told: list[tuple[int, int]] = []
    dataset.small().make(tmp_path, lambda what, done, total: told.append((done, total)))
    num_videos = len(list(tmp_path.rglob("*.mp4")))
    assert (tmp_path / CARD).is_file()
    assert told == [(done, num_videos) for done in range(1, num_videos + 1)]
