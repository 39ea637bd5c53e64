"""What reads the values of several decisions one after the other and tells whether they are right.

It is a finite automaton, so that the values it accepts can be counted and drawn without trial and
error, see `feasible.py` and `frontier.py`.
"""

from abc import ABC, abstractmethod
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from nasvid.spec.decision import DecisionValue, Scalar


@dataclass(frozen=True, slots=True, kw_only=True)
class Automaton(ABC):
    """A reader of values.

    Args:
        paths: Addresses of the decisions; those that are closed are passed over.
    """

    # Whether it must read in the order of its paths; else any order will do.
    reads_in_order: ClassVar[bool] = False
    # Whether it may have too many states to draw for; then values are drawn until they are right.
    may_be_tried: ClassVar[bool] = False
    paths: tuple[str, ...]

    @abstractmethod
    def start(self) -> Hashable:
        """What is known before the first value."""

    @abstractmethod
    def step(self, state: Hashable, path: str, value: DecisionValue) -> Hashable | None:
        """What is known after one more value; None if nothing can mend it any more."""

    @abstractmethod
    def accepts(self, state: Hashable) -> bool:
        """Whether the values read are right."""

    def mentions(self, path: str) -> tuple[Scalar, ...] | None:
        """The options of a decision that make a difference here; None where all do."""
        del path
        return None

    def holds(self, values: Mapping[str, DecisionValue]) -> bool:
        """Whether these values, of open decisions alone, are right."""
        state: Hashable | None = self.start()
        for path in self.paths:
            if path in values and state is not None:
                state = self.step(state, path, values[path])
        return state is not None and self.accepts(state)
