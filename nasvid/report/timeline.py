"""When things happened in a run, as the ledger's records are stamped; for people only."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

# How a run ended that is complete with fewer candidates than asked for.
EXHAUSTED = "exhausted"


@dataclass(frozen=True, slots=True)
class Timeline:
    """Times of a run, in seconds; points in time count from 1970.

    Args:
        seconds: Wall-clock time over all sessions, the pauses between them left out.
        finished_at: Job number to when its result came.
        ended: How the last session that ended did so; empty if none did.
        exhausted: Why there are fewer candidates than asked for; empty if that is not known to be so.
    """

    seconds: float
    finished_at: Mapping[int, float]
    ended: str
    exhausted: str = ""


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
    ends = [item for item in records if item["record"] == "ended"]
    ended = str(ends[-1]["how"]) if ends else ""
    return Timeline(seconds, finished_at, ended, _why_exhausted(ends) if ended == EXHAUSTED else "")


def _why_exhausted(ends: list[dict[str, Any]]) -> str:
    """The reason alone, as the first session that found no more candidates told it.

    Example:
        >>> _why_exhausted([{"how": "exhausted", "message": "the space is exhausted: no wonder."}])
        'no wonder'
    """
    message = next(str(item["message"]) for item in ends if item["how"] == EXHAUSTED)
    what, _, why = message.rstrip(".").partition(": ")
    return why or what


def _records(path: Path) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = []
    for line in path.read_bytes().splitlines():
        try:
            records.append(json.loads(line))
        except ValueError:
            # The last line of a session that was killed, or that writes at this moment.
            break
    return records
