"""The ledger of a run: one JSON object a line, only ever appended to, on disk before it counts.

It is the one source of truth: everything else about a run is rebuilt from it. Records are
`session` (who runs it), `proposed` (a job), `finished` (its result), `preempted` (its worker was
lost, it will run again) and `ended`.
"""

import json
import os
import time
from collections.abc import Mapping
from io import FileIO
from pathlib import Path
from typing import Any

from nasvid.core.errors import RunError
from nasvid.core.evaluations import Evaluation
from nasvid.execution.ledger_content import LedgerContent
from nasvid.search.proposal import Job


def read_ledger(path: Path) -> LedgerContent:
    """What a ledger holds; a last line that is still being written is left out.

    Raises:
        RunError: It cannot be read, or a line is not what was written.
    """
    content, _ = _parse(path, _read_bytes(path))
    return content


class Ledger:
    """A ledger opened for writing; one process at a time, under the lock of its run folder.

    A last line that a killed process left unfinished is moved to a file beside it.

    Args:
        path: Where it is, or will be.
    Raises:
        RunError: It cannot be read or written, or a line is not what was written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.torn: Path | None = None
        data = _read_bytes(path) if path.exists() else b""
        self.content, num_good = _parse(path, data)
        try:
            if num_good < len(data):
                self.torn = _move_aside(path, data[num_good:])
            self._file: FileIO = path.open("ab", buffering=0)
            if num_good < len(data):
                self._file.truncate(num_good)
            elif data and not data.endswith(b"\n"):
                self._file.write(b"\n")
            _sync_folder(path.parent)
        except OSError as error:
            raise _cannot_write(path, error) from error

    def __enter__(self) -> "Ledger":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def session(self, description: Mapping[str, Any]) -> None:
        """Note that a session begins."""
        self._append({"record": "session", **description})

    def proposed(self, job: Job) -> None:
        """Note a job, before it is handed to anyone."""
        self._append({"record": "proposed", "job": job.to_json()})

    def finished(
        self, number: int, evaluation: Evaluation, *, reused_from: Mapping[str, Any] | None = None
    ) -> None:
        """Note the result of a job.

        Args:
            number: The job.
            evaluation: What came of it.
            reused_from: The run and the job that it was taken over from, where it was.
        """
        record = {"record": "finished", "job": number, "evaluation": evaluation.to_json()}
        self._append(record | {"reused_from": None if reused_from is None else dict(reused_from)})

    def preempted(self, number: int, reason: str) -> None:
        """Note that a job lost its worker and has to run again."""
        self._append({"record": "preempted", "job": number, "reason": reason})

    def ended(self, how: str, message: str) -> None:
        """Note how a session ended."""
        self._append({"record": "ended", "how": how, "message": message})

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _append(self, record: dict[str, Any]) -> None:
        record |= {"time": round(time.time(), 3)}
        # Keys stay in order: that of a genotype is the order of the decisions.
        text = json.dumps(record, separators=(",", ":"), allow_nan=False)
        line = text.encode() + b"\n"
        try:
            written = 0
            while written < len(line):
                written += self._file.write(line[written:]) or 0
            os.fsync(self._file.fileno())
        except OSError as error:
            raise _cannot_write(self.path, error) from error
        self.content.add(record)


def _parse(path: Path, data: bytes) -> tuple[LedgerContent, int]:
    """The content, and how many leading bytes of the file are whole records."""
    content = LedgerContent()
    offset = 0
    lines = data.splitlines(keepends=True)
    for number, line in enumerate(lines, start=1):
        is_last = number == len(lines)
        try:
            record = json.loads(line)
            content.add(record)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            # Writing is in order, so only the last line can be unfinished, and then it has no end.
            if is_last and not line.endswith(b"\n") and _is_torn(line):
                return content, offset
            raise _damaged(path, number, line, error) from error
        offset += len(line)
    return content, offset


def _is_torn(line: bytes) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return True
    return False


def _damaged(path: Path, number: int, line: bytes, error: Exception) -> RunError:
    start = line[:60].decode(errors="replace").rstrip("\n")
    return RunError(
        f"{path}:{number}: got {start!r} ({error}); each line is one record as nasvid wrote it. "
        "The file was changed or damaged: restore it from a copy, or delete this line and all "
        "below it, and go on with --resume."
    )


def _read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise RunError(
            f"{path}: cannot be read ({error.strerror}); a run folder holds a ledger.jsonl."
        ) from error


def _move_aside(path: Path, tail: bytes) -> Path:
    number = 1
    while (aside := path.with_name(f"{path.name}.torn{number}")).exists():
        number += 1
    aside.write_bytes(tail)
    return aside


def _sync_folder(folder: Path) -> None:
    """Make the name of a new file outlive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _cannot_write(path: Path, error: OSError) -> RunError:
    return RunError(
        f"{path}: cannot be written ({error.strerror}); nothing that is finished was lost. Make "
        "room or fix the permissions, then go on with --resume."
    )
