"""Values that never fall, such as widths from stage to stage.

Source: Radosavovic et al. 2020, RegNet, https://arxiv.org/abs/2003.13678, section 3.3 (widths and
depths that do not decrease).
"""

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any, ClassVar, final

from nasvid.spec.constraint import CONSTRAINTS, Constraint
from nasvid.spec.constraint_reading import Numbers, Reading, number_of
from nasvid.spec.decision import DecisionValue
from nasvid.spec.source import Located


@CONSTRAINTS.add
@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Nondecreasing(Constraint):
    """Each value is at least the one before: `{nondecreasing: [stage1.width, stage2.width]}`.

    Args:
        numbers: What labels stand for.
    """

    reads_in_order: ClassVar[bool] = True
    numbers: Numbers = field(default_factory=dict[Any, Any], compare=False)

    @classmethod
    def parse(cls, located: Located, path: str, reading: Reading) -> "Nondecreasing | None":
        paths = reading.paths(located, located.mark, path)
        numbers = reading.numbers(paths, located.mark, path)
        return cls(mark=located.mark, paths=paths, numbers=numbers) if paths else None

    def start(self) -> Hashable:
        return float("-inf")

    def step(self, state: Any, path: str, value: DecisionValue) -> Hashable | None:
        number = number_of(self.numbers, path, value)
        return number if number >= state else None

    def accepts(self, state: Hashable) -> bool:
        del state
        return True
