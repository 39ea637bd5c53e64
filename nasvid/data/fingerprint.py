"""What a data set is, in one short text: scores are comparable where it is equal."""

from pathlib import Path

from nasvid.core.canonical import digest
from nasvid.core.errors import DataError
from nasvid.data.clip_list import read_clip_list, split_csv

SPLITS = ("train", "val")


def fingerprint(source: Path) -> str:
    """A digest of the names, sizes and labels of all training and validation videos.

    Neither the place of the folder nor file times count, so a copy has the same fingerprint.

    Args:
        source: A folder with `train.csv` and `val.csv`.

    Raises:
        DataError: A clip list is wrong or a video is missing.
    """
    parts: list[object] = []
    for split in SPLITS:
        clips = read_clip_list(split_csv(source, split))
        for path, label in zip(clips.paths, clips.labels, strict=True):
            try:
                size = path.stat().st_size
            except OSError as error:
                raise DataError(f"{path}: cannot be read: {error.strerror}.") from error
            parts.append([split, path.name, size, int(label)])
    return digest(parts)
