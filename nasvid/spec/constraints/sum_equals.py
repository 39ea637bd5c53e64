"""Values that add up to a constant, such as the filters of all nodes of a level.

Source: Ryoo et al. 2020, AssembleNet, https://arxiv.org/abs/1905.13209, section 3.2 (the total
number of filters of a level stays the same).
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any, final

from nasvid.spec.constraint import CONSTRAINTS, Constraint, check_numbers, paths_of, section
from nasvid.spec.decision import Decision, DecisionValue
from nasvid.spec.problems import Problems
from nasvid.spec.source import Located, plain, shown

# Sums of floats are compared to so many digits behind the point.
DIGITS = 9


@CONSTRAINTS.add
@final
@dataclass(frozen=True, slots=True, kw_only=True)
class SumEquals(Constraint):
    """The open values add up to a number: `{sum_equals: {of: [level1_*.out], total: 256}}`.

    Args:
        total: Where none of the decisions is open, any total is met.
        least: Smallest value that any of them can add, to give up early.
    """

    total: float
    least: float

    @classmethod
    def parse(
        cls, located: Located, path: str, decisions: Mapping[str, Decision], problems: Problems
    ) -> "SumEquals | None":
        table = section(located, path, ("of", "total"), problems)
        given = None if table is None else table.get("total")
        if table is None or given is None:
            return None
        before = len(problems.found)
        paths = paths_of(table.get("of"), table.mark, f"{path}.of", decisions, problems)
        check_numbers(paths, table.mark, path, decisions, problems)
        total = plain(given)
        if isinstance(total, bool) or not isinstance(total, int | float):
            message = f"got {shown(given)}; accepts a number."
            problems.add(given.mark, f"{path}.total", message)
            return None
        if not paths or len(problems.found) > before:
            return None
        return cls.of(located.mark, paths, total, decisions)

    @classmethod
    def of(
        cls, mark: Any, paths: tuple[str, ...], total: float, decisions: Mapping[str, Decision]
    ) -> "SumEquals":
        """The constraint over decisions whose options are numbers."""
        numbers: list[Any] = [option for path in paths for option in decisions[path].options]
        return cls(mark=mark, paths=paths, total=total, least=min(0, *numbers))

    def start(self) -> Hashable:
        return None, 0

    def step(self, state: Any, path: str, value: DecisionValue) -> Hashable | None:
        del path
        number: Any = value
        total = state[1] + number
        if isinstance(total, float):
            total = round(total, DIGITS)
        return None if self.least >= 0 and total > self.total else ("open", total)

    def accepts(self, state: Any) -> bool:
        return state[0] is None or abs(state[1] - self.total) < 10**-DIGITS
