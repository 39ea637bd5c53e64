"""A run folder -> its summary."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, cast

from nasvid.core.canonical import digest
from nasvid.core.errors import Mark, SpaceError
from nasvid.execution.ledger import read_ledger
from nasvid.execution.ledger_content import LedgerContent
from nasvid.execution.run_folder import RunFolder
from nasvid.report.candidate_row import row_of
from nasvid.report.run_summary import RunState, RunSummary
from nasvid.report.timeline import EXHAUSTED, Timeline, read_timeline
from nasvid.search.objectives import Objectives
from nasvid.search.standings import find_winner
from nasvid.spec.sections import SearchSettings
from nasvid.spec.source import file_text, plain, read_text

# Keys of a space that `run.yaml` holds as resolved, or that say nothing of its members.
_RESOLVED = frozenset(
    ("version", "name", "description", "published", "classes", "budget", "search", "training")
)
ENDS_OF_COMPLETE_RUNS = ("complete", EXHAUSTED)


def read_run(folder: RunFolder, *, name: str = "") -> RunSummary:
    """What a run found so far; reads only, also while the run goes on.

    Args:
        folder: The run.
        name: For people; the folder's name where empty.
    Raises:
        RunError: The ledger cannot be read or is damaged.
        SpaceError: The settings are not the YAML that was written.
    """
    content = read_ledger(folder.ledger_file)
    timeline = read_timeline(folder.ledger_file)
    is_complete = timeline.ended in ENDS_OF_COMPLETE_RUNS and not content.unfinished
    state: RunState = "complete" if is_complete else "interrupted"
    if not is_complete and content.ended is None and folder.is_locked:
        state = "running"
    return summarise(
        content,
        timeline,
        name=name or folder.path.resolve().name,
        state=state,
        settings=_read_settings(folder),
        space_digest=_digest_space(folder),
    )


def summarise(
    content: LedgerContent,
    timeline: Timeline,
    *,
    name: str,
    state: RunState,
    settings: Mapping[str, Any],
    space_digest: str = "",
) -> RunSummary:
    """The summary of a ledger that was read.

    Args:
        content: What the ledger holds.
        timeline: Its times.
        name: For people.
        state: Whether the run goes on.
        settings: As resolved when the run began: `search`, `budget` and `space` are looked at.
        space_digest: Tells spaces apart.
    """
    rejections: Counter[str] = Counter()
    for job in content.jobs:
        rejections.update(job.rejections)
    search = _table(settings, "search")
    known = SearchSettings.from_json(search)
    session = content.sessions[-1] if content.sessions else {}
    versions = {
        package: version
        for package, version in _table(session, "versions").items()
        if version is not None
    }
    return RunSummary(
        name=name,
        rows=tuple(row_of(job, content.evaluations.get(job.number)) for job in content.jobs),
        state=state,
        objective=search.get("objective", "top1"),
        directions=Objectives.of(known, several=True).directions,
        penalties=known.penalties,
        winner_job=_find_winner_job(content, known),
        num_candidates=search.get("candidates", 0),
        exhausted=timeline.exhausted if state == "complete" else "",
        rejections=rejections,
        wall_seconds=timeline.seconds,
        settings=settings,
        versions=versions,
        budget=_table(settings, "budget"),
        space=str(settings.get("space", "")),
        space_digest=space_digest,
        data=str(_table(session, "context").get("data", "")),
        algorithm=search.get("algorithm", ""),
    )


def _find_winner_job(content: LedgerContent, search: SearchSettings) -> int | None:
    winner = find_winner(content.results, search)
    return None if winner is None else winner.job.number


def _table(settings: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = settings.get(name)
    return cast("Mapping[str, Any]", found) if isinstance(found, Mapping) else {}


def _digest_space(folder: RunFolder) -> str:
    """Digest of the space without what the settings of a run resolve."""
    path = str(folder.space_file)
    text = file_text(path, Mark(path, 1, 1))
    try:
        space = plain(read_text(text, path))
    except SpaceError:
        # Damage is told where somebody needs the space; it is none that others have.
        return digest(text)
    known = cast("Mapping[str, Any]", space) if isinstance(space, Mapping) else {}
    return digest({name: part for name, part in known.items() if name not in _RESOLVED})


def _read_settings(folder: RunFolder) -> Mapping[str, Any]:
    path = str(folder.settings_file)
    settings = plain(read_text(file_text(path, Mark(path, 1, 1)), path))
    return cast("Mapping[str, Any]", settings) if isinstance(settings, Mapping) else {}
