"""How many decisions take some value, such as at most two blocks with attention.

Source: none; own design.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, final

from nasvid.spec.constraint import CONSTRAINTS, Constraint
from nasvid.spec.constraint_reading import Reading
from nasvid.spec.decision import DecisionValue, Scalar, takes
from nasvid.spec.problems import Problems
from nasvid.spec.source import Located, Table, plain, shown


@CONSTRAINTS.add
@final
@dataclass(frozen=True, slots=True, kw_only=True)
class CountBetween(Constraint):
    """So many take one of the values: `{count_between: {of: [...], value: attention, max: 2}}`.

    A list of options takes a value that is among them.

    Args:
        values: Those that count.
        least: How many take one at least.
        most: How many take one at most.
    """

    values: tuple[Scalar, ...]
    least: int
    most: int

    @classmethod
    def parse(cls, located: Located, path: str, reading: Reading) -> "CountBetween | None":
        table = reading.section(located, path, ("of", "value"), ("min", "max"))
        value = None if table is None else table.get("value")
        if table is None or value is None:
            return None
        problems = reading.problems
        paths = reading.paths(table.get("of"), table.mark, f"{path}.of")
        values = reading.values(value, f"{path}.value", paths)
        least = _bound(table, "min", 0, path, problems)
        most = _bound(table, "max", len(paths), path, problems)
        if paths and not least <= most:
            problems.add(table.mark, path, f"needs min <= max; got {least} and {most}.")
        if paths and least > len(paths):
            problems.add(table.mark, path, f"wants {least} of {len(paths)} decisions.")
        if not paths or not values:
            return None
        return cls(mark=located.mark, paths=paths, values=values, least=least, most=most)

    def start(self) -> Hashable:
        return 0

    def step(self, state: Any, path: str, value: DecisionValue) -> Hashable | None:
        del path
        count = state + takes(value, self.values)
        return None if count > self.most else count

    def accepts(self, state: Any) -> bool:
        return state >= self.least

    def mentions(self, path: str) -> tuple[Scalar, ...]:
        del path
        return self.values


def _bound(table: Table, key: str, default: int, path: str, problems: Problems) -> int:
    located = table.get(key)
    if located is None:
        return default
    value = plain(located)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        problems.add(located.mark, f"{path}.{key}", f"got {shown(located)}; accepts a count.")
        return default
    return value
