"""The data folder of a search or a training: clip lists of splits that share no video."""

from pathlib import Path

from nasvid.core.errors import DataError
from nasvid.data.clip_list import ClipList, read_splits, split_csv


def read_data_folder(source: Path) -> dict[str, ClipList]:
    """The clip lists of a folder by split: `train`, `val` and maybe `test`.

    Raises:
        DataError: There is no such folder, a list is missing or wrong, or two splits share a video.
    """
    if source.is_file():
        raise DataError(
            f"{source}: is a file; accepts a folder with train.csv and val.csv, so that no network "
            "is scored on clips that it was trained on."
        )
    for split in ("train", "val"):
        split_csv(source, split)
    return read_splits(source)
