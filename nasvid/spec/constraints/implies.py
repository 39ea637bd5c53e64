"""Values that follow from others, such as a small width where the clip is large.

Source: none; own design.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, final

from nasvid.spec.constraint import CONSTRAINTS, Constraint
from nasvid.spec.constraint_reading import Cases, Reading
from nasvid.spec.decision import DecisionValue, Scalar, takes
from nasvid.spec.source import Located


@CONSTRAINTS.add
@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Implies(Constraint):
    """Where all of `if` hold, all of `then` do: `{implies: {if: {size: 224}, then: {width: 32}}}`.

    A list of options holds a value that is among them. A decision that is closed holds nothing in
    `if` and breaks nothing in `then`.
    """

    cases: Cases
    results: Cases

    @classmethod
    def parse(cls, located: Located, path: str, reading: Reading) -> "Implies | None":
        table = reading.section(located, path, ("if", "then"))
        if table is None:
            return None
        cases = reading.cases(table.get("if"), f"{path}.if")
        results = reading.cases(table.get("then"), f"{path}.then")
        if not cases or not results:
            return None
        paths = tuple(dict.fromkeys([*(p for p, _ in cases), *(p for p, _ in results)]))
        return cls(mark=located.mark, paths=paths, cases=cases, results=results)

    def start(self) -> Hashable:
        return 0, True

    def step(self, state: Any, path: str, value: DecisionValue) -> Hashable | None:
        num_held, is_met = state
        num_held += sum(takes(value, values) for address, values in self.cases if address == path)
        is_met = is_met and all(
            takes(value, values) for address, values in self.results if address == path
        )
        return num_held, is_met

    def accepts(self, state: Any) -> bool:
        num_held, is_met = state
        return is_met or num_held < len(self.cases)

    def mentions(self, path: str) -> tuple[Scalar, ...]:
        both = (*self.cases, *self.results)
        return tuple(value for address, values in both if address == path for value in values)
