"""The folder of a run and what lies where in it.

RUN/
  run.yaml       settings as resolved when the run began; never changed afterwards
  space.yaml     the search space as it was then
  warm_start.json   members that are evaluated first, where some were named
  ledger.jsonl   every job and result
  tb/            TensorBoard scalars; derived, may be deleted
  run.lock       held while a process writes the run
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from nasvid.core.errors import RunError
from nasvid.execution.ledger import read_ledger

SETTINGS = "run.yaml"
SPACE = "space.yaml"
WARM_START = "warm_start.json"
LEDGER = "ledger.jsonl"
TENSORBOARD = "tb"
LOCK = "run.lock"


@dataclass(frozen=True, slots=True)
class RunFolder:
    """A run on disk; made by `create`, found again by `open`."""

    path: Path

    @property
    def settings_file(self) -> Path:
        """Settings as resolved when the run began."""
        return self.path / SETTINGS

    @property
    def space_file(self) -> Path:
        """The search space as it was when the run began."""
        return self.path / SPACE

    @property
    def warm_start_file(self) -> Path:
        """The members that are evaluated first; absent where none were named."""
        return self.path / WARM_START

    @property
    def ledger_file(self) -> Path:
        """The ledger."""
        return self.path / LEDGER

    @property
    def tensorboard_folder(self) -> Path:
        """Where TensorBoard scalars go."""
        return self.path / TENSORBOARD

    @staticmethod
    def check_free(path: Path) -> None:
        """Raise a RunError unless the folder is new or empty."""
        if (path / SETTINGS).exists():
            raise RunError(
                f"{path}: holds a run already. Go on with it by --resume {path}, or choose another "
                "folder."
            )
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            kind = "is not empty" if path.is_dir() else "is a file"
            raise RunError(f"{path}: {kind}; a run needs a new or empty folder.")

    @classmethod
    def create(
        cls, path: Path, *, settings_text: str, space_text: str, warm_start_text: str = ""
    ) -> "RunFolder":
        """A new run; a file with an empty text is left out.

        Raises:
            RunError: The folder is in use or cannot be written; nothing is left behind then.
        """
        made: list[Path] = []
        try:
            cls.check_free(path)
            _make_folders(path, made)
            # The settings come last: a folder is a run once they are there.
            texts = {SPACE: space_text, WARM_START: warm_start_text, SETTINGS: settings_text}
            for name, text in texts.items():
                if text:
                    _write_whole(path / name, text)
                    made.append(path / name)
        except OSError as error:
            _remove(made)
            raise RunError(
                f"{path}: cannot be written ({error.strerror}); a run needs a folder of its own. "
                "Choose another one, or fix the permissions."
            ) from error
        return cls(path)

    @classmethod
    def open(cls, path: Path) -> "RunFolder":
        """A run that exists.

        Raises:
            RunError: There is no run in this folder.
        """
        if not (path / SETTINGS).is_file():
            found = "the folder holds no run.yaml" if path.is_dir() else "there is no such folder"
            raise RunError(f"{path}: {found}; accepts the folder of a run made by nasvid search.")
        return cls(path)

    def remove_if_unused(self) -> None:
        """Remove the folder again if no job was ever proposed in it."""
        if self.ledger_file.is_file() and read_ledger(self.ledger_file).jobs:
            return
        shutil.rmtree(self.path)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Be the only process that writes this run.

        Raises:
            RunError: Another process holds the lock.
        """
        lock = FileLock(self.path / LOCK)
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            raise RunError(
                f"{self.path}: another process is writing this run; wait for it or stop it first."
            ) from error
        except OSError as error:
            raise RunError(
                f"{self.path}: cannot be locked ({error.strerror}); fix the permissions."
            ) from error
        try:
            yield
        finally:
            lock.release()

    @property
    def is_locked(self) -> bool:
        """Whether a process is writing this run at the moment."""
        lock_file = self.path / LOCK
        if not lock_file.exists():
            return False
        lock = FileLock(lock_file)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return True
        except OSError:
            # A run that may be read only: nobody writes it through this path.
            return False
        lock.release()
        return False


def _make_folders(path: Path, made: list[Path]) -> None:
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir()
        made.append(folder)


def _write_whole(path: Path, text: str) -> None:
    """Write a file that is either whole or absent."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def _remove(made: list[Path]) -> None:
    for path in reversed(made):
        if path.is_dir():
            path.rmdir()
        else:
            path.unlink(missing_ok=True)
