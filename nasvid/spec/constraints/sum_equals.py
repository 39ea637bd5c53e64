"""Values that add up to a number, such as the filters of all nodes of a level.

Source: Ryoo et al. 2020, AssembleNet, https://arxiv.org/abs/1905.13209, section 3.2 (the total
number of filters of a level stays the same).
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, final

from nasvid.core.errors import Mark, SpaceError
from nasvid.spec.constraint import CONSTRAINTS, Constraint
from nasvid.spec.constraint_reading import Numbers, Reading, is_number, number_of
from nasvid.spec.decision import DecisionValue
from nasvid.spec.formula import Formula
from nasvid.spec.source import Located, plain, shown

# Sums of floats are compared to so many digits behind the point.
DIGITS = 9


@CONSTRAINTS.add
@final
@dataclass(frozen=True, slots=True, kw_only=True)
class SumEquals(Constraint):
    """The open values add up to a number: `{sum_equals: {of: [level1_*.out], total: 256}}`.

    Args:
        total: Where none of the decisions is open, any total is met. It may be arithmetic.
        least: Smallest value that any of them can add, to give up early.
        numbers: What labels stand for.
    """

    total: float | Formula
    least: float
    numbers: Numbers = field(default_factory=dict[Any, Any], compare=False)

    @classmethod
    def parse(cls, located: Located, path: str, reading: Reading) -> "SumEquals | None":
        table = reading.section(located, path, ("of", "total"))
        given = None if table is None else table.get("total")
        if table is None or given is None:
            return None
        paths = reading.paths(table.get("of"), table.mark, f"{path}.of")
        written = plain(given)
        total: float | Formula | None = None
        if is_number(written):
            total = written
        elif isinstance(written, str) and written.startswith("="):
            total = reading.formula(given, f"{path}.total")
        else:
            message = f"got {shown(given)}; accepts a number, or arithmetic such as =4 * width."
            reading.problems.add(given.mark, f"{path}.total", message)
            return None
        if not paths or total is None:
            return None
        return cls.of(located.mark, paths, total, reading, path)

    @classmethod
    def of(
        cls,
        mark: Mark,
        paths: tuple[str, ...],
        total: float | Formula,
        reading: Reading,
        path: str = "",
    ) -> "SumEquals | None":
        """The constraint over decisions whose options must be numbers."""
        before = len(reading.problems.found)
        labelled = reading.numbers(paths, mark, path)
        shared = set(paths) & set(total.paths if isinstance(total, Formula) else ())
        if shared:
            message = f"{min(shared)} is one of those that are added; the total must be another."
            reading.problems.add(mark, path, message)
        if len(reading.problems.found) > before:
            return None
        numbers: list[Any] = []
        for one in paths:
            numbers += labelled[one].values() if one in labelled else reading.decisions[one].options
        context = total.paths if isinstance(total, Formula) else ()
        return cls(
            mark=mark,
            paths=(*context, *paths),
            total=total,
            least=min(0, *numbers),
            numbers=labelled,
        )

    def start(self) -> Hashable:
        return (), False, 0

    def step(self, state: Any, path: str, value: DecisionValue) -> Hashable | None:
        context, is_open, total = state
        if isinstance(self.total, Formula) and path in self.total.paths:
            return (*context, (path, type(value), value)), is_open, total
        total += number_of(self.numbers, path, value)
        if isinstance(total, float):
            total = round(total, DIGITS)
        if not isinstance(self.total, Formula) and self.least >= 0 and total > self.total:
            return None
        return context, True, total

    def accepts(self, state: Any) -> bool:
        context, is_open, total = state
        values = {path: value for path, _, value in context}
        if not is_open or (isinstance(self.total, Formula) and not self.total.is_open(values)):
            return True
        return abs(total - self._wanted(values)) < 10**-DIGITS

    def _wanted(self, context: Mapping[str, DecisionValue]) -> float:
        if not isinstance(self.total, Formula):
            return self.total
        wanted = self.total.value(context)
        if not is_number(wanted):
            message = f"{self.total.text} is {wanted!r}; accepts a number."
            raise SpaceError.at(self.total.mark, self.total.path, message)
        return wanted
