"""The contract of a constraint: which values of several decisions go together."""

import re
from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from nasvid.core.errors import Mark
from nasvid.core.registry import Registry, unknown_name
from nasvid.spec.automaton import Automaton
from nasvid.spec.decision import Decision
from nasvid.spec.problems import Problems
from nasvid.spec.source import Listing, Located, Table, plain, shown

MAX_PATHS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint(Automaton):
    """What holds between the values of some decisions; those that are closed do not count.

    Args:
        mark: Place.
    """

    mark: Mark

    @classmethod
    def name(cls) -> str:
        """Name in YAML: that of the file."""
        return cls.__module__.rsplit(".", 1)[-1]

    @classmethod
    @abstractmethod
    def parse(
        cls, located: Located, path: str, decisions: Mapping[str, Decision], problems: Problems
    ) -> "Constraint | None":
        """Read what stands behind the name; what is wrong is noted."""


CONSTRAINTS: Registry[Constraint] = Registry("constraint", "nasvid.spec.constraints")


def named_constraints(constraints: Sequence[Constraint]) -> str:
    """Constraints by name and place, for a message."""
    places = [f"{constraint.name()} of {constraint.mark}" for constraint in constraints]
    if len(places) == 1:
        return f"the constraint {places[0]}"
    more = f" and {len(places) - 5} more" if len(places) > 5 else ""
    return f"these constraints together: {', '.join(places[:5])}{more}"


def paths_of(
    located: Located | None,
    mark: Mark,
    path: str,
    decisions: Mapping[str, Decision],
    problems: Problems,
) -> tuple[str, ...]:
    """The decisions that a list of addresses names; `*` stands for any part of one name."""
    items = located.items if isinstance(located, Listing) else [located]
    found: dict[str, None] = {}
    for item in items:
        text = None if item is None else plain(item)
        if item is None or not isinstance(text, str):
            place = mark if item is None else item.mark
            message = "accepts a list of addresses, such as [stage1.width, stage2.width]."
            problems.add(place, path, message)
            return ()
        matched = _matching(text, decisions)
        if not matched:
            problems.add(item.mark, path, unknown_name("decision", text, decisions))
        for address in matched:
            if decisions[address].kind != "choice":
                message = f"{address} takes several options; constraints speak of single ones."
                problems.add(item.mark, path, message)
            found[address] = None
    if len(found) > MAX_PATHS:
        problems.add(mark, path, f"names {len(found)} decisions; at most {MAX_PATHS} fit.")
        return ()
    return tuple(found)


def _matching(text: str, decisions: Iterable[str]) -> list[str]:
    if "*" not in text:
        return [text] if text in decisions else []
    pattern = "[^.]*".join(map(re.escape, text.split("*")))
    return [address for address in decisions if re.fullmatch(pattern, address)]


def check_numbers(
    paths: Iterable[str],
    mark: Mark,
    path: str,
    decisions: Mapping[str, Decision],
    problems: Problems,
) -> None:
    """Note decisions with an option that is no number."""
    for address in paths:
        for option in decisions[address].options:
            if isinstance(option, bool) or not isinstance(option, int | float):
                message = f"{address} has the option {option!r}, which is no number."
                problems.add(mark, path, message)
                break


def section(
    located: Located,
    path: str,
    required: tuple[str, ...],
    problems: Problems,
    optional: tuple[str, ...] = (),
) -> Table | None:
    """The mapping behind a constraint's name, if it has these keys."""
    if not isinstance(located, Table):
        listed = ", ".join(required)
        problems.add(located.mark, path, f"got {shown(located)}; accepts a mapping with {listed}.")
        return None
    problems.check_keys(located, path, (*required, *optional))
    missing = [key for key in required if located.get(key) is None]
    if missing:
        problems.add(located.mark, path, f"lacks {', '.join(map(repr, missing))}.")
        return None
    return located
