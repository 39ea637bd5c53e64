"""Whether runs can be compared: equal spaces, evaluations, limits and objectives."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from nasvid.core.canonical import canonical_json
from nasvid.core.errors import RunError
from nasvid.report.course import Course
from nasvid.report.run_summary import RunSummary
from nasvid.spec.sections import SearchSettings

# What a person reads is cut off here.
_LONGEST = 60


def settings_of(run: RunSummary) -> SearchSettings:
    """How a run searched; what its file leaves out is at its default."""
    return SearchSettings.from_json(_table(run, "search"))


def check_comparable(runs: Sequence[RunSummary]) -> None:
    """Raise a RunError where a run has no result, or is of another experiment than the first."""
    first = runs[0]
    for run in runs:
        if not Course(run).tally_at(Course(run).length).candidates:
            raise RunError(f"compare: {run.name}: no candidate has been scored yet; leave it out.")
        differences = list(_differences(first, run))
        if differences:
            raise RunError(
                f"compare: {run.name}: {'; '.join(differences)}. Scores can be compared only where "
                "these agree; leave it out."
            )


def notes_on(runs: Sequence[RunSummary]) -> list[str]:
    """What makes a comparison less than fair, a sentence each."""
    notes: list[str] = []
    for name, why in (
        ("population", "they share fewer of their first candidates"),
        ("window", "one sees its results later than another"),
        ("rungs", "equal numbers of trainings do not cost the same"),
    ):
        names: dict[Any, list[str]] = {}
        for run in runs:
            names.setdefault(getattr(settings_of(run), name), []).append(run.name)
        if len(names) > 1:
            listed = ", ".join(f"{_text(value)} in {_some(them)}" for value, them in names.items())
            notes.append(f"the runs differ in {name}, so {why}: {listed}.")
    return notes


def _differences(first: RunSummary, run: RunSummary) -> list[str]:
    found: list[str] = []
    for what, read in _FACTS.items():
        theirs, mine = read(first), read(run)
        if canonical_json(mine) == canonical_json(theirs):
            continue
        if isinstance(mine, Mapping) and isinstance(theirs, Mapping):
            mine, theirs = _apart(mine, theirs)
        found.append(f"got the {what} {_text(mine)}; accepts that of {first.name}, {_text(theirs)}")
        # Another space has other budgets and classes too, which says nothing more.
        if what == "space":
            break
    return found


def _apart(mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> tuple[Any, Any]:
    """What differs of two tables."""
    names = [n for n in {**theirs, **mine} if mine.get(n) != theirs.get(n)]
    left, right = ({n: table[n] for n in names if n in table} for table in (mine, theirs))
    return left, right


def _objectives(run: RunSummary) -> dict[str, str]:
    return dict(run.front_directions)


def _penalties(run: RunSummary) -> Any:
    return settings_of(run).to_json()["penalties"] if run.penalties else {}


def _epochs(run: RunSummary) -> int:
    """Epochs of the trainings that candidates are judged by in the end; 0 where nothing says so."""
    rungs = settings_of(run).rungs
    return rungs[-1] if rungs else _recipe(run).get("epochs", 0)


def _recipe(run: RunSummary) -> dict[str, Any]:
    """How candidates are trained; a function of the user's own knows nothing of it."""
    return {} if run.settings.get("evaluate") else dict(_table(run, "training"))


_FACTS: dict[str, Callable[[RunSummary], Any]] = {
    "space": lambda run: run.space,
    "content of the space": lambda run: run.space_digest,
    "number of classes": lambda run: run.settings.get("classes", 0),
    "evaluation": lambda run: run.settings.get("evaluate") or "training",
    "data": lambda run: run.data,
    "recipe of training": _recipe,
    "epochs of the longest training": _epochs,
    "budget": lambda run: dict(run.budget),
    "objective": lambda run: run.objective,
    "objectives": _objectives,
    "soft limits": _penalties,
}


def _table(run: RunSummary, name: str) -> Mapping[str, Any]:
    found = run.settings.get(name)
    return cast("Mapping[str, Any]", found) if isinstance(found, Mapping) else {}


def _text(value: Any) -> str:
    if isinstance(value, Mapping):
        table = cast("Mapping[str, Any]", value)
        text = ", ".join(f"{name} {_text(item)}" for name, item in table.items())
        return f"{{{text[:_LONGEST]}}}"
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(str, cast('Sequence[Any]', value)))}]"
    return repr(value)[:_LONGEST]


def _some(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{len(names)} runs such as {names[0]}"
