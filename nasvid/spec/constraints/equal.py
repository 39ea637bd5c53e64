"""Decisions that take one value together.

Source: none; own design.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, final

from nasvid.spec.constraint import CONSTRAINTS, Constraint
from nasvid.spec.constraint_reading import Reading
from nasvid.spec.decision import DecisionValue
from nasvid.spec.source import Located


@CONSTRAINTS.add
@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Equal(Constraint):
    """All values are the same: `{equal: [rgb.op.block, flow.op.block]}`."""

    @classmethod
    def parse(cls, located: Located, path: str, reading: Reading) -> "Equal | None":
        paths = reading.paths(located, located.mark, path)
        return cls(mark=located.mark, paths=paths) if paths else None

    def start(self) -> Hashable:
        return ()

    def step(self, state: Any, path: str, value: DecisionValue) -> Hashable | None:
        del path
        # The type counts: as options, 1 and True are two things.
        items = value if isinstance(value, tuple) else (value,)
        seen = (isinstance(value, tuple), tuple((type(item), item) for item in items))
        return seen if state in ((), seen) else None

    def accepts(self, state: Hashable) -> bool:
        del state
        return True
