"""The contract of a constraint: which values of several decisions go together."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

from nasvid.core.errors import Mark
from nasvid.core.registry import Registry
from nasvid.spec.automaton import Automaton
from nasvid.spec.constraint_reading import Reading
from nasvid.spec.source import Located


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint(Automaton):
    """What holds between the values of some decisions; those that are closed do not count.

    Args:
        mark: Place.
    """

    mark: Mark

    @classmethod
    def name(cls) -> str:
        """Name in YAML: that of the file."""
        return cls.__module__.rsplit(".", 1)[-1]

    @classmethod
    @abstractmethod
    def parse(cls, located: Located, path: str, reading: Reading) -> "Constraint | None":
        """Read what stands behind the name; what is wrong is noted.

        Args:
            located: What stands there.
            path: Where that is, for messages.
            reading: Reads addresses, values and numbers.
        """


CONSTRAINTS: Registry[Constraint] = Registry("constraint", "nasvid.spec.constraints")


def named_constraints(constraints: Sequence[Constraint]) -> str:
    """Constraints by name and place, for a message."""
    places = [f"{constraint.name()} of {constraint.mark}" for constraint in constraints]
    if len(places) == 1:
        return f"the constraint {places[0]}"
    more = f" and {len(places) - 5} more" if len(places) > 5 else ""
    return f"these constraints together: {', '.join(places[:5])}{more}"
