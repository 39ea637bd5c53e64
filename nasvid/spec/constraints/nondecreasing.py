"""Values that never fall, such as widths from stage to stage.

Source: Radosavovic et al. 2020, RegNet, https://arxiv.org/abs/2003.13678, section 3.3 (widths and
depths that do not decrease).
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, final

from nasvid.spec.constraint import CONSTRAINTS, Constraint, check_numbers, paths_of
from nasvid.spec.decision import Decision, DecisionValue
from nasvid.spec.problems import Problems
from nasvid.spec.source import Located


@CONSTRAINTS.add
@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Nondecreasing(Constraint):
    """Each value is at least the one before: `{nondecreasing: [stage1.width, stage2.width]}`."""

    reads_in_order: ClassVar[bool] = True

    @classmethod
    def parse(
        cls, located: Located, path: str, decisions: Mapping[str, Decision], problems: Problems
    ) -> "Nondecreasing | None":
        paths = paths_of(located, located.mark, path, decisions, problems)
        check_numbers(paths, located.mark, path, decisions, problems)
        return cls(mark=located.mark, paths=paths) if paths else None

    def start(self) -> Hashable:
        return float("-inf")

    def step(self, state: Any, path: str, value: DecisionValue) -> Hashable | None:
        del path
        number: Any = value
        return number if number >= state else None

    def accepts(self, state: Hashable) -> bool:
        del state
        return True
