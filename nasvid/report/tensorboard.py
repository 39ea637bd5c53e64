"""TensorBoard scalars of a run, live or rebuilt from its ledger; needs neither torch nor TensorFlow.

The scalars are derived: the folder may be deleted at any time.
"""

import importlib
import logging
import time
from contextlib import suppress
from io import BufferedRandom
from pathlib import Path
from types import ModuleType
from typing import Any

from nasvid.core.errors import RunError
from nasvid.execution.events import Event, JobFinished, SessionStarted
from nasvid.execution.ledger import read_ledger
from nasvid.execution.run_folder import RunFolder
from nasvid.report.candidate_row import CandidateRow, row_of
from nasvid.report.scalars import Scalar, ScalarFold
from nasvid.report.timeline import read_timeline
from nasvid.search.objectives import Objectives

# TensorBoard reads every file whose name holds "tfevents".
FILE_NAME = "events.out.tfevents.0.nasvid"

_logger = logging.getLogger(__name__)


class EventFile:
    """A file of scalars as TensorBoard reads it.

    A file that exists is overwritten in place, so that a TensorBoard that has it open goes on
    reading where it was.

    Args:
        folder: Made where it is missing.

    Raises:
        RunError: The package tensorboard is missing, or the file cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self._events = _import("tensorboard.compat.proto.event_pb2")
        self._summaries = _import("tensorboard.compat.proto.summary_pb2")
        self.path = folder / FILE_NAME
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self.path.touch()
            self._file: BufferedRandom = self.path.open("r+b")
        except OSError as error:
            raise RunError(
                f"{self.path}: cannot be written ({error.strerror}); fix the permissions or delete "
                "the folder, it is derived from the ledger."
            ) from error
        self._writer = _import("tensorboard.summary.writer.record_writer").RecordWriter(self._file)
        self._write(self._events.Event(file_version="brain.Event:2"))

    def add(self, scalar: Scalar, wall_time: float) -> None:
        """Append a point; `wall_time` counts seconds from 1970."""
        value = self._summaries.Summary.Value(tag=scalar.tag, simple_value=scalar.value)
        summary = self._summaries.Summary(value=[value])
        self._write(self._events.Event(wall_time=wall_time, step=scalar.step, summary=summary))

    def flush(self) -> None:
        """Hand everything to the system, and drop what an older file held beyond it."""
        self._file.flush()
        self._file.truncate()

    def close(self) -> None:
        """Flush and let go of the file."""
        with self._file:
            self.flush()

    def _write(self, event: Any) -> None:
        self._writer.write(event.SerializeToString())


def rebuild(folder: RunFolder, objectives: Objectives) -> Path:
    """Write the scalars of a run anew from its ledger; returns the event file.

    Args:
        folder: The run.
        objectives: How candidates are ranked.

    Raises:
        RunError: The ledger cannot be read, tensorboard is missing, or the file cannot be written.
    """
    feed = _Feed(folder, objectives)
    feed.take_rest()
    feed.close()
    return feed.path


class TensorBoardWatcher:
    """Watches a search and writes its scalars as results come in.

    The file is opened when the session starts, with all that earlier sessions left. Trouble with
    writing is reported once and does not stop the search: the ledger holds everything.

    Args:
        folder: The run.
        objectives: How candidates are ranked.
    """

    def __init__(self, folder: RunFolder, objectives: Objectives) -> None:
        self._folder = folder
        self._objectives = objectives
        self._feed: _Feed | None = None

    def __enter__(self) -> "TensorBoardWatcher":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __call__(self, event: Event) -> None:
        """Take an event of the search."""
        try:
            if isinstance(event, SessionStarted):
                self.close()
                self._feed = _Feed(self._folder, self._objectives)
            elif isinstance(event, JobFinished) and self._feed is not None:
                self._feed.take(row_of(event.job, event.evaluation), time.time())
                self._feed.flush()
        except (OSError, RunError) as error:
            _logger.warning("TensorBoard scalars are no longer written: %s", error)
            with suppress(OSError):
                self.close()
            self._feed = None

    def close(self) -> None:
        """Let go of the file."""
        if self._feed is not None:
            self._feed.close()
            self._feed = None


class _Feed:
    """Rows in any order in, points in job order out."""

    def __init__(self, folder: RunFolder, objectives: Objectives) -> None:
        self._file = EventFile(folder.tensorboard_folder)
        self.path = self._file.path
        self._fold = ScalarFold(objectives)
        self._waiting: dict[int, tuple[CandidateRow, float]] = {}
        self._next = 0
        content = read_ledger(folder.ledger_file)
        finished_at = read_timeline(folder.ledger_file).finished_at
        for result in content.results:
            number = result.job.number
            self.take(row_of(result.job, result.evaluation), finished_at.get(number, 0.0))
        self.flush()

    def take(self, row: CandidateRow, wall_time: float) -> None:
        """A row that waits until those before it are there."""
        self._waiting[row.job] = (row, wall_time)
        while self._next in self._waiting:
            self._write(*self._waiting.pop(self._next))
            self._next += 1

    def take_rest(self) -> None:
        """Rows behind a job that has no result."""
        for number in sorted(self._waiting):
            self._write(*self._waiting.pop(number))

    def _write(self, row: CandidateRow, wall_time: float) -> None:
        for scalar in self._fold.points(row):
            self._file.add(scalar, wall_time)

    def flush(self) -> None:
        self._file.flush()

    def close(self) -> None:
        self._file.close()


def _import(module: str) -> ModuleType:
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        raise RunError(
            f"TensorBoard: package {error.name!r} is not installed; it is part of the extra "
            "'report'. Install it with: pip install 'nasvid[report]'"
        ) from error
