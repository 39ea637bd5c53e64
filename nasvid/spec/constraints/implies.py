"""Values that follow from others, such as a small width where the clip is large.

Source: none; own design.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, final

from nasvid.spec.constraint import CONSTRAINTS, Constraint, paths_of, section
from nasvid.spec.decision import Decision, DecisionValue, Scalar, is_same
from nasvid.spec.problems import Problems
from nasvid.spec.source import Leaf, Listing, Located, Table, shown

# Address and the values that are meant.
Cases = tuple[tuple[str, tuple[Scalar, ...]], ...]


@CONSTRAINTS.add
@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Implies(Constraint):
    """Where all of `if` hold, all of `then` do: `{implies: {if: {size: 224}, then: {width: 32}}}`.

    A decision that is closed holds nothing in `if` and breaks nothing in `then`.
    """

    cases: Cases
    results: Cases

    @classmethod
    def parse(
        cls, located: Located, path: str, decisions: Mapping[str, Decision], problems: Problems
    ) -> "Implies | None":
        table = section(located, path, ("if", "then"), problems)
        if table is None:
            return None
        cases = _parse_cases(table.get("if"), f"{path}.if", decisions, problems)
        results = _parse_cases(table.get("then"), f"{path}.then", decisions, problems)
        if not cases or not results:
            return None
        paths = dict.fromkeys([*(p for p, _ in cases), *(p for p, _ in results)])
        # In the order of the table, so that the one that is drawn first is read first.
        ordered = tuple(address for address in decisions if address in paths)
        return cls(mark=located.mark, paths=ordered, cases=cases, results=results)

    def start(self) -> Hashable:
        return 0, True

    def step(self, state: Any, path: str, value: DecisionValue) -> Hashable | None:
        num_held, is_met = state
        num_held += _holds(self.cases, path, value) is True
        is_met = is_met and _holds(self.results, path, value) is not False
        return num_held, is_met

    def accepts(self, state: Any) -> bool:
        num_held, is_met = state
        return is_met or num_held < len(self.cases)


def values_of(
    located: Located, path: str, options: Sequence[Scalar], paths: Sequence[str], problems: Problems
) -> tuple[Scalar, ...]:
    """One value or a list of them, each an option of some decision."""
    items = located.items if isinstance(located, Listing) else (located,)
    found: list[Scalar] = []
    for item in items:
        if not isinstance(item, Leaf):
            problems.add(item.mark, path, f"got {shown(item)}; accepts a value or a list of them.")
            continue
        value = item.value
        if paths and not any(is_same(value, option) for option in options):
            listed = ", ".join(repr(o) for o in dict.fromkeys(options[:12]))
            message = f"got {shown(item)}, which is no option; there are {listed}."
            problems.add(item.mark, path, message)
        found.append(value)
    return tuple(found)


def _parse_cases(
    located: Located | None, path: str, decisions: Mapping[str, Decision], problems: Problems
) -> Cases:
    if not isinstance(located, Table) or not located.entries:
        if located is not None:
            message = f"got {shown(located)}; accepts addresses with values, {{width: 32}}."
            problems.add(located.mark, path, message)
        return ()
    found: list[tuple[str, tuple[Scalar, ...]]] = []
    for address, mark, value in located.entries:
        paths = paths_of(Leaf(mark, address), mark, path, decisions, problems)
        if paths:
            options = [option for p in paths for option in decisions[p].options]
            values = values_of(value, f"{path}.{address}", options, paths, problems)
            found += [(p, values) for p in paths]
    return tuple(found)


def _holds(cases: Cases, path: str, value: DecisionValue) -> bool | None:
    """Whether a value is one of those meant; None where nothing is said of its decision."""
    for address, values in cases:
        if address == path:
            return any(is_same(value, one) for one in values)
    return None
