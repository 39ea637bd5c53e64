"""Arithmetic that must be true, such as `=width * copies <= 256`.

Source: none; own design.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, ClassVar, final

from nasvid.spec.constraint import CONSTRAINTS, Constraint
from nasvid.spec.constraint_reading import Reading
from nasvid.spec.decision import DecisionValue
from nasvid.spec.formula import Formula
from nasvid.spec.source import Located


@CONSTRAINTS.add
@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Require(Constraint):
    """An expression is true: `{require: =width * copies <= 256}`.

    It speaks of entries of `decisions:` by name and of other decisions by address. Where one of
    these is closed it says nothing.
    """

    may_be_tried: ClassVar[bool] = True
    formula: Formula

    @classmethod
    def parse(cls, located: Located, path: str, reading: Reading) -> "Require | None":
        formula = reading.formula(located, path)
        if formula is None:
            return None
        return cls(mark=located.mark, paths=formula.paths, formula=formula)

    def start(self) -> Hashable:
        return ()

    def step(self, state: Any, path: str, value: DecisionValue) -> Hashable | None:
        return (*state, (path, type(value), value))

    def accepts(self, state: Any) -> bool:
        values = {path: value for path, _, value in state}
        return not self.formula.is_open(values) or bool(self.formula.value(values))
