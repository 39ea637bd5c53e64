"""The contract of a data set that nasvid can make, and how one gets to disk.

A data set is one file in `nasvid/data/datasets` with one frozen dataclass whose fields are its
settings, each with a default.
"""

import json
import tempfile
from abc import ABC, abstractmethod
from dataclasses import asdict
from pathlib import Path
from typing import Any, ClassVar, Self

from nasvid.core.errors import DataError
from nasvid.core.registry import Registry
from nasvid.data.progress import Progress, no_progress

CARD = "dataset.json"


class Dataset(ABC):
    """A data set as settings; `make` writes its videos and clip lists.

    Two data sets with equal settings are equal to the byte, on equal versions of the encoder.

    Args:
        version: Raised whenever equal settings would give other videos.
    """

    version: ClassVar[int]

    @classmethod
    @abstractmethod
    def small(cls, seed: int = 0) -> Self:
        """A data set of this kind with a few short videos, for tests."""

    @abstractmethod
    def write(self, folder: Path, progress: Progress) -> None:
        """Write `train.csv`, `val.csv`, `test.csv`, `classes.txt` and the videos.

        Args:
            folder: Exists and is empty.
            progress: Told about every video.
        """

    def make(self, out_dir: Path, progress: Progress | None = None) -> None:
        """Write the data set; nothing happens if it stands there already.

        An interrupted run leaves no folder behind, and no existing file is ever touched.

        Args:
            out_dir: A folder that is new, empty, or holds this very data set.
            progress: Told about every video.
        Raises:
            DataError: The folder holds something else or cannot be written.
        """
        card = self.card()
        try:
            if out_dir.exists() and _is_made(out_dir, card):
                return
            if out_dir.resolve() == Path.cwd():
                raise DataError(f"{out_dir}: is the current folder; name a new one.")
            out_dir.parent.mkdir(parents=True, exist_ok=True)
            prefix = f".{out_dir.name}."
            with tempfile.TemporaryDirectory(dir=out_dir.parent, prefix=prefix) as temporary:
                folder = Path(temporary) / out_dir.name
                folder.mkdir()
                self.write(folder, progress or no_progress)
                text = json.dumps(card, indent=2) + "\n"
                (folder / CARD).write_text(text, encoding="utf-8")
                folder.replace(out_dir)
        except OSError as error:
            raise DataError(
                f"{out_dir}: the data set cannot be written: {error.strerror or error}. "
                "Choose another folder."
            ) from error

    def card(self) -> dict[str, Any]:
        """What the data set is, as written to `dataset.json`."""
        name = type(self).__module__.rsplit(".", 1)[-1]
        # Over JSON and back, so that it equals what is read from the file.
        card = {"dataset": name, "version": self.version, "settings": asdict(self)}  # type: ignore[call-overload]
        return json.loads(json.dumps(card))


DATASETS: Registry[Dataset] = Registry("dataset", "nasvid.data.datasets")


def _is_made(out_dir: Path, card: dict[str, Any]) -> bool:
    """Whether the folder holds the data set; False if it is empty."""
    if not out_dir.is_dir():
        raise DataError(f"{out_dir}: is a file; choose a new or empty folder.")
    if not any(out_dir.iterdir()):
        return False
    try:
        found = json.loads((out_dir / CARD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        found = None
    if found == card:
        return True
    if not isinstance(found, dict) or "dataset" not in found:
        raise DataError(
            f"{out_dir}: the folder holds files that are not a data set made here; choose a new or "
            "empty folder."
        )
    raise DataError(
        f"{out_dir}: the folder holds {found['dataset']} made with other settings "
        f"({_differences(found, card)}); delete it, or choose a new or empty folder."
    )


def _differences(found: dict[str, Any], wanted: dict[str, Any]) -> str:
    old, new = (card | dict(card.get("settings") or {}) for card in (found, wanted))
    keys = [key for key in new if key != "settings" and old.get(key) != new[key]]
    return ", ".join(f"{key} {old.get(key)!r} there, {new[key]!r} here" for key in keys)
