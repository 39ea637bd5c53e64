"""Decisions that take one value together.

Source: none; own design.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any, final

from nasvid.spec.constraint import CONSTRAINTS, Constraint, paths_of
from nasvid.spec.decision import Decision, DecisionValue
from nasvid.spec.problems import Problems
from nasvid.spec.source import Located


@CONSTRAINTS.add
@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Equal(Constraint):
    """All values are the same: `{equal: [rgb.op.block, flow.op.block]}`."""

    @classmethod
    def parse(
        cls, located: Located, path: str, decisions: Mapping[str, Decision], problems: Problems
    ) -> "Equal | None":
        paths = paths_of(located, located.mark, path, decisions, problems)
        return cls(mark=located.mark, paths=paths) if paths else None

    def start(self) -> Hashable:
        return ()

    def step(self, state: Any, path: str, value: DecisionValue) -> Hashable | None:
        del path
        # The type counts: as options, 1 and True are two things.
        seen = (type(value), value)
        return seen if state in ((), seen) else None

    def accepts(self, state: Hashable) -> bool:
        del state
        return True
