"""When things happened in a run, as the ledger's records are stamped; for people only."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Timeline:
    """Times of a run, in seconds; points in time count from 1970.

    Args:
        seconds: Wall-clock time over all sessions, the pauses between them left out.
        finished_at: Job number to when its result came.
        ended: How the last session that ended did so; empty if none did.
    """

    seconds: float
    finished_at: Mapping[int, float]
    ended: str


def read_timeline(path: Path) -> Timeline:
    """The times in a ledger that `read_ledger` accepts."""
    return timeline_of(_records(path))


def timeline_of(records: list[dict[str, Any]]) -> Timeline:
    """The times of these records, in their order.

    Example:
        >>> timeline_of([
        ...     {"record": "session", "time": 10.0},
        ...     {"record": "finished", "job": 0, "time": 14.0},
        ...     {"record": "session", "time": 90.0},
        ...     {"record": "ended", "how": "complete", "time": 91.0},
        ... ]).seconds
        5.0
    """
    spans = (
        later["time"] - earlier["time"]
        for earlier, later in pairwise(records)
        if later["record"] != "session"
    )
    # A clock that was set back must not make time negative.
    seconds = sum(max(0.0, span) for span in spans)
    finished_at = {item["job"]: item["time"] for item in records if item["record"] == "finished"}
    ends = [str(item["how"]) for item in records if item["record"] == "ended"]
    return Timeline(seconds, finished_at, ends[-1] if ends else "")


def _records(path: Path) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = []
    for line in path.read_bytes().splitlines():
        try:
            records.append(json.loads(line))
        except ValueError:
            # The last line of a session that was killed, or that writes at this moment.
            break
    return records
