"""Hard limits on a cost."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from nasvid.core.costs import Cost, human_count


@dataclass(frozen=True)
class Budget:
    """Most that a candidate may cost.

    Args:
        limits: `macs`, `params` or `activations` to a count.
    Example:
        >>> Budget({"macs": 100}).violations(Cost(macs=101, params=7))
        ('macs',)
    """

    limits: Mapping[str, int] = field(default_factory=dict[str, int])

    def violations(self, cost: Cost) -> tuple[str, ...]:
        """Names of the limits that a cost breaks, in the order of the limits."""
        return tuple(name for name, most in self.limits.items() if getattr(cost, name) > most)

    def __str__(self) -> str:
        limits = (f"{name} <= {human_count(most)}" for name, most in self.limits.items())
        return ", ".join(limits) or "none"
