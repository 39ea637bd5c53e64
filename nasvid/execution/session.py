"""Who runs a search: versions and machine, noted at the start of every session."""

import platform
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from nasvid.core.canonical import canonical_json
from nasvid.core.errors import RunError
from nasvid.execution.ledger_content import FORMAT

PACKAGES = ("nasvid", "torch", "numpy", "ray", "pymoo", "optuna")


def describe_session(
    context: Mapping[str, Any],
    evaluator: Mapping[str, Any] | None = None,
    search: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The session record of this process.

    Args:
        context: What makes evaluations comparable, as plain data: digest of the data, recipe,
            custom evaluation.
        evaluator: What the last bits of results depend on: device, threads, kind of CPU.
        search: What the jobs of a run follow from, as plain data: settings, digests of files.
    """
    return {
        "format": FORMAT,
        "versions": {"python": platform.python_version()} | {p: _version(p) for p in PACKAGES},
        "machine": f"{platform.system()} {platform.machine()}",
        "host": platform.node(),
        "evaluator": dict(evaluator or {}),
        "context": dict(context),
        "search": dict(search or {}),
    }


def check_context(where: str, former: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    """Raise a RunError where evaluations of then and now cannot be compared.

    Args:
        where: The run or ledger that `former` comes from, for the message.
        former: A session record.
        now: The session record to compare it with.
    """
    then, today = former["context"], now["context"]
    names = sorted(
        name
        for name in then.keys() | today.keys()
        if canonical_json(then.get(name)) != canonical_json(today.get(name))
    )
    if names:
        changes = "; ".join(f"{n} was {then.get(n)!r} and is {today.get(n)!r}" for n in names)
        raise RunError(
            f"{where}: its results cannot be taken over: {changes}. Scores are comparable only "
            "where these agree: restore them, or start a new run."
        )


def check_search(where: str, former: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    """Raise a RunError where a run would go on with other jobs than it began with.

    Args:
        where: The run, for the message.
        former: A session record of it.
        now: The session record that would follow.
    """
    then, today = former.get("search", {}), now["search"]
    # What only one of two versions of nasvid knows is at its default.
    names = sorted(
        name
        for name in then.keys() & today.keys()
        if canonical_json(then[name]) != canonical_json(today[name])
    )
    if names:
        changes = "; ".join(f"{n} was {then[n]!r} and is {today[n]!r}" for n in names)
        raise RunError(
            f"{where}: it cannot go on: {changes}. A run keeps what it began with, as its jobs "
            "follow from that: restore its files, or start a new run with --reuse."
        )


def find_changes(former: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[str, ...]:
    """What differs between two sessions outside the context, one text each.

    Equal histories are promised for equal versions and machines only, so a user wants to know.
    """
    then, today = (
        {**session["versions"], "machine": session["machine"], **session.get("evaluator", {})}
        for session in (former, now)
    )
    return tuple(
        f"{name} was {then.get(name)}, is {today.get(name)}"
        for name in sorted(then.keys() | today.keys())
        if then.get(name) != today.get(name)
    )


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
